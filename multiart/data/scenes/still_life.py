"""Things on a table: vase, bowl, candle and wine."""

import math

from multiart.data.scenes.brush import along, placed, polygon, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import Color, mix, rgb

BOUQUETS = {  # two hues of blossoms, and the leaves
    "spring": ("#f27fa6", "#fbdce6", "#6fae4a"),
    "summer": ("#e2382c", "#fbd23a", "#2f7d3a"),
    "autumn": ("#ee8a24", "#8f2f4a", "#8a7a2c"),
    "winter": ("#fdfbf6", "#c4203a", "#2f5a44"),
}


def _shadow(easel: Easel, x: float, y: float, half: float) -> None:
    """On the table, away from the window's light."""
    lean = max(-1.0, min(1.0, (x - easel.light_x) / 40))
    easel.brush.oval(x + lean * half * 0.4, y + 0.5, half * 1.25, half * 0.24, rgb("#1a0f0c"), 0.38)


def vase_of_flowers(easel: Easel, x: float, y: float) -> None:
    """A white porcelain vase painted in blue, with a bouquet in the hues of the season."""
    brush, p = easel.brush, easel.palette
    _bouquet(easel, x, y - 27)
    _shadow(easel, x, y, 7)
    white, blue = p.lit("#f8f8f6"), p.lit("#2b55a8")
    right = [(3.6, 26), (2.9, 22), (7.6, 16), (7.8, 9), (4.6, 3), (4.8, 0)]
    outline = polygon(placed(x, y, 1, *((-dx, dy) for dx, dy in reversed(right)), *right))
    body = smooth(placed(x, y, 1, *((-dx, dy) for dx, dy in reversed(right)), *right), closed=True)
    brush.fill(skia.Op(body, outline, skia.kUnion_PathOp), white)
    with brush.clipped(body):
        for level, width in ((20.5, 1.8), (4.2, 1.8)):
            brush.box(x - 10, y - level, x + 10, y - level + width, blue)
        for dx in (-5.2, 0, 5.2):
            brush.oval(x + dx, y - 12, 2.0, 3.0, blue)
        away = 1 if easel.light_x < x else -1
        brush.oval(x + away * 8.5, y - 12, 5, 18, p.lit("#3a4670"), 0.35)


def _bouquet(easel: Easel, x: float, y: float) -> None:
    """Leaves and round blossoms over the mouth of the vase at (x, y)."""
    brush, p, rng = easel.brush, easel.palette, easel.rng("bouquet")
    first, second, leaf = (p.vivid(code) for code in BOUQUETS[easel.spec.season])
    for k in range(9):
        angle = math.pi * (0.04 + 0.115 * k)
        tip = along((x, y), angle, 16 if k % 2 else 13)
        side = along(along((x, y), angle, 8), angle + 1.57, 3)
        other = along(along((x, y), angle, 8), angle - 1.57, 3)
        brush.shape(((x, y + 3), side, tip, other), mix(leaf, p.lit("#10301c"), 0.35 * (k % 2)))
    heads = [(-9, 4), (9, 4), (-5, 12), (6, 12.5), (0, 18), (-11, 11), (12, 11.5), (0, 6)]
    for k, (dx, dy) in enumerate(heads):
        spot = (x + dx + rng.uniform(-0.7, 0.7), y - dy + rng.uniform(-0.7, 0.7))
        _blossom(easel, *spot, 4.1, second if k % 3 == 1 else first)


def _blossom(easel: Easel, x: float, y: float, r: float, color: Color) -> None:
    """A round flower of six petals, darker behind, with a golden heart."""
    petals = skia.Path()
    for k in range(6):
        petals.addCircle(*along((x, y), k * math.tau / 6, r * 0.6), r * 0.5)
    easel.brush.oval(x, y, r * 1.12, r * 1.12, mix(color, easel.palette.lit("#5a1c3a"), 0.35))
    easel.brush.fill(petals, color)
    easel.brush.oval(x, y, r * 0.34, r * 0.34, easel.palette.lit("#f6c535"))


def bowl_of_fruit(easel: Easel, x: float, y: float) -> None:
    """Oranges, apples and grapes heaped in a blue bowl."""
    brush, p = easel.brush, easel.palette
    _shadow(easel, x, y, 11)
    orange, red, green = "#f59a24", "#d5322b", "#9bbf3c"
    heap = ((-1, 20, 5.4, orange), (-8, 15.5, 5.2, red), (6, 16, 5.4, green), (-1, 13.5, 5.6, orange))
    for dx, dy, r, code in (*heap, (9, 12.5, 4.6, red)):
        _fruit(easel, x + dx, y - dy, r, code)
    bowl = p.lit("#3f78a8")
    half = polygon(placed(x, y, 1, (-15, 12), (15, 12), (12, 6), (6, 1.5), (-6, 1.5), (-12, 6)))
    brush.fill(half, bowl)
    brush.box(x - 5.5, y - 2, x + 5.5, y, mix(bowl, (0, 0, 0.1), 0.35))
    brush.line((x - 15, y - 12), (x + 15, y - 12), 2.2, mix(bowl, p.lit("#ffffff"), 0.55))
    brush.line((x - 10.5, y - 6.5), (x + 10.5, y - 6.5), 1.4, mix(bowl, p.lit("#ffffff"), 0.45))
    _grapes(easel, x - 13, y - 9.5)


