"""Seconds a picture: the painter in many steps with guidance, against the one-step painter.

    python benchmarks/one_step.py
    python benchmarks/one_step.py --one-step asset:painter_gan --many asset:painter

Time does not depend on what weights say, so both may be the same painter. Reading the text (`text`) is the
same for both and measured apart; `ratio` compares the painting alone, `with_text` all of it. The two take
turns, and the fastest of each counts.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch

from multiart.image.painter import Painter
from multiart.io.atomic import atomic_write

CAPTION = "a boat and a full moon on a lake, with reeds, in autumn, at night, in clear weather"


def seconds(make: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    make()
    return time.perf_counter() - start


def compare(one_step: str, many: str, *, steps: int, guidance: float, repeats: int) -> dict[str, float]:
    """The fastest of ``repeats`` pictures of the model's own size, in seconds, and the ratios."""
    painters = {
        "many": Painter(source=many, num_inference_steps=steps, guidance_scale=guidance),
        "one": Painter(source=one_step, num_inference_steps=1, guidance_scale=1.0, scheduler="euler"),
    }
    reader = painters["one"].states
    states = reader([CAPTION])
    for painter in painters.values():
        painter.states = lambda captions, poems=None: states
    calls = {name: lambda p=painter: p.paint([CAPTION], seeds=[0]) for name, painter in painters.items()}
    calls["text"] = lambda: reader([CAPTION])
    times = {name: [] for name in calls}
    for repeat in range(repeats + 1):
        for name, call in calls.items():
            taken = seconds(call)
            if repeat:  # the first is slower
                times[name].append(taken)
    found = {name: min(taken) for name, taken in times.items()}
    whole = (found["many"] + found["text"]) / (found["one"] + found["text"])
    return found | {"ratio": found["many"] / found["one"], "with_text": whole}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--one-step", default="asset:painter", help="source of the one-step painter")
    parser.add_argument("--many", default="asset:painter", help="source of the painter")
    parser.add_argument("--steps", type=int, default=12, help="of the painter")
    parser.add_argument("--guidance", type=float, default=2.0, help="of the painter")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--threads", type=int, default=None, help="of torch")
    parser.add_argument("--json", type=Path, default=Path("outputs/benchmarks/one_step.json"))
    options = parser.parse_args()
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    settings = {name: getattr(options, name) for name in ("steps", "guidance", "repeats")}
    found = compare(options.one_step, options.many, **settings)
    for name, value in found.items():
        print(f"{name:10} {value:8.3f}", flush=True)
    told = settings | {"threads": torch.get_num_threads()} | found
    atomic_write(options.json, json.dumps(told, indent=1) + "\n")
    print(options.json)


if __name__ == "__main__":
    main()
