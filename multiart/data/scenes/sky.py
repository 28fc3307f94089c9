"""Sky, sun, moon, stars and clouds."""

import math
import random

from multiart.data.scenes.brush import UNITS, skia
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import MOON, SUN, WHITE, mix, rgb


def sky(easel: Easel) -> None:
    p = easel.palette
    easel.brush.band(0, easel.horizon + 2, (p.top, 1), (p.middle, 1), (p.horizon, 1))


def light_y(easel: Easel) -> float:
    """Height of the sun or moon: low at the ends of the day, high at its middle."""
    shares = {"dawn": (0.6, 0.74), "sunset": (0.66, 0.82), "day": (0.26, 0.4), "dusk": (0.3, 0.45)}
    low, high = shares.get(easel.spec.time_of_day, (0.24, 0.4))
    if easel.has("hills", "mountains", "snowy mountains"):
        low, high = low * 0.62, high * 0.62
    return max(13.0, easel.horizon * easel.rng("light").uniform(low, high))


def light_radius(easel: Easel) -> float:
    return easel.rng("radius").uniform(8.5, 10.5)


def sun(easel: Easel) -> None:
    x, y, r = easel.light_x, light_y(easel), light_radius(easel)
    color = rgb(SUN[easel.spec.time_of_day])
    hidden = {"clear": 0.0, "cloudy": 0.12, "mist": 0.25}[easel.spec.weather]
    easel.brush.glow(x, y, r * 4.2, color, 0.75 - hidden)
    easel.brush.oval(x, y, r, r, mix(color, easel.palette.horizon, hidden))


def full_moon(easel: Easel) -> None:
    x, y, r = easel.light_x, light_y(easel), light_radius(easel)
    easel.brush.glow(x, y, r * 3.6, MOON, 0.45)
    easel.brush.oval(x, y, r, r, MOON)
    for dx, dy, size in ((-0.3, -0.25, 0.22), (0.25, 0.15, 0.28), (-0.2, 0.4, 0.16)):
        easel.brush.oval(x + dx * r, y + dy * r, size * r, size * r, mix(MOON, easel.palette.middle, 0.14))


def crescent_moon(easel: Easel) -> None:
    x, y, r = easel.light_x, light_y(easel), light_radius(easel) * 1.05
    disc, bite = skia.Path(), skia.Path()
    disc.addCircle(x, y, r)
    bite.addCircle(x + r * 0.5, y - r * 0.28, r * 0.86)
    easel.brush.glow(x, y, r * 2.8, MOON, 0.3)
    easel.brush.fill(skia.Op(disc, bite, skia.kDifference_PathOp), MOON)


def stars(easel: Easel) -> None:
    rng = easel.rng("stars")
    for row in range(5):
        for column in range(7):
            x = (column + rng.uniform(0.1, 0.9)) * UNITS / 7
            y = (row + rng.uniform(0.1, 0.9)) * (easel.horizon - 8) / 5
            size = rng.choice((0.6, 0.8, 1.25))
            easel.brush.oval(x, y, size, size, rgb("#fdf8dc"), 0.95)
            if size > 1:
                easel.brush.line((x - 2.4, y), (x + 2.4, y), 0.5, WHITE, 0.5)
                easel.brush.line((x, y - 2.4), (x, y + 2.4), 0.5, WHITE, 0.5)


def clouds(easel: Easel) -> None:
    """One or two small clouds on a clear day, banks of them on a dull one."""
    rng, p, weather = easel.rng("clouds"), easel.palette, easel.spec.weather
    if weather in ("clear", "mist"):
        if easel.has("stars") or weather == "mist" or rng.random() < 0.4:
            return
        side = 1 if easel.light_x < 64 else -1
        _cloud(
            easel,
            rng,
            64 + side * rng.uniform(26, 44),
            rng.uniform(14, 26),
            rng.uniform(11, 15),
            p.lit("#ffffff"),
        )
        return
    tone = {"cloudy": "#f2efee", "rain": "#8f98a6", "snow": "#d3dae2"}[weather]
    shining = easel.has("sun", "full moon", "half moon", "crescent moon")
    for k, share in enumerate((0.1, 0.24, 0.42)):
        for column in ((10, 66, 118), (38, 96), (4, 60, 124))[k]:
            width = rng.uniform(18, 25) * (1 - 0.18 * k)
            x, y = column + rng.uniform(-9, 9), easel.horizon * share + rng.uniform(-2, 3)
            over = abs(x - easel.light_x) < width * 1.1 + 3 and abs(y - light_y(easel)) < 15
            if not (shining and over):
                _cloud(easel, rng, x, y, width, mix(p.lit(tone), p.middle, 0.1 + 0.12 * k))


def _cloud(easel: Easel, rng: random.Random, x: float, y: float, width: float, color) -> None:
    """A heap of round puffs on a flat base that dissolves downwards."""
    path = skia.Path()
    for k in range(5):
        t = k / 4 - 0.5
        r = width * 0.42 * (0.55 + 0.6 * math.cos(t * 2.6)) * rng.uniform(0.85, 1.1)
        path.addOval(
            skia.Rect.MakeLTRB(x + t * 2 * width - r * 1.3, y - r, x + t * 2 * width + r * 1.3, y + r * 0.6)
        )
    path.setFillType(skia.PathFillType.kWinding)
    easel.brush.wash(
        path, y - width * 0.45, y + width * 0.28, (mix(color, WHITE, 0.15), 0.95), (color, 0.8), (color, 0.0)
    )


def half_moon(easel: Easel) -> None:
    full_moon(easel)


def aurora(easel: Easel) -> None:
    easel.brush.oval(64, 20, 30, 6, (0, 1, 0))


def lightning(easel: Easel) -> None:
    easel.brush.line((64, 10), (60, 40), 2, (1, 1, 1))
