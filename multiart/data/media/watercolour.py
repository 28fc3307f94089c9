"""Watercolour: transparent washes with dark rims, grains of pigment and the paper between them."""

import numpy as np

from multiart.data.media.fields import (
    blur,
    flatten,
    mix,
    noise,
    paper_grain,
    relief,
    saturated,
    steepness,
    step,
    unit_of,
    warp,
)

_PAPER = np.array([0.985, 0.975, 0.95], np.float32)


def watercolour(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint ``picture`` (float32 ``[H, W, 3]`` in [0, 1]) in watercolour."""
    unit, shape = unit_of(picture), picture.shape
    grain = paper_grain(shape, rng, unit)
    shapes = flatten(picture, round(3 * unit))
    wobble = [
        2.0 * unit * noise(shape, 40 * unit, rng) + 0.7 * unit * noise(shape, 8 * unit, rng) for _ in range(2)
    ]
    shapes = _bleed(warp(shapes, *wobble), unit, rng)
    density = 0.74 * -np.log(np.clip(saturated(shapes, 1.15) / _PAPER, 0.02, 1))
    density = _pigment(density, grain, unit, rng)
    painted = _PAPER * np.exp(-density)
    return painted * relief(blur(grain, 0.6 * unit), 0.018)[..., None]


def _bleed(shapes: np.ndarray, unit: float, rng: np.random.Generator) -> np.ndarray:
    """Let neighbouring colours run into each other here and there, where their border is soft."""
    soft = blur(shapes, 7 * unit)
    calm = step(blur(steepness(shapes, 2 * unit), 3 * unit), 0.012 / unit, 0.004 / unit)
    wet = 0.85 * calm * step(noise(shapes.shape, 70 * unit, rng, 2), -0.6, 0.8)
    return mix(shapes, soft, wet)


def _pigment(density: np.ndarray, grain: np.ndarray, unit: float, rng: np.random.Generator) -> np.ndarray:
    """Where the pigment settles: at the rims of washes, in the pits of the paper, in pools."""
    rim = np.clip(density - blur(density, 2.6 * unit), 0, 0.3)
    pools = 1 + 0.2 * np.clip(noise(density.shape, 90 * unit, rng, 3), -2, 2)
    tide = noise(density.shape, 110 * unit, rng, 4)
    pools += 0.13 * np.exp(-((tide / 0.06) ** 2)) - 0.16 * step(tide, 0.0, 0.5)
    gaps = step(steepness(density, 0.8 * unit), 0.08 / unit, 0.2 / unit)
    gaps *= step(noise(density.shape, 22 * unit, rng, 2), 0.8, 1.3)
    density = (density + 1.6 * rim) * (pools * (1 + 0.1 * np.clip(-grain, -2, 2)))[..., None]
    return np.clip(density * (1 - 0.75 * gaps[..., None]), 0, None)
