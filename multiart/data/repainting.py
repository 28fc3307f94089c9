"""Scenes as a painter would paint them: noise is added to them and taken away by it."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from multiart.captioning import caption_of
from multiart.image.diffusion import repaint as repaint_latents
from multiart.image.painter import Painter
from multiart.io.pictures import save_png
from multiart.records import Picture
from multiart.seeding import derive_seed

TIMES = (0.4, 0.5, 0.6)  # how much of the scene is left when the painter takes over
BATCH = 10


def repaint_scenes(painter: Painter, seeds: Sequence[int], *, folder: Path, size: int) -> Path:
    """Write `<seed>-<percent>.png` of scenes at every one of `TIMES`; what is there already is kept.

    Args:
        painter: who paints, in its own steps.
        seeds: of the scenes.
        folder: where to.
        size: sides in pixels.

    Returns:
        The folder.
    """
    from rich.progress import track

    batches = []
    for time in TIMES:
        wanted = [seed for seed in seeds if not _path(folder, seed, time).exists()]
        batches += [(time, wanted[start : start + BATCH]) for start in range(0, len(wanted), BATCH)]
    for time, batch in track(batches, description="painting scenes again", transient=True):
        for seed, pixels in zip(batch, _repaint(painter, batch, time, size), strict=True):
            save_png(Picture(pixels=pixels), _path(folder, seed, time), {})
    return folder


def _path(folder: Path, seed: int, time: float) -> Path:
    return folder / f"{seed}-{round(100 * time)}.png"


def _repaint(painter: Painter, scenes: Sequence[int], time: float, size: int) -> Tensor:
    """``[B, 3, size, size]`` in [0, 1]."""
    from multiart.data.scenes.paint import paint
    from multiart.data.scenes.spec import sample_spec

    painted = [paint(sample_spec(seed), size) for seed in scenes]
    pictures = torch.stack([torch.from_numpy(picture) for picture, _ in painted]).permute(0, 3, 1, 2) / 255
    captions = [caption_of(spec) for _, spec in painted]
    return repaint(
        painter, pictures, captions, time=time, seeds=[derive_seed(seed, "repaint", time) for seed in scenes]
    )


@torch.no_grad()
def repaint(
    painter: Painter, pictures: Tensor, captions: list[str], *, time: float, seeds: Sequence[int]
) -> Tensor:
    """Let a painter paint pictures again, see `multiart.image.diffusion.repaint`.

    Args:
        painter: who paints: with its own scheduler and guidance, from its first step at or past ``time`` on.
        pictures: ``[B, 3, H, W]`` in [0, 1].
        captions: what they show.
        time: how much of each is left, in (0, 1); 1 is all.
        seeds: of the noise.

    Returns:
        ``[B, 3, H, W]`` in [0, 1].
    """
    vae = painter.pipeline.vae
    clean = vae.encode(pictures)
    with torch.autocast("cpu", torch.bfloat16, enabled=painter.dtype == "bfloat16"):
        painted = repaint_latents(
            painter.pipeline.unet,
            clean,
            painter.states(captions),
            time=time,
            scheduler=painter.pipeline.scheduler,
            generators=[torch.Generator().manual_seed(seed) for seed in seeds],
            num_inference_steps=painter.num_inference_steps,
            guidance_scale=painter.guidance_scale,
        )
    return vae.decode(painted.float()).clamp(0, 1)
