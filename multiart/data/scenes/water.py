"""Lake, river and sea, and what floats the light on them."""

from itertools import pairwise

from multiart.data.scenes.brush import UNITS, polygon, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.land import MEADOW, rolling
from multiart.data.scenes.palette import GRASS, HILLS, LEAVES, MOON, SUN, WATER, mix, rgb


def far_shore(easel: Easel) -> None:
    """A strip of land and woods across the lake."""
    p, h, season = easel.palette, easel.horizon, easel.spec.season
    wood = mix(
        p.far(LEAVES[season][1] if season != "winter" else "#8d9db0", 0.42), p.far(HILLS[season], 0.3), 0.45
    )
    rng = easel.rng("shore")
    line = [(x, h - rng.uniform(1.5, 5.0)) for x in range(-4, 138, 9)]
    easel.brush.fill(smooth([(-6, h + 1), *line, (136, h + 1)]), wood)
    easel.brush.box(-2, h - 0.8, 130, h + 1.6, p.far(GRASS[season], 0.2))


def lake(easel: Easel) -> None:
    """Still water that mirrors the far shore and the sky."""
    p, h = easel.palette, easel.horizon
    top = h + 1.5
    water = p.lit(WATER[easel.spec.season])
    easel.brush.band(
        top,
        UNITS,
        (mix(water, p.horizon, 0.5), 1),
        (mix(water, p.middle, 0.3), 1),
        (mix(water, p.top, 0.35), 1),
    )
    easel.brush.reflect(top, polygon(((-2, top), (130, top), (130, 130), (-2, 130))), 0.5)
    easel.brush.band(top, UNITS, (water, 0.05), (water, 0.3), (mix(water, p.top, 0.3), 0.6))
    _ripples(easel, 9, mix(p.horizon, p.lit("#ffffff"), 0.5), 0.4)


def sea(easel: Easel) -> None:
    """Open water to the horizon, with rows of waves that grow towards the eye."""
    p, h, rng = easel.palette, easel.horizon, easel.rng("sea")
    water = p.lit(WATER[easel.spec.season])
    deep = mix(water, p.lit("#143a63"), 0.45)
    easel.brush.band(h, UNITS, (mix(water, p.horizon, 0.35), 1), (water, 1), (deep, 1))
    foam = mix(p.lit("#ffffff"), p.horizon, 0.2)
    for k in range(6):
        share = (k + 0.6) / 6
        y = h + (UNITS - h) * share**1.35
        length, lift = 9 + 14 * share, 0.7 + 2.4 * share
        shift = rng.uniform(0, length * 2)
        points = [
            (-length * 2 + shift + i * length, y + (lift if i % 2 else -lift))
            for i in range(int(UNITS / length) + 5)
        ]
        points = [(x - length * 2, yy) for x, yy in points]
        easel.brush.stroke(smooth(points), 0.7 + 1.3 * share, foam, 0.55)
        below = smooth([(points[0][0], y + 9 * share + 3), *points, (points[-1][0], y + 9 * share + 3)])
        easel.brush.fill(below, deep, 0.16)


def headland(easel: Easel, side: str) -> None:
    """A cape that runs out into the sea, for houses and woods to stand on."""
    p, h, season = easel.palette, easel.horizon, easel.spec.season
    cliff = p.far("#6d5f58" if season != "winter" else "#6f7f98", 0.1)
    top = [(-12, h - 6.5), (14, h - 6), (36, h - 4.5), (48, h - 1)]
    for line, color in (
        ([*top, (58, h + 3.6), (40, h + 6), (-12, h + 7)], cliff),
        ([*top, (52, h + 1.2), (34, h + 2), (14, h + 1.4), (-12, h + 2)], p.far(GRASS[season], 0.1)),
    ):
        points = line if side == "left" else [(UNITS - x, y) for x, y in line]
        easel.brush.fill(smooth(points, closed=True), color)


def floes(easel: Easel) -> None:
    """Ice on the winter sea."""
    rng, h, ice = easel.rng("floes"), easel.horizon, easel.palette.lit("#f4f8fc")
    for share in (0.28, 0.42, 0.6, 0.78, 0.92):
        x, y, w = rng.uniform(8, 120), h + (UNITS - h) * share, 4 + 9 * share
        plate = [
            (x - w, y),
            (x - w * 0.5, y - w * 0.2),
            (x + w * 0.6, y - w * 0.18),
            (x + w, y + w * 0.05),
            (x + w * 0.2, y + w * 0.22),
        ]
        easel.brush.shape(
            [(px, py + w * 0.1) for px, py in plate], mix(ice, easel.palette.lit("#3d6286"), 0.5)
        )
        easel.brush.shape(plate, ice)


