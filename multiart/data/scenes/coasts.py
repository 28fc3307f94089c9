"""Cliffs, waterfall and islands."""

import random

from multiart.data.scenes.brush import UNITS, Point, polygon, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import GRASS, LEAVES, WATER, Color, mix
from multiart.data.scenes.water import river_middle, water_area


def _stone(easel: Easel) -> tuple[Color, Color, Color]:
    """Rock in shade, rock, and rock in light."""
    winter = easel.spec.season == "winter"
    codes = ("#4a4a5c", "#79798c", "#b4b6c4") if winter else ("#57473f", "#8f7a68", "#cdb79a")
    return tuple(easel.palette.vivid(code) for code in codes)


def _turf(easel: Easel) -> Color:
    """What grows, or lies, on top of the rock."""
    return easel.palette.lit("#f6f9fc" if easel.spec.season == "winter" else GRASS[easel.spec.season])


def cliffs(easel: Easel, x: float, y: float, height: float) -> None:
    """Steep rock that rises from the water and runs out of the picture at its side."""
    rng, left = easel.rng("cliffs"), x < UNITS / 2
    low = y + (5 if easel.spec.place == "sea" else 1)
    for reach, share, far in ((64, 0.5, 0.35), (47, 1.0, 0.0)):
        tall = height * share * rng.uniform(0.92, 1.05)
        _cliff(easel, rng, left, low - 3 * far, tall, reach + rng.uniform(-3, 3), far)
    if easel.spec.place == "sea":
        foam = easel.palette.lit("#ffffff")
        for u in range(0, 52, 7):
            at = u if left else UNITS - u
            easel.brush.oval(at, low + rng.uniform(-0.3, 0.6), 4.5, 1.0, foam, 0.75)


def _cliff(
    easel: Easel, rng: random.Random, left: bool, y: float, height: float, reach: float, far: float
) -> None:
    """One rock wall of upright facets, from the side of the picture to ``reach``."""

    def at(u: float, v: float) -> Point:
        return (u if left else UNITS - u), y - v

    dark, middle, light = (mix(tone, easel.palette.horizon, far) for tone in _stone(easel))
    turf = mix(_turf(easel), easel.palette.horizon, far)
    shares = ((-0.15, 1.0), (0.12, 1.04), (0.3, 0.92), (0.48, 0.97), (0.66, 0.84), (0.8, 0.8))
    top = [(u * reach, v * height * rng.uniform(0.96, 1.04)) for u, v in shares]
    face = [(reach * 0.86, height * 0.55), (reach * 0.92, height * 0.5), (reach, 0)]
    outline = polygon([at(*point) for point in [(-8, 0), *top, *face]])
    lit_side = (easel.light_x > UNITS / 2) == left
    with easel.brush.clipped(outline):
        easel.brush.fill(outline, middle)
        u = -0.1 * reach
        while u < reach:
            width = reach * rng.uniform(0.08, 0.13)
            crack = [(u, height * 1.2), (u + 2, height * 0.7), (u - 1, height * 0.4), (u + 3, -1)]
            for shift, tone in (
                (0.0, mix(dark, middle, rng.uniform(0, 0.4))),
                (width if lit_side else -width, light),
            ):
                edge = [(u + 3 + width, -1), (u + width * 0.7, height * 0.5), (u + width, height * 1.2)]
                easel.brush.shape([at(a + shift, v) for a, v in [*crack, *edge]], tone)
            u += width * rng.uniform(2.3, 3.2)
        cap = [(u, v - height * (0.08, 0.15)[k % 2]) for k, (u, v) in enumerate(top)]
        easel.brush.shape([at(*p) for p in [*[(u, v + 9) for u, v in top], *reversed(cap)]], turf)


