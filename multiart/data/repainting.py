"""Scenes as a painter would paint them: noise is added to them and taken away by it."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from multiart.captioning import caption_of
from multiart.image.diffusion import predict_clean
from multiart.image.painter import Painter
from multiart.io.pictures import save_png
from multiart.records import Picture
from multiart.seeding import derive_seed

TIMES = (0.6, 0.7, 0.8)  # how much of the scene is left when the painter takes over
STEPS = 6
BATCH = 10


def repaint_scenes(painter: Painter, seeds: Sequence[int], *, folder: Path, size: int) -> Path:
    """Write `<seed>-<percent>.png` of scenes at every one of `TIMES`; what is there already is kept.

    Args:
        painter: who paints; its guidance is used.
        seeds: of the scenes.
        folder: where to.
        size: sides in pixels.

    Returns:
        The folder.
    """
    from rich.progress import track

    wanted = [(seed, time) for seed in seeds for time in TIMES]
    wanted = [(seed, time) for seed, time in wanted if not _path(folder, seed, time).exists()]
    batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    for batch in track(batches, description="painting scenes again", transient=True):
        for (seed, time), pixels in zip(batch, _repaint(painter, batch, size), strict=True):
            save_png(Picture(pixels=pixels), _path(folder, seed, time), {})
    return folder


def _path(folder: Path, seed: int, time: float) -> Path:
    return folder / f"{seed}-{round(100 * time)}.png"


def _repaint(painter: Painter, wanted: Sequence[tuple[int, float]], size: int) -> Tensor:
    """``[B, 3, size, size]`` in [0, 1]."""
    from multiart.data.scenes.paint import paint
    from multiart.data.scenes.spec import sample_spec

    painted = [paint(sample_spec(seed), size) for seed, _ in wanted]
    pictures = torch.stack([torch.from_numpy(picture) for picture, _ in painted]).permute(0, 3, 1, 2) / 255
    captions = [caption_of(spec) for _, spec in painted]
    seeds = [derive_seed(seed, "repaint", time) for seed, time in wanted]
    return repaint(painter, pictures, captions, times=[time for _, time in wanted], seeds=seeds)


@torch.no_grad()
def repaint(
    painter: Painter, pictures: Tensor, captions: list[str], *, times: Sequence[float], seeds: Sequence[int]
) -> Tensor:
    """Add noise to pictures and let a painter take it away (Meng et al. 2022, "SDEdit").

    Args:
        painter: who paints.
        pictures: ``[B, 3, H, W]`` in [0, 1].
        captions: what they show.
        times: how much of each is left, in (0, 1); 1 is all.
        seeds: of the noise.

    Returns:
        ``[B, 3, H, W]`` in [0, 1].
    """
    vae, unet = painter.pipeline.vae, painter.pipeline.unet
    clean = vae.encode(pictures)
    noise = torch.stack([torch.randn(clean.shape[1:], generator=_generator(seed)) for seed in seeds])
    sigma = 1 - torch.tensor(times)
    noisy = (1 - _across(sigma)) * clean + _across(sigma) * noise
    states = painter.states(captions)
    without = states.emptied()
    for step in range(STEPS):
        now, then = sigma * (1 - step / STEPS), sigma * (1 - (step + 1) / STEPS)
        told = predict_clean(unet, noisy, 1 - now, states)
        untold = predict_clean(unet, noisy, 1 - now, without)
        predicted = untold + painter.guidance_scale * (told - untold)
        noisy = predicted + _across(then / now) * (noisy - predicted)
    return vae.decode(noisy).clamp(0, 1)


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _across(numbers: Tensor) -> Tensor:
    return numbers.view(-1, 1, 1, 1)
