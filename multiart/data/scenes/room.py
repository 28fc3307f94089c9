"""A room: a table by a window, and what stands on it."""

from dataclasses import replace
from functools import partial

from multiart.data.scenes import still_life, weather
from multiart.data.scenes.brush import UNITS, along, polygon, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.land import MEADOW
from multiart.data.scenes.palette import LEAVES, SNOW, mix, rgb

LEFT, TOP, RIGHT, BOTTOM = 20.0, 6.0, 108.0, 77.0
TABLE = 97.0
_WALLS = ("#ead9b8", "#c9d0b0", "#e2b79c", "#c3cfd6")
_CURTAINS = ("#b9483c", "#3f6f8f", "#c98b3a", "#6d7f4c")
_THINGS = {
    "vase of flowers": still_life.vase_of_flowers,
    "bowl of fruit": still_life.bowl_of_fruit,
    "candle": still_life.candle,
    "wine cup": still_life.wine_cup,
}
_FALLING = {"rain": weather.rain, "snow": weather.snow, "mist": weather.mist}


def view() -> skia.Path:
    """The opening of the window, through which the sky is seen."""
    return polygon(((LEFT, TOP), (RIGHT, TOP), (RIGHT, BOTTOM), (LEFT, BOTTOM)))


def room(easel: Easel) -> None:
    """Paint all but the sky and the mountains outside: land, weather, wall, window, table, things."""
    with easel.brush.clipped(view()):
        _land(easel)
        if easel.spec.weather in _FALLING:
            _FALLING[easel.spec.weather](easel)
        _spray(easel)
    easel.palette = replace(easel.palette, light=_indoor_light(easel))
    _wall(easel)
    _window(easel)
    _curtains(easel)
    _table(easel)
    _things(easel)


def _indoor_light(easel: Easel) -> tuple[float, float, float]:
    """The hour's light, or a candle's when it is dark outside."""
    light = easel.palette.light
    if not easel.palette.dark:
        return light
    return mix(light, rgb("#ffc98f"), 0.72) if easel.has("candle") else mix(light, rgb("#a9b6ea"), 0.4)


def _land(easel: Easel) -> None:
    """The ground outside, and a row of shrubs on it, in the colours of the season."""
    p, h, rng = easel.palette, easel.horizon, easel.rng("outside")
    far, middle, _ = MEADOW[easel.spec.season]
    easel.brush.band(h, BOTTOM, (p.far(far, 0.2), 1), (p.lit(middle), 1))
    tone = p.far(LEAVES[easel.spec.season][1] if easel.spec.season != "winter" else "#8fa0b2", 0.2)
    for k in range(6):
        x, r = LEFT + (k + rng.uniform(0.2, 0.8)) * 15, rng.uniform(3, 4.5)
        easel.brush.oval(x, h + 4, r * 1.5, r, tone)


def _spray(easel: Easel) -> None:
    """A branch outside the window: in blossom, in leaf, in red, or under snow."""
    rng, p, brush = easel.rng("spray"), easel.palette, easel.brush
    edge, way = (LEFT, 1) if easel.light_x > UNITS / 2 else (RIGHT, -1)
    bark, winter = p.lit("#5a4033"), easel.spec.season == "winter"
    top = rng.uniform(16, 22) if not easel.has("stars") else rng.uniform(42, 48)
    bough = [(-3, top - 8), (10, top), (24, top + 2), (36, top + 9)]
    brush.stroke(smooth([(edge + way * x, y) for x, y in bough]), 2.6, bark)
    blossoming = ("#f3a6bf", "#fbd0dc", "#a9d35a")
    tones = [p.lit(code) for code in {**LEAVES, "spring": blossoming}[easel.spec.season]]
    if winter:
        brush.stroke(smooth([(edge + way * x, y - 1.4) for x, y in bough]), 1.8, p.lit(SNOW))
    for x, lift, lean in (
        (3, -4, -1.0),
        (9, -1, 0.9),
        (15, 1, -0.9),
        (21, 1, 0.8),
        (27, 3, -0.7),
        (33, 7, 0.3),
    ):
        root = (edge + way * x, top + lift)
        tip = along(root, lean if way > 0 else 3.1416 - lean, rng.uniform(8, 11))
        brush.line(root, tip, 1.4, bark)
        if winter:
            brush.line((root[0], root[1] - 0.9), (tip[0], tip[1] - 0.9), 1.3, p.lit(SNOW))
            continue
        for _ in range(5):
            spot = (tip[0] + rng.uniform(-4, 4), tip[1] + rng.uniform(-3.5, 3.5))
            brush.oval(*spot, 3.2, 2.4, rng.choice(tones))


