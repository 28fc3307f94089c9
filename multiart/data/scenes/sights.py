"""Temple, gate and garden."""

import random

from multiart.data.scenes.brush import skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import LAMP, LEAVES, SNOW, Color, mix, rgb

FLOWER_BEDS = {
    "spring": ("#f08cb0", "#fdf3f6"),
    "summer": ("#e2452c", "#f6c52f"),
    "autumn": ("#f3b02c", "#b23a6a"),
    "winter": ("#d8e3ef", "#c4303a"),
}


def temple(easel: Easel, x: float, y: float, height: float) -> None:
    """A broad hall on a stone terrace, red columns under one or two sweeping golden roofs."""
    brush, p, s = easel.brush, easel.palette, height
    double = easel.rng("temple").random() < 0.7
    s = s if double else s * 1.12
    stone, red = p.lit("#d3c8b8"), p.lit("#b8321f")
    for half, top, bottom, tone in ((0.8, 0.07, 0, 0.3), (0.7, 0.14, 0.07, 0.1)):
        brush.box(x - half * s, y - top * s, x + half * s, y - bottom * s, mix(stone, p.lit("#5d5a66"), tone))
    brush.box(x - 0.17 * s, y - 0.14 * s, x + 0.17 * s, y, mix(stone, p.lit("#ffffff"), 0.4))
    for step in (0.045, 0.095):
        brush.box(x - 0.17 * s, y - (step + 0.012) * s, x + 0.17 * s, y - step * s, p.lit("#8f8578"))
    if p.dark:
        brush.glow(x, y - 0.25 * s, 0.9 * s, LAMP, 0.4)
    brush.box(x - 0.56 * s, y - 0.4 * s, x + 0.56 * s, y - 0.14 * s, p.lit("#5f241d"))
    for door in (-0.32, 0, 0.32):
        lamp = LAMP if p.dark else p.lit("#f0d9a8")
        brush.box(x + (door - 0.09) * s, y - 0.33 * s, x + (door + 0.09) * s, y - 0.14 * s, lamp)
    for k in range(4):
        column = x + (k - 1.5) * 0.34 * s
        brush.box(column - 0.035 * s, y - 0.4 * s, column + 0.035 * s, y - 0.14 * s, red)
    _sweep(easel, x, y - 0.37 * s, 0.84 * s, 0.42 * s, 0.25 * s)
    if double:
        brush.box(x - 0.38 * s, y - 0.71 * s, x + 0.38 * s, y - 0.6 * s, red)
        _sweep(easel, x, y - 0.7 * s, 0.62 * s, 0.34 * s, 0.26 * s)


def _sweep(easel: Easel, x: float, y: float, half: float, ridge: float, rise: float) -> None:
    """A tiled roof with hollow slopes: its eaves at ``y`` turn up at ``half``; horns on the ridge."""
    brush, p, top = easel.brush, easel.palette, y - rise
    tiles = mix(p.lit("#e0a02c"), rgb("#c08a3a"), 0.4 if p.dark else 0.0)
    dark = mix(tiles, p.lit("#4a2a18"), 0.6)
    path = skia.Path()
    path.moveTo(x - ridge, top)
    path.quadTo(x - ridge * 1.15, y - rise * 0.18, x - half, y - rise * 0.34)
    path.quadTo(x - half * 0.8, y + rise * 0.12, x, y + rise * 0.12)
    path.quadTo(x + half * 0.8, y + rise * 0.12, x + half, y - rise * 0.34)
    path.quadTo(x + ridge * 1.15, y - rise * 0.18, x + ridge, top)
    path.close()
    brush.fill(path, dark)
    with brush.clipped(path):
        lifted = skia.Path(path)
        lifted.offset(0, -rise * 0.2)
        brush.fill(lifted, tiles)
        for k in range(-4, 5):
            brush.line((x + k * ridge * 0.22, top), (x + k * half * 0.23, y), rise * 0.055, dark, 0.5)
        if easel.spec.season == "winter":
            snow = [(x - half, y - rise * 0.5), (x, y - rise * 0.32), (x + half, y - rise * 0.5)]
            brush.fill(smooth([(x - half, top - 1), *snow, (x + half, top - 1)]), p.lit(SNOW))
    brush.line((x - ridge, top), (x + ridge, top), rise * 0.16, dark)
    for end in (-1, 1):
        brush.line(
            (x + end * ridge, top), (x + end * (ridge + rise * 0.1), top - rise * 0.24), rise * 0.16, dark
        )


