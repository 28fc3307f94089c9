"""Woodblock print: flat colours of few blocks, shaded by wiping, under key lines of even width."""

import numpy as np

from multiart.data.media.fields import blur, flatten, mix, noise, paper_grain, steepness, step, unit_of

_PAPER = np.array([0.95, 0.91, 0.81], np.float32)
_KEY = np.array([0.11, 0.13, 0.2], np.float32)
_INKS = np.array(
    [
        [0.95, 0.91, 0.81],  # paper
        [0.84, 0.80, 0.72],
        [0.10, 0.20, 0.40],  # Prussian blue, deep to pale
        [0.21, 0.38, 0.58],
        [0.50, 0.64, 0.74],
        [0.75, 0.82, 0.83],
        [0.07, 0.10, 0.19],  # sumi
        [0.36, 0.37, 0.40],
        [0.62, 0.61, 0.60],
        [0.80, 0.27, 0.17],  # vermilion and reds
        [0.91, 0.56, 0.44],
        [0.95, 0.77, 0.68],
        [0.55, 0.20, 0.18],
        [0.86, 0.65, 0.28],  # ochres
        [0.93, 0.82, 0.52],
        [0.66, 0.46, 0.24],
        [0.40, 0.28, 0.20],
        [0.25, 0.42, 0.30],  # greens
        [0.46, 0.59, 0.36],
        [0.70, 0.76, 0.50],
        [0.14, 0.25, 0.24],
        [0.46, 0.36, 0.52],  # violets
        [0.70, 0.60, 0.72],
    ],
    np.float32,
)


def woodblock(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Print ``picture`` (float32 ``[H, W, 3]`` in [0, 1]) from wood."""
    unit, shape = unit_of(picture), picture.shape
    shapes = flatten(picture, round(2 * unit))
    inked = _inked(shapes)
    key = _key(shapes, unit)
    paper = _PAPER * (1 + 0.012 * paper_grain(shape, rng, unit))[..., None]
    density = -np.log(np.clip(inked / _PAPER, 0.03, 1))
    shift = np.round(rng.uniform(-1.3, 1.3, 2) * unit).astype(int)
    density = np.roll(density, shift, (0, 1))
    density *= (1 + 0.05 * _grain(shape, unit, rng) + 0.05 * noise(shape, 4 * unit, rng, 2))[..., None]
    return mix(paper * np.exp(-density), np.broadcast_to(_KEY, shape), 0.9 * key)


def _inked(shapes: np.ndarray) -> np.ndarray:
    flat = shapes.reshape(-1, 3)
    far = ((flat[:, None] - _INKS[None]) ** 2).sum(-1)
    weights = np.exp(-(far - far.min(1, keepdims=True)) / 0.004)
    return ((weights / weights.sum(1, keepdims=True)) @ _INKS).reshape(shapes.shape)


def _key(shapes: np.ndarray, unit: float) -> np.ndarray:
    edge = steepness(shapes, 1.0 * unit) * unit
    line = (edge > 0.05) & (edge > 0.97 * blur(edge, 1.2 * unit))
    return step(blur(line.astype(np.float32), 0.9 * unit), 0.3, 0.75)


def _grain(shape: tuple[int, ...], unit: float, rng: np.random.Generator) -> np.ndarray:
    return noise(shape, (3 * unit, 160 * unit), rng, 2)
