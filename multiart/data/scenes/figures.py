"""Boat, sailing ship, traveller and birds."""

import math

from multiart.data.scenes.brush import skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import mix


def boat(easel: Easel, x: float, y: float, half: float) -> None:
    """A low rowing boat with one figure in a straw hat; ``half`` is half its length."""
    p, brush = easel.palette, easel.brush
    facing = easel.rng("boat").choice((-1, 1))
    hull = p.lit("#5b3424")
    robe = p.lit("#2e4a73")
    seat = x - facing * half * 0.25
    brush.line(
        (seat + facing * half * 0.12, y - half * 1.15),
        (seat + facing * half * 0.95, y + half * 0.15),
        half * 0.06,
        p.lit("#caa873"),
    )
    brush.shape(
        (
            (seat - half * 0.22, y),
            (seat - half * 0.13, y - half * 0.62),
            (seat + half * 0.13, y - half * 0.62),
            (seat + half * 0.22, y),
        ),
        robe,
    )
    brush.oval(seat, y - half * 0.72, half * 0.12, half * 0.13, p.lit("#e2b48c"))
    brush.shape(
        (
            (seat - half * 0.32, y - half * 0.72),
            (seat, y - half * 1.0),
            (seat + half * 0.32, y - half * 0.72),
        ),
        p.lit("#e3c172"),
    )
    path = skia.Path()
    path.moveTo(x - half * 1.08, y - half * 0.3)
    path.quadTo(x, y + half * 0.12, x + half * 1.08, y - half * 0.3)
    path.quadTo(x + half * 0.75, y + half * 0.24, x, y + half * 0.24)
    path.quadTo(x - half * 0.75, y + half * 0.24, x - half * 1.08, y - half * 0.3)
    brush.fill(path, hull)


def sailing_ship(easel: Easel, x: float, y: float, height: float) -> None:
    """A two-masted ship under white sails."""
    p, brush, s = easel.palette, easel.brush, height
    ahead = easel.rng("sailing ship").choice((-1, 1))
    mast, sail = p.lit("#4f3324"), p.lit("#fdf8ec")
    shade = mix(sail, p.lit("#7d86a8"), 0.3)

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + ahead * dx * s, y - dy * s

    for dx, top in ((-0.14, 0.86), (0.14, 1.0)):
        brush.line(at(dx, 0.1), at(dx, top), s * 0.028, mast)
    for dx, low, high, w in (
        (-0.14, 0.2, 0.48, 0.16),
        (-0.14, 0.51, 0.76, 0.12),
        (0.14, 0.2, 0.54, 0.18),
        (0.14, 0.57, 0.86, 0.14),
    ):
        path = skia.Path()
        path.moveTo(*at(dx - w, low))
        path.quadTo(*at(dx - w * 0.2, (low + high) / 2), *at(dx - w * 0.8, high))
        path.lineTo(*at(dx + w * 0.6, high))
        path.quadTo(*at(dx + w * 1.3, (low + high) / 2), *at(dx + w * 0.8, low))
        path.close()
        brush.fill(path, shade if dx < 0 else sail)
    brush.shape((at(0.3, 0.82), at(0.56, 0.17), at(0.34, 0.2)), sail)
    brush.shape((at(0.14, 1.0), at(0.14, 1.07), at(-0.02, 1.035)), p.lit("#c23f2d"))
    hull = smooth(
        [
            at(-0.46, 0.2),
            at(-0.4, 0.12),
            at(0.0, 0.12),
            at(0.45, 0.14),
            at(0.58, 0.2),
            at(0.42, 0.0),
            at(0.36, -0.03),
            at(-0.34, -0.03),
            at(-0.42, 0.02),
        ],
        closed=True,
    )
    brush.fill(hull, p.lit("#6b3b26"))


def traveller(easel: Easel, x: float, y: float, height: float) -> None:
    """A walker in a long robe and a wide hat, with a staff."""
    p, brush, s = easel.palette, easel.brush, height
    facing = easel.rng("traveller").choice((-1, 1))
    robe = p.lit(easel.rng("robe").choice(("#a83a32", "#2f4f86")))
    brush.oval(x, y, s * 0.3, s * 0.05, p.lit("#2c2a30"), 0.35)
    brush.line((x + facing * s * 0.36, y), (x + facing * s * 0.27, y - s * 0.92), s * 0.05, p.lit("#5b3a22"))
    for foot in (-0.1, 0.12):
        brush.box(x + foot * s - s * 0.045, y - s * 0.15, x + foot * s + s * 0.045, y, p.lit("#2c2a30"))
    brush.fill(
        smooth(
            [
                (x - s * 0.27, y - s * 0.06),
                (x - s * 0.2, y - s * 0.4),
                (x - s * 0.1, y - s * 0.76),
                (x + s * 0.1, y - s * 0.76),
                (x + s * 0.2, y - s * 0.4),
                (x + s * 0.27, y - s * 0.06),
                (x, y - s * 0.1),
            ],
            closed=True,
        ),
        robe,
    )
    brush.line(
        (x + facing * s * 0.06, y - s * 0.6),
        (x + facing * s * 0.3, y - s * 0.5),
        s * 0.1,
        mix(robe, (0, 0, 0), 0.2),
    )
    brush.oval(x, y - s * 0.8, s * 0.1, s * 0.1, p.lit("#e2b48c"))
    brush.shape(
        ((x - s * 0.28, y - s * 0.8), (x, y - s * 1.02), (x + s * 0.28, y - s * 0.8)), p.lit("#d9b25c")
    )


def birds(easel: Easel) -> None:
    """Five birds on the wing, in a wedge or scattered."""
    rng, p = easel.rng("birds"), easel.palette
    h = easel.horizon
    away = 1 if easel.light_x < 64 else -1
    cx, cy = 64 + away * rng.uniform(8, 26), h * rng.uniform(0.24, 0.4)
    color = mix(p.top, (0.06, 0.07, 0.12), 0.85) if not p.dark else mix(p.lit("#ffffff"), (1, 1, 1), 0.55)
    if rng.random() < 0.6:
        spots = [(k * 12.0 * away, abs(k) * 6.5 - 7) for k in range(-2, 3)]
    else:
        spots = [(-22, 3), (-11, -8), (1, 6), (12, -5), (23, 5)]
    for dx, dy in spots:
        x, y, w = cx + dx, max(6.0, cy + dy), rng.uniform(5.2, 6.4)
        lift = w * rng.uniform(0.45, 0.75)
        path = skia.Path()
        path.moveTo(x - w, y - lift * 0.6)
        path.quadTo(x - w * 0.45, y - lift * 1.25, x, y)
        path.quadTo(x + w * 0.45, y - lift * 1.25, x + w, y - lift * 0.6)
        easel.brush.stroke(path, 1.6, color)
        easel.brush.oval(x, y, 1.0, 0.8 * math.cos(0.3), color)
