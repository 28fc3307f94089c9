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
_EYE = np.array([0.25, 0.4, 0.35], np.float32)  # reds are dark to ink, the blues of the night light
_SWELL = np.array([0.4, 1.1, 1.15, 0.9, 0.75, 0.25], np.float32)


def ink_wash(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint ``picture`` (float32 ``[H, W, 3]`` in [0, 1]) in ink on paper."""
    unit, shape = unit_of(picture), picture.shape
    wobble = [1.3 * unit * noise(shape, 30 * unit, rng, 2) for _ in range(2)]
    shapes = warp(flatten(picture, round(2 * unit)), *wobble)
    edge = steepness(shapes, 1.2 * unit) * unit
    depth = _depth(shapes @ _EYE, edge, unit, rng)
    washed = _paper(shape, rng, unit) * np.exp(np.log(_INK / _PAPER) * depth[..., None])
    washed = _tint(washed, shapes, unit)
    canvas = Canvas(washed, bristles(rng, 0.8))
    _texture(canvas, depth, shapes, unit, rng)
    _contours(canvas, shapes, edge, unit, rng)
    return canvas.picture


def _paper(shape: tuple[int, ...], rng: np.random.Generator, unit: float) -> np.ndarray:
    fibres = noise(shape, (3 * unit, 22 * unit), rng) * noise(shape, 60 * unit, rng)
    tone = 0.008 * noise(shape, 160 * unit, rng, 2) + 0.006 * fibres + 0.008 * paper_grain(shape, rng, unit)
    return _PAPER * (1 + tone[..., None])


def _depth(light: np.ndarray, edge: np.ndarray, unit: float, rng: np.random.Generator) -> np.ndarray:
    """How much ink lies where, in [0, 1]: what is bright, empty or misty stays paper."""
    night = float(step(np.median(light), 0.42, 0.2))
    tone = np.clip((0.92 - light) / 0.8, 0, 1) ** (2 - night)
    local = np.clip(blur(light, 45 * unit) + 0.04 - light, -0.14, 0.45)
    mist = step(noise(light.shape, (45 * unit, 200 * unit), rng, 3), 0.0, 1.6)
    tone = (0.26 + 0.34 * night) * tone * (1 - (0.8 - 0.4 * night) * mist)
    depth = np.clip(tone + (1.1 + 0.5 * night) * local, 0, 1)
    soft = 0.8 * step(noise(light.shape, 60 * unit, rng, 2), -0.2, 1)
    soft *= step(blur(edge, 14 * unit), 0.02, 0.006)
    depth = mix(depth, blur(depth, 9 * unit), soft)
    rim = np.clip(depth - blur(depth, 3 * unit), 0, 0.3)
    pools = 1 + 0.16 * np.clip(noise(light.shape, 80 * unit, rng, 5), -2, 2)
    grain = 1 - 0.06 * np.clip(paper_grain(light.shape, rng, unit), -2, 2)
    return np.clip((depth + 0.8 * rim) * pools * grain, 0, 0.95)


def _tint(washed: np.ndarray, shapes: np.ndarray, unit: float) -> np.ndarray:
    """A little colour: a hint of each hue, and more where something small is warm."""
    color = np.maximum(shapes - luma(shapes)[..., None], -0.22)
    warm = color @ np.array([1, -1, 0], np.float32)
    accent = step(warm - blur(warm, 40 * unit), 0.08, 0.35)
    return np.clip(washed * (1 + (0.16 + 1.1 * accent)[..., None] * color), 0, 1)


def _texture(
    canvas: Canvas, depth: np.ndarray, shapes: np.ndarray, unit: float, rng: np.random.Generator
) -> None:
    """Strokes of a half dry brush over what is grey, along the forms."""
    angles = flow(shapes, 6 * unit, 0.4 * noise(depth.shape, 90 * unit, rng), 1e-6)
    starts = spots(depth * rng.random(depth.shape, np.float32), max(7 * unit, 2), 0.06, rng)
    if len(starts):
        own = at(depth, starts)

        def go_on(points: np.ndarray) -> np.ndarray:
            return np.abs(at(depth, points) - own) < 0.12

        points, made = grow(starts, angles, 5 * unit, 7, rng, go_on=go_on)
        widths = np.maximum(unit * rng.uniform(4, 10, len(starts)), 1)
        alphas = 0.22 * own * rng.random(len(starts)) * (made > 2)
        canvas.lay(points, made, widths, np.tile(_INK, (len(starts), 1)), alphas, rng, swell=_SWELL)


def _contours(
    canvas: Canvas, shapes: np.ndarray, edge: np.ndarray, unit: float, rng: np.random.Generator
) -> None:
    """Brush lines along the edges of things, drier and paler where the edge is weak."""
    edge = edge * (1 - dots(shapes, 22 * unit))
    ridge = edge * (edge > 0.98 * blur(edge, 1.5 * unit))
    angles = flow(shapes, 2 * unit, np.zeros(edge.shape, np.float32), 1e-9)
    starts = spots(ridge, max(7 * unit, 2), 0.008, rng)
    if len(starts):
        force = at(edge, starts)

        def go_on(points: np.ndarray) -> np.ndarray:
            return at(edge, points) > 0.4 * force

        points, made = grow(starts, angles, max(2.2 * unit, 0.7), 14, rng, go_on=go_on, curvature=0.9)
        press = 0.75 + 0.35 * np.clip(at(noise(edge.shape, 50 * unit, rng), starts), -1.5, 1.5)
        widths = np.maximum(unit * (1.0 + 13 * np.minimum(force, 0.16)) * press, 0.9)
        strength = np.clip((0.06 + 3.5 * force) * press, 0, 0.7) * (made > 3)
        canvas.lay(points, made, widths, np.tile(_INK, (len(starts), 1)), strength, rng, swell=_SWELL)