def gate(easel: Easel, x: float, y: float, height: float) -> None:
    """An old wooden gate that stands free: two red posts, a tie beam and a double curved lintel."""
    brush, p, s = easel.brush, easel.palette, height
    red = mix(p.lit("#d2402a"), rgb("#b8402c"), 0.5 if p.dark else 0.0)
    shade = mix(red, p.lit("#40141c"), 0.45)
    brush.oval(x, y, 0.56 * s, 0.05 * s, p.lit("#2c2a30"), 0.3)
    for end in (-1, 1):
        foot, head = x + end * 0.4 * s, x + end * 0.34 * s
        brush.shape(
            (
                (foot - 0.055 * s, y),
                (head - 0.05 * s, y - 0.88 * s),
                (head + 0.05 * s, y - 0.88 * s),
                (foot + 0.055 * s, y),
            ),
            red,
        )
        inner = -end * 0.055 * s
        brush.shape(((foot + inner, y), (head + inner, y - 0.88 * s), (head, y - 0.88 * s), (foot, y)), shade)
        brush.box(foot - 0.085 * s, y - 0.09 * s, foot + 0.085 * s, y, p.lit("#3a2f38"))
    brush.box(x - 0.5 * s, y - 0.71 * s, x + 0.5 * s, y - 0.63 * s, shade)
    brush.box(x - 0.055 * s, y - 0.86 * s, x + 0.055 * s, y - 0.63 * s, LAMP if p.dark else p.lit("#e8b64a"))
    if p.dark:
        brush.glow(x, y - 0.72 * s, 0.7 * s, LAMP, 0.45)
    _lintel(easel, x, y - 0.86 * s, 0.56 * s, 0.07 * s, red)
    _lintel(easel, x, y - 0.94 * s, 0.66 * s, 0.09 * s, p.lit("#332a36"))
    if easel.spec.season == "winter":
        _lintel(easel, x, y - 1.02 * s, 0.66 * s, 0.05 * s, p.lit(SNOW))


def _lintel(easel: Easel, x: float, y: float, half: float, thick: float, color: Color) -> None:
    """A beam that sags in the middle, its ends cut aslant."""
    sag, rise = thick * 0.9, thick * 1.1
    path = skia.Path()
    path.moveTo(x - half, y - rise)
    path.quadTo(x, y + sag, x + half, y - rise)
    path.lineTo(x + half * 0.95, y - rise + thick * 1.1)
    path.quadTo(x, y + sag + thick, x - half * 0.95, y - rise + thick * 1.1)
    path.close()
    easel.brush.fill(path, color)


def garden(easel: Easel, x: float, y: float, height: float) -> None:
    """A white wall with a round gate, leaves above it, shrubs, flower beds and a rock before it."""
    brush, p, s, rng = easel.brush, easel.palette, height, easel.rng("garden")
    way = rng.choice((-1, 1))
    _crowns(easel, x, y, s)
    wall, cap = p.lit("#faf6ec"), p.lit("#39414f")
    brush.box(x - 1.02 * s, y - 0.66 * s, x + 1.02 * s, y, wall)
    brush.box(x - 1.02 * s, y - 0.08 * s, x + 1.02 * s, y, mix(wall, cap, 0.4))
    brush.shape(
        (
            (x - 1.1 * s, y - 0.62 * s),
            (x - 1.04 * s, y - 0.78 * s),
            (x + 1.04 * s, y - 0.78 * s),
            (x + 1.1 * s, y - 0.62 * s),
        ),
        cap,
    )
    if easel.spec.season == "winter":
        brush.box(x - 1.04 * s, y - 0.82 * s, x + 1.04 * s, y - 0.72 * s, p.lit(SNOW))
    _moon_gate(easel, x, y - 0.3 * s, 0.27 * s)
    _rock(easel, x + way * 0.62 * s, y + 0.03 * s, 0.5 * s)
    leaf = p.lit("#3f7d3c") if easel.spec.season != "winter" else p.lit("#6f8a86")
    for dx, r in ((-0.86, 0.17), (-0.62, 0.21), (0.92, 0.16)):
        brush.oval(x + way * dx * s, y - r * 0.55 * s, r * s, r * 0.9 * s, leaf)
        brush.oval(
            x + way * dx * s, y - r * 0.8 * s, r * 0.6 * s, r * 0.5 * s, mix(leaf, p.lit("#e8f0c8"), 0.3)
        )
    _beds(easel, x, y, s, rng)


