"""What every painter function is given: the scene, the brush, the colours and the composition."""

import random
from collections.abc import Callable

from multiart.data.scenes.brush import Brush
from multiart.data.scenes.palette import Palette, palette_of
from multiart.data.scenes.spec import SceneSpec

TALL = ("tree", "willow", "bamboo", "plum blossom", "cherry blossom", "maple", "lantern")
STANDING = ("waterfall", "cliffs", "pagoda", "temple", "ruins", "gate", "cottage", "garden", "pine trees")
AFLOAT = ("sailing ship", "boat", "fish")
FIGURES = ("traveller", "fisherman", "child", "couple", "rider", "horse", "deer", "crane", "crow")
NEAR = (*FIGURES, "reeds", "lotus", "butterfly")
SINGLE = (
    *("sun", "full moon", "half moon", "crescent moon"),
    *("tree", "willow", "cherry blossom", "maple", "waterfall", "pagoda", "temple", "gate", "cottage"),
    *AFLOAT,
    *FIGURES,
)
"""What a scene has one of."""
AGAIN = "again"
COLUMNS = {"left": 23.0, "center": 64.0, "right": 105.0}
_HORIZONS = {
    "lake": (58, 66),
    "sea": (64, 74),
    "river": (56, 64),
    "meadow": (60, 70),
    "field": (58, 66),
    "desert": (66, 74),
    "room": (63, 67),  # seen through the window
}


class Easel:
    """A scene being painted.

    Attributes:
        horizon: height of the horizon, in units from the top.
        sides: "left", "center" or "right" for every object that takes a column of the picture.
        light_x: where the sun or moon stands.
        twice: one of `SINGLE` that is painted in two places all the same, or None.
    """

    def __init__(self, spec: SceneSpec, size: int, *, twice: str | None = None) -> None:
        self.spec, self.twice = spec, twice
        self.brush = Brush(size)
        self.palette: Palette = palette_of(spec)
        rng = self.rng("composition")
        self.horizon = rng.uniform(*_HORIZONS[spec.place])
        self.sides = _columns(spec, rng)
        tall = [
            self.sides[o]
            for o in (*TALL, "pagoda", "temple", "sailing ship", "cliffs", "waterfall")
            if o in self.sides
        ]
        free = [side for side in COLUMNS if side not in tall] or ["center"]
        self.light_x = COLUMNS[rng.choice(free)] + rng.uniform(-9, 9)
        if spec.place == "room":  # within a pane of the window
            self.light_x = rng.choice((43, 85)) + rng.uniform(-6, 6)

    def rng(self, name: str) -> random.Random:
        """Randomness of its own for each concept, so that one never changes the look of another."""
        return random.Random(f"{self.spec.seed}/{name}")

    def has(self, *names: str) -> bool:
        """Whether any of these is to be painted."""
        return any(name in self.spec.subjects for name in names)

    def draw(self, name: str, draw: Callable[[], None]) -> None:
        """Draw something and count it as ``name``; `twice` a second time, counted as `AGAIN`."""
        with self.brush.subject(name):
            draw()
        if name == self.twice:
            x = COLUMNS[self.sides[name]] if name in self.sides else self.light_x
            shifts = [dx for dx in (-82, -41, 41, 82) if 8 < x + dx < 120]
            with self.brush.shifted(self.rng(AGAIN).choice(shifts)), self.brush.subject(AGAIN):
                draw()

    def x_of(self, name: str, jitter: float = 5.0) -> float:
        """The middle of an object's column."""
        return COLUMNS[self.sides[name]] + self.rng(name).uniform(-jitter, jitter)


def _columns(spec: SceneSpec, rng: random.Random) -> dict[str, str]:
    """Give every object a column, two to one only when all are taken."""
    sides: dict[str, str] = {}
    free = ["left", "right"]
    rng.shuffle(free)
    free.append("center")
    edges_only = {
        "river": STANDING + NEAR,
        "lake": (*NEAR, "cliffs", "waterfall"),
        "sea": NEAR + STANDING,
    }.get(spec.place, ())
    if "path" in spec.subjects:
        edges_only = STANDING
    walker = next((name for name in FIGURES if {name, "path"} <= set(spec.subjects)), None)
    for name in (*TALL, *STANDING, *NEAR, *AFLOAT):
        if name not in spec.subjects:
            continue
        options = [s for s in free if s != "center" or name not in TALL + edges_only]
        if name in AFLOAT and "center" in options:
            options = ["center"]
        if name == walker:
            options = ["center"]
        side = rng.choice(options or _shared(sides, name))
        sides[name] = side
        if side in free:
            free.remove(side)
    return sides


def _shared(sides: dict[str, str], name: str) -> list[str]:
    """The edges that ``name`` may share: what is near, rather with a tree than with something else near."""
    near = {sides[other] for other in NEAR if other in sides} if name in NEAR else set()
    return [side for side in ("left", "right") if side not in near] or ["left", "right"]
