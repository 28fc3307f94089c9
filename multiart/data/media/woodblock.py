"""Woodblock print: five inks from blocks with few steps of shade, under key lines of even width."""

from functools import cache

import numpy as np
import torch
from torch.nn import functional

from multiart.data.media.fields import (
    blur,
    dots,
    flatten,
    mix,
    noise,
    paper_grain,
    saturated,
    shifted,
    steepness,
    step,
    unit_of,
)

_PAPER = np.array([0.955, 0.915, 0.82], np.float32)
_KEY = np.array([0.10, 0.12, 0.19], np.float32)
_INKS = np.array(  # at full strength on the paper
    [
        [0.07, 0.17, 0.42],  # Prussian blue
        [0.80, 0.20, 0.15],  # vermilion
        [0.91, 0.68, 0.20],  # ochre
        [0.22, 0.46, 0.27],  # green
        [0.20, 0.20, 0.23],  # sumi
    ],
    np.float32,
)
_DENSITIES = -np.log(_INKS / _PAPER)
_SHADES = 4
_CUBE = 17


def woodblock(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Print ``picture`` (float32 ``[H, W, 3]`` in [0, 1]) from wood."""
    unit, shape = unit_of(picture), picture.shape
    shapes = flatten(picture, round(2 * unit))
    strong = saturated(shapes + 0.4 * (shapes - blur(shapes, 22 * unit)), 1.2)
    blocks = _shaded(_separate(strong))
    density = np.zeros(shape, np.float32)
    for number, ink in enumerate(_DENSITIES):
        block = shifted(blocks[..., number], *np.round(rng.uniform(-1.4, 1.4, 2) * unit).astype(int))
        block *= 1 + 0.05 * _wood(shape, unit, rng) + 0.04 * noise(shape, 3 * unit, rng, 2)
        density += block[..., None] * ink
    paper = _PAPER * (1 + 0.012 * paper_grain(shape, rng, unit))[..., None]
    return mix(paper * np.exp(-density), np.broadcast_to(_KEY, shape), 0.92 * _key(shapes, unit))


@cache
def _separation() -> torch.Tensor:
    """How much of each ink makes each colour of a cube, ``[1, inks, b, g, r]``: nonnegative least squares."""
    side = np.linspace(0, 1, _CUBE, dtype=np.float32)
    b, g, r = np.meshgrid(side, side, side, indexing="ij")
    colors = np.stack([r, g, b], -1).reshape(-1, 3)
    wanted = -np.log(np.clip(colors / _PAPER, 0.06, 1))
    amounts = np.full((len(colors), len(_INKS)), 0.3, np.float32)
    curve = _DENSITIES @ _DENSITIES.T + 0.02 * np.diag([1, 1, 1, 1, 4])
    for _ in range(600):  # multiplicative updates stay positive
        amounts *= (wanted @ _DENSITIES.T + 1e-6) / (amounts @ curve + 1e-6)
    cube = amounts.reshape(_CUBE, _CUBE, _CUBE, -1).transpose(3, 0, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(cube, np.float32))[None]


def _separate(picture: np.ndarray) -> np.ndarray:
    """A picture as amounts of ink, ``[H, W, inks]``."""
    places = torch.from_numpy(np.ascontiguousarray(picture, np.float32) * 2 - 1)[None, None]
    amounts = functional.grid_sample(_separation(), places, align_corners=True, padding_mode="border")
    return amounts[0, :, 0].permute(1, 2, 0).numpy()


def _shaded(blocks: np.ndarray) -> np.ndarray:
    """Few steps of shade a block; one goes over into the next as wiped ink does."""
    level = np.clip(blocks, 0, 1.15) * _SHADES
    low = np.floor(level)
    return (low + step(level - low, 0.1, 0.9)) / _SHADES


def _key(shapes: np.ndarray, unit: float) -> np.ndarray:
    """The lines of the key block, in [0, 1]."""
    edge = steepness(shapes, 1.0 * unit) * unit
    line = step(edge, 0.012, 0.035) * (edge > 0.97 * blur(edge, 1.2 * unit))
    return step(blur(line * (1 - dots(shapes, 15 * unit)), 0.8 * unit), 0.3, 0.7)


def _wood(shape: tuple[int, ...], unit: float, rng: np.random.Generator) -> np.ndarray:
    """The grain of a plank, wider and narrower from place to place."""
    rings = noise(shape, (26 * unit, 420 * unit), rng) + 0.2 * noise(shape, (8 * unit, 200 * unit), rng)
    return 0.6 * np.sin(18 * rings) + 0.6 * noise(shape, (2.2 * unit, 120 * unit), rng)
