"""Oil on canvas: strokes from coarse to fine over a warm ground (Hertzmann, SIGGRAPH 1998)."""

import numpy as np

from multiart.data.media.fields import blur, flow, luma, mix, noise, relief, steepness, step, unit_of
from multiart.data.media.strokes import Canvas, at, bristles, grow, spots

_GROUND = np.array([0.55, 0.36, 0.22], np.float32)
_BROKEN = np.array([[1, 1, 1], [0.8, 0, -0.8]])  # lighter or darker, warmer or cooler
_LAYERS = (  # radius, cell a radius, mean error that calls for a stroke, steps, jitter of the colour
    (15.0, 0.9, -1.0, 6, 0.04),
    (8.5, 1.1, 0.07, 6, 0.038),
    (4.5, 1.2, 0.07, 6, 0.025),
    (2.2, 1.3, 0.085, 4, 0.015),
    (1.1, 1.5, 0.13, 4, 0.01),
)


def oil(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint ``picture`` (float32 ``[H, W, 3]`` in [0, 1]) in oil."""
    unit, shape = unit_of(picture), picture.shape
    wander = 0.5 * noise(shape, 120 * unit, rng, 2)
    canvas = Canvas(mix(blur(picture, 12 * unit), _GROUND, 0.6), bristles(rng, 0.2), 0.2)
    for radius, spacing, threshold, steps, jitter in _LAYERS:
        size = max(radius * unit, 0.8)
        aim = blur(picture, 0.45 * size) if size > 1.5 else picture
        angles = flow(aim, 1.5 * size + 2, wander, 4e-6)
        _layer(canvas, aim, angles, size, unit, spacing, threshold, steps, jitter, rng)
    return _varnish(canvas.picture, canvas.thickness, rng, unit)


def _layer(canvas, aim, angles, size, unit, spacing, threshold, steps, jitter, rng) -> None:
    painted = canvas.picture
    error = np.abs(blur(aim - painted, 0.4 * size)).sum(-1)
    error /= 0.4 + 0.9 * luma(aim)  # what is dark shows small differences
    if size < 6 * unit:  # fine brushes are for edges
        error *= step(steepness(aim, 0.7 * size) * unit, 0.003, 0.014)
    starts = spots(error, spacing * size, threshold, rng)
    if not len(starts):
        return
    own = at(aim, starts)

    def go_on(points: np.ndarray) -> np.ndarray:
        there = at(aim, points)
        return np.abs(there - own).sum(-1) <= np.maximum(np.abs(there - at(painted, points)).sum(-1), 0.06)

    points, made = grow(starts, angles, size, steps, rng, go_on=go_on)
    colors = own + jitter * (rng.standard_normal((len(own), 2)) @ _BROKEN)
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