def waterfall(easel: Easel, x: float, y: float, height: float) -> None:
    """A wall of rock with a white fall that pours into the water below."""
    rng, p, brush = easel.rng("waterfall"), easel.palette, easel.brush
    if easel.spec.place == "river":
        _pool(easel, x, y)
    out, width = (-1 if x < UNITS / 2 else 1), height * 0.13
    steps = ((1.0, 0), (0.86, 0.5), (0.66, 0.56), (0.5, 0.9), (0.22, 0.94), (0.16, 0.88), (-0.16, 0.88))
    steps += ((-0.24, 0.98), (-0.5, 1.1), (-0.8, 1.04), (-1.3, 1.12), (-1.3, 0))
    wall = [(x - out * u * height * 0.72, y - v * height * rng.uniform(0.97, 1.02)) for u, v in steps]
    _bushes(easel, rng, wall[3:5] + wall[7:10], height * 0.1)
    with brush.clipped(polygon(wall)):
        _rock_face(easel, rng, x, y, height)
        for (ax, ay), (bx, by) in zip(wall[1:-2], wall[2:-1], strict=True):
            brush.shape(((ax, ay - 2), (bx, by - 2), (bx, by + 2.5), (ax, ay + 4)), _turf(easel))
    _fall(easel, x, y, height * 0.9, width)
    spray = p.vivid("#ffffff")
    for k in range(9):
        away = (k - 4) / 4
        r = width * rng.uniform(0.45, 0.75)
        brush.oval(x + away * width * 2.4, y + 0.5 - (1.2 - abs(away)) * 3, r * 1.2, r, spray, 0.5)
    brush.glow(x, y - 4, height * 0.42, spray, 0.6)


def _rock_face(easel: Easel, rng: random.Random, x: float, y: float, height: float) -> None:
    """Upright slabs, dark beside the fall."""
    dark, middle, light = _stone(easel)
    brush, facing = easel.brush, 1 if easel.light_x > x else -1
    brush.box(x - height, y - height * 1.3, x + height, y, middle)
    for u in (-0.86, -0.56, -0.3, 0.3, 0.52):
        a, b = x + u * height, height * rng.uniform(0.08, 0.13)
        slab = (
            (a, y - height * 1.2),
            (a + b, y - height * 1.2),
            (a + b * 0.8, y - height * 0.5),
            (a + b * 1.3, y),
        )
        brush.shape((*slab, (a + b * 0.3, y)), dark)
        brush.shape([(sx + facing * b, sy) for sx, sy in (*slab, (a + b * 0.3, y))], light)
    brush.shape(
        (
            (x - height * 0.16, y - height),
            (x + height * 0.16, y - height),
            (x + height * 0.24, y),
            (x - height * 0.24, y),
        ),
        dark,
    )


def _bushes(easel: Easel, rng: random.Random, spots: list[Point], r: float) -> None:
    """Round bushes on the edge of the rock."""
    season = easel.spec.season
    code = "#3f5f58" if season == "winter" else "#4f8a45" if season == "spring" else LEAVES[season][0]
    for x, y in spots:
        for dx in (-0.8, 0.8, 0):
            size = r * rng.uniform(0.8, 1.2)
            easel.brush.oval(
                x + dx * r,
                y - size * 0.4,
                size,
                size,
                mix(easel.palette.lit(code), easel.palette.horizon, 0.08 + 0.1 * abs(dx)),
            )


def _fall(easel: Easel, x: float, y: float, height: float, width: float) -> None:
    """The falling water: a white sheet that widens downwards, in blue and white threads."""
    p, brush = easel.palette, easel.brush
    white, blue = p.vivid("#ffffff"), p.vivid("#8fbcdc")
    top = y - height
    sheet = [(x - width * 0.8, top - 1.5), (x + width * 0.8, top - 1.5), (x + width, top + 3)]
    sheet += [(x + width * 1.35, y), (x - width * 1.35, y), (x - width, top + 3)]
    brush.shape(sheet, white)
    for t, length in ((-0.62, 0.7), (-0.2, 0.9), (0.25, 0.6), (0.66, 0.85)):
        a, b = x + t * width, x + t * width * 1.3
        brush.shape(((a - 0.7, top + 3), (a + 0.7, top + 3), (b, top + height * length)), blue, 0.9)


