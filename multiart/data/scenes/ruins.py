"""Ruins: broken columns, half an arch and what fell."""

from multiart.data.scenes.brush import placed, polygon, skia
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import SNOW, Color, mix, rgb

IVY = {
    "spring": ("#7fb04a", "#a5cf6a"),
    "summer": ("#2f6f38", "#4f9548"),
    "autumn": ("#b23a2a", "#e0702f"),
}


def ruins(easel: Easel, x: float, y: float, height: float) -> None:
    """Broken columns beside half an arch of old stone, and a drum that fell."""
    rng, s = easel.rng("ruins"), height
    way = rng.choice((-1, 1))
    _arch(easel, x + way * 0.36 * s, y, s * 1.05, way)
    for dx, tall in ((-0.2, rng.uniform(0.86, 0.96)), (-0.5, rng.uniform(0.5, 0.62)), (-0.78, 0.3)):
        _column(easel, x + way * dx * s, y + 0.02 * s, s * 0.2, s * tall, whole=tall > 0.8)
    _drum(easel, x + way * 0.14 * s - 0.12 * s, y + 0.12 * s, s * 0.11)
    for dx, size in ((-0.5, 0.07), (0.72, 0.09)):
        _block(easel, x + way * dx * s, y + 0.1 * s, s * size)


def _stone(easel: Easel) -> tuple[Color, Color]:
    """Old stone in the light and in the shade."""
    p = easel.palette
    light, shade = p.lit("#f1e6cf"), p.lit("#5d4e5a")
    return (mix(light, rgb("#c3cbe6"), 0.35) if p.dark else light), shade


def _column(easel: Easel, x: float, y: float, width: float, height: float, *, whole: bool) -> None:
    """A fluted shaft on a base, whole with its capital or broken aslant."""
    brush, (light, shade), half, top = easel.brush, _stone(easel), width / 2, y - height
    away = 1 if easel.light_x < x else -1
    jag = 0.0 if whole else width * 0.6
    broken = [(x - half, top + jag), (x - half * 0.2, top), (x + half * 0.3, top + jag), (x + half, top)]
    shaft = [(x - half, y), *broken, (x + half, y)]
    brush.shape(shaft, light)
    side = [(x + away * half * t, level) for t, level in ((1, y), (1, top + jag), (0.2, top + jag), (0.2, y))]
    brush.shape(side, mix(light, shade, 0.7))
    flute = x - away * half * 0.4
    brush.line((flute, y), (flute, top + jag + half), width * 0.1, mix(light, shade, 0.45))
    brush.box(x - half * 1.4, y - width * 0.35, x + half * 1.4, y, mix(light, shade, 0.3))
    if whole:
        brush.box(
            x - half * 1.2, top + width * 0.2, x + half * 1.2, top + width * 0.5, mix(light, shade, 0.5)
        )
        brush.box(x - half * 1.6, top - width * 0.15, x + half * 1.6, top + width * 0.25, light)
        if easel.spec.season == "winter":
            brush.box(x - half * 1.6, top - width * 0.4, x + half * 1.6, top, easel.palette.lit(SNOW))


def _arch(easel: Easel, x: float, y: float, size: float, way: int) -> None:
    """What is left of a wall with an arch: it crumbles towards the columns."""
    brush, (light, shade) = easel.brush, _stone(easel)
    broken = ((-0.36, 0), (-0.35, 0.36), (-0.27, 0.44), (-0.28, 0.58), (-0.14, 0.62), (-0.06, 0.78))
    whole = ((0.1, 0.74), (0.2, 0.86), (0.37, 0.82), (0.37, 0))
    outline = polygon(placed(x, y, size, *((way * dx, dy) for dx, dy in broken + whole)))
    spring, r = y - 0.3 * size, 0.18 * size
    opening = skia.Path()
    opening.addRect(skia.Rect.MakeLTRB(x - r, spring, x + r, y + 1))
    opening.addCircle(x, spring, r)
    wall = skia.Op(outline, opening, skia.kDifference_PathOp)
    brush.fill(wall, light)
    with brush.clipped(wall):
        for course in range(1, 6):
            line = y - course * 0.14 * size
            brush.line((x - size, line), (x + size, line), 0.022 * size, mix(light, shade, 0.5))
        inner = skia.Path(opening)
        brush.stroke(inner, 0.15 * size, mix(light, shade, 0.55))
        brush.stroke(inner, 0.04 * size, shade)
        if easel.spec.season == "winter":
            brush.stroke(outline, 0.09 * size, easel.palette.lit(SNOW))
    if easel.spec.season != "winter":
        _ivy(easel, x + way * 0.3 * size, y - 0.78 * size, size)


def _ivy(easel: Easel, x: float, y: float, size: float) -> None:
    """Leaves that hang down from the top of the wall."""
    rng = easel.rng("ivy")
    tones = [easel.palette.lit(code) for code in IVY[easel.spec.season]]
    for k in range(9):
        spot = (x + rng.uniform(-0.07, 0.07) * size, y + k * 0.05 * size)
        easel.brush.oval(*spot, 0.055 * size, 0.045 * size, tones[k % 2])


def _drum(easel: Easel, x: float, y: float, r: float) -> None:
    """A fallen piece of a column, its round end turned to the eye."""
    brush, (light, shade) = easel.brush, _stone(easel)
    brush.oval(x + r, y, r * 2.3, r * 0.3, easel.palette.lit("#2c2a30"), 0.3)
    brush.shape(placed(x, y, r, (0, 2), (2.4, 1.8), (2.4, 0.1), (0, 0)), mix(light, shade, 0.45))
    brush.oval(x + 2.4 * r, y - 0.95 * r, r * 0.6, r * 0.86, mix(light, shade, 0.45))
    brush.oval(x, y - r, r * 0.75, r, light)
    brush.oval(x, y - r, r * 0.32, r * 0.45, mix(light, shade, 0.75))


def _block(easel: Easel, x: float, y: float, size: float) -> None:
    """A squared stone in the grass."""
    light, shade = _stone(easel)
    easel.brush.shape(placed(x, y, size, (-1, 0), (-1, 1.1), (1, 1.1), (1, 0)), mix(light, shade, 0.55))
    easel.brush.shape(placed(x, y, size, (-1, 1.1), (-0.5, 1.5), (1.2, 1.4), (1, 1.1)), light)
