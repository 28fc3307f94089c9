"""Fields over a picture that the media share: blurs, noise, paper, edges, directions.

Pictures and fields are float32 ``[H, W]`` or ``[H, W, C]``, colours in [0, 1]. Lengths are in pixels.
"""

import math

import numpy as np
import torch
from torch.nn import functional

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def unit_of(picture: np.ndarray) -> float:
    """The length that is one pixel at 512 x 512."""
    return min(picture.shape[:2]) / 512


def luma(picture: np.ndarray) -> np.ndarray:
    return picture @ LUMA


def step(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """Rise smoothly from 0 at ``low`` to 1 at ``high``, which may be the smaller."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a: np.ndarray, b: np.ndarray, t: np.ndarray | float) -> np.ndarray:
    """The colours ``t`` of the way from ``a`` to ``b``; ``t`` is a number or a field ``[H, W]``."""
    t = t[..., None] if isinstance(t, np.ndarray) and t.ndim < max(np.ndim(a), np.ndim(b)) else t
    return a + (b - a) * t


def _planes(x: np.ndarray) -> torch.Tensor:
    planes = x[None] if x.ndim == 2 else x.transpose(2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(planes, np.float32))[:, None]


def _back(planes: torch.Tensor, ndim: int) -> np.ndarray:
    out = planes[:, 0].numpy()
    return out[0] if ndim == 2 else out.transpose(1, 2, 0)


def blur(x: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur; wide ones are made at a smaller size."""
    if sigma < 0.2:
        return x
    planes, shape = _planes(x), x.shape[:2]
    shrink = 2 ** max(0, math.floor(math.log2(sigma / 3))) if sigma > 6 else 1
    if shrink > 1:
        small = [max(2, n // shrink) for n in shape]
        planes, sigma = functional.interpolate(planes, small, mode="area"), sigma / shrink
    radius = min(math.ceil(2.6 * sigma), min(planes.shape[2:]) - 1)
    weights = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / sigma) ** 2)
    weights /= weights.sum()
    planes = functional.pad(planes, (radius,) * 4, mode="reflect")
    planes = _weighed(_weighed(planes, weights, 3), weights, 2)
    if shrink > 1:
        planes = functional.interpolate(planes, shape, mode="bilinear")
    return _back(planes, x.ndim)


def _weighed(x: torch.Tensor, weights: torch.Tensor, dim: int) -> torch.Tensor:
    """Convolve with an odd number of symmetric weights along ``dim``, which gets shorter by one less.

    Shifted copies added up: for the 1 x k kernels of planes `conv2d` takes three to fifteen times as long.
    """
    radius = len(weights) // 2
    length = x.shape[dim] - 2 * radius
    out = x.narrow(dim, radius, length) * weights[radius]
    for place, weight in enumerate(weights[:radius].tolist()):
        mirrored = x.narrow(dim, 2 * radius - place, length)
        out.add_(x.narrow(dim, place, length) + mirrored, alpha=weight)
    return out


def noise(
    shape: tuple[int, ...], cell: float | tuple[float, float], rng: np.random.Generator, octaves: int = 1
) -> np.ndarray:
    """Smooth noise of mean 0 and deviation 1.

    Args:
        shape: height and width of the field; what follows them is ignored.
        cell: width of its largest features, or their height and width.
        rng: where its numbers come from.
        octaves: each adds features of half the size and half the strength.
    """
    height, width = cell if isinstance(cell, tuple) else (cell, cell)
    total = np.zeros(shape[:2], np.float32)
    for octave in range(octaves):
        grid = [
            max(2, round(n / max(c / 2**octave, 1)) + 2) for n, c in zip(shape, (height, width), strict=False)
        ]
        values = torch.from_numpy(rng.standard_normal(grid, np.float32))[None, None]
        fine = functional.interpolate(values, [n + 2 * n // 8 + 4 for n in shape[:2]], mode="bicubic")[0, 0]
        dy, dx = rng.integers(0, 3, 2)
        total += fine.numpy()[dy : dy + shape[0], dx : dx + shape[1]] / 2**octave
    return (total - total.mean()) / max(float(total.std()), 1e-6)


def paper_grain(shape: tuple[int, ...], rng: np.random.Generator, unit: float) -> np.ndarray:
    """The relief of a rough sheet: hills and pits of a few pixels, of mean 0 and deviation 1."""
    white = rng.standard_normal(shape[:2], np.float32)
    coarse, fine = blur(white, 2.2 * unit), blur(rng.standard_normal(shape[:2], np.float32), 0.9 * unit)
    return 0.75 * coarse / max(coarse.std(), 1e-6) + 0.6 * fine / max(fine.std(), 1e-6)


def slopes(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How steeply a field rises downwards and rightwards, a pixel."""
    return np.gradient(x, axis=0), np.gradient(x, axis=1)


def steepness(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Length of the colour gradient of the picture blurred by ``sigma``: edges, as change a pixel."""
    dy, dx = slopes(blur(picture, sigma))
    squared = dy * dy + dx * dx
    return np.sqrt(squared.sum(-1) if squared.ndim == 3 else squared)


def flow(picture: np.ndarray, sigma: float, wander: np.ndarray, weight: float = 1e-6) -> np.ndarray:
    """The direction along edges everywhere, in radians: the smaller axis of the smoothed structure tensor.

    Args:
        picture: ``[H, W, C]``.
        sigma: how far a direction reaches into what has none of its own.
        wander: angles ``[H, W]`` that are followed where the picture is flat.
        weight: how strong ``wander`` is, as a squared change a pixel.
    """
    dy, dx = slopes(blur(picture, 1.0))
    tensor = np.stack([(dx * dx - dy * dy).sum(-1), 2 * (dx * dy).sum(-1)], -1)
    tensor = blur(tensor, sigma)
    across = wander + math.pi / 2
    tensor += weight * np.stack([np.cos(2 * across), np.sin(2 * across)], -1)
    return np.arctan2(tensor[..., 1], tensor[..., 0]) / 2 + math.pi / 2


def warp(picture: np.ndarray, dy: np.ndarray, dx: np.ndarray) -> np.ndarray:
    """The picture with every pixel taken from ``(dy, dx)`` pixels away."""
    height, width = dy.shape
    y = (np.arange(height, dtype=np.float32)[:, None] + dy) * 2 / max(height - 1, 1) - 1
    x = (np.arange(width, dtype=np.float32)[None] + dx) * 2 / max(width - 1, 1) - 1
    grid = torch.from_numpy(np.stack([x, y], -1))[None]
    planes = _planes(picture).transpose(0, 1)
    moved = functional.grid_sample(planes, grid, padding_mode="reflection", align_corners=True)
    return _back(moved.transpose(0, 1), picture.ndim)


def shifted(x: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """The field moved by whole pixels; its border fills what is left."""
    rows = np.clip(np.arange(x.shape[0]) - dy, 0, x.shape[0] - 1)
    columns = np.clip(np.arange(x.shape[1]) - dx, 0, x.shape[1] - 1)
    return x[rows][:, columns]


def saturated(picture: np.ndarray, strength: float) -> np.ndarray:
    gray = luma(picture)[..., None]
    return np.clip(gray + strength * (picture - gray), 0, 1)


def relief(height: np.ndarray, strength: float) -> np.ndarray:
    """Light from the upper left on a relief: about 1, brighter on slopes that face it."""
    dy, dx = slopes(height)
    return 1 + np.clip(strength * (dx + dy), -0.12, 0.12)


def flatten(picture: np.ndarray, radius: int) -> np.ndarray:
    """Kuwahara's filter: each pixel takes the mean of the calmest of four squares that meet in it."""
    if radius < 1:
        return picture
    side = radius + 1
    stack = np.concatenate([picture, luma(picture)[..., None] ** 2], -1)
    planes = functional.pad(_planes(stack), (radius,) * 4, mode="replicate")
    means = _back(functional.avg_pool2d(planes, side, 1), 3)
    spread = means[..., 3] - luma(means[..., :3]) ** 2
    height, width = picture.shape[:2]
    corners = [(y, x) for y in (0, radius) for x in (0, radius)]
    spreads = np.stack([spread[y : y + height, x : x + width] for y, x in corners])
    colors = np.stack([means[y : y + height, x : x + width, :3] for y, x in corners])
    weights = (spreads + 1e-5) ** -2
    weights /= weights.sum(0)
    return np.einsum("khw,khwc->hwc", weights, colors)


def dots(picture: np.ndarray, width: float) -> np.ndarray:
    """Where something is narrower than ``width`` both ways: snow, rain, stars, spots of the moon. [0, 1]."""
    size, light = 2 * max(1, round(width / 2)) + 1, luma(picture)
    kernels = ((1, size), (size, 1))
    ground, lid = (
        sign * _back(torch.maximum(*(_opened(_planes(sign * light), kernel) for kernel in kernels)), 2)
        for sign in (1, -1)
    )
    small = np.maximum(light - ground, (lid - light) * step(lid, 0.75, 0.85))  # dark ones on bright alone
    return step(_back(functional.max_pool2d(_planes(small), 3, 1, 1), 2), 0.008, 0.03)


def _opened(planes: torch.Tensor, kernel: tuple[int, int]) -> torch.Tensor:
    """Without what is bright and narrower than the kernel."""
    padding = (kernel[0] // 2, kernel[1] // 2)
    return functional.max_pool2d(-functional.max_pool2d(-planes, kernel, 1, padding), kernel, 1, padding)
