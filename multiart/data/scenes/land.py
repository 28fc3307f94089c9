"""Mountains and dry ground."""

import math
import random

from multiart.data.scenes.brush import UNITS, Point, polygon, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import CROPS, GRASS, HILLS, LEAVES, ROCK, SAND, SOIL, Color, mix


def hills(easel: Easel) -> None:
    """Round hills in the colour of the season, three rows."""
    rng, p = easel.rng("hills"), easel.palette
    lift = 1.5 if easel.has("city") else 1.0  # to look over its roofs
    for k, (height, far) in enumerate(((24 * lift, 0.55), (17 * lift, 0.34), (10, 0.14))):
        color = p.far(HILLS[easel.spec.season], far)
        phase, wave = rng.uniform(0, 6.3), rng.uniform(1.1, 1.5) + 0.25 * k
        points = []
        for i in range(17):
            x = i * 8.2 - 2
            y = abs(math.sin(x / UNITS * math.pi * wave + phase)) ** 0.8
            points.append((x, easel.horizon - height * (0.3 + 0.7 * y)))
        path = smooth([(-3, easel.horizon + 3), *points, (131, easel.horizon + 3)])
        easel.brush.wash(
            path, easel.horizon - height, easel.horizon + 3, (color, 1), (mix(color, p.haze(), 0.3), 1)
        )


def mountains(easel: Easel) -> None:
    """Three blue ridges, each nearer and darker than the one behind."""
    rng, p = easel.rng("mountains"), easel.palette
    air = mix(p.middle, p.horizon, 0.45)
    for height, far in ((rng.uniform(38, 44), 0.62), (28, 0.38), (17, 0.14)):
        color = mix(p.lit(ROCK[easel.spec.season]), air, far)
        _ridge(easel, _summits(rng, easel.horizon, height), color)


def snowy_mountains(easel: Easel) -> None:
    """A range of white summits over a lower, darker ridge."""
    rng, p = easel.rng("snowy mountains"), easel.palette
    base, lift = easel.horizon + 3, 7 if easel.has("city") else 0
    peaks = [(x + rng.uniform(-6, 6), rng.uniform(32, 38) + lift) for x in (16, 60, 108)]
    peaks[rng.randrange(3)] = (peaks[rng.randrange(3)][0] + 0.1, 46 + lift)
    for x, height in sorted(peaks, key=lambda peak: peak[1]):
        _peak(easel, rng, x, base, height)
    _ridge(easel, _summits(rng, easel.horizon, 13), p.far(ROCK[easel.spec.season], 0.25))


def _summits(rng: random.Random, horizon: float, height: float) -> list[Point]:
    """An angular ridge line across the picture: peaks and saddles in turn."""
    points, x, up = [(-4.0, horizon - height * rng.uniform(0.3, 0.6))], 0.0, True
    while x < UNITS:
        x += height * rng.uniform(0.42, 0.68)
        share = rng.uniform(0.72, 1.0) if up else rng.uniform(0.34, 0.55)
        before = points[-1]
        here = (x, horizon - height * share)
        bend = rng.uniform(-0.06, 0.06) * height
        points += [((before[0] + here[0]) / 2, (before[1] + here[1]) / 2 + bend), here]
        up = not up
    return points


def _ridge(easel: Easel, line: list[Point], color: Color) -> None:
    base, top = easel.horizon + 3, min(y for _, y in line)
    path = polygon([*line, (line[-1][0], base), (-4, base)])
    easel.brush.wash(path, top, base, (color, 1), (mix(color, easel.palette.haze(), 0.62), 1))


