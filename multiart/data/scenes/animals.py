"""Horse, deer and a leaping fish."""

import math
from collections.abc import Sequence

from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import Color, mix
from multiart.data.scenes.pose import Pose, bright, posed, rim_of, rings

_COATS = (("#b5652e", "#4a2a1a"), ("#7d4226", "#231614"), ("#f3eee4", "#b9b2aa"))  # and the mane


def horse(easel: Easel, x: float, y: float, height: float) -> None:
    """A horse that stands or steps, with a flowing mane and tail."""
    with posed(easel, "horse", x, y, height, reach=0.74) as pose:
        steed(easel, pose)


def steed(easel: Easel, pose: Pose) -> None:
    """The parts of a horse."""
    rng = easel.rng("coat")
    coat, mane = (pose.lit(code) for code in rng.choice(_COATS[easel.spec.season == "autumn" :]))
    lift = rng.choice((0.0, 0.14))
    far = mix(coat, mane, 0.5)
    _legs(pose, ((-0.28, -0.24, 0.0), (0.3, 0.3, 0.0)), far)
    pose.curve(((-0.4, 0.7), (-0.56, 0.74), (-0.56, 0.5), (-0.64, 0.26)), 0.1, mane)
    _legs(pose, ((-0.4, -0.42, 0.0), (0.22, 0.2 + 2 * lift, lift)), coat)
    trunk = ((-0.5, 0.62), (-0.42, 0.8), (-0.1, 0.7), (0.2, 0.76), (0.42, 0.7), (0.4, 0.44), (0.0, 0.42))
    pose.blob((*trunk, (-0.42, 0.42)), coat)
    pose.shape(((0.06, 0.7), (0.32, 0.98), (0.44, 1.0), (0.5, 0.84), (0.38, 0.52), (0.2, 0.5)), coat)
    head = ((0.36, 1.0), (0.48, 1.02), (0.7, 0.82), (0.72, 0.72), (0.6, 0.7), (0.52, 0.82), (0.36, 0.84))
    pose.shape(head, coat)
    pose.shape(((0.36, 0.96), (0.4, 1.1), (0.48, 0.98)), coat)
    pose.curve(((0.4, 1.03), (0.28, 0.98), (0.18, 0.86), (0.1, 0.7)), 0.1, mane)
    pose.oval(0.53, 0.9, 0.025, 0.025, pose.lit("#17151a"))


def _legs(pose: Pose, legs: Sequence[tuple[float, float, float]], color: Color) -> None:
    """Legs of (hip, hoof, height of the hoof)."""
    for hip, hoof, up in legs:
        knee = ((hip + hoof) / 2 + up * 0.6, 0.28 + up * 0.6)
        pose.limb(((hip, 0.52), knee), 0.12, color)
        pose.limb((knee, (hoof - up * 0.9, 0.04 + up)), 0.07, color)


def deer(easel: Easel, x: float, y: float, height: float) -> None:
    """A stag with its head up under wide antlers."""
    autumn, snow = easel.spec.season == "autumn", easel.spec.season == "winter" and not easel.palette.dark
    with posed(easel, "deer", x, y, height) as pose:
        coat = pose.lit("#74472c" if autumn else easel.rng("deer").choice(("#d08c48", "#b87440")))
        horn, pale = pose.lit("#8a6440" if snow else "#f6e6c4"), pose.lit("#fbf1dd")
        far = mix(coat, pose.lit("#3a2416"), 0.45)
        for hip, hoof, tone in (
            (-0.2, -0.16, far),
            (0.2, 0.24, far),
            (-0.28, -0.32, coat),
            (0.13, 0.12, coat),
        ):
            pose.limb(((hip, 0.38), (hoof, 0.02)), 0.055, tone)
        trunk = ((-0.4, 0.46), (-0.34, 0.6), (0.0, 0.51), (0.26, 0.6), (0.32, 0.44), (0.1, 0.29))
        pose.blob((*trunk, (-0.3, 0.32)), coat)
        pose.oval(-0.33, 0.47, 0.05, 0.075, pale)
        pose.shape(((0.04, 0.52), (0.2, 0.72), (0.34, 0.7), (0.28, 0.4)), coat)
        for root, lean in ((0.2, -1), (0.27, 1)):
            _antler(pose, root, lean, horn)
        pose.shape(((0.17, 0.7), (0.22, 0.79), (0.34, 0.77), (0.52, 0.66), (0.5, 0.6), (0.3, 0.62)), coat)
        pose.shape(((0.24, 0.76), (0.06, 0.8), (0.18, 0.68)), coat)
        pose.oval(0.33, 0.7, 0.022, 0.022, pose.lit("#17151a"))
        pose.oval(0.5, 0.635, 0.03, 0.03, pose.lit("#17151a"))


def _antler(pose: Pose, root: float, lean: int, color: Color) -> None:
    """One antler with three points."""
    pose.limb(((root, 0.76), (root + lean * 0.15, 0.84), (root + lean * 0.2, 1.08)), 0.045, color)
    pose.limb(((root + lean * 0.08, 0.8), (root + lean * 0.04, 0.98)), 0.04, color)
    pose.limb(((root + lean * 0.16, 0.87), (root + lean * 0.34, 0.98)), 0.04, color)


def fish(easel: Easel, x: float, y: float, half: float) -> None:
    """A carp in an arc over the water, with rings and drops where it came out."""
    rng = easel.rng("fish")
    facing = rng.choice((-1, 1))
    color = bright(easel, rng.choice(("#f5652a", "#fbc03a")))
    _splash(easel, x - facing * half * 0.85, y, half)

    def on_arc(*polar: tuple[float, float]) -> list[tuple[float, float]]:
        return [
            (-math.cos(math.radians(turn)) * radius, math.sin(math.radians(turn)) * radius * 1.15)
            for turn, radius in polar
        ]

    pose = Pose(easel, x, y, half, facing)
    back = (38, 0.98), (60, 1.12), (85, 1.25), (115, 1.25), (140, 1.1), (152, 0.98)
    belly = (140, 0.8), (115, 0.72), (85, 0.72), (60, 0.82)
    pose.shape(on_arc((72, 1.1), (72, 1.45), (112, 1.15)), mix(color, pose.lit("#8a1f14"), 0.5))
    pose.shape(on_arc((48, 0.96), (14, 1.2), (24, 0.95), (16, 0.68)), color)
    pose.blob(on_arc(*back, *belly), color)
    pose.oval(*on_arc((136, 0.98))[0], 0.07, 0.07, pose.lit("#1c1a22"))
    pose.paint(rim_of(easel))


def _splash(easel: Easel, x: float, y: float, half: float) -> None:
    """Rings on the water, and drops above them."""
    foam = bright(easel, "#ffffff")
    rings(easel, x, y, 0.4 * half, 0.75 * half)
    for dx, up, r in ((-0.35, 0.35, 0.09), (0.3, 0.3, 0.08), (-0.1, 0.55, 0.1)):
        easel.brush.oval(x + dx * half, y - up * half, r * half, r * half, foam)
