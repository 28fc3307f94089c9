"""Lake, river and sea, and what floats the light on them."""

from multiart.data.scenes.brush import UNITS, polygon, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.land import rolling
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
    mirror = (lambda x: x) if side == "left" else (lambda x: UNITS - x)
    line = [(-6, h - 5), (14, h - 5.5), (34, h - 4), (46, h - 1), (55, h + 3.2)]
    shore = [(mirror(x), y) for x, y in [(-6, h + 5), *line, (30, h + 5)]]
    green = p.far(GRASS[season], 0.15)
    rock = p.far("#6d5f58" if season != "winter" else "#7d8ba0", 0.12)
    easel.brush.wash(
        smooth(shore, closed=True), h - 5, h + 5, (green, 1), (mix(green, rock, 0.4), 1), (rock, 1)
    )


def river(easel: Easel) -> None:
    """A winding river between two green banks; it mirrors the sky."""
    p, h, season = easel.palette, easel.horizon, easel.spec.season
    tones = {
        "spring": ("#b4d873", "#98ca5a", "#86bd4e"),
        "summer": ("#66a955", "#4a9546", "#3a873e"),
        "autumn": ("#dcb45c", "#cf9a3c", "#bd842f"),
        "winter": ("#f4f7fa", "#eaf1f7", "#dce6f1"),
    }
    rolling(easel, tones[season], 3)
    bed = [(x, y + 1.8) for x, y in _course(easel)]
    rim = mix(p.lit(tones[season][2]), p.lit("#5b4a2c" if season != "winter" else "#7188a8"), 0.45)
    easel.brush.fill(smooth(_course(easel, 1.6), closed=True), rim)
    path = smooth(bed, closed=True)
    water = p.lit(WATER[season])
    easel.brush.wash(
        path,
        h,
        UNITS,
        (mix(water, p.horizon, 0.65), 1),
        (mix(water, p.middle, 0.35), 1),
        (mix(water, p.top, 0.35), 1),
    )
    with easel.brush.clipped(path):
        _ripples(easel, 10, mix(p.horizon, p.lit("#ffffff"), 0.5), 0.45)


def _course(easel: Easel, margin: float = 0.0) -> list[tuple[float, float]]:
    """The outline of the river: narrow at the horizon, half the picture wide at the bottom."""
    h, swing = easel.horizon, river_swing(easel)
    depth = UNITS - h
    rows = (
        (0.0, 0, 2.5),
        (0.1, 9, 5),
        (0.28, 13, 11),
        (0.5, -5, 18),
        (0.75, -7, 26),
        (1.15, 0, 34),
        (1.3, 0, 36),
    )
    left = [(64 + swing * bend - width - margin, h + depth * share) for share, bend, width in rows]
    right = [(64 + swing * bend + width + margin, h + depth * share) for share, bend, width in rows]
    return [*left, *reversed(right)]


def river_swing(easel: Easel) -> float:
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
    moonlit = easel.has("full moon", "crescent moon")
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