def river(easel: Easel) -> None:
    """A winding river between two green banks; it mirrors the sky."""
    p, h, season = easel.palette, easel.horizon, easel.spec.season
    rolling(easel, MEADOW[season], 3)
    rim = mix(p.lit(MEADOW[season][2]), p.lit("#5b4a2c" if season != "winter" else "#7188a8"), 0.45)
    easel.brush.fill(_course(easel, margin=1.6, sunk=0), rim)
    water, path = p.lit(WATER[season]), water_area(easel)
    far, middle, near = mix(water, p.horizon, 0.65), mix(water, p.middle, 0.35), mix(water, p.top, 0.35)
    easel.brush.wash(path, h, UNITS, (far, 1), (middle, 1), (near, 1))
    with easel.brush.clipped(path):
        _ripples(easel, 10, mix(p.horizon, p.lit("#ffffff"), 0.5), 0.45)


def water_area(easel: Easel) -> skia.Path:
    """Where the water is."""
    if easel.spec.place == "river":
        return _course(easel, margin=0, sunk=1.8)
    top = easel.horizon
    return polygon(((-2, top), (UNITS + 2, top), (UNITS + 2, UNITS + 2), (-2, UNITS + 2)))


_BENDS = (
    (0.0, 0, 2.5),
    (0.1, 9, 5),
    (0.28, 13, 12),
    (0.5, -4, 20),
    (0.75, -6, 28),
    (1.15, 0, 37),
    (1.3, 0, 38),
)
"""Depth from the horizon to the bottom, shift to the side and half width, along the river."""


def river_middle(easel: Easel, y: float) -> float:
    """The x of the middle of the river at height ``y``."""
    share = (y - easel.horizon) / (UNITS - easel.horizon)
    for (a, shift_a, _), (b, shift_b, _) in pairwise(_BENDS):
        if a <= share <= b:
            shift = shift_a + (shift_b - shift_a) * (share - a) / (b - a)
            return 64 + _swing(easel) * shift
    return 64.0


def _course(easel: Easel, *, margin: float, sunk: float) -> skia.Path:
    """The outline of the river: narrow at the horizon, half the picture wide at the bottom."""
    swing, depth = _swing(easel), UNITS - easel.horizon
    rows = [
        (64 + swing * bend, easel.horizon + sunk + depth * share, width + margin)
        for share, bend, width in _BENDS
    ]
    left = [(x - width, y) for x, y, width in rows]
    return smooth([*left, *reversed([(x + width, y) for x, y, width in rows])], closed=True)


def _swing(easel: Easel) -> float:
    """How far, and to which side, the river bends."""
    rng = easel.rng("river")
    return rng.choice((-1, 1)) * rng.uniform(0.7, 1.2)


def _ripples(easel: Easel, count: int, color, alpha: float) -> None:
    rng, h = easel.rng("ripples"), easel.horizon
    for k in range(count):
        share = (k + rng.random()) / count
        y = h + 4 + (UNITS - h - 4) * share
        x, width = rng.uniform(0, UNITS), 4 + 14 * share
        easel.brush.line((x - width, y), (x + width, y), 0.5 + 0.7 * share, color, alpha)


def glitter(easel: Easel) -> None:
    """The path of the sun or moon over the water."""
    rng, h = easel.rng("glitter"), easel.horizon
    moonlit = easel.has("full moon", "half moon", "crescent moon")
    color = MOON if moonlit else rgb(SUN[easel.spec.time_of_day])
    x = easel.light_x
    for k in range(11):
        share = (k + 0.5) / 11
        y = h + 3.5 + (UNITS - h) * share**1.2
        width = (2.5 + 7 * share) * rng.uniform(0.7, 1.3)
        alpha = (0.7 if moonlit else 0.8) * (1 - 0.6 * share)
        easel.brush.line(
            (x - width, y), (x + width + rng.uniform(-2, 2), y), 0.9 + 1.1 * share, color, min(alpha, 0.59)
        )
