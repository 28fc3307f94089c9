"""Seconds a picture, painted one at a time and in micro-batches, of the poems in assets/prompts.

    python benchmarks/micro_batches.py [--sizes 1 2 4 8] [--threads 1]

Each size paints as many poems as the largest takes, the texts' encoding included. They take turns, and the
fastest of each counts; `ratio` is the time of one at a time by that size's. `alone` is what a picture takes
that is the only one of its micro-batch, and `equal` whether it is then the same to the last bit.
"""

import argparse
import json
import time
from pathlib import Path

import torch

from multiart.commands.evaluations.as_run import read_poems
from multiart.image.painter import Painter
from multiart.io.atomic import atomic_write
from multiart.records import Draft


def paint(painter: Painter, drafts: list[Draft]) -> tuple[float, list[torch.Tensor]]:
    """Seconds, and the pictures."""
    generators = [torch.Generator().manual_seed(number) for number in range(len(drafts))]
    start = time.perf_counter()
    results = painter.generate_each(drafts, generators=generators)
    return time.perf_counter() - start, [result.output[0].pixels for result in results]


def compare(sizes: list[int], *, repeats: int) -> dict[str, dict[str, float | bool]]:
    """What each size takes; all painters share their networks."""
    drafts, first = read_poems(max(sizes)), Painter()
    painters = {size: Painter(micro_batch=size) for size in sizes}
    for painter in painters.values():
        painter.pipeline, painter.encoder = first.pipeline, first.encoder
    taken = {size: [] for size in sizes}
    found = {}
    for repeat in range(repeats + 1):
        for size, painter in painters.items():
            seconds, pictures = paint(painter, drafts)
            if repeat:  # the first compiles kernels for its shapes
                taken[size].append(seconds / len(drafts))
            else:
                alone, picture = paint(painter, drafts[:1])
                found[size] = {"alone": alone, "equal": torch.equal(picture[0], pictures[0])}
    base = min(taken[min(sizes)])
    for size, told in found.items():
        told |= {"seconds": min(taken[size]), "ratio": base / min(taken[size])}
    return {str(size): told for size, told in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=None, help="of torch")
    parser.add_argument("--json", type=Path, default=Path("outputs/benchmarks/micro_batches.json"))
    options = parser.parse_args()
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    found = compare(options.sizes, repeats=options.repeats)
    print(f"{'size':>4} {'s/picture':>9} {'ratio':>6} {'alone':>6}  equal")
    for size, told in found.items():
        print(f"{size:>4} {told['seconds']:9.2f} {told['ratio']:6.2f} {told['alone']:6.2f}  {told['equal']}")
    told = {"threads": torch.get_num_threads(), "repeats": options.repeats, "sizes": found}
    atomic_write(options.json, json.dumps(told, indent=1) + "\n")
    print(options.json)


if __name__ == "__main__":
    main()
