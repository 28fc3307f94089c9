"""The great waves of the sea."""

import math
import random

from multiart.data.scenes.brush import UNITS, Point, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import WATER, Color, mix


def waves(easel: Easel) -> None:
    """Great breaking waves close to the eye, with claws of foam."""
    rng, h = easel.rng("waves"), easel.horizon
    taken = {easel.sides[o] for o in easel.sides if easel.sides[o] != "center"}
    free = [side for side in ("left", "right") if side not in taken]
    flip, inwards = rng.choice(free or ["left", "right"]) == "right", 0.0 if free else 30.0
    tall = (UNITS - h) * rng.uniform(0.84, 0.94)
    _breaker(easel, rng, not flip, (0.0, UNITS + 4), tall * 0.62)
    _breaker(easel, rng, flip, (inwards, UNITS + 4), tall)
    _swell(easel, rng, UNITS - 7)


_BACK = ((-1.2, -0.1), (-1.0, 0.1), (-0.5, 0.3))
_CREST = ((-0.2, 0.56), (0.08, 0.78), (0.3, 0.97), (0.52, 1.0), (0.74, 0.9), (0.86, 0.7), (0.84, 0.58))
_HOLLOW = ((0.76, 0.7), (0.64, 0.75), (0.52, 0.66), (0.46, 0.46), (0.54, 0.26), (0.8, 0.1), (1.3, 0.03))


def _breaker(easel: Easel, rng: random.Random, flip: bool, start: Point, height: float) -> None:
    """A wave that comes in from the side and curls over at its crest."""
    p, brush = easel.palette, easel.brush
    width = height * 1.15

    def at(u: float, v: float) -> Point:
        x = start[0] + u * width
        return (UNITS - x if flip else x), start[1] - v * height

    deep = mix(p.lit("#1d4f86"), p.lit(WATER[easel.spec.season]), 0.3)
    pale, foam = p.lit("#a8d4e6"), p.vivid("#ffffff")
    body = smooth([at(*q) for q in [*_BACK, *_CREST, *_HOLLOW, (1.5, -0.1)]], closed=True)
    brush.fill(body, deep)
    with brush.clipped(body):
        for k in range(4):
            lift, reach = 0.09 * k, 0.13 * k
            stripe = [
                (0.66 - reach, 0.9 - lift * 0.3),
                (0.42 - reach, 0.66 - lift),
                (0.38 - reach, 0.4 - lift),
            ]
            stripe += [(0.52 - reach, 0.14 - lift), (0.9 - reach, 0.0 - lift)]
            brush.stroke(smooth([at(*q) for q in stripe]), height * 0.035, pale)
    for u, v in _along(_CREST, 20):
        r = height * rng.uniform(0.035, 0.08)
        brush.oval(*at(u, v - rng.uniform(0, 0.04)), r, r * 0.85, foam)
    for u, v in _along((*_CREST[3:], *_HOLLOW[:2]), 9):
        _claw(easel, at(u, v), height * rng.uniform(0.1, 0.14), flip, foam)
    for _ in range(9):
        spot = at(rng.uniform(0.6, 1.1), rng.uniform(0.5, 1.08))
        brush.oval(*spot, height * 0.018, height * 0.018, foam, 0.9)


def _along(points: tuple[Point, ...], count: int) -> list[Point]:
    """``count`` points evenly spread over the sides between ``points``."""
    spread = []
    for k in range(count):
        t = k / (count - 1) * (len(points) - 1.001)
        (ax, ay), (bx, by) = points[int(t)], points[int(t) + 1]
        spread.append((ax + (bx - ax) * (t % 1), ay + (by - ay) * (t % 1)))
    return spread


def _claw(easel: Easel, root: Point, size: float, flip: bool, color: Color) -> None:
    """A finger of foam, bent down and forward."""
    x, y = root
    side = -1 if flip else 1
    path = skia.Path()
    path.moveTo(x - side * size * 0.5, y - size * 0.2)
    path.quadTo(x + side * size * 0.6, y - size * 0.3, x + side * size * 0.5, y + size)
    path.quadTo(x + side * size * 0.1, y + size * 0.2, x - side * size * 0.5, y + size * 0.3)
    path.close()
    easel.brush.fill(path, color)


def _swell(easel: Easel, rng: random.Random, y: float) -> None:
    """A row of pointed, foaming wavelets along the lower edge."""
    p, phase = easel.palette, rng.uniform(0, 20)
    deep = mix(p.lit("#1d4f86"), p.lit(WATER[easel.spec.season]), 0.35)
    line = [
        (x + phase, y + (-5 if k % 2 else 4) + math.sin(k) * 1.5) for k, x in enumerate(range(-40, 150, 11))
    ]
    easel.brush.fill(smooth([(-30, 140), *line, (170, 140)]), deep)
    easel.brush.stroke(smooth(line), 2.4, p.vivid("#ffffff"))
