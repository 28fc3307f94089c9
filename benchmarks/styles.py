"""Style by optimisation against the feed-forward network: distance to the style, and time.

    python benchmarks/styles.py --contents lake.png hill.png --styles pour.jpg ink.jpg --out styles

Contents and styles are paired in order, and with them folders of `train +experiment=style` that `--trained`
names: then `style=trained` is compared too. The distance is the mean relative error of the Gram matrices that
`style=gatys` matches, so this says whether the optimisation does what it should, not which picture is better:
look at the pictures, which are written beside the table: content, style, `style=picture`, `style=gatys`,
`style=trained`.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from torch import Tensor

from multiart.io.atomic import atomic_write
from multiart.io.pictures import save_png
from multiart.pictures import load_picture, scale_to
from multiart.records import Draft, Mood, Picture, Scene
from multiart.style.gatys import GatysStyle
from multiart.style.losses import PerceptualLoss
from multiart.style.objective import STYLE_LAYERS, mixed_grams
from multiart.style.picture import PictureStyle
from multiart.style.trained import TrainedStyle
from multiart.style.vgg import load_encoder

SCENE = Scene(
    place="lake", season="summer", time_of_day="day", weather="clear", mood=Mood(valence=0.0, arousal=0.0)
)
DRAFT = Draft(
    title="-", lines=("-",), language="en", mode="verbatim", mode_reason="", scene=SCENE, caption="a lake"
)


def gram_distance(pixels: Tensor, style: Tensor) -> float:
    """Mean relative squared error of the Gram matrices of ``[3, H, W]``, the style at as many pixels."""
    loss = PerceptualLoss(load_encoder(), style_layers=STYLE_LAYERS, weights={"style": 1.0})
    with torch.no_grad():
        grams = mixed_grams(loss.encoder, [(style, 1.0)], area=pixels.shape[1] * pixels.shape[2])
        return loss(pixels[None], pixels[None], grams)["style"].item()


def compare(
    content_path: str, style_path: str, *, trained: str | None, size: int, num_steps: int, out: Path
) -> dict:
    """Style one content each way; its shorter side is scaled to ``size`` pixels."""
    content, style = load_picture(content_path).pixels, load_picture(style_path).pixels
    scale = size / min(content.shape[1:])
    content = scale_to(content, round(content.shape[1] * scale), round(content.shape[2] * scale))
    stages = {
        "picture": PictureStyle(image=style_path, strength=1.0),
        "gatys": GatysStyle(image=style_path, num_steps=num_steps),
    }
    if trained is not None:
        stages["trained"] = TrainedStyle(ckpt=trained)
    row = {"content": content_path, "style": style_path, "size": list(content.shape[1:])}
    row["content_distance"] = gram_distance(content, style)
    shown = [content, scale_to(style, *content.shape[1:])]
    for name, stage in stages.items():
        wall, cpu = time.perf_counter(), time.process_time()
        result = stage.apply(Picture(pixels=content), DRAFT, generator=torch.Generator().manual_seed(0))
        row[f"{name}_s"] = round(time.perf_counter() - wall, 1)
        row[f"{name}_cpu_s"] = round(time.process_time() - cpu, 1)
        row[f"{name}_distance"] = gram_distance(result.output.pixels, style)
        row["losses"] = result.settings.get("losses", row.get("losses"))
        shown.append(result.output.pixels)
    save_png(
        Picture(pixels=torch.cat(shown, dim=2)),
        out / f"{Path(content_path).stem}_{Path(style_path).stem}.png",
    )
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contents", nargs="+", required=True)
    parser.add_argument("--styles", nargs="+", required=True)
    parser.add_argument("--trained", nargs="+", default=[], help="exported networks, one for each style")
    parser.add_argument("--size", type=int, default=512, help="pixels of the contents' shorter side")
    parser.add_argument("--num-steps", type=int, default=64)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    trained = options.trained or [None] * len(options.styles)
    rows = []
    for content, style, network in zip(options.contents, options.styles, trained, strict=True):
        row = compare(
            content, style, trained=network, size=options.size, num_steps=options.num_steps, out=options.out
        )
        rows.append(row)
        print({key: value for key, value in row.items() if key != "losses"}, flush=True)
    atomic_write(options.out / "styles.json", json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