def _fruit(easel: Easel, x: float, y: float, r: float, code: str) -> None:
    """A round fruit with its shaded side, its shine and its stalk."""
    brush, p = easel.brush, easel.palette
    color, lit = p.vivid(code), -1 if easel.light_x < x else 1
    brush.oval(x, y, r, r, mix(color, p.lit("#5a1420"), 0.4))
    brush.oval(x + lit * r * 0.12, y - r * 0.1, r * 0.86, r * 0.86, color)
    brush.oval(x + lit * r * 0.4, y - r * 0.42, r * 0.22, r * 0.18, mix(color, p.lit("#ffffff"), 0.75))
    if code != "#f59a24":
        brush.line((x, y - r * 0.8), (x + 0.8, y - r * 1.3), 1.0, p.lit("#4a3020"))


def _grapes(easel: Easel, x: float, y: float) -> None:
    """A bunch that hangs over the rim."""
    purple = easel.palette.vivid("#6b2f86")
    for dx, dy in ((-3, -3), (1, -3.4), (4, -2.6), (-2, 0.4), (2, 0.2), (-0.2, 3.4), (0.4, 6)):
        easel.brush.oval(x + dx, y + dy, 2.3, 2.3, mix(purple, (0.1, 0, 0.15), 0.35))
        easel.brush.oval(x + dx - 0.3, y + dy - 0.4, 1.7, 1.7, purple)


def candle(easel: Easel, x: float, y: float) -> None:
    """A burning candle in a brass holder; after sunset its glow fills the room."""
    brush, p = easel.brush, easel.palette
    _shadow(easel, x, y, 9)
    brass, wax = p.lit("#d9a13a"), p.lit("#fbf1dc")
    if p.dark:
        brush.glow(x, y - 29, 78, rgb("#ffb45a"), 0.5)
        wax = mix(wax, rgb("#ffe2b0"), 0.5)
    brush.oval(x, y - 1.2, 9.5, 2.6, mix(brass, (0.15, 0.05, 0), 0.4))
    brush.oval(x, y - 2, 9.5, 2.4, brass)
    ring = skia.Path()
    ring.addCircle(x + 11, y - 3.4, 2.8)
    brush.stroke(ring, 1.5, brass)
    brush.box(x - 4, y - 7, x + 4, y - 2, brass)
    brush.box(x - 3, y - 23, x + 3, y - 6, wax)
    brush.box(x + 1, y - 23, x + 3, y - 6, mix(wax, p.lit("#a07a50"), 0.4))
    brush.oval(x, y - 23, 3, 1.1, mix(wax, rgb("#fff6dc"), 0.6))
    brush.line((x, y - 23), (x, y - 25), 0.9, p.lit("#2a1c18"))
    brush.glow(x, y - 29, 17, rgb("#ffc35a"), 0.8)
    for size, color in ((1.0, "#f08a24"), (0.78, "#ffd24a"), (0.42, "#fff8dc")):
        flame = placed(x, y - 24.2, size, (0, 0), (-2.9, 1.2), (-2.4, 5), (0, 11), (2.4, 5), (2.9, 1.2))
        brush.fill(smooth(flame, closed=True), rgb(color))


def wine_cup(easel: Easel, x: float, y: float) -> None:
    """A clay wine jug with a paper seal, and two cups of red wine before it."""
    brush, p = easel.brush, easel.palette
    _shadow(easel, x, y, 10)
    clay = p.vivid("#a8683c")
    handle = skia.Path()
    handle.addOval(skia.Rect.MakeLTRB(x + 1, y - 25, x + 11, y - 12))
    brush.stroke(handle, 2.2, mix(clay, (0, 0, 0), 0.25))
    right = [(4.6, 28), (3, 25), (3.4, 21), (8.6, 16), (8.8, 7), (5, 1), (5, 0)]
    jug = smooth(placed(x, y - 2, 1, *((-dx, dy) for dx, dy in reversed(right)), *right), closed=True)
    brush.fill(jug, clay)
    with brush.clipped(jug):
        away = 1 if easel.light_x < x else -1
        brush.oval(x + away * 9, y - 12, 6, 18, mix(clay, (0, 0, 0), 0.4))
        brush.oval(x - away * 5, y - 15, 1.3, 4.5, mix(clay, p.lit("#ffffff"), 0.4))
    brush.shape(placed(x, y - 12, 4.6, (0, 1), (1, 0), (0, -1), (-1, 0)), p.lit("#c8281f"))
    for dx, dy in ((-9, 2.6), (9.5, 3.4)):
        _cup(easel, x + dx, y + dy)


def _cup(easel: Easel, x: float, y: float) -> None:
    """A small porcelain cup on a foot, full of wine."""
    brush, p = easel.brush, easel.palette
    white = p.lit("#f4f1e6")
    brush.oval(x, y + 0.4, 5, 1.1, rgb("#1a0f0c"), 0.38)
    brush.fill(
        polygon(placed(x, y, 1, (-5.6, 8.6), (5.6, 8.6), (3.4, 2), (2.6, 0), (-2.6, 0), (-3.4, 2))), white
    )
    brush.box(x - 2.7, y - 1.4, x + 2.7, y, mix(white, p.lit("#5a4a5a"), 0.4))
    brush.oval(x, y - 8.6, 5.6, 1.9, white)
    brush.oval(x, y - 8.4, 4.5, 1.3, p.lit("#8f1230"))
