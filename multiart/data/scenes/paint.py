"""Paint a scene: from the sky forward to the weather."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from multiart.data.scenes import (
    animals,
    blossoms,
    buildings,
    coasts,
    figures,
    land,
    people,
    plants,
    ruins,
    sights,
    sky,
    skyline,
    water,
    waves,
    weather,
    wings,
)
from multiart.data.scenes.easel import AFLOAT, AGAIN, FIGURES, NEAR, STANDING, TALL, Easel
from multiart.data.scenes.room import room, view
from multiart.data.scenes.spec import SceneSpec
from multiart.fitting import fits
from multiart.vocabulary import WATERS

_SKY = {
    "aurora": sky.aurora,
    "stars": sky.stars,
    "full moon": sky.full_moon,
    "half moon": sky.half_moon,
    "crescent moon": sky.crescent_moon,
    "sun": sky.sun,
}
_MOUNTAINS = {"hills": land.hills, "mountains": land.mountains, "snowy mountains": land.snowy_mountains}
_GROUNDS = {"meadow": land.meadow, "field": land.field, "desert": land.desert, "river": water.river}
_FLYING = {"birds": figures.birds, "geese": wings.geese}
_STANDING = {  # what paints it, and its height in units
    "cliffs": (coasts.cliffs, 54),
    "waterfall": (coasts.waterfall, 46),
    "pine trees": (plants.pines, 34),
    "pagoda": (buildings.pagoda, 46),
    "temple": (sights.temple, 34),
    "ruins": (ruins.ruins, 33),
    "gate": (sights.gate, 32),
    "cottage": (buildings.cottage, 28),
    "garden": (sights.garden, 28),
}
_FIGURES = {
    "traveller": (figures.traveller, 27),
    "fisherman": (people.fisherman, 26),
    "child": (people.child, 24),
    "couple": (people.couple, 28),
    "rider": (people.rider, 43),
    "horse": (animals.horse, 33),
    "deer": (animals.deer, 38),
    "crane": (wings.crane, 34),
    "crow": (wings.crow, 27),
}
_FALLING = {"rain": weather.rain, "snow": weather.snow}


def paint(spec: SceneSpec, size: int = 128) -> tuple[np.ndarray, SceneSpec]:
    """Paint ``spec`` and say what of it can really be seen.

    Args:
        spec: the scene; subjects that cannot be in such a scene are left out.
        size: side of the square picture in pixels. The same spec looks the same at every size.

    Returns:
        The picture, uint8 ``[size, size, 3]`` RGB, and the spec with its subjects restricted to
        those of which at least 40 % of what was painted is not hidden.
    """
    easel = Easel(_fitting(spec), size)
    _all(easel)
    seen = tuple(s for s in easel.spec.subjects if easel.brush.visible(s))
    return easel.brush.picture(), replace(easel.spec, subjects=seen)


def paint_twice(spec: SceneSpec, subject: str, size: int = 128) -> tuple[np.ndarray, bool]:
    """Paint ``spec``, but one of its subjects in two places, as painters that learn do by mistake.

    Args:
        spec: the scene.
        subject: one of `multiart.data.scenes.easel.SINGLE`.
        size: side of the square picture in pixels.

    Returns:
        The picture, as `paint` gives it, and whether both can be seen.
    """
    easel = Easel(_fitting(spec), size, twice=subject)
    _all(easel)
    return easel.brush.picture(), easel.brush.visible(subject) and easel.brush.visible(AGAIN)


def _fitting(spec: SceneSpec) -> SceneSpec:
    """Without the subjects that cannot be in such a scene."""
    traits = {key: getattr(spec, key) for key in ("place", "season", "time_of_day", "weather")}
    return replace(spec, subjects=tuple(s for s in spec.subjects if fits(s, **traits)))


def _all(easel: Easel) -> None:
    if easel.spec.place == "room":
        with easel.brush.clipped(view()):
            _background(easel)
        room(easel)
    else:
        _background(easel)
        _ground(easel)
        _objects(easel)
        _fall(easel)


def _background(easel: Easel) -> None:
    sky.sky(easel)
    _each(easel, _SKY)
    sky.clouds(easel)
    _each(easel, _MOUNTAINS)
    _each(easel, {"lightning": sky.lightning})
    _each(easel, {"city": skyline.city})
    _each(easel, _FLYING)


def _each(easel: Easel, painters: dict[str, Callable[[Easel], None]]) -> None:
    """Paint those that the scene has."""
    for name, draw in painters.items():
        if easel.has(name):
            easel.draw(name, partial(draw, easel))


def _fall(easel: Easel) -> None:
    if easel.spec.weather in _FALLING:
        _FALLING[easel.spec.weather](easel)


def _ground(easel: Easel) -> None:
    """The ground or water, with what stands on the far shore and is mirrored."""
    place = easel.spec.place
    if place == "lake":
        water.far_shore(easel)
        _standing(easel)
        water.lake(easel)
    elif place == "sea":
        water.sea(easel)
        if easel.spec.season == "winter":
            water.floes(easel)
        capes = {easel.sides[o] for o in STANDING if o in easel.sides and o != "cliffs"}
        for side in sorted(capes or {easel.rng("cape").choice(("left", "right"))}):
            water.headland(easel, side)
        _standing(easel)
    else:
        _GROUNDS[place](easel)
        if easel.has("path"):
            easel.draw("path", partial(buildings.path, easel))
        _standing(easel)
    _each(easel, {"islands": coasts.islands})
    if place in WATERS and place != "river" and easel.has("sun", "full moon", "half moon", "crescent moon"):
        water.glitter(easel)
    _each(easel, {"waves": waves.waves})


def _standing(easel: Easel) -> None:
    """Rocks, buildings and pines of the middle distance."""
    for name, (paint_one, height) in _STANDING.items():
        if easel.has(name):
            away = easel.rng(f"{name}/place").uniform(-1, 1)
            below = {"lake": 1, "sea": -1.5}.get(easel.spec.place, 15 + 3.5 * away)
            scale = 0.8 + 0.05 * away if below < 2 else 1.0 + 0.1 * away
            x, y = easel.x_of(name, 3), easel.horizon + below
            easel.draw(name, partial(paint_one, easel, x, y, height * scale))


def _objects(easel: Easel) -> None:
    """What is near, back to front."""
    place, h = easel.spec.place, easel.horizon
    if easel.has("bridge"):
        half, y = (33, h + 30) if place == "lake" else (36, h + 24)
        x = 64.0 if place == "lake" else water.river_middle(easel, y)
        _on_water(easel, "bridge", buildings.bridge, x, y, half)
    _afloat(easel)
    if easel.spec.weather == "mist":
        weather.mist(easel)
    if place in ("lake", "sea"):
        sides = {easel.sides[o] for o in (*TALL, *NEAR) if o in easel.sides and o != "lotus"}
        if easel.has("flowers"):
            sides.add(_flower_side(easel))
        for side in sorted(sides):
            land.near_bank(easel, side)
    if easel.has("flowers"):
        easel.draw("flowers", lambda: plants.flowers(easel, _flower_spots(easel)))
    _near(easel)


def _afloat(easel: Easel) -> None:
    """Ships, then boats: in the middle of a river, in their column of a lake or the sea."""
    h, river = easel.horizon, easel.spec.place == "river"
    for name in AFLOAT:
        if not easel.has(name):
            continue
        rng = easel.rng(f"{name}/place")
        if name == "boat":
            near = river or easel.sides[name] == "center"
            y, draw, scale = (
                h + (rng.uniform(40, 46) if near else rng.uniform(24, 30)),
                figures.boat,
                rng.uniform(14, 16),
            )
        elif name == "fish":
            y, draw, scale = h + rng.uniform(34, 42), animals.fish, rng.uniform(13, 15)
        else:
            y, draw, scale = h + rng.uniform(16, 22), figures.sailing_ship, rng.uniform(38, 44)
            if river:
                y, scale = y + 17, 36
        x = water.river_middle(easel, y) if river else easel.x_of(name)
        _on_water(easel, name, draw, x, y, scale)


def _on_water(easel: Easel, name: str, draw: Callable[..., None], x: float, y: float, scale: float) -> None:
    """Draw something with its reflection."""
    with easel.brush.mirrored(y + 1.5, water.water_area(easel)):
        draw(easel, x, y, scale)
    easel.draw(name, partial(draw, easel, x, y, scale))


def _flower_side(easel: Easel) -> str:
    taken = [easel.sides[o] for o in (*TALL, *NEAR) if o in easel.sides and o != "lotus"]
    free = [side for side in ("left", "right") if side != easel.sides.get("lotus")]
    return taken[0] if taken else easel.rng("flowers/side").choice(free)


def _flower_spots(easel: Easel) -> list[tuple[float, float]]:
    """Where flowers grow: all over the ground, or on the banks of the water."""
    rng, h, place = easel.rng("flowers/spots"), easel.horizon, easel.spec.place
    if place in ("meadow", "field"):
        rows = [(h + (128 - h) * share, int(13 - 7 * share)) for share in (0.3, 0.48, 0.68, 0.9)]
        return [
            ((k + rng.uniform(0.15, 0.85)) * 128 / n, y + rng.uniform(-3, 3))
            for y, n in rows
            for k in range(n)
        ]
    if place == "river":
        near = [(rng.uniform(2, 20), rng.uniform(100, 122)) for _ in range(8)] + [
            (rng.uniform(2, 30), h + rng.uniform(26, 34)) for _ in range(5)
        ]
        return near + [(128 - x, y) for x, y in near]
    spots = [(k * 5.2 + rng.uniform(0, 3), 110 + k * 1.3 + rng.uniform(0, 3)) for k in range(9)]
    spots += [(k * 6 + rng.uniform(0, 4), 121 + rng.uniform(-2, 3)) for k in range(8)]
    return spots if _flower_side(easel) == "left" else [(128 - x, y) for x, y in spots]


def _near(easel: Easel) -> None:
    """Trees, animals and people in the foreground."""
    rng = easel.rng("near")
    x, y, height = 22 + rng.uniform(-4, 4), 117 + rng.uniform(-1, 3), rng.uniform(68, 78)
    mirror = {"left": x, "center": 64, "right": 128 - x}
    draw = {
        "willow": lambda side: plants.willow(easel, mirror[side], y, height),
        "tree": lambda side: plants.tree(easel, mirror[side], y, height),
        "cherry blossom": lambda side: blossoms.cherry_blossom(easel, mirror[side], y, height),
        "maple": lambda side: blossoms.maple(easel, mirror[side], y, height),
        "plum blossom": lambda side: blossoms.plum_blossom(easel, side),
        "bamboo": lambda side: plants.bamboo(easel, side),
        "lantern": lambda side: skyline.lantern(easel, side),
        **{name: partial(_figure, easel, name) for name in FIGURES},
        "reeds": lambda side: plants.reeds(easel, side),
        "lotus": lambda side: blossoms.lotus(easel, side),
        "butterfly": lambda side: wings.butterfly(easel, side),
    }
    for name, draw_one in draw.items():
        if easel.has(name):
            easel.draw(name, partial(draw_one, easel.sides[name]))


def _figure(easel: Easel, name: str, side: str) -> None:
    """A person or an animal on the near ground."""
    draw, height = _FIGURES[name]
    shift = 16 if any(easel.sides.get(o) == side for o in TALL) else 0
    x = {"left": 20 + shift, "center": 65, "right": 108 - shift}[side]
    draw(easel, x, 118, height)