def _crowns(easel: Easel, x: float, y: float, size: float) -> None:
    """Treetops that look over the wall."""
    tones = [easel.palette.lit(code) for code in LEAVES[easel.spec.season]]
    if easel.spec.season == "winter":
        tones = [easel.palette.lit(code) for code in ("#8797a8", "#a9b7c6", SNOW)]
    for dx, r in ((-0.55, 0.3), (-0.2, 0.22), (0.6, 0.26)):
        cx, cy = x + dx * size, y - 0.82 * size
        for tone, share, up in ((tones[0], 1, 0), (tones[1], 0.75, 0.15), (tones[2], 0.4, 0.35)):
            easel.brush.oval(cx, cy - up * r * size, r * share * size, r * share * 0.85 * size, tone)


def _moon_gate(easel: Easel, x: float, y: float, r: float) -> None:
    """The round opening, with the garden's green or its lamps within."""
    brush, p = easel.brush, easel.palette
    brush.oval(x, y, r * 1.2, r * 1.2, p.lit("#8b8f98"))
    beyond = LAMP if p.dark else p.lit("#a9d08a" if easel.spec.season != "winter" else "#c9d6e2")
    disc = skia.Path()
    disc.addCircle(x, y, r)
    brush.fill(disc, beyond)
    with brush.clipped(disc):
        brush.oval(x - r * 0.5, y + r * 0.9, r * 0.9, r * 0.8, p.lit("#2f5a35"))
        brush.oval(x + r * 0.7, y + r * 0.9, r * 0.7, r * 0.6, p.lit("#2f5a35"))
    if p.dark:
        brush.glow(x, y, r * 3, LAMP, 0.4)


def _rock(easel: Easel, x: float, y: float, size: float) -> None:
    """A tall weathered rock with hollows."""
    brush, gray = easel.brush, easel.palette.lit("#7c8592")
    outline = (
        (-0.34, 0),
        (-0.42, 0.5),
        (-0.12, 0.72),
        (-0.2, 1.05),
        (0.16, 1.12),
        (0.3, 0.74),
        (0.24, 0.4),
        (0.42, 0),
    )
    brush.fill(smooth([(x + dx * size, y - dy * size) for dx, dy in outline], closed=True), gray)
    dark = mix(gray, (0.08, 0.1, 0.16), 0.55)
    for dx, dy, r in ((-0.1, 0.42, 0.1), (0.08, 0.78, 0.08), (0.14, 0.2, 0.08)):
        brush.oval(x + dx * size, y - dy * size, r * size, r * size * 1.3, dark)


def _beds(easel: Easel, x: float, y: float, size: float, rng: random.Random) -> None:
    """Flowers in two rows on either side of the gate."""
    p, hues = easel.palette, FLOWER_BEDS[easel.spec.season]
    for side in (-1, 1):
        mid = x + side * 0.64 * size
        easel.brush.oval(mid, y + 0.06 * size, 0.4 * size, 0.09 * size, p.lit("#2f6a34"))
        for k in range(7):
            spot = (mid + (k - 3) * 0.115 * size, y + (0.02 if k % 2 else 0.09) * size)
            easel.brush.oval(*spot, 0.065 * size, 0.065 * size, p.lit(hues[rng.random() < 0.35]))
