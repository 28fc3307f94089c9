"""Plum, cherry, maple and lotus."""

import math
import random
from itertools import pairwise

from multiart.data.scenes.brush import UNITS, Point, along, polygon, skia, smooth
from multiart.data.scenes.easel import NEAR, TALL, Easel
from multiart.data.scenes.palette import Color, mix
from multiart.data.scenes.water import river_middle

_PLUM_HUES = (("#d3223f", "#f2788c"), ("#ee6f97", "#fbc3d4"), ("#fff6f4", "#f3c4cf"))
"""Petals and the heart around the stamens: red, pink and white; no white ones under snow."""
_BOUGHS = (
    ((-4, 62), (9, 47), (17, 45), (28, 30), (41, 27), (50, 16), (64, 14)),
    ((14, 46), (26, 50), (35, 44), (47, 49), (58, 44)),
    ((28, 30), (27, 19), (34, 10), (32, 2)),
    ((-4, 92), (8, 82), (19, 84), (29, 73), (37, 74)),
)
"""Crooked lines from the left edge inwards."""


def plum_blossom(easel: Easel, side: str) -> None:
    """Dark crooked boughs that reach in from the side, set with single blossoms."""
    rng, p, brush = easel.rng("plum blossom"), easel.palette, easel.brush
    winter = easel.spec.season == "winter"
    petal, heart = rng.choice(_PLUM_HUES[:2] if winter else _PLUM_HUES)
    bark = p.lit("#3a2922")
    drop = rng.uniform(-2, 8)
    for k, bough in enumerate(_BOUGHS):
        line = [(x, y + drop + (rng.uniform(-2, 2) if i else 0)) for i, (x, y) in enumerate(bough)]
        line = line if side == "left" else [(UNITS - x, y) for x, y in line]
        thick = (5.4, 3.4, 3.2, 4.6)[k]
        for i, (a, b) in enumerate(pairwise(line)):
            width = thick * (1 - 0.72 * i / (len(line) - 1))
            brush.line(a, b, width, bark)
            if winter:
                lift = width * 0.45
                brush.line((a[0], a[1] - lift), (b[0], b[1] - lift), width * 0.55, p.lit("#f8fbff"))
        for a, b in list(pairwise(line))[1 if k in (0, 3) else 0 :]:
            for t in (0.3, 0.85)[: rng.choice((1, 2))]:
                spot = (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
                spot = along(spot, rng.uniform(0, math.tau), rng.uniform(1.5, 4))
                _blossom(easel, rng, spot, rng.uniform(3.4, 4.8), p.vivid(petal), p.vivid(heart))
        brush.oval(*line[-1], 1.7, 1.7, p.vivid(petal))


def _blossom(easel: Easel, rng: random.Random, at: Point, r: float, petal: Color, heart: Color) -> None:
    """Five round petals about a golden middle."""
    turn = rng.uniform(0, math.tau)
    for grow, color in ((0.5, mix(petal, easel.palette.lit("#5a1830"), 0.4)), (0.0, petal)):
        flower = skia.Path()
        for k in range(5):
            flower.addCircle(*along(at, turn + k * math.tau / 5, r * 0.58), r * 0.46 + grow)
        easel.brush.fill(flower, color)
    easel.brush.oval(*at, r * 0.42, r * 0.42, heart)
    easel.brush.oval(*at, r * 0.24, r * 0.24, easel.palette.lit("#ffd23f"))


_CROWN = (
    (-0.42, 0.5, 0.15),
    (0.42, 0.52, 0.15),
    (0.0, 0.6, 0.19),
    (-0.25, 0.64, 0.2),
    (0.25, 0.66, 0.2),
    (-0.12, 0.84, 0.18),
    (0.14, 0.86, 0.17),
)
"""The clouds of a cherry's crown: where, and how large, by its height."""


def cherry_blossom(easel: Easel, x: float, y: float, height: float) -> None:
    """A broad cherry tree in full bloom, shedding its petals."""
    rng, p, brush = easel.rng("cherry blossom"), easel.palette, easel.brush
    tones = [p.vivid(code) for code in ("#dd7fa4", "#f5abc4", "#fddde7")]
    _petals(easel, rng, x, y, height, tones)
    _fork(easel, x, y, height, p.lit("#4a332e"))
    light = -1 if easel.light_x < x else 1
    crown = [(x + u * height, y - v * height, r * height) for u, v, r in _CROWN]
    for tone, shrink, shift in ((tones[0], 1.0, 0.0), (tones[1], 0.86, 0.02)):
        cloud = skia.Path()
        for cx, cy, r in crown:
            at = (cx + shift * light * height, cy - shift * height)
            for k in range(9):
                spot = along(at, k * math.tau / 9 + cx, r * shrink * 0.8)
                cloud.addCircle(*spot, r * shrink * rng.uniform(0.26, 0.38))
            cloud.addCircle(*at, r * shrink * 0.85)
        brush.fill(cloud, tone)
    for cx, cy, r in crown:
        middle = (cx + 0.2 * r * light, cy - 0.25 * r)
        for k in range(20):
            spot = along(middle, rng.uniform(0, math.tau), r * rng.uniform(0, 0.95))
            size = rng.uniform(1.1, 2.2)
            brush.oval(*spot, size, size, tones[0 if k % 5 == 0 else 2])


def _fork(easel: Easel, x: float, y: float, height: float, bark: Color) -> None:
    """A short trunk that parts into three wide boughs."""
    brush, knee = easel.brush, (x, y - height * 0.3)
    foot = (
        (x - height * 0.09, y + 0.5),
        (x - height * 0.04, y - height * 0.12),
        (x - height * 0.035, knee[1]),
    )
    brush.fill(smooth([*foot, *[(2 * x - a, b) for a, b in reversed(foot)]]), bark)
    for u, v in ((-0.36, 0.62), (-0.02, 0.74), (0.36, 0.6)):
        bend = (x + u * height * 0.6, knee[1] - height * 0.1)
        brush.stroke(smooth([knee, bend, (x + u * height, y - v * height)]), height * 0.05, bark)


def _petals(easel: Easel, rng: random.Random, x: float, y: float, height: float, tones: list[Color]) -> None:
    """Petals in the air beside the tree, and a carpet of them below it."""
    for _ in range(26):
        away, deep = rng.uniform(-0.6, 0.6) * height, rng.uniform(-2, 7)
        easel.brush.oval(x + away, y + deep, 1.9, 0.9, rng.choice(tones[1:]))
    inward = 1 if x < UNITS / 2 else -1
    for _ in range(15):
        at = (x + inward * rng.uniform(-0.3, 1.0) * height, y - rng.uniform(0.05, 0.62) * height)
        easel.brush.oval(*at, 1.3, 1.0, tones[rng.choice((1, 2))])


_TIERS = (
    (0.26, 0.42, 0.24),
    (-0.28, 0.54, 0.27),
    (0.24, 0.68, 0.29),
    (-0.16, 0.82, 0.25),
    (0.06, 0.96, 0.19),
)
"""Where the tiers of a maple are, lowest first, and half their width, by its height."""


def maple(easel: Easel, x: float, y: float, height: float) -> None:
    """A crimson maple: level tiers of pointed leaves, and leaves that fall."""
    rng, p, brush = easel.rng("maple"), easel.palette, easel.brush
    tones = [p.vivid(code) for code in ("#8f1226", "#c81f2c", "#f0523a")]
    inward = 1 if x < UNITS / 2 else -1
    for _ in range(14):
        at = (x + rng.uniform(-0.5, 0.6) * height, y + rng.uniform(-1, 7))
        brush.fill(_star(at, rng.uniform(2.0, 2.8), rng.uniform(0, 6), flat=0.55), rng.choice(tones[1:]))
    for _ in range(7):
        at = (x + inward * rng.uniform(0.2, 0.9) * height, y - rng.uniform(0.06, 0.5) * height)
        brush.fill(_star(at, rng.uniform(2.2, 2.8), rng.uniform(0, 6)), rng.choice(tones[1:]))
    bark = p.lit("#3f2a26")
    stem = [
        (x, y),
        (x + inward * 3, y - height * 0.25),
        (x - inward * 3, y - height * 0.5),
        (x, y - height * 0.85),
    ]
    brush.stroke(smooth(stem), height * 0.06, bark)
    for u, v, _ in _TIERS:
        brush.line((x, y - (v - 0.12) * height), (x + u * height, y - v * height), height * 0.035, bark)
    for u, v, half in _TIERS:
        _tier(easel, rng, (x + u * height, y - v * height), half * height, tones)


def _tier(easel: Easel, rng: random.Random, at: Point, half: float, tones: list[Color]) -> None:
    """A flat cloud of leaves, dark below and bright above, with points all round."""
    x, y = at
    for tone, shrink, lift, count in (
        (tones[0], 1.0, 0.1, 13),
        (tones[1], 0.84, -0.08, 11),
        (tones[2], 0.55, -0.24, 5),
    ):
        leaves = skia.Path()
        leaves.setFillType(skia.PathFillType.kWinding)
        wide, middle = half * shrink * 0.86, y + lift * half
        if count > 5:
            leaves.addOval(skia.Rect.MakeLTRB(x - wide, middle - half * 0.3, x + wide, middle + half * 0.24))
        for k in range(count):
            a = k * math.tau / count + rng.uniform(-0.2, 0.2)
            spot = (x + math.cos(a) * wide, middle + math.sin(a) * half * 0.3 * shrink)
            leaves.addPath(_star(spot, rng.uniform(3.6, 4.6), rng.uniform(0, 6)))
        easel.brush.fill(leaves, tone)


def _star(at: Point, r: float, turn: float, flat: float = 1.0) -> skia.Path:
    """A leaf with five points."""
    points = []
    for k in range(10):
        px, py = along((0, 0), turn + k * math.pi / 5, r if k % 2 else r * 0.42)
        points.append((at[0] + px, at[1] + py * flat))
    return polygon(points)


_PADS = ((-20, 105, 8), (2, 103, 9), (20, 107, 8), (-11, 112, 11))
_PADS += ((13, 115, 11), (-24, 120, 12), (1, 123, 13), (25, 124, 11))
"""Where the leaves of the lotus lie about its middle, and how large they are."""


def lotus(easel: Easel, side: str) -> None:
    """Round leaves on the water, and pink flowers that stand over them."""
    rng, p = easel.rng("lotus"), easel.palette
    inward = 1 if side == "left" else -1
    if easel.spec.place == "river":
        middle = river_middle(easel, 116) - inward * 14
    else:
        ashore = [o for o in (*TALL, *NEAR) if o != "lotus" and easel.sides.get(o) == side]
        middle = {"left": 56, "right": 72}[side] if ashore else {"left": 31, "right": 97}[side]
    for dx, y, r in _PADS:
        _pad(easel, rng, middle + inward * dx, y + rng.uniform(-1, 1), r * rng.uniform(0.9, 1.1))
    stem = p.lit("#4f8a3f")
    for dx, y, tall, r in ((-8, 111, 24, 8.0), (12, 116, 15, 9.0), (-24, 118, 14, 7.0)):
        x, top = middle + inward * dx, y - tall * rng.uniform(0.9, 1.15)
        easel.brush.stroke(smooth([(x + 2, y), (x + 1.5, (y + top) / 2), (x, top)]), 1.7, stem)
        _lotus_flower(easel, (x, top), r)


def _pad(easel: Easel, rng: random.Random, x: float, y: float, r: float) -> None:
    """A leaf that lies on the water, with its notch and its veins."""
    p, brush = easel.palette, easel.brush
    green = mix(p.lit("#3f8f4c"), p.lit("#7cb85a"), rng.random())
    brush.oval(x, y + 0.9, r, r * 0.4, p.lit("#1f4a3a"))
    brush.oval(x, y, r, r * 0.4, green)
    for k in range(6):
        end = (x + math.cos(k * math.pi / 3) * r * 0.85, y + math.sin(k * math.pi / 3) * r * 0.33)
        brush.line((x, y), end, 0.6, mix(green, p.lit("#e8f5b0"), 0.4))
    water = mix(p.lit("#2c7fb0"), p.top, 0.35)
    brush.shape(((x, y), (x + r * 0.35, y + r * 0.45), (x + r * 0.75, y + r * 0.36)), water)


def _lotus_flower(easel: Easel, at: Point, r: float) -> None:
    """Two rings of pointed petals that open upwards."""
    p = easel.palette
    outer, inner, edge = (p.vivid(code) for code in ("#ec6fa0", "#fbb9d0", "#b83a70"))
    base = (at[0], at[1] + r * 0.35)
    for turns, length, color in (
        ((0.12, 0.88, 0.27, 0.73), 1.15, outer),
        ((0.4, 0.6, 0.5), 1.25, inner),
        ((0.2, 0.8, 0.34, 0.66), 0.85, inner),
    ):
        for turn in turns:
            for grow, tone in ((0.5, edge), (0.0, color)):
                easel.brush.fill(_petal(base, turn * math.pi, r * length + grow, r * 0.3 + grow), tone)
    easel.brush.oval(base[0], base[1] - r * 0.2, r * 0.22, r * 0.16, p.lit("#ffd84a"))


def _petal(base: Point, angle: float, length: float, half: float) -> skia.Path:
    """A petal from ``base`` to its point."""
    tip, path = along(base, angle, length), skia.Path()
    waist = along(base, angle, length * 0.5)
    path.moveTo(*base)
    for turn, start in ((1, tip), (-1, base)):
        path.quadTo(*along(waist, angle + turn * math.pi / 2, half * 1.7), *start)
    path.close()
    return path
