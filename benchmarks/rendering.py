"""What `render` is worth: python benchmarks/rendering.py [--works 32] [--stages real] [--only loop glued ...]

    loop    `render` of N poems against `run` in a shell loop
    glued   `render` against a script glued by hand (benchmarks/glued.py), both warm: the time between works
    sweep   `run -m` over N seeds against `run` in a shell loop
    memory  mean resident memory in one process, over each poem once: from the 20th work on, and at the end

Every part runs in processes of its own, one after the other, in an empty folder and without the cache of
stages. `render` has a process a core (--workers) of one thread each; what it is compared with has all cores.
Real stages need their weights on this machine; tiny ones are random models, of a text and a tune alone.
Prints a table, and writes `outputs/benchmarks/rendering.json`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for tests.tiny_stages

from multiart.io.atomic import atomic_write  # noqa: E402
from multiart.io.collection import split_poems  # noqa: E402

PARTS = ("loop", "glued", "sweep", "memory")
POEMS = ROOT / "assets" / "prompts" / "twenty_four_poems.txt"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
FIRST = 20  # works before memory is looked at first


class Benchmark:
    """Runs commands in a folder of its own.

    Args:
        folder: empty.
        works: how many poems.
        stages: overrides that every command gets.
        workers: of `render`.
        threads: of each process that is compared with `render`; None leaves them alone.
    """

    def __init__(
        self, folder: Path, *, works: int, stages: list[str], workers: int, threads: int | None
    ) -> None:
        self.folder, self.stages, self.workers, self.threads = folder, stages, workers, threads
        self.known = split_poems(POEMS.read_text("utf-8"))
        repeats = (divmod(n, len(self.known)) for n in range(works))
        self.poems = [f"{self.known[poem]}{' ' * repeat}" for repeat, poem in repeats]
        (folder / "poems.txt").write_text("\n---\n".join(self.poems), encoding="utf-8")

    def loop(self) -> dict[str, float]:
        """`render`, and `run` for each poem, from the first import to the last file."""
        render = self._timed(self._render("loop_render"))
        loop = sum(self._timed(self._run(n, poem)) for n, poem in enumerate(self.poems))
        return {"render_s": render, "run_loop_s": loop, "ratio": loop / render}

    def glued(self) -> dict[str, float]:
        """Seconds a work of the script and of `render`, once both are warm."""
        script = [sys.executable, str(ROOT / "benchmarks" / "glued.py"), "poems.txt", "glued"]
        script += [] if self.threads is None else ["--threads", str(self.threads)]
        told = self._call(script, stdout=subprocess.PIPE).stdout.splitlines()
        by_hand = _pace([json.loads(line)["time"] for line in told], 1)
        self._call(self._render("glued_render"))
        rendered = _pace(self._done("glued_render"), self.workers)
        same = self._same_pictures("glued", "glued_render")
        stages = self._stages("glued_render")
        return {
            "glued_s_per_work": by_hand,
            "render_s_per_work": rendered,
            "ratio": by_hand / rendered,
            "same_pictures": same,
        } | stages

    def sweep(self) -> dict[str, float]:
        """One poem with N seeds: `run -m` and `run` in a loop."""
        seeds = ",".join(map(str, range(len(self.poems))))
        words = [f"prompt={self.poems[0]}", f"seed={seeds}", "hydra.sweep.dir=sweep", "-m"]
        swept = self._timed(self._command("run", *words))
        loop = sum(
            self._timed(
                self._command("run", f"prompt={self.poems[0]}", f"seed={n}", f"paths.run_dir=seed{n}")
            )
            for n in range(len(self.poems))
        )
        return {"sweep_s": swept, "run_loop_s": loop, "ratio": loop / swept}

    def memory(self) -> dict[str, float]:
        """Resident memory of one process that renders all."""
        command = self._render("memory", workers=1)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, cwd=self.folder, env=ENVIRONMENT, **quiet)
        seen: list[tuple[int, float]] = []
        while process.poll() is None:
            if (resident := _resident_mb(process.pid)) is not None:
                seen.append((len(self._done("memory")), resident))
            time.sleep(0.1)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        # The last work is followed by gallery and sheet: memory while works are made is what may grow.
        last = len(self.poems) - 1
        first = min(FIRST, last // 3)
        window = max(1, min(len(self.known), last - 2 * first))
        early, late = (
            mean(resident for done, resident in seen if start <= done < start + window)
            for start in (first, last - window)
        )
        return {f"from_{first}_mb": early, f"from_{last - window}_mb": late, "growth": late / early - 1}

    def _render(self, name: str, workers: int | None = None) -> list[str]:
        workers = workers or self.workers
        share = [f"engine.workers={workers}"] + ["threads=1"] * (workers > 1)
        return self._command("render", "prompts=poems.txt", f"paths.run_dir={name}", *share)

    def _run(self, number: int, poem: str) -> list[str]:
        return self._command("run", f"prompt={poem}", f"paths.run_dir=run{number}")

    def _command(self, command: str, *words: str) -> list[str]:
        threads = [f"threads={self.threads}"] * (self.threads is not None and command == "run")
        own = ["+task=poem_to_painting", "cache=none", *threads, *self.stages, *words]
        return [sys.executable, "-m", "multiart", command, *own]

    def _timed(self, command: list[str]) -> float:
        start = time.perf_counter()
        self._call(command)
        return time.perf_counter() - start

    def _call(self, command: list[str], stdout: int = subprocess.DEVNULL) -> subprocess.CompletedProcess:
        result = subprocess.run(
            command, cwd=self.folder, env=ENVIRONMENT, stdout=stdout, stderr=subprocess.PIPE, text=True
        )
        if result.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
        return result

    def _done(self, name: str) -> list[float]:
        """When the works of a rendering were done, in seconds."""
        log = self.folder / name / "render.log.jsonl"
        lines = log.read_text("utf-8").splitlines() if log.is_file() else []
        events = [json.loads(line) for line in lines if line.endswith("}")]
        return [datetime.fromisoformat(e["time"]).timestamp() for e in events if e["event"] == "done"]

    def _stages(self, name: str) -> dict[str, float]:
        """The median seconds of each stage, and of what is left for the files."""
        log = (self.folder / name / "render.log.jsonl").read_text("utf-8").splitlines()
        whole = {e["work"]: e["seconds"] for e in map(json.loads, log) if e["event"] == "done"}
        works = [json.loads(path.read_text("utf-8")) for path in (self.folder / name).glob("*/manifest.json")]
        times = {stage: median(work["timings"][stage] for work in works) for stage in works[0]["timings"]}
        total = median(whole.values())
        return {f"{stage}_s": seconds for stage, seconds in times.items()} | {
            "files_s": max(0.0, total - sum(times.values()))
        }

    def _same_pictures(self, glued: str, rendered: str) -> int:
        """How many of the script's pictures hold the pixels of `render`'s."""
        from PIL import Image

        folders = sorted(path.parent for path in (self.folder / rendered).glob("*/manifest.json"))
        pairs = zip(sorted((self.folder / glued).iterdir()), folders, strict=True)
        return sum(
            Image.open(one / "styled.png").tobytes()
            == Image.open(other / "styled.png").convert("RGB").tobytes()
            for one, other in pairs
        )


def _pace(times: list[float], warm: int) -> float:
    """Seconds a work after the first `warm` ones."""
    times = sorted(times)
    return (times[-1] - times[warm - 1]) / (len(times) - warm)


def _resident_mb(pid: int) -> float | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    line = next((line for line in status.splitlines() if line.startswith("VmRSS")), None)
    return None if line is None else int(line.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--works", type=int, default=32)
    parser.add_argument("--stages", choices=("tiny", "real"), default="real")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="of `render`")
    parser.add_argument(
        "--threads", type=int, default=None, help="of torch, in what `render` is compared with"
    )
    parser.add_argument("--json", type=Path, default=Path("outputs/benchmarks/rendering.json"))
    options = parser.parse_args()
    machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    told = {"machine": machine} | {
        name: getattr(options, name) for name in ("works", "stages", "workers", "threads")
    }
    for part in options.only:
        if part == "glued" and options.stages == "tiny":
            print("glued: the script has real stages only; left out")
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            stages = _tiny(folder / "models") if options.stages == "tiny" else []
            kind = {key: told[key] for key in ("works", "workers", "threads")}
            told[part] = getattr(Benchmark(folder, stages=stages, **kind), part)()
        for key, value in told[part].items():
            print(f"{part:8} {key:22} {value:10.3f}", flush=True)
    atomic_write(options.json, json.dumps(told, indent=1) + "\n")
    print(options.json)


def _tiny(folder: Path) -> list[str]:
    from tests.tiny_stages import tiny_song

    return tiny_song(folder)


if __name__ == "__main__":
    main()
