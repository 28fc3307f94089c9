"""Keeping a picture's colours under another's brushwork."""

import math

import torch
from torch import Tensor
from torch.nn import functional

SCALE = 64  # colours are kept from features larger than the picture's side / SCALE


def keep_colors(styled: Tensor, content: Tensor, amount: float) -> Tensor:
    """Give ``styled`` the colour and light of ``content``, but keep its strokes.

    The local mean colour, a Gaussian of 1/64 of the picture's side, is exchanged: ``styled -
    blur(styled) + blur(content)``. Unlike a transfer of the chroma channels (Gatys et al. 2017,
    "Preserving color in neural artistic style transfer", section 3) this keeps the colour of the single
    strokes and brings back light and dark, so a night stays a night.

    Args:
        styled: ``[3, H, W]`` in ``[0, 1]``.
        content: the same shape and range.
        amount: 0 returns ``styled``, 1 exchanges the local mean colour wholly.

    Returns:
        ``[3, H, W]`` in ``[0, 1]``.
    """
    if amount == 0:
        return styled
    sigma = math.sqrt(styled.shape[1] * styled.shape[2]) / SCALE
    kept = (styled + gaussian_blur(content - styled, sigma)).clamp(0, 1)
    return torch.lerp(styled, kept, amount)


def gaussian_blur(pixels: Tensor, sigma: float) -> Tensor:
    """Blur ``[C, H, W]`` by a Gaussian of ``sigma`` pixels; the border pixel is continued outwards."""
    radius = max(1, math.ceil(3 * sigma))
    weights = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).to(pixels)
    rows = functional.pad(pixels[:, None], (radius, radius, 0, 0), mode="replicate")
    rows = functional.conv2d(rows, weights.view(1, 1, 1, -1))
    columns = functional.pad(rows, (0, 0, radius, radius), mode="replicate")
    return functional.conv2d(columns, weights.view(1, 1, -1, 1))[:, 0]
