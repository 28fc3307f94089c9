"""Spoiling a picture as an imperfect painter would, for the refiner to learn on."""

import torch
import torch.nn.functional as F
from torch import Tensor

from multiart.style.color import gaussian_blur

BLOTCHES = (2, 4)  # pixels


def degrade(small: Tensor, strength: float, *, generator: torch.Generator) -> Tensor:
    """Spoil a picture as an imperfect painter does.

    Edges are bent and blurred, and areas get blotches of several sizes. Its colours are left as they are:
    what a colour should have been cannot be told from a part of a picture, and the attempt drowns the rest.

    Args:
        small: ``[3, h, w]`` in [0, 1].
        strength: 0 leaves it as it is, 1 bends by about half a pixel and blurs by up to 1.
        generator: draws how much of each, and the patterns.

    Returns:
        ``[3, h, w]`` in [0, 1].
    """
    if strength == 0:
        return small
    bend, blur, *blotches = (strength * torch.rand(2 + len(BLOTCHES), generator=generator)).tolist()
    x = _bent(small, 0.5 * bend * _smooth_noise(2, *small.shape[1:], 8, generator))
    x = gaussian_blur(x, max(0.05, blur))
    for size, amount in zip(BLOTCHES, blotches, strict=True):
        light = _smooth_noise(1, *small.shape[1:], size, generator)
        x = x + 0.04 * amount * (light + 0.3 * _smooth_noise(3, *small.shape[1:], size, generator))
    return x.clamp(0, 1)


def _smooth_noise(channels: int, height: int, width: int, size: int, generator: torch.Generator) -> Tensor:
    """Normal noise whose patches are about ``size`` pixels wide, ``[channels, height, width]``."""
    coarse = torch.randn(1, channels, height // size + 2, width // size + 2, generator=generator)
    return F.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)[0]


def _bent(pixels: Tensor, shift: Tensor) -> Tensor:
    """Every pixel of ``[3, h, w]`` taken from ``shift`` ``[2, h, w]`` pixels (x, y) beside it."""
    _, height, width = pixels.shape
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    x = (2 * (columns + shift[0]) + 1) / width - 1
    y = (2 * (rows + shift[1]) + 1) / height - 1
    grid = torch.stack([x, y], dim=-1)[None]
    return F.grid_sample(pixels[None], grid, padding_mode="border", align_corners=False)[0]
