"""Sky, sun, moon, stars and clouds."""

import math
import random

from multiart.data.scenes.brush import UNITS, Point, along, polygon, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import MOON, SUN, WHITE, Color, mix, rgb


def sky(easel: Easel) -> None:
    p = easel.palette
    easel.brush.band(0, easel.horizon + 2, (p.top, 1), (p.middle, 1), (p.horizon, 1))


def light_y(easel: Easel) -> float:
    """Height of the sun or moon: low at the ends of the day, high at its middle."""
    shares = {"dawn": (0.6, 0.74), "sunset": (0.66, 0.82), "day": (0.26, 0.4), "dusk": (0.3, 0.45)}
    low, high = shares.get(easel.spec.time_of_day, (0.24, 0.4))
    if easel.has("hills", "mountains", "snowy mountains", "city"):
        low, high = low * 0.62, high * 0.62
    highest = 13.0 if easel.spec.place != "room" else 19.0  # below the top of the window
    return max(highest, easel.horizon * easel.rng("light").uniform(low, high))


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
        if easel.has("stars", "aurora") or weather == "mist" or rng.random() < 0.4:
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
    """A half disc with a straight edge, upright or leaning a little."""
    rng = easel.rng("half moon")
    x, y, r = easel.light_x, light_y(easel), light_radius(easel) * 1.12
    lean = rng.uniform(-0.35, 0.35) + rng.choice((0, math.pi))
    disc = skia.Path()
    disc.addCircle(x, y, r)
    top, bottom = along((x, y), lean + math.pi / 2, r * 1.1), along((x, y), lean - math.pi / 2, r * 1.1)
    lit_side = polygon((top, bottom, along(bottom, lean, r * 1.2), along(top, lean, r * 1.2)))
    easel.brush.glow(*along((x, y), lean, r * 0.4), r * 2.8, MOON, 0.35)
    with easel.brush.clipped(lit_side):
        easel.brush.fill(disc, MOON)
        for turn, away, size in ((0.9, 0.55, 0.2), (-0.5, 0.5, 0.26), (-1.1, 0.75, 0.13)):
            spot = along((x, y), lean + turn, r * away)
            easel.brush.oval(*spot, size * r, size * r, mix(MOON, easel.palette.middle, 0.16))


def aurora(easel: Easel) -> None:
    """Curtains of green light, fading upwards into violet, across the whole night sky."""
    rng = easel.rng("aurora")
    low = 0.42 if easel.has("hills", "mountains", "snowy mountains") else 0.62
    for share, tall, hue in ((0.5, 0.7, "#3fd0b0"), (1.0, 1.0, "#5df08a")):
        y = easel.horizon * low * share
        _curtain(easel, rng, y, (19 + y * 0.8) * tall, rgb(hue))


def _curtain(easel: Easel, rng: random.Random, y: float, height: float, green: Color) -> None:
    """One waving curtain with its bright hem around ``y``, made of narrow upright rays."""
    phases = [rng.uniform(0, math.tau) for _ in range(4)]
    violet, pale = rgb("#a04fd6"), mix(green, WHITE, 0.45)

    def hem(x: float) -> float:
        return y + 5.5 * math.sin(x / 21 + phases[0]) + 2.2 * math.sin(x / 9.5 + phases[1])

    line = [(x, hem(x)) for x in range(-4, 134, 4)]
    core = [*line, *[(x, b - height * 0.13) for x, b in reversed(line)]]
    easel.brush.fill(smooth(core, closed=True), green, 0.61)
    for x in range(UNITS):
        ray = 0.78 + 0.16 * math.sin(x / 5.3 + phases[2]) + 0.16 * math.sin(x / 1.7 + phases[3])
        base, top = hem(x + 0.5) + 0.4, hem(x + 0.5) - height * ray**1.5
        strip = polygon(((x, top), (x + 1, top), (x + 1, base), (x, base)))
        lights = ((violet, 0.0), (violet, 0.45 * ray), (green, 0.6 * ray), (green, 0.8 * ray), (pale, 0.5))
        easel.brush.wash(strip, top, base, *lights)


def lightning(easel: Easel) -> None:
    """One or two forked bolts from dark clouds down to the horizon."""
    rng, x = easel.rng("lightning"), easel.light_x
    bolts = [(x, 1.0)]
    if rng.random() < 0.5:
        bolts.insert(0, (x + (40 if x < 64 else -40) * rng.uniform(0.85, 1.1), 0.7))
    for left, size in bolts:
        foot = (left + rng.uniform(-8, 8), easel.horizon + 1)
        easel.brush.glow(left, easel.horizon * 0.5, 34 * size, rgb("#b9a8ff"), 0.5)
        _bolt(easel, rng, (left, easel.horizon * 0.14), foot, 2.7 * size, forks=3)
        cloud = mix(easel.palette.lit("#5f6478"), easel.palette.top, 0.25)
        _cloud(easel, rng, left, easel.horizon * 0.13, 20 * size, cloud)


def _bolt(easel: Easel, rng: random.Random, top: Point, foot: Point, width: float, forks: int) -> None:
    """A jagged line of light, with forks that leave it on both sides."""
    points, steps = [top], 4 + forks
    for k in range(1, steps):
        t, jag = k / steps + rng.uniform(-0.06, 0.06), rng.uniform(1.5, 5.5) * (1 if k % 2 else -1)
        points.append((top[0] + (foot[0] - top[0]) * t + jag, top[1] + (foot[1] - top[1]) * t))
    points.append(foot)
    for k in range(forks):
        side = 1 if k % 2 == 0 else -1
        start, fall = points[1 + k], (foot[1] - top[1]) * rng.uniform(0.34, 0.46)
        end = (start[0] + side * rng.uniform(17, 25), start[1] + fall)
        _bolt(easel, rng, start, end, width * 0.6, forks=0)
    shape = skia.Path()
    shape.addPoly([skia.Point(*point) for point in points], False)
    for wider, color, alpha in ((3.0, "#6a55c8", 0.3), (1.3, "#6a55c8", 0.5), (0.0, "#fffce0", 1.0)):
        easel.brush.stroke(shape, width + wider, rgb(color), alpha)