def _wall(easel: Easel) -> None:
    """The wall around the window, darker to the sides."""
    p = easel.palette
    color = p.lit(easel.rng("wall").choice(_WALLS))
    shade = mix(color, p.lit("#5a4a4a"), 0.3)
    around = polygon(((-2, -2), (130, -2), (130, 130), (-2, 130)))
    wall = skia.Op(around, view(), skia.kDifference_PathOp)
    easel.brush.wash(wall, 0, TABLE, (shade, 1), (color, 1), (color, 1))


def _window(easel: Easel) -> None:
    """A dark wooden frame with a cross of bars and a sill."""
    p, brush = easel.palette, easel.brush
    wood = p.lit("#6b4630")
    edge = mix(wood, p.lit("#f0d0a0"), 0.3)
    for x in (LEFT, RIGHT):
        brush.box(x - 2, TOP - 2, x + 2, BOTTOM + 2, wood)
    brush.box(LEFT - 2, TOP - 2, RIGHT + 2, TOP + 2, wood)
    brush.box(63, TOP, 65.2, BOTTOM, wood)
    brush.box(LEFT, 32, RIGHT, 34, wood)
    brush.box(LEFT - 6, BOTTOM - 1, RIGHT + 6, BOTTOM + 3.6, wood)
    brush.box(LEFT - 6, BOTTOM - 1, RIGHT + 6, BOTTOM + 0.4, edge)


def _curtains(easel: Easel) -> None:
    """Drawn back to both sides and tied."""
    p, brush = easel.palette, easel.brush
    cloth = p.lit(easel.rng("curtains").choice(_CURTAINS))
    fold = mix(cloth, p.lit("#1c1420"), 0.35)
    for edge, way in ((0, 1), (UNITS, -1)):
        outline = [(-4, 0), (25, 0), (22, 24), (12, 48), (10, 54), (15, 66), (17, 84), (-4, 84)]
        path = polygon([(edge + way * x, y) for x, y in outline])
        brush.fill(path, cloth)
        for top, waist, foot in ((4, 3, 4), (11, 6, 9), (18, 9, 13)):
            points = [(top, 2), (top, 24), (waist, 50), (waist, 56), (foot, 83)]
            brush.stroke(smooth([(edge + way * x, y) for x, y in points]), 1.6, fold)
        brush.line((edge - way * 2, 53), (edge + way * 11, 51), 2.8, p.lit("#e0b45a"))
    brush.box(-2, 0, 130, 3, p.lit("#4a3022"))


def _table(easel: Easel) -> None:
    """A wooden table across the whole picture, with the window's light on it by day."""
    p, brush = easel.palette, easel.brush
    wood, dark = p.lit("#a8683a"), p.lit("#5e3620")
    brush.band(TABLE, 119, (mix(wood, p.horizon, 0.25) if not p.dark else wood, 1), (wood, 1))
    for y in (101, 109):
        brush.line((-2, y), (130, y), 0.7, mix(wood, dark, 0.6), 0.6)
    if not p.dark:
        lean = (64 - easel.light_x) * 0.3
        for left, right in ((-38, -2), (2, 38)):
            top, foot = [(64 + x, TABLE) for x in (left, right)], [64 + lean + 1.3 * x for x in (right, left)]
            patch = [*top, *((x, 119) for x in foot)]
            brush.shape(patch, mix(p.horizon, p.lit("#fff4d6"), 0.5), 0.3)
    brush.band(119, UNITS, (dark, 1), (mix(dark, (0, 0, 0), 0.35), 1))
    brush.box(-2, 118.4, 130, 120, mix(wood, p.lit("#ffffff"), 0.3))


def _things(easel: Easel) -> None:
    """What stands on the table: side by side, in any order."""
    rng = easel.rng("table")
    names = [name for name in _THINGS if easel.has(name)]
    rng.shuffle(names)
    columns = [24.0, 64.0, 104.0] if len(names) < 4 else [17.0, 48.0, 80.0, 111.0]
    for x, name in zip(sorted(rng.sample(columns, len(names))), names, strict=True):
        x, y = x + rng.uniform(-3, 3), 112 + rng.uniform(-2, 2)
        easel.draw(name, partial(_THINGS[name], easel, x, y))