def _peak(easel: Easel, rng: random.Random, x: float, base: float, height: float) -> None:
    """One summit, lit on the side of the light, white above a ragged snow line."""
    p, brush = easel.palette, easel.brush
    half = height * 1.05
    rock = p.far(ROCK[easel.spec.season], 0.3)
    lean = -1 if easel.light_x < x else 1
    top = (x, base - height)
    foot = (x + lean * rng.uniform(-0.1, 0.1) * half, base)
    path = polygon(((x - half, base), top, (x + half, base)))
    brush.wash(path, top[1], base, (rock, 1), (mix(rock, p.haze(), 0.6), 1))
    line = base - height * 0.5
    teeth = [
        (x + (t - 0.5) * half, line + (3.4 if k % 2 else -3.4))
        for k, t in enumerate((0, 0.18, 0.36, 0.55, 0.76, 1))
    ]
    shaded = polygon((top, foot, (x - lean * half, base)))
    with brush.clipped(path):
        brush.shape(
            (top, (x + half, line - 2), *reversed(teeth), (x - half, line - 2)), p.far("#ffffff", 0.06)
        )
        brush.fill(shaded, mix(p.lit("#46628f"), p.horizon, 0.25), 0.36)


def rolling(easel: Easel, colors: tuple[str, ...], rise: float) -> None:
    """Bands of ground, gently curved, that grow darker and richer towards the eye."""
    rng, p = easel.rng("ground"), easel.palette
    depth = UNITS - easel.horizon
    for k, share in enumerate((0.0, 0.2, 0.52)):
        y, tilt = easel.horizon + depth * share, rng.uniform(-rise, rise) * (0.3 + share)
        color = p.far(colors[k], 0.34 - 0.16 * k)
        line = [
            (-40, y + tilt),
            (28, y - tilt * 1.3),
            (64, y - tilt * 0.4),
            (100, y + tilt * 1.2),
            (168, y - tilt),
        ]
        path = smooth([(-40, 150), (-40, 140), *line, (168, 140), (168, 150)])
        easel.brush.wash(path, y - rise, y + depth * 0.5, (mix(color, p.lit("#ffffff"), 0.1), 1), (color, 1))


MEADOW = {  # far, middle, near
    "spring": ("#b4d873", "#98ca5a", "#84bb4c"),
    "summer": ("#66a955", "#4a9546", "#38833c"),
    "autumn": ("#dcb45c", "#cf9a3c", "#bb812e"),
    "winter": ("#f4f7fa", "#e9f0f7", "#d8e3ef"),
}


def meadow(easel: Easel) -> None:
    season = easel.spec.season
    rolling(easel, MEADOW[season], 7)
    if season != "winter":
        _tufts(easel, MEADOW[season][2])


def _tufts(easel: Easel, code: str) -> None:
    rng, dark = easel.rng("tufts"), mix(easel.palette.lit(code), easel.palette.lit("#2c4a20"), 0.35)
    for _ in range(7):
        x, y = rng.uniform(4, 124), rng.uniform(easel.horizon + 24, 124)
        size = 2.2 + 3.5 * (y - easel.horizon) / 60
        for lean in (-0.5, 0, 0.5):
            blade = (
                (x + lean * 2 - 0.6, y),
                (x + lean * size * 1.3, y - size * (1.2 - abs(lean) * 0.5)),
                (x + lean * 2 + 0.6, y),
            )
            easel.brush.shape(blade, dark, 0.6)


def field(easel: Easel) -> None:
    """Furrows that run together at the horizon."""
    p, brush, season = easel.palette, easel.brush, easel.spec.season
    crop, soil = p.lit(CROPS[season]), p.lit(SOIL[season])
    h = easel.horizon
    brush.band(h, UNITS, (mix(crop, p.horizon, 0.4), 1), (crop, 1), (crop, 1))
    vanish = easel.rng("field").uniform(44, 84)
    for k in range(-9, 10):
        near = vanish + k * 21
        furrow = (
            (vanish + k * 3.4 - 0.5, h),
            (vanish + k * 3.4 + 0.5, h),
            (near + 5.4, UNITS),
            (near - 5.4, UNITS),
        )
        brush.wash(polygon(furrow), h, UNITS, (mix(soil, p.horizon, 0.5), 0.5), (soil, 1), (soil, 1))
    hedge = p.far(
        LEAVES["summer"][1] if season != "winter" else "#9fb0c2", 0.4 if season != "autumn" else 0.5
    )
    brush.wash(
        smooth(
            [(-4, h + 2), (10, h - 2.5), (40, h - 1), (70, h - 3), (100, h - 1), (132, h - 3), (134, h + 2)]
        ),
        h - 4,
        h + 2,
        (hedge, 1),
        (hedge, 1),
    )


