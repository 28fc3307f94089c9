"""Ink wash: depths of ink on warm paper, contours of changing weight, hardly any colour."""

import numpy as np

from multiart.data.media.fields import (
    blur,
    dots,
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
    edge = steepness(shapes, 1.2 * unit) * unit
    depth = _depth(luma(shapes), edge, unit, rng)
    washed = _paper(shape, rng, unit) * np.exp(np.log(_INK / _PAPER) * depth[..., None])
    washed = _tint(washed, shapes, unit)
    return _contours(washed, shapes, edge, unit, rng)


def _paper(shape: tuple[int, ...], rng: np.random.Generator, unit: float) -> np.ndarray:
    fibres = noise(shape, (3 * unit, 22 * unit), rng) * noise(shape, 60 * unit, rng)
    tone = 0.008 * noise(shape, 160 * unit, rng, 2) + 0.006 * fibres + 0.008 * paper_grain(shape, rng, unit)
    return _PAPER * (1 + tone[..., None])


def _depth(light: np.ndarray, edge: np.ndarray, unit: float, rng: np.random.Generator) -> np.ndarray:
    """How much ink lies where, in [0, 1]: what is bright, empty or misty stays paper."""
    night = float(step(np.median(light), 0.42, 0.2))
    tone = np.clip((0.92 - light) / 0.8, 0, 1) ** (2 - night)
    local = np.clip(blur(light, 45 * unit) + 0.04 - light, -0.25, 1)
    mist = step(noise(light.shape, (45 * unit, 200 * unit), rng, 3), 0.0, 1.6)
    tone = (0.34 + 0.3 * night) * tone * (1 - (0.8 - 0.4 * night) * mist)
    depth = np.clip(tone + (1.25 + 0.3 * night) * local, 0, 1)
    soft = 0.8 * step(noise(light.shape, 60 * unit, rng, 2), -0.2, 1)
    soft *= step(blur(edge, 14 * unit), 0.02, 0.006)
    depth = mix(depth, blur(depth, 9 * unit), soft)
    rim = np.clip(depth - blur(depth, 3 * unit), 0, 0.3)
    pools = 1 + 0.16 * np.clip(noise(light.shape, 80 * unit, rng, 5), -2, 2)
    grain = 1 - 0.06 * np.clip(paper_grain(light.shape, rng, unit), -2, 2)
    return np.clip((depth + 0.8 * rim) * pools * grain, 0, 0.95)


def _tint(washed: np.ndarray, shapes: np.ndarray, unit: float) -> np.ndarray:
    """A little colour: a hint of each hue, and more where something small is warm."""
    color = shapes - luma(shapes)[..., None]
    warm = color @ np.array([1, -0.7, -0.3], np.float32)
    accent = step(warm - blur(warm, 40 * unit), 0.05, 0.3)
    return np.clip(washed * (1 + (0.2 + 1.2 * accent)[..., None] * color), 0, 1)


def _contours(
    washed: np.ndarray, shapes: np.ndarray, edge: np.ndarray, unit: float, rng: np.random.Generator
) -> np.ndarray:
    """Brush lines along the edges of things, drier and paler where the edge is weak."""
    edge = edge * (1 - dots(shapes, 22 * unit))
    ridge = edge * (edge > 0.98 * blur(edge, 1.5 * unit))
    angles = flow(shapes, 2 * unit, np.zeros(edge.shape, np.float32), 1e-9)
    starts = spots(ridge, max(7 * unit, 2), 0.008, rng)
    canvas = Canvas(washed, bristles(rng, 0.7))
    if len(starts):
        force = at(edge, starts)

        def go_on(points: np.ndarray) -> np.ndarray:
            return at(edge, points) > 0.4 * force

        points, made = grow(starts, angles, max(2.2 * unit, 0.7), 14, rng, go_on=go_on, curvature=0.9)
        press = 0.75 + 0.35 * np.clip(at(noise(edge.shape, 50 * unit, rng), starts), -1.5, 1.5)
        widths = np.maximum(unit * (1.0 + 13 * np.minimum(force, 0.16)) * press, 0.9)
        strength = np.clip((0.06 + 3.5 * force) * press, 0, 0.7) * (made > 3)
        canvas.lay(points, made, widths, np.tile(_INK, (len(starts), 1)), strength, rng, swell=_SWELL)
    return canvas.picture