def _pool(easel: Easel, x: float, y: float) -> None:
    """The water below the fall, and the way it takes into the river."""
    p, brush = easel.palette, easel.brush
    water = p.lit(WATER[easel.spec.season])
    color = mix(mix(water, p.horizon, 0.65), mix(water, p.middle, 0.35), 0.6)
    goal = river_middle(easel, y + 7)
    side = 1 if goal > x else -1
    upper = [(x - side * 17, y + 1), (x, y - 2), (x + side * 17, y + 1), (goal - side * 4, y + 4)]
    lower = [(goal - side * 4, y + 10), (x + side * 18, y + 8), (x, y + 7.5), (x - side * 16, y + 5)]
    brush.fill(smooth([*upper, *lower], closed=True), color)


def islands(easel: Easel) -> None:
    """Two or three wooded rocks out in the water, each over its reflection."""
    rng, h = easel.rng("islands"), easel.horizon
    spots = [(28, 9, 15), (97, 14, 21), (58, 25, 9)]
    if rng.random() < 0.4:
        spots.pop()
    flip = rng.random() < 0.5
    for x, down, size in spots:
        x, y = x + rng.uniform(-7, 7), h + down + rng.uniform(-1, 2)
        x = UNITS - x if flip else x
        size *= rng.uniform(0.92, 1.1)
        seed = rng.random()
        with easel.brush.mirrored(y, water_area(easel)):
            _island(easel, random.Random(seed), x, y, size)
        _island(easel, random.Random(seed), x, y, size)
        easel.brush.line(
            (x - size * 1.1, y + 0.3), (x + size * 1.1, y + 0.3), 1.0, easel.palette.lit("#ffffff"), 0.5
        )


def _island(easel: Easel, rng: random.Random, x: float, y: float, half: float) -> None:
    """A hump of rock with grass on its back and trees on the grass."""
    p, brush = easel.palette, easel.brush
    dark, middle, light = _stone(easel)
    side = 1 if easel.light_x > x else -1
    shore = [(-1, 0), (-0.88, 0.36), (-0.45, 0.46), (0, 0.58), (0.5, 0.48), (0.88, 0.26), (1, 0)]
    rock = [(x + u * half, y - v * half * rng.uniform(0.9, 1.15)) for u, v in shore]
    season = easel.spec.season
    leaf = p.vivid({"winter": "#3f5f58", "spring": "#5f9a45"}.get(season, LEAVES[season][1]))
    trees = [(-0.45, 0.52), (-0.12, 0.8), (0.24, 0.95), (0.56, 0.55)]
    for u, tall in trees:
        tx, ty, size = x + u * half, y - half * 0.42, half * tall * rng.uniform(0.85, 1.1)
        brush.line((tx, ty), (tx, ty - size * 0.5), max(1.0, half * 0.07), p.lit("#4b3527"))
        brush.oval(tx, ty - size * 0.66, size * 0.34, size * 0.44, mix(leaf, p.lit("#17352a"), 0.35))
        brush.oval(tx + 0.8 * side, ty - size * 0.74, size * 0.24, size * 0.3, leaf)
    brush.shape(rock, mix(middle, light, 0.8 if p.dark else 0.3))
    away = x - side * half
    brush.shape(
        (
            (x - side * half * 0.15, y),
            (x - side * half * 0.35, y - half * 0.4),
            (away, y - half * 0.1),
            (away, y),
        ),
        dark,
    )
    grass = [*rock[1:-1], *[(a, b + half * 0.14) for a, b in reversed(rock[1:-1])]]
    brush.fill(smooth(grass, closed=True), _turf(easel))