def desert(easel: Easel) -> None:
    """Three rows of dunes, dusted with snow in winter, else with scrub in the colour of the season."""
    rng, p, season = easel.rng("desert"), easel.palette, easel.spec.season
    sand = p.lit(SAND[season])
    easel.brush.band(easel.horizon, UNITS, (mix(sand, p.horizon, 0.45), 1), (sand, 1))
    for x, down, height, far in ((34, 3, 8, 0.32), (92, 17, 13, 0.17), (40, 37, 15, 0.02)):
        _dune(easel, x + rng.uniform(-14, 14), easel.horizon + down, height, far)
    if season != "winter":
        _scrub(easel, {"spring": "#7fae4a", "summer": "#8f7f45", "autumn": "#b4512c"}[season])


def _dune(easel: Easel, x: float, y: float, height: float, far: float) -> None:
    """A dune with its crest at ``x``: a lit face, and a face in shade."""
    p, brush, season = easel.palette, easel.brush, easel.spec.season
    sand, top = p.lit(SAND[season]), y - height
    shade = mix(sand, p.lit("#8a5540" if season != "winter" else "#8b7f8c"), 0.5)
    crest = [(-30, y + 12), (x - 34, y + 3), (x - 12, top + 2), (x, top), (x + 26, y + 1), (158, y + 12)]
    body = smooth([(-30, 140), *crest, (158, 140)])
    brush.wash(body, top, top + 40, (mix(sand, p.horizon, far), 1), (mix(shade, sand, 0.55), 1))
    slope = ((-3, 1, 0), (6, 3, 0), (30, 3, 1), (70, 13, 1), (24, 14, 1), (4, 8, 1), (7, 8, 0))
    points = [(x + dx, (y if low else top) + dy) for dx, dy, low in slope]
    brush.fill(smooth(points, closed=True), mix(shade, p.horizon, far), 0.75)
    if season == "winter":
        foot = [(x + 8, top + 5), (x - 6, y), (x - 22, y + 2), (x - 44, y + 9), (-30, y + 17)]
        with brush.clipped(body):
            snow = smooth([(-30, top), (x + 10, top - 4), *foot], closed=True)
            brush.fill(snow, mix(p.lit("#f6f9fc"), p.horizon, far))


def _scrub(easel: Easel, code: str) -> None:
    rng, color = easel.rng("scrub"), easel.palette.lit(code)
    for _ in range(8):
        x, y = rng.uniform(4, 124), rng.uniform(easel.horizon + 22, 124)
        r = 1.8 + 3.2 * (y - easel.horizon) / 60
        for dx in (-0.8, 0, 0.8):
            easel.brush.oval(x + dx * r, y - r * 0.4 * (1 - abs(dx)), r * 0.8, r * 0.7, color, 0.9)


def near_bank(easel: Easel, side: str) -> None:
    """A corner of shore at the lower left or right, for what stands close to the eye."""
    p, season = easel.palette, easel.spec.season
    code = GRASS[season]
    color = p.lit(code)
    rim = mix(color, p.lit("#5b4a2c" if season != "winter" else "#8194ad"), 0.35)
    for lift, tone in ((0.0, rim), (2.2, color)):
        line = [(-6, 105), (18, 105.5), (38, 111), (52, 121), (66, 133)]
        line = [(x, y + lift) for x, y in line]
        if side == "right":
            line = [(UNITS - x, y) for x, y in line]
        edge = -6 if side == "left" else UNITS + 6
        path = smooth([(edge, 140), *line, (line[-1][0], 140)], closed=False)
        path.close()
        easel.brush.wash(
            path,
            104,
            128,
            (tone, 1),
            (mix(tone, p.lit("#2f4a2a" if season != "winter" else "#b4c6da"), 0.25), 1),
        )
