"""City at the horizon and lanterns near the eye."""

import random

from multiart.data.scenes.brush import UNITS, along, placed, skia, smooth
from multiart.data.scenes.easel import STANDING, Easel
from multiart.data.scenes.palette import LAMP, LEAVES, SNOW, Color, mix, rgb

ROOFS = ("#b8553a", "#8f4a44", "#4f6a86", "#c98448")
WALLS = ("#e9d7b4", "#d9bd98", "#f0e6d2")


def city(easel: Easel) -> None:
    """A skyline: towers, domes and roofs crowded behind a long wall with a gate."""
    rng, p, h = easel.rng("city"), easel.palette, easel.horizon
    middle, half = _site(easel)
    left, right, tall = middle - half, middle + half, 1.0 if half > 30 else 0.85
    if p.dark:
        easel.brush.glow(middle, h, half * 1.4, LAMP, 0.45)
    for k, (low, high, far) in enumerate(((15, 20, 0.34), (10, 14, 0.16))):
        x = left + 4 - 3 * k
        while x < right - 6:
            width = rng.uniform(9, 13)
            _house(easel, rng, (x, width), rng.uniform(low, high) * tall, far)
            x += width + rng.uniform(-1, 1)
        if k == 0:
            for share, top in ((0.1, "eaves"), (0.36, "dome"), (0.66, "spire"), (0.9, "dome")):
                x = left + share * (right - left) + rng.uniform(-5, 5)
                _tower(easel, x, rng.uniform(20, 25) * tall, top)
    _wall(easel, middle, half + 4)


def _site(easel: Easel) -> tuple[float, float]:
    """Middle and half width: smaller before mountains, and beside what stands nearer."""
    ridge = easel.has("hills", "mountains", "snowy mountains")
    taken = {easel.sides[name] for name in STANDING if name in easel.sides}
    middles = [x for side, x in (("left", 42), ("center", 64), ("right", 86)) if side not in taken]
    if not taken:
        middles = [64]
    return easel.rng("city/site").choice(middles or [64]) + easel.rng("city").uniform(
        -4, 4
    ), 28 if ridge else 44


def _panes(easel: Easel, spots: list[tuple[float, float]], far: float) -> None:
    """Windows, lit after sunset."""
    glass = LAMP if easel.palette.dark else easel.palette.far("#5a5664", far)
    for x, y in spots:
        easel.brush.box(x - 1.1, y - 1.4, x + 1.1, y + 1.4, glass)


def _house(easel: Easel, rng: random.Random, span: tuple[float, float], height: float, far: float) -> None:
    """A block of houses under one roof; ``span`` is its left edge and its width."""
    p, (x, width), top = easel.palette, span, easel.horizon - height
    easel.brush.box(x, top, x + width, easel.horizon + 6, p.far(rng.choice(WALLS), far))
    roof = p.far(SNOW if easel.spec.season == "winter" else rng.choice(ROOFS), far * 0.7)
    easel.brush.shape(
        (
            (x - 1, top + 0.5),
            (x + width * 0.25, top - 4),
            (x + width * 0.75, top - 4),
            (x + width + 1, top + 0.5),
        ),
        roof,
    )
    _panes(easel, [(x + width * t, top + 3.2) for t in (0.27, 0.73) if rng.random() < 0.85], far)


def _tower(easel: Easel, x: float, height: float, top: str) -> None:
    """A tall tower under a dome, a spire or curved eaves."""
    p, brush, y = easel.palette, easel.brush, easel.horizon
    winter = easel.spec.season == "winter"
    brush.box(x - 3.4, y - height, x + 3.4, y + 6, p.far("#dcc6a2", 0.2))
    brush.box(x + 1, y - height, x + 3.4, y + 6, p.far("#a58a72", 0.2))
    brush.box(x - 4.2, y - height, x + 4.2, y - height + 1.8, p.far("#8a6a58", 0.2))
    _panes(easel, [(x, y - height + 5), (x, y - height + 10)], 0.2)
    y -= height
    if top == "dome":
        brush.oval(x, y - 2, 5, 5.4, p.far(SNOW if winter else "#3f8f8a", 0.15))
        brush.box(x - 4.4, y - 0.5, x + 4.4, y + 1.5, p.far("#8a6a58", 0.2))
        brush.line((x, y - 6), (x, y - 10.5), 1.1, p.far("#e0b040", 0.1))
    elif top == "spire":
        brush.shape(
            ((x - 5, y + 0.4), (x, y - 12), (x + 5, y + 0.4)), p.far(SNOW if winter else "#8f3f3a", 0.15)
        )
    else:
        for lift, half in ((0, 7), (-5, 5.5)):
            eaves = placed(
                x, y + lift, 1, (-half, 0.6), (-half * 0.4, 3.6), (half * 0.4, 3.6), (half, 0.6), (0, -1)
            )
            brush.shape(eaves, p.far(SNOW if winter else "#36566a", 0.15))


