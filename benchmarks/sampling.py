"""Which steps, guidance and scheduler paint best: python benchmarks/sampling.py [--captions 64]

Each setting paints the first held-out captions (every third in words kept from training) from the same noise
on one core. One thing at a time differs from the defaults of `image=painter`. What the detector finds of the
captions is compared with what it finds in the defaults' pictures, caption by caption, with 95 % intervals.
The distance is Frechet's between mean VGG features of the pictures and of true scenes of the same captions;
other layouts of those captions are as near as could be asked for. ``twice`` is how much of what should be
there once the detector sees twice. ``late_guidance`` is `LATE_GUIDANCE` of the sampler.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from multiart.data.heldout import HeldOutScene, held_out_scenes
from multiart.data.painted import paint_as_captioned
from multiart.image import diffusion
from multiart.image.diffusion import PromptStates
from multiart.image.painter import Painter
from multiart.image.schedulers import SCHEDULERS
from multiart.io.atomic import atomic_write
from multiart.metrics.concepts import scores, shares, to_rows
from multiart.metrics.detector import Detector
from multiart.metrics.doubles import share_twice
from multiart.metrics.intervals import interval
from multiart.metrics.likeness import features, frechet_distance
from multiart.seeding import derive_seed
from multiart.style.vgg import load_encoder
from multiart.vocabulary import ATTRIBUTES

DEFAULT = Painter()
LATE = diffusion.LATE_GUIDANCE
SETTINGS = ("num_inference_steps", "guidance_scale", "scheduler", "flow_shift")
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    *({"num_inference_steps": steps} for steps in (6, 8, 20)),
    *({"guidance_scale": scale} for scale in (1.0, 2.0, 3.0, 4.0)),
    *({"late_guidance": times} for times in (1.0, 1.5, 3.0)),
    *({"flow_shift": shift} for shift in (1.0, 2.0)),
    *({"scheduler": name} for name in SCHEDULERS if name != DEFAULT.scheduler),
    {"scheduler": "unipc", "guidance_scale": 2.0, "flow_shift": 2.0},
    {"scheduler": "unipc", "num_inference_steps": 8},
)


def measure(captions: int, only: Sequence[str] = ()) -> dict[str, Any]:
    """Paint in every setting, or where one of ``only`` changes; the first of the rows is the defaults'."""
    scenes, detector, encoder = held_out_scenes(captions), Detector.load(), load_encoder()
    truth = to_rows(scene.spec for scene in scenes)
    prompts = [DEFAULT.states([scene.caption]) for scene in tqdm(scenes, "reading captions")]
    layouts = [true_scenes(scenes, layout) for layout in (0, 1)]
    true, other = (features(encoder, pictures, 1)[0] for pictures in layouts)
    rows: list[dict[str, Any]] = []
    usual: dict[str, Tensor] = {}
    chosen = [change for change in CHANGES if not change or not only or {*only} & {*change}]
    for change in tqdm(chosen, "settings"):
        painter = Painter(**{name: change[name] for name in SETTINGS if name in change})
        diffusion.LATE_GUIDANCE = change.get("late_guidance", LATE)
        painted, seconds = paint(painter, prompts)
        said = detector.said(painted)
        found, each = scores(said, truth), shares(said, truth.bool())
        usual = usual or each
        rows.append(
            {
                **{name: getattr(painter, name) for name in SETTINGS},
                "late_guidance": diffusion.LATE_GUIDANCE,
                **found["attributes"],
                **{name: found["subjects"][name] for name in ("recall", "precision")},
                "over default": {name: over(each[name], usual[name]) for name in each},
                "twice": share_twice(detector, painted, truth),
                "distance": frechet_distance(features(encoder, painted, 1)[0], true),
                "seconds": seconds,
            }
        )
    return {
        "weights": DEFAULT.weights,
        "dtype": DEFAULT.dtype,
        "captions": captions,
        "distance of other layouts": frechet_distance(other, true),
        "twice in true scenes": share_twice(detector, layouts[0], truth),
        "settings": rows,
    }


def paint(painter: Painter, prompts: Sequence[PromptStates]) -> tuple[Tensor, float]:
    """A picture of each, and seconds of processor time for one."""
    painter.paint_states(prompts[0], [0])  # loads the weights
    start = time.process_time()
    seeds = (derive_seed(0, "sampling", number) for number in range(len(prompts)))
    pictures = [painter.paint_states(prompt, [seed]) for prompt, seed in zip(prompts, seeds, strict=True)]
    return torch.cat(pictures), (time.process_time() - start) / len(prompts)


def true_scenes(scenes: Sequence[HeldOutScene], layout: int) -> Tensor:
    """What the captions tell of, ``[N, 3, 128, 128]`` in [0, 1]."""
    return torch.stack([paint_as_captioned(scene.spec, layout, 128) for scene in scenes]).float() / 255


def over(found: Tensor, usual: Tensor) -> tuple[float, float, float]:
    """The mean difference over captions with its interval; one without subjects has no share of them."""
    difference = found - usual
    return interval(difference[difference.isfinite()].tolist())


def table(result: dict[str, Any]) -> str:
    """In Markdown."""
    columns = (*SETTINGS, "late_guidance", *ATTRIBUTES, "recall", "precision", "twice", "distance", "seconds")
    lines = [f"| {' | '.join(columns)} | subjects over the default's |", "|---" * (len(columns) + 1) + "|"]
    for row in result["settings"]:
        values = (row[name] for name in columns)
        cells = [f"{value:.3f}" if isinstance(value, float) else str(value) for value in values]
        difference = "{:+.3f} ({:+.3f} to {:+.3f})".format(*row["over default"]["subjects"])
        lines.append(f"| {' | '.join(cells)} | {difference} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--captions", type=int, default=64)
    parser.add_argument("--only", nargs="*", default=(), help="settings to change; all where not given")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/sampling.json"))
    asked = parser.parse_args()
    torch.set_num_threads(1)
    result = measure(asked.captions, asked.only)
    print(table(result))
    print(f"Other layouts of the captions have a distance of {result['distance of other layouts']:.3f}.")
    print(f"Of true scenes {result['twice in true scenes']:.3f} are seen twice.")
    atomic_write(asked.json, json.dumps(result, indent=1) + "\n")
    print(asked.json)


if __name__ == "__main__":
    main()
