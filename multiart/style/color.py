"""Keeping a picture's colours under another's brushwork."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

LEAST_VARIANCE = 1e-4  # of a colour direction, in [0, 1] squared: greys are not blown up to colours
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


def match_colors(content: Tensor, styles: Sequence[tuple[Tensor, float]]) -> Tensor:
    """Give a picture the mean and the covariance of the colours of others, by a linear map of colours.

    Gatys et al. 2017, section 5.1, the other way round: theirs gives the style picture the content's colours.

    Args:
        content: ``[3, H, W]`` in ``[0, 1]``.
        styles: pictures of any size, and their shares, which sum to 1.

    Returns:
        ``[3, H, W]`` in ``[0, 1]``; what the map sends out of this range is cut off.
    """
    mean, covariance = _color_moments([(content, 1.0)])
    wanted_mean, wanted_covariance = _color_moments(styles)
    linear = _power(wanted_covariance, 0.5) @ _power(covariance, -0.5)
    mapped = linear @ (content.double().flatten(1) - mean) + wanted_mean
    return mapped.view(content.shape).to(content).clamp(0, 1)


def _color_moments(pictures: Sequence[tuple[Tensor, float]]) -> tuple[Tensor, Tensor]:
    """Mean ``[3, 1]`` and covariance ``[3, 3]`` of the colours of pictures taken together."""
    flat = [(pixels.double().flatten(1), share) for pixels, share in pictures]
    mean = sum(share * pixels.mean(1, keepdim=True) for pixels, share in flat)
    squares = sum(share * pixels @ pixels.mT / pixels.shape[1] for pixels, share in flat)
    return mean, squares - mean @ mean.mT


def _power(covariance: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return vectors @ torch.diag(values.clamp(min=LEAST_VARIANCE) ** exponent) @ vectors.mT


def gaussian_blur(pixels: Tensor, sigma: float) -> Tensor:
    """Blur ``[C, H, W]`` by a Gaussian of ``sigma`` pixels; the border pixel is continued outwards."""
    radius = max(1, math.ceil(3 * sigma))
    weights = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).to(pixels)
    rows = functional.pad(pixels[:, None], (radius, radius, 0, 0), mode="replicate")
    rows = functional.conv2d(rows, weights.view(1, 1, 1, -1))
    columns = functional.pad(rows, (0, 0, radius, radius), mode="replicate")
    return functional.conv2d(columns, weights.view(1, 1, -1, 1))[:, 0]
