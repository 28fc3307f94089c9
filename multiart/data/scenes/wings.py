"""Geese, crane, crow and butterfly."""

from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import Color, mix
from multiart.data.scenes.pose import Pose, posed


def geese(easel: Easel) -> None:
    """A skein of seven geese in a V, necks stretched ahead."""
    rng, p = easel.rng("geese"), easel.palette
    away = 1 if easel.light_x < 64 else -1
    facing = rng.choice((-1, 1))
    tip = 64 + away * rng.uniform(14, 22) + facing * 19.5, easel.horizon * rng.uniform(0.36, 0.4)
    dark = mix(p.top, (0.06, 0.07, 0.12), 0.85)
    color = mix(p.lit("#ffffff"), (1, 1, 1), 0.55) if p.dark else dark
    for rank in range(-3, 4):
        back, down = abs(rank) * 13.0, rank * (6.0 if rank > 0 else 5.4)
        goose = Pose(easel, tip[0] - facing * back, tip[1] + down, rng.uniform(6.6, 7.2), facing)
        _goose(goose, color, (rank > 0) - (rank < 0) or 1)


def _goose(pose: Pose, color: Color, beat: int) -> None:
    """One goose from the side, its wings up or down."""
    pose.blob(((-0.7, 0.05), (-0.2, 0.36), (0.4, 0.16), (0.4, -0.14), (-0.2, -0.28)), color)
    pose.limb(((0.2, 0.05), (0.95, 0.12)), 0.2, color)
    pose.oval(1.0, 0.14, 0.17, 0.14, color)
    pose.shape(((0.2, 0.0), (-0.34, 0.0), (-0.44, -beat * 1.0), (-0.2, -beat * 1.0)), color)
    pose.paint(None)


def crane(easel: Easel, x: float, y: float, height: float) -> None:
    """A white crane with a red crown, black throat and black tail plumes, on long legs."""
    with posed(easel, "crane", x, y, height) as pose:
        white, black = pose.lit("#fdfcf8"), pose.lit("#23242c")
        for foot in (-0.1, 0.08):
            pose.limb(((0.0, 0.48), (foot, 0.2), (foot + 0.01, 0.01), (foot + 0.1, 0.01)), 0.05, black)
        pose.blob(((-0.2, 0.56), (-0.3, 0.42), (-0.5, 0.28), (-0.46, 0.5), (-0.3, 0.64)), black)
        pose.blob(((-0.4, 0.56), (-0.2, 0.7), (0.1, 0.7), (0.28, 0.6), (0.14, 0.43), (-0.14, 0.43)), white)
        pose.curve(((0.12, 0.57), (0.32, 0.64), (0.14, 0.77), (0.22, 0.93)), 0.1, white)
        pose.curve(((0.27, 0.62), (0.16, 0.78), (0.25, 0.9)), 0.05, black)
        pose.shape(((0.26, 0.96), (0.54, 0.87), (0.26, 0.88)), pose.lit("#b58a3a"))
        pose.oval(0.23, 0.92, 0.075, 0.06, white)
        pose.oval(0.22, 0.97, 0.07, 0.045, pose.lit("#e0302a"))


def crow(easel: Easel, x: float, y: float, height: float) -> None:
    """A black crow on a pale stump with one dead branch."""
    with posed(easel, "crow", x, y, height) as pose:
        wood = pose.lit("#b39a7c")
        pose.shape(((-0.2, 0.0), (-0.13, 0.36), (0.13, 0.42), (0.22, 0.0)), wood)
        pose.limb(((-0.05, 0.14), (-0.34, 0.32)), 0.08, wood)
        black, blue = pose.lit("#15151c"), pose.lit("#4a5170")
        pose.shape(((-0.3, 0.56), (-0.6, 0.3), (-0.46, 0.26), (-0.08, 0.46)), black)
        pose.blob(((-0.36, 0.56), (-0.14, 0.8), (0.22, 0.92), (0.34, 0.72), (0.2, 0.46), (-0.12, 0.4)), black)
        pose.oval(0.22, 0.84, 0.14, 0.13, black)
        pose.shape(((0.3, 0.91), (0.58, 0.8), (0.3, 0.77)), black)
        pose.blob(((-0.34, 0.46), (-0.2, 0.68), (0.1, 0.72), (0.1, 0.56), (-0.1, 0.46)), blue)
        pose.oval(0.26, 0.87, 0.03, 0.03, pose.lit("#f5f0dc"))


def butterfly(easel: Easel, side: str) -> None:
    """A large bright butterfly near the eye, and often a smaller one."""
    rng = easel.rng("butterfly")
    x = {"left": 26.0, "center": 64.0, "right": 102.0}[side] + rng.uniform(-4, 4)
    y = rng.uniform(92, 100)
    warm = "#b35cf0" if easel.spec.season == "autumn" else "#ff8a1f"
    colors = rng.sample((warm, "#4f9bff", "#ffe14a", "#ff5fa0"), 2)
    _one_butterfly(easel, x, y, 18, colors[0], rng.uniform(-0.12, 0.12))
    if rng.random() < 0.6:
        inward = 1 if x < 64 else -1
        _one_butterfly(
            easel, x + inward * 19, y - rng.uniform(9, 15), 12, colors[1], rng.uniform(-0.15, 0.15)
        )


def _one_butterfly(easel: Easel, x: float, y: float, width: float, code: str, lean: float) -> None:
    """Four wings with a dark edge, spread to both sides of the body."""
    dark, bright, spot = (easel.palette.lit(c) for c in ("#1d1720", code, "#fff6e0"))
    for facing in (-1, 1):
        pose = Pose(easel, x, y, width, facing)
        tilt = facing * lean
        upper = ((0.02, 0.0), (0.1, 0.36), (0.5, 0.52 + tilt), (0.58, 0.26 + tilt), (0.34, -0.02))
        lower = ((0.02, 0.02), (0.34, 0.04), (0.48, -0.2 + tilt), (0.3, -0.46 + tilt), (0.06, -0.22))
        for wing in (lower, upper):
            pose.blob(wing, bright)
        pose.paint(dark)
        easel.brush.oval(*pose.at(0.42, 0.33 + tilt), width * 0.05, width * 0.05, spot)
    body = Pose(easel, x, y, width, 1)
    body.limb(((0.0, 0.2), (0.0, -0.26)), 0.1, dark)
    for out in (-1, 1):
        body.limb(((0.0, 0.2), (out * 0.14, 0.42)), 0.05, dark)
    body.paint(None)
