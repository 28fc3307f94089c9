"""The refiner on the painter's pictures, against scaling alone and against the code it learnt from.

    python benchmarks/refining.py --refiner asset:refiner --out refining

Held-out scenes are painted again by the painter at 128 pixels, as in training, and enlarged to 512: smoothly;
by the refiner; and, in a medium, smoothly and then by code, stroke by stroke. Each is compared with the scene
that code painted at 512 pixels in that medium: LPIPS, and the relative error of Gram matrices, which tells
texture and not place. No method knows that scene, so none comes near 0. A sheet shows the first scene by
each of them, the true one last.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from multiart.data.media import render
from multiart.data.refining import VALIDATION_SEED, MediumScenes, load_input, scene_seeds
from multiart.data.repainting import TIMES, repaint_scenes
from multiart.image.painter import Painter
from multiart.io.atomic import atomic_write
from multiart.io.pictures import save_png
from multiart.models.refiner import Refiner, enlarge
from multiart.pictures import from_uint8
from multiart.records import Picture
from multiart.style.losses import PerceptualLoss
from multiart.style.vgg import load_encoder
from multiart.vocabulary import MEDIA, PLAIN

SIZE = 128  # pixels a side of the small pictures
TERMS = ("lpips", "style")


def methods(refiner: Refiner, medium: str) -> dict[str, Callable[[Tensor, int], Tensor]]:
    """Ways from ``[3, h, w]`` and a seed to ``[3, 4h, 4w]`` in a medium, both in [0, 1]."""

    def smooth(small: Tensor, seed: int) -> Tensor:
        return enlarge(small[None])[0].clamp(0, 1)

    def refined(small: Tensor, seed: int) -> Tensor:
        return refiner.refine(small, medium, generator=torch.Generator().manual_seed(seed))

    def by_code(small: Tensor, seed: int) -> Tensor:
        pixels = (255 * smooth(small, seed)).round().byte().permute(1, 2, 0).numpy()
        return from_uint8(render(pixels, medium, seed=seed)).pixels

    return {"smooth": smooth, "refiner": refined} | ({} if medium == PLAIN else {"code": by_code})


def compare(refiner: Refiner, scenes: MediumScenes, inputs: list[Tensor], out: Path) -> list[dict]:
    """A row for each medium and method, and a sheet of the first scene in each."""
    judge = PerceptualLoss(load_encoder(), weights=dict.fromkeys(TERMS, 1.0))
    rows, sheet = [], []
    side = 4 * scenes.size
    for medium in scenes.media:
        true = [scenes.large(n, medium, 0, 0, side=side).float() / 255 for n in range(len(scenes))]
        shown = []
        for name, paint in methods(refiner, medium).items():
            start = time.perf_counter()
            painted = [paint(small, seed) for seed, small in enumerate(inputs)]
            seconds = (time.perf_counter() - start) / len(painted)
            with torch.no_grad():
                each = [judge(one[None], other[None]) for one, other in zip(painted, true, strict=True)]
            means = {term: torch.stack([terms[term] for terms in each]).mean().item() for term in TERMS}
            rows.append({"medium": medium, "method": name, **means, "seconds": round(seconds, 2)})
            print(rows[-1], flush=True)
            shown.append(painted[0])
        shown += [torch.ones_like(true[0])] * (3 - len(shown)) + [true[0]]
        sheet.append(torch.cat(shown, dim=2))
    save_png(Picture(pixels=torch.cat(sheet, dim=1)), out / "refining.png", {})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--refiner", default="asset:refiner")
    parser.add_argument("--painter", default="asset:painter")
    parser.add_argument("--scenes", type=int, default=8)
    parser.add_argument("--cache", type=Path, default=Path("outputs/cache"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    seeds = scene_seeds(VALIDATION_SEED, options.scenes)
    scenes = MediumScenes(options.cache, seeds, size=SIZE, media=(PLAIN, *MEDIA))
    folder = repaint_scenes(
        Painter(source=options.painter), seeds, folder=options.out / "repainted", size=SIZE
    )
    percent = round(100 * TIMES[1])
    inputs = [load_input(folder / f"{seed}-{percent}.png", SIZE) for seed in seeds]
    refiner = Refiner(options.refiner)
    rows = compare(refiner, scenes, inputs, options.out)
    result = {"refiner": refiner.weights, "scenes": options.scenes, "rows": rows}
    atomic_write(options.out / "refining.json", json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
