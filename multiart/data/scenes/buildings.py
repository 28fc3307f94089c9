"""Cottage, pagoda, bridge and path."""

import math

from multiart.data.scenes.brush import UNITS, polygon, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import LAMP, mix


def cottage(easel: Easel, x: float, y: float, width: float) -> None:
    """A gabled house with a chimney; its windows are lit after sunset. ``width`` is the whole front."""
    p, brush = easel.palette, easel.brush
    desert, winter = easel.spec.place == "desert", easel.spec.season == "winter"
    wall = p.lit("#f0e2c4" if not desert else "#e2b483")
    roof = p.lit("#f3f7fb" if winter else "#b4472f" if not desert else "#9a5a36")
    w, eave, ridge = width, y - width * 0.42, y - width * 0.86
    gable = x - w * 0.16
    brush.box(gable, eave - w * 0.02, x + w * 0.5, y, mix(wall, p.lit("#6a5a5a"), 0.22))
    brush.shape(
        (
            (x - w * 0.5, y),
            (x - w * 0.5, eave),
            (x - w * 0.31, ridge),
            (gable + w * 0.04, eave),
            (gable + w * 0.04, y),
        ),
        wall,
    )
    brush.box(x + w * 0.22, ridge - w * 0.16, x + w * 0.33, ridge + w * 0.1, p.lit("#7d4a3c"))
    brush.shape(
        (
            (x - w * 0.33, ridge - w * 0.03),
            (x + w * 0.42, ridge - w * 0.03),
            (x + w * 0.58, eave + w * 0.05),
            (gable - w * 0.02, eave + w * 0.05),
        ),
        roof,
    )
    brush.shape(
        (
            (x - w * 0.33, ridge - w * 0.05),
            (x - w * 0.56, eave + w * 0.05),
            (x - w * 0.47, eave + w * 0.05),
            (x - w * 0.3, ridge + w * 0.1),
        ),
        mix(roof, (0.1, 0.1, 0.2), 0.25),
    )
    glass = LAMP if p.dark else p.lit("#4d6f8c")
    if p.dark:
        brush.glow(x + w * 0.17, y - w * 0.24, w * 0.8, LAMP, 0.5)
    for left in (0.02, 0.27):
        brush.box(x + w * left, y - w * 0.34, x + w * (left + 0.15), y - w * 0.15, glass)
    brush.box(x - w * 0.38, y - w * 0.3, x - w * 0.24, y, p.lit("#6b4028"))


def pagoda(easel: Easel, x: float, y: float, height: float) -> None:
    """A tower of four curved roofs, each smaller than the one below."""
    p, brush = easel.palette, easel.brush
    storeys = easel.rng("pagoda").choice((3, 4, 5))
    wall, roof = p.lit("#c9583f"), p.lit("#2f5d62")
    if easel.spec.season == "winter":
        roof = mix(roof, p.lit("#f3f7fb"), 0.12)
    window = LAMP if p.dark else p.lit("#f3ddb0")
    step, width = height * 0.82 / storeys, height * 0.22
    brush.box(x - width * 1.25, y - height * 0.05, x + width * 1.25, y, p.lit("#b9ab98"))
    y -= height * 0.05
    for k in range(storeys):
        w = width * (1 - 0.48 * k / storeys)
        brush.box(x - w * 0.78, y - step, x + w * 0.78, y, wall)
        brush.box(x - w * 0.3, y - step * 0.6, x + w * 0.3, y - step * 0.12, window)
        _roof(easel, x, y - step * 0.72, w * 1.7, step * 0.5, roof)
        y -= step
    brush.line((x, y + step * 0.1), (x, y - height * 0.12), height * 0.028, p.lit("#d8a545"))


def _roof(easel: Easel, x: float, y: float, half: float, rise: float, color) -> None:
    """A roof with hollow slopes and upturned eaves."""
    path = skia.Path()
    path.moveTo(x - half, y - rise * 0.35)
    path.quadTo(x - half * 0.62, y + rise * 0.22, x, y + rise * 0.1)
    path.quadTo(x + half * 0.62, y + rise * 0.22, x + half, y - rise * 0.35)
    path.quadTo(x + half * 0.4, y - rise * 0.25, x + half * 0.3, y - rise)
    path.lineTo(x - half * 0.3, y - rise)
    path.quadTo(x - half * 0.4, y - rise * 0.25, x - half, y - rise * 0.35)
    path.close()
    easel.brush.fill(path, color)
    if easel.spec.season == "winter":
        snow = easel.palette.lit("#f4f8fc")
        easel.brush.shape(
            (
                (x - half * 0.3, y - rise),
                (x + half * 0.3, y - rise),
                (x + half * 0.45, y - rise * 0.45),
                (x - half * 0.45, y - rise * 0.45),
            ),
            snow,
        )


def bridge(easel: Easel, x: float, y: float, half: float) -> None:
    """A red arched bridge over the water; ``half`` is half its span, ``y`` the water below it."""
    p, brush = easel.palette, easel.brush
    red = p.lit("#c23f2d")
    dark, rise = mix(red, (0.12, 0.05, 0.1), 0.35), half * 0.5
    for end in (-1, 1):
        brush.shape(
            (
                (x + end * half * 0.86, y - rise * 0.42),
                (x + end * half * 1.12, y - rise * 0.3),
                (x + end * half * 1.12, y + 1.5),
                (x + end * half * 0.86, y + 1.5),
            ),
            p.lit("#8d857d"),
        )
    deck = [(t, _arch(t)) for t in [k / 10 - 1 for k in range(21)]]
    top = [(x + t * half * 1.1, y - rise * (0.28 + a)) for t, a in deck]
    under = [(x + t * half * 0.86, y + 1 - rise * 1.04 * math.sqrt(max(0.0, 1 - t * t))) for t, _ in deck]
    brush.fill(
        polygon([*top, (x + half * 1.1, y - rise * 0.1), *reversed(under), (x - half * 1.1, y - rise * 0.1)]),
        dark,
    )
    brush.stroke(smooth(top), half * 0.085, red)
    rail = [(px, py - half * 0.2) for px, py in top]
    brush.stroke(smooth(rail), half * 0.05, red)
    for k in range(1, 21, 3):
        brush.line(top[k], (rail[k][0], rail[k][1] - half * 0.04), half * 0.055, red)


def _arch(t: float) -> float:
    return 0.98 * (math.cos(t * math.pi) + 1) / 2


def path(easel: Easel) -> None:
    """A pale path that winds from the foreground to the horizon."""
    rng, p, h = easel.rng("path"), easel.palette, easel.horizon
    swing = rng.choice((-1, 1)) * rng.uniform(0.8, 1.2)
    rows = (
        (0.02, 2, 1.2),
        (0.12, 12, 2.4),
        (0.28, 13, 4.6),
        (0.5, -3, 8.0),
        (0.75, -8, 12.5),
        (1.12, 4, 18),
        (1.3, 4, 20),
    )
    depth = UNITS - h
    left = [(64 + swing * bend - width, h + depth * share) for share, bend, width in rows]
    right = [(64 + swing * bend + width, h + depth * share) for share, bend, width in reversed(rows)]
    tone = {"winter": "#b9a790"}.get(
        easel.spec.season, "#ecd6a6" if easel.spec.place != "desert" else "#a8744a"
    )
    color = p.lit(tone)
    route = smooth([*left, *right], closed=True)
    easel.brush.wash(route, h, UNITS, (mix(color, p.horizon, 0.25), 1), (color, 1))
    easel.brush.stroke(route, 0.9, mix(color, p.lit("#6a4a2c"), 0.4), 0.55)
