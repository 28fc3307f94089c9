"""Ink wash: five depths of ink on warm paper, contours of changing weight, hardly any colour."""

import numpy as np

from multiart.data.media.fields import (
    blur,
    flatten,
    flow,
    luma,
    mix,
    noise,
    paper_grain,
    steepness,
    step,
    unit_of,
    warp,
)
from multiart.data.media.strokes import Canvas, at, bristles, grow, spots

_PAPER = np.array([0.955, 0.93, 0.875], np.float32)
_INK = np.array([0.10, 0.105, 0.125], np.float32)
_SWELL = np.array([0.4, 1.1, 1.15, 0.9, 0.75, 0.25], np.float32)


def ink_wash(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint ``picture`` (float32 ``[H, W, 3]`` in [0, 1]) in ink on paper."""
    unit, shape = unit_of(picture), picture.shape
    wobble = [1.3 * unit * noise(shape, 30 * unit, rng, 2) for _ in range(2)]
    shapes = warp(flatten(picture, round(2 * unit)), *wobble)
    depth = _depth(shapes, unit, rng)
    paper = _paper(shape, rng, unit)
    washed = paper * np.exp(np.log(_INK / _PAPER) * depth[..., None])
    washed = _tint(washed, shapes, unit)
    return _contours(washed, shapes, unit, rng)


def _paper(shape: tuple[int, ...], rng: np.random.Generator, unit: float) -> np.ndarray:
    fibres = noise(shape, (3 * unit, 22 * unit), rng) * noise(shape, 60 * unit, rng)
    tone = 0.008 * noise(shape, 160 * unit, rng, 2) + 0.006 * fibres + 0.008 * paper_grain(shape, rng, unit)
    return _PAPER * (1 + tone[..., None])


def _depth(shapes: np.ndarray, unit: float, rng: np.random.Generator) -> np.ndarray:
    """How much ink lies where, in [0, 1]: what is bright or misty stays paper."""
    light = luma(shapes)
    top, low = np.quantile(light, 0.97), np.quantile(light, 0.02)
    depth = np.clip((max(top, 0.62) - light) / max(top - low, 0.45), 0, 1) ** 1.25
    rim = np.clip(depth - blur(depth, 3 * unit), 0, 0.3)
    pools = 1 + 0.16 * np.clip(noise(light.shape, 80 * unit, rng, 5), -2, 2)
    grain = 1 - 0.08 * np.clip(paper_grain(light.shape, rng, unit), -2, 2)
    mist = step(noise(light.shape, (40 * unit, 190 * unit), rng, 3), 0.2, 1.8)
    soft = mix(depth, blur(depth, 9 * unit), 0.8 * step(noise(light.shape, 60 * unit, rng, 2), 0, 1))
    return np.clip((soft + 0.9 * rim) * pools * grain * (1 - 0.55 * mist), 0, 1) * 0.82


def _tint(washed: np.ndarray, shapes: np.ndarray, unit: float) -> np.ndarray:
    """A little colour: a hint of each hue, and cinnabar where something small is red."""
    color = shapes - luma(shapes)[..., None]
    warm = color[..., 0] - color[..., 1:].max(-1)
    accent = step(warm - blur(warm, 30 * unit), 0.06, 0.25)
    return np.clip(washed * (1 + 0.18 * color + 0.9 * accent[..., None] * color), 0, 1)


def _contours(washed: np.ndarray, shapes: np.ndarray, unit: float, rng: np.random.Generator) -> np.ndarray:
    """Brush lines along the edges of things, drier and paler where the edge is weak."""
    edge = steepness(shapes, 1.2 * unit) * unit
    ridge = edge * (edge > 0.98 * blur(edge, 1.5 * unit))
    angles = flow(shapes, 2 * unit, np.zeros(edge.shape, np.float32), 1e-9)
    starts = spots(ridge, max(5 * unit, 2), 0.012, rng)
    canvas = Canvas(washed, bristles(rng, 0.5))
    if len(starts):
        force = at(edge, starts)

        def go_on(points: np.ndarray) -> np.ndarray:
            return at(edge, points) > 0.45 * force

        points, made = grow(starts, angles, max(2.2 * unit, 0.7), 12, rng, go_on=go_on, curvature=0.9)
        widths = np.maximum(
            unit * (1.4 + 14 * np.minimum(force, 0.14)) * rng.uniform(0.6, 1.3, len(starts)), 0.9
        )
        colors = np.broadcast_to(_INK, (len(starts), 3))
        canvas.lay(points, made, widths, colors, np.clip(0.1 + 5 * force, 0, 0.75), rng, swell=_SWELL)
    return canvas.picture