def _wall(easel: Easel, x: float, half: float) -> None:
    """The town wall with its battlements, gate and the gate's watch tower."""
    p, brush, h = easel.palette, easel.brush, easel.horizon
    stone, left, right = p.far("#9c7f6c", 0.06), x - half, x + half
    brush.box(left, h - 6, right, h + 6, stone)
    for k in range(int((right - left) / 4.6)):
        brush.box(left + k * 4.6, h - 8, left + k * 4.6 + 2.6, h - 5.5, stone)
    brush.box(left, h - 5, right, h - 4.2, p.far("#6a5048", 0.06))
    brush.box(x - 8, h - 12, x + 8, h + 6, p.far("#7d6052", 0.04))
    brush.box(x - 5, h - 14, x + 5, h - 11, p.far("#c9583f", 0.04))
    roof = placed(x, h - 13, 1, (-11, 0), (-6, 4.5), (6, 4.5), (11, 0))
    brush.shape(roof, p.far(SNOW if easel.spec.season == "winter" else "#3a4a5a", 0.04))
    door = skia.Path()
    door.addRRect(skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(x - 3.5, h - 8, x + 3.5, h + 8), 3.5, 3.5))
    brush.fill(door, mix(LAMP, rgb("#c07030"), 0.3) if p.dark else p.lit("#3a2a2c"))


def lantern(easel: Easel, side: str) -> None:
    """Three red paper lanterns under a branch that reaches in from ``side``, near the eye."""
    rng, p, brush = easel.rng("lantern"), easel.palette, easel.brush
    edge, way = (0, 1) if side == "left" else (UNITS, -1)
    top = rng.uniform(13, 17)
    bough = [(-6, top - 5), (10, top - 1), (30, top - 3), (50, top + 2)]
    bark = p.lit("#6a4a38")
    brush.stroke(smooth([(edge + way * x, y) for x, y in bough]), 3.4, bark)
    _twigs(easel, edge, way, top, bark)
    drops = [rng.uniform(17, 20), rng.uniform(32, 36), rng.uniform(14, 17)]
    for x, drop in zip((8.5, 25.5, 42.5), drops, strict=True):
        x = edge + way * (x + rng.uniform(-0.8, 0.8))
        brush.line((x, top - 2), (x, top + drop), 0.9, mix(bark, (0, 0, 0), 0.3))
        _paper_lantern(easel, x, top + drop, 7.4)


def _twigs(easel: Easel, edge: float, way: int, top: float, bark: Color) -> None:
    """Side twigs with the leaves, the blossoms or the snow of the season."""
    rng, p, brush = easel.rng("lantern/twigs"), easel.palette, easel.brush
    winter = easel.spec.season == "winter"
    tones = [p.lit(code) for code in (LEAVES[easel.spec.season] if not winter else (SNOW,))]
    for x, lean in ((4, 0.7), (16, 0.9), (28, 0.5), (38, 0.9), (46, 0.3)):
        root = (edge + way * x, top - 2)
        tip = along(root, lean if way > 0 else 3.1416 - lean, rng.uniform(7, 10))
        brush.line(root, tip, 1.3, bark)
        for _ in range(2 if winter else 4):
            spot = (tip[0] + rng.uniform(-3, 3), tip[1] + rng.uniform(-2, 3))
            brush.oval(*spot, 2.4, 1.3 if winter else 1.9, rng.choice(tones))


def _paper_lantern(easel: Easel, x: float, y: float, r: float) -> None:
    """A round red lantern, lit from within; ``y`` is its top."""
    brush, middle = easel.brush, y + r * 1.1
    red, deep, gold = rgb("#e8402c"), rgb("#a81f22"), rgb("#e9b44a")
    brush.glow(x, middle, r * 3.4, rgb("#ff9a4a"), 0.6)
    brush.oval(x, middle, r, r * 0.96, deep)
    brush.oval(x, middle, r * 0.8, r * 0.95, red)
    brush.oval(x, middle, r * 0.42, r * 0.93, rgb("#ff7a3e"))
    brush.glow(x, middle, r * 0.85, rgb("#fff0b0"), 0.85)
    for cap in (y, y + r * 2.05):
        brush.box(x - r * 0.42, cap, x + r * 0.42, cap + r * 0.24, gold)
    brush.line((x, y + r * 2.3), (x, y + r * 3.0), r * 0.24, gold)
