"""Fisherman, child, couple and rider."""

from multiart.data.scenes.animals import steed
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import Color, mix
from multiart.data.scenes.pose import Pose, bright, posed, rim_of, rings

_SKIN, _HAIR, _STRAW = "#e8bb94", "#2a2126", "#ecc96a"


def _hat(pose: Pose, ahead: float, up: float, half: float) -> None:
    """A wide hat of straw, its brim at ``up``."""
    pose.shape(((ahead - half, up), (ahead, up + half * 0.75), (ahead + half, up)), pose.lit(_STRAW))


def fisherman(easel: Easel, x: float, y: float, height: float) -> None:
    """A man in a straw hat who sits on the bank and holds a long rod over the water."""
    facing = 1 if x < 64 else -1
    rod = "#5a3520" if easel.spec.season == "autumn" and not easel.palette.dark else "#d9b06a"
    tip = x + facing * 38, y - height * 1.25
    hook = x + facing * 40, y - 9
    rings(easel, *hook, 2.4, 4.8)
    easel.brush.line(tip, hook, 0.9, bright(easel, "#f4f2ea"))
    easel.brush.oval(*hook, 1.6, 1.6, bright(easel, "#e8352a"))
    with posed(easel, "fisherman", x, y, height, facing) as pose:
        robe = pose.lit(easel.rng("fisherman").choice(("#3f6fb0", "#7a4f9a", "#c0563a")))
        pose.limb(((0.24, 0.42), (38 / height, 1.25)), 0.06, pose.lit(rod))
        pose.shape(((-0.3, 0.0), (-0.26, 0.2), (0.1, 0.2), (0.12, 0.0)), pose.lit("#8a8078"))
        pose.limb(((-0.05, 0.26), (0.32, 0.3), (0.36, 0.04)), 0.16, mix(robe, pose.lit("#20202c"), 0.4))
        pose.blob(((-0.34, 0.14), (-0.28, 0.56), (-0.06, 0.82), (0.12, 0.68), (0.18, 0.2)), robe)
        pose.limb(((-0.02, 0.58), (0.26, 0.42)), 0.12, mix(robe, pose.lit("#20202c"), 0.2))
        pose.oval(0.02, 0.78, 0.11, 0.11, pose.lit(_SKIN))
        _hat(pose, 0.0, 0.8, 0.34)


def child(easel: Easel, x: float, y: float, height: float) -> None:
    """A running child, all head and short limbs, who flies a red kite."""
    string = "#5c6d90" if easel.spec.season == "winter" and not easel.palette.dark else "#fbf6e6"
    inward = 1 if x < 64 else -1
    facing = easel.rng("child/facing").choice((-1, 1)) if 50 < x < 78 else inward
    with posed(easel, "child", x, y, height, facing) as pose:
        legs, skin = pose.lit("#3a4a7a"), pose.lit(_SKIN)
        shirt = pose.lit(easel.rng("child").choice(("#ffd23f", "#4fb0e8", "#f58a4b")))
        pose.limb(((-0.04, 0.3), (-0.2, 0.16), (-0.36, 0.2)), 0.12, legs)
        pose.limb(((0.04, 0.3), (0.2, 0.2), (0.18, 0.04)), 0.12, legs)
        pose.limb(((-0.04, 0.5), (-0.26, 0.42)), 0.11, skin)
        pose.blob(((-0.2, 0.22), (-0.12, 0.64), (0.14, 0.64), (0.24, 0.22)), shirt)
        pose.limb(((0.06, 0.52), (0.3, 0.66)), 0.11, skin)
        pose.oval(0.05, 0.8, 0.2, 0.2, skin)
        pose.blob(((0.24, 1.0), (0.1, 0.86), (-0.1, 0.62), (-0.26, 0.84), (-0.04, 1.12)), pose.lit(_HAIR))
    easel.brush.line(pose.at(0.3, 0.68), pose.at(1.1, 1.8), 0.9, bright(easel, string))
    kite = Pose(easel, *pose.at(1.1, 1.8), 16, facing)
    _kite(kite)
    kite.paint(rim_of(easel))


def _kite(pose: Pose) -> None:
    """A red kite with a yellow cross and a tail."""
    red, gold = pose.lit("#f0322c"), pose.lit("#ffd84a")
    pose.curve(((-0.3, -0.3), (-0.7, -0.5), (-0.6, -0.9), (-1.0, -1.1)), 0.12, gold)
    pose.shape(((-0.32, -0.42), (-0.44, 0.4), (0.42, 0.56), (0.4, -0.1)), red)
    pose.limb(((-0.3, -0.38), (0.4, 0.54)), 0.09, gold)


def couple(easel: Easel, x: float, y: float, height: float) -> None:
    """A man and a woman side by side, hand in hand."""
    rng = easel.rng("couple")
    with posed(easel, "couple", x, y, height) as pose:
        hers = pose.lit(rng.choice(("#f0608a", "#e8463c", "#f4a03a")))
        his = pose.lit(rng.choice(("#3a6fc0", "#2f8a80")))
        skin = pose.lit(_SKIN)
        pose.limb(((-0.2, 0.56), (0.0, 0.4), (0.2, 0.54)), 0.1, skin)
        _robed(pose, -0.24, 1.0, his)
        pose.oval(-0.24, 0.99, 0.05, 0.06, pose.lit(_HAIR))
        _robed(pose, 0.24, 0.9, hers)
        pose.shape(((0.12, 0.5), (0.36, 0.5), (0.37, 0.42), (0.11, 0.42)), pose.lit("#fff0c8"))
        pose.oval(0.24, 0.9, 0.07, 0.07, pose.lit(_HAIR))


def _robed(pose: Pose, ahead: float, size: float, robe: Color) -> None:
    """Someone in a long robe seen from the front."""
    hem = ((-0.24, 0.0), (-0.12, 0.68), (0.0, 0.76), (0.12, 0.68), (0.24, 0.0))
    pose.shape([(ahead + dx, up * size) for dx, up in hem], robe)
    pose.oval(ahead, 0.86 * size, 0.13, 0.13, pose.lit(_HAIR))
    pose.oval(ahead, 0.82 * size, 0.1, 0.1, pose.lit(_SKIN))


def rider(easel: Easel, x: float, y: float, height: float) -> None:
    """Someone in a cloak on horseback."""
    with posed(easel, "rider", x, y, height, reach=0.6) as pose:
        steed(easel, pose.smaller(0.74))
        cloak = pose.lit(easel.rng("rider").choice(("#d8392f", "#2f62b8", "#7d45ad")))
        pose.limb(((0.0, 0.52), (0.1, 0.36), (0.06, 0.22)), 0.09, pose.lit("#2c2a36"))
        pose.blob(((-0.46, 0.46), (-0.16, 0.8), (0.0, 0.88), (0.1, 0.78), (0.08, 0.46), (-0.1, 0.5)), cloak)
        pose.limb(((0.02, 0.7), (0.2, 0.62)), 0.07, mix(cloak, pose.lit("#20202c"), 0.3))
        pose.oval(0.02, 0.86, 0.075, 0.08, pose.lit(_SKIN))
        _hat(pose, 0.02, 0.88, 0.17)
