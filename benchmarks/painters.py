"""Painters compared with the first: python benchmarks/painters.py shipped=asset:painter NAME=SOURCE ...

Every painter paints the same held-out captions (every third in words kept from training) from the same noise,
with the defaults of `image=painter`. What the detector finds in taught and in new words is compared with what
it finds in the first painter's pictures, caption by caption, with 95 % intervals. LPIPS is to a true scene of
the caption in another layout. The distance is Frechet's between mean VGG features of the pictures and of true
scenes of the same captions.

The arms of `benchmarks/results/painter_losses.json` (ARCHITECTURE.md, what was compared) went on from the
shipped weights for a quarter of an hour each, one after the other, on both cores of a machine that did little
else. They read the wordings of commit 7e9f438; `mean` is the mean of their weights.

    python -m multiart train +experiment=painter task_name=loss_diffusion \\
        train.module.init_from=asset:painter train.module.lr=1e-4 train.module.warmup_steps=30 \\
        train.module.time_mean=-0.3 train.module.decay_minutes=7 trainer.max_steps=-1 \\
        trainer.max_minutes=15 trainer.limit_val_batches=0 callbacks.ema.decay=0.99 \\
        data.num_captions=2500 data.num_validation=16 data.verse_share=0.15 data.other_share=0.4

and so `loss_lpips` with `train.module.perceptual_weight=1`, `loss_style` with `train.module.style_weight=2`.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from sampling import over, paint, true_scenes
from torch import Tensor
from tqdm import tqdm

from multiart.data.heldout import held_out_scenes
from multiart.image.painter import Painter
from multiart.io.atomic import atomic_write
from multiart.metrics.concepts import scores, shares, to_rows
from multiart.metrics.detector import Detector
from multiart.metrics.likeness import features, frechet_distance
from multiart.style.losses import PerceptualLoss
from multiart.style.vgg import load_encoder
from multiart.vocabulary import ATTRIBUTES


def measure(sources: dict[str, str], captions: int) -> dict[str, Any]:
    """A row a painter; the first is what the others are compared with."""
    scenes, detector, encoder = held_out_scenes(captions), Detector.load(), load_encoder()
    truth, new = to_rows(scene.spec for scene in scenes), torch.tensor([scene.new_words for scene in scenes])
    prompts = [Painter().states([scene.caption]) for scene in tqdm(scenes, "reading captions")]
    true, other = (true_scenes(scenes, layout) for layout in (0, 1))
    known = features(encoder, true, 1)[0]
    lpips = PerceptualLoss(encoder, weights={"lpips": 1.0})
    rows: list[dict[str, Any]] = []
    usual: dict[str, Tensor] = {}
    for name, source in tqdm(sources.items(), "painters"):
        painter = Painter(source=source)
        painted, _ = paint(painter, prompts)
        said = detector.said(painted)
        each = shares(said, truth.bool())
        usual = usual or each
        row = {"painter": name, "weights": painter.weights}
        for part, chosen in (("taught words", ~new), ("new words", new)):
            found = scores(said[chosen], truth[chosen])
            row[part] = found["attributes"] | {k: found["subjects"][k] for k in ("recall", "precision")}
            row[f"{part} over first"] = {k: over(each[k][chosen], usual[k][chosen]) for k in each}
        row["lpips"] = mean_lpips(lpips, painted, other)
        row["distance"] = frechet_distance(features(encoder, painted, 1)[0], known)
        rows.append(row)
    return {
        "captions": captions,
        "of other layouts": {
            "distance": frechet_distance(features(encoder, other, 1)[0], known),
            "lpips": mean_lpips(lpips, true, other),
        },
        "painters": rows,
    }


@torch.inference_mode()
def mean_lpips(loss: PerceptualLoss, painted: Tensor, true: Tensor) -> float:
    """Of pictures and true scenes ``[N, 3, H, W]``."""
    pairs = zip(painted.split(20), true.split(20), strict=True)
    return sum(loss(a, b)["lpips"].item() * len(a) for a, b in pairs) / len(painted)


def table(result: dict[str, Any]) -> str:
    """In Markdown."""
    found = (*ATTRIBUTES, "recall", "precision")
    head = ("painter", "words", *found, "subjects over the first", "LPIPS", "distance")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for row in result["painters"]:
        for part in ("taught words", "new words"):
            difference = "{:+.3f} ({:+.3f} to {:+.3f})".format(*row[f"{part} over first"]["subjects"])
            cells = [row["painter"], part.split()[0], *(f"{value:.3f}" for value in row[part].values())]
            whole = [f"{row['lpips']:.3f}", f"{row['distance']:.4f}"] if part == "taught words" else ["", ""]
            lines.append(f"| {' | '.join([*cells, difference, *whole])} |")
    return "\n".join(lines)


def named(text: str) -> tuple[str, str]:
    """``name=source``."""
    name, sign, source = text.partition("=")
    if not (name and sign and source):
        raise argparse.ArgumentTypeError(f"expected NAME=SOURCE, got {text!r}")
    return name, source


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("painters", nargs="+", type=named, metavar="NAME=SOURCE")
    parser.add_argument("--captions", type=int, default=90)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/painter_losses.json"))
    asked = parser.parse_args()
    result = measure(dict(asked.painters), asked.captions)
    print(table(result))
    print("Other layouts of the captions:", result["of other layouts"])
    atomic_write(asked.json, json.dumps(result, indent=1) + "\n")
    print(asked.json)


if __name__ == "__main__":
    main()
