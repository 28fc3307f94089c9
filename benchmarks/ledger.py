"""How a ledger of many works behaves: python benchmarks/ledger.py [--works 1000000] [--folders 100000]"""

import argparse
import hashlib
import tempfile
import time
from pathlib import Path

from multiart.io.atomic import atomic_write
from multiart.io.ledger import Ledger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=1_000_000)
    parser.add_argument("--claims", type=int, default=20_000, help="works that are claimed and finished")
    parser.add_argument("--folders", type=int, default=0, help="works that are laid out on disk")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        measure_ledger(Path(name), options.works, options.claims)
        measure_folders(Path(name) / "works", options.folders)


def measure_ledger(folder: Path, works: int, claims: int) -> None:
    """Enter works, claim and finish some of them, open the ledger again and count."""
    keys = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(works)]
    files = {f"000001-0123456789/{name}": [300_000, "0" * 64, 1] for name in ("painting.png", "text.txt")}
    with Ledger(folder) as ledger:
        tell("enter", works, lambda: ledger.add((key, f"{n:07d}-{key[:10]}") for n, key in enumerate(keys)))
        tell("enter again", works, lambda: ledger.add((key, "") for key in keys))

        def make() -> None:
            for key in keys[:claims]:
                ledger.claim(key)
                ledger.begin(key)
                ledger.finish(key, seconds=1.0, weights={"asset:painter": "0" * 64}, files=files)

        tell("claim and finish", claims, make)
    with Ledger(folder) as ledger:
        tell("list the pending", works - claims, lambda: sum(1 for _ in ledger.works("pending")))
        tell("list the finished", claims, lambda: sum(1 for _ in ledger.works("done")))
        tell("count", works, ledger.count)
    size = sum(path.stat().st_size for path in folder.glob("ledger.sqlite*"))
    print(f"{'size':18} {size / 1e6:10.0f} MB")


def measure_folders(parent: Path, works: int) -> None:
    """Lay out folders of one small file each in one folder, and look at each again."""

    def write() -> None:
        for number in range(works):
            atomic_write(parent / f"{number:07d}" / "manifest.json", "{}")

    if works:
        tell("write folders", works, write)
        tell("find them", works, lambda: sum((path / "manifest.json").is_file() for path in parent.iterdir()))


def tell(what: str, number: int, work) -> None:
    """Time `work`, which does `number` things."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    rate = number / wall
    print(f"{what:18} {number:10,} in {wall:8.2f} s ({processor:.2f} s of processor), {rate:12,.0f} a second")


if __name__ == "__main__":
    main()
