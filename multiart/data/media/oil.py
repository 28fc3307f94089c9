"""Oil on canvas: strokes from coarse to fine over a warm ground (Hertzmann, SIGGRAPH 1998)."""

from typing import NamedTuple

import numpy as np

from multiart.data.media.fields import blur, flow, luma, mix, noise, relief, steepness, step, unit_of
from multiart.data.media.strokes import Canvas, at, bristles, grow, spots

_GROUND = np.array([0.55, 0.36, 0.22], np.float32)
_BROKEN = np.array([[1, 1, 1], [0.8, 0, -0.8]])  # lighter or darker, warmer or cooler


class _Layer(NamedTuple):
    """One size of brush: lengths in 1/512 of the picture, errors and jitter as sums over the colour."""

    radius: float
    spacing: float  # of strokes, in radii
    threshold: float  # the mean error that calls for a stroke
    steps: int  # the longest stroke, in radii
    jitter: float  # of the colour, from stroke to stroke


_LAYERS = (
    _Layer(15.0, 0.9, -1.0, 6, 0.04),
    _Layer(8.5, 1.1, 0.07, 6, 0.036),
    _Layer(4.5, 1.2, 0.045, 6, 0.025),
    _Layer(2.2, 1.4, 0.055, 4, 0.012),
    _Layer(1.1, 1.5, 0.12, 4, 0.008),
)


def oil(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint ``picture`` (float32 ``[H, W, 3]`` in [0, 1]) in oil."""
    unit, shape = unit_of(picture), picture.shape
    wander = 0.5 * noise(shape, 120 * unit, rng, 2)
    canvas = Canvas(mix(blur(picture, 12 * unit), _GROUND, 0.35), bristles(rng, 0.2), 0.2)
    for layer in _LAYERS:
        size = max(layer.radius * unit, 0.8)
        aim = blur(picture, 0.45 * size) if size > 1.5 else picture
        starts = spots(_error(aim, canvas.picture, size, unit), layer.spacing * size, layer.threshold, rng)
        if len(starts):
            angles = flow(aim, 1.5 * size + 2, wander, 4e-6)
            _paint(canvas, aim, angles, starts, size, layer, rng)
    return _varnish(canvas.picture, canvas.thickness, rng, unit)


def _error(aim: np.ndarray, painted: np.ndarray, size: float, unit: float) -> np.ndarray:
    """How far from the aim the painting is, as a brush of this size sees it."""
    error = np.abs(blur(aim - painted, 0.4 * size)).sum(-1)
    error /= 0.4 + 0.9 * luma(aim)  # what is dark shows small differences
    if size < 6 * unit:  # fine brushes are for edges
        error *= step(steepness(aim, 0.7 * size) * unit, 0.003, 0.01)
    return error


def _paint(
    canvas: Canvas,
    aim: np.ndarray,
    angles: np.ndarray,
    starts: np.ndarray,
    size: float,
    layer: _Layer,
    rng: np.random.Generator,
) -> None:
    """Lay one stroke from each start, ended where its colour would do harm."""
    painted, own = canvas.picture, at(aim, starts)

    def go_on(points: np.ndarray) -> np.ndarray:
        there = at(aim, points)
        return np.abs(there - own).sum(-1) <= np.maximum(np.abs(there - at(painted, points)).sum(-1), 0.06)

    points, made = grow(starts, angles, size, layer.steps, rng, go_on=go_on)
    tamed = layer.jitter * np.clip(3.5 * (1 - luma(own)), 0.3, 1)[:, None]  # white would go out of range
    colors = own + tamed * (rng.standard_normal((len(own), 2)) @ _BROKEN)
    widths = 2 * size * rng.uniform(0.8, 1.15, len(own))
    if size > 3:
        canvas.lay(points, made, widths, colors, np.full(len(own), 0.96), rng)
    else:
        canvas.line(points, widths, np.clip(colors, 0, 1))


def _varnish(painted: np.ndarray, thickness: np.ndarray, rng: np.random.Generator, unit: float) -> np.ndarray:
    """Light on the paint's relief and on the weave below it."""
    weave = noise(painted.shape, (2.5 * unit, 14 * unit), rng) + noise(
        painted.shape, (14 * unit, 2.5 * unit), rng
    )
    lit = painted * relief(blur(thickness, 1.0 * unit), 0.6)[..., None]
    return lit * (1 + 0.012 * weave * (1.2 - luma(painted)))[..., None]
