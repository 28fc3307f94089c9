"""Trees, willow, bamboo, pines, flowers and reeds."""

import math
import random

from multiart.data.scenes.brush import UNITS, along, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import LEAVES, WILLOW, Color, mix


def tree(easel: Easel, x: float, y: float, height: float) -> None:
    """A broad tree: in young leaf, in full leaf, golden or bare, by the season."""
    rng, p = easel.rng("tree"), easel.palette
    bark = p.lit("#5a4033")
    if easel.spec.season == "winter":
        _trunk(easel, x, y, height * 0.45, height * 0.075, bark)
        for lean in (-0.55, 0.05, 0.6):
            _branch(
                easel, rng, (x, y - height * 0.36), math.pi / 2 - lean, height * 0.26, height * 0.05, 4, bark
            )
        return
    _trunk(easel, x, y, height * 0.6, height * 0.07, bark)
    for lean in (-0.7, 0.7):
        easel.brush.line(
            (x, y - height * 0.36),
            along((x, y - height * 0.36), math.pi / 2 - lean, height * 0.26),
            height * 0.045,
            bark,
        )
    top, r = (x, y - height * 0.68), height * 0.3
    puffs = [
        (math.cos(a) * 0.72, math.sin(a) * 0.55, rng.uniform(0.42, 0.56))
        for a in (0.2, 1.2, 2.1, 3.0, 4.0, 4.8, 5.6)
    ]
    light = -1 if easel.light_x < x else 1
    tones = [p.vivid(code) for code in LEAVES[easel.spec.season]]
    for tone, shrink, dx, dy in (
        (tones[0], 1.0, 0, 0.06),
        (tones[1], 0.82, 0.08, -0.06),
        (tones[2], 0.45, 0.2, -0.2),
    ):
        crown = skia.Path()
        for px, py, pr in [*puffs, (0, 0, 0.75)]:
            cx, cy = top[0] + (px + dx * light) * r, top[1] + (py + dy) * r
            crown.addCircle(cx, cy, pr * r * shrink)
        easel.brush.fill(crown, tone)


def _trunk(easel: Easel, x: float, y: float, height: float, width: float, color: Color) -> None:
    left = [(x - width * 1.7, y + 0.5), (x - width * 0.8, y - height * 0.12), (x - width * 0.5, y - height)]
    right = [(x + width * 0.5, y - height), (x + width * 0.8, y - height * 0.12), (x + width * 1.7, y + 0.5)]
    path = smooth([*left, *right])
    easel.brush.fill(path, color)


def _branch(
    easel: Easel,
    rng: random.Random,
    start,
    angle: float,
    length: float,
    width: float,
    depth: int,
    color: Color,
) -> None:
    end = along(start, angle, length)
    easel.brush.line(start, end, width, color)
    if depth > 1:
        for turn in (-1, 1):
            lean = angle + turn * rng.uniform(0.22, 0.55)
            _branch(easel, rng, end, lean, length * rng.uniform(0.66, 0.8), width * 0.66, depth - 1, color)


def willow(easel: Easel, x: float, y: float, height: float) -> None:
    """A leaning trunk under tresses that hang almost to the ground."""
    rng, p, brush = easel.rng("willow"), easel.palette, easel.brush
    bark, green = p.lit("#5d4a38"), p.lit(WILLOW[easel.spec.season])
    dark = mix(green, p.lit("#1f3a26"), 0.45)
    bare = easel.spec.season == "winter"
    lean = -4 if x < UNITS / 2 else 4
    crown = (x - lean, y - height * 0.72)
    brush.stroke(smooth([(x, y), (x + lean * 0.6, y - height * 0.35), crown]), height * 0.085, bark)
    for side in (-1, 1):
        brush.stroke(
            smooth(
                [
                    crown,
                    (x + side * height * 0.14, y - height * 0.9),
                    (x + side * height * 0.3, y - height * 0.8),
                ]
            ),
            height * 0.035,
            bark,
        )
    tresses = ((-0.36, 0.2, 0.46), (0.38, 0.2, 0.5), (-0.2, 0.08, 0.66), (0.21, 0.07, 0.6), (0.0, 0.0, 0.42))
    for k, (dx, drop, length) in enumerate(tresses):
        top = (x + dx * height, y - height * (0.98 - drop))
        tone = mix(dark, green, 0.2 + 0.18 * k)
        if not bare:
            brush.fill(_tress(rng, top, height * 0.145, height * length), tone)
        for t in (-0.8, -0.3, 0.25, 0.75):
            end = (top[0] + t * height * 0.13, top[1] + height * length * rng.uniform(0.75, 0.98))
            strand = smooth([top, (end[0], top[1] + height * 0.08), (end[0], (top[1] + end[1]) / 2), end])
            brush.stroke(strand, 0.9, bark if bare else mix(tone, green, 0.7))


def _tress(rng: random.Random, top, half: float, length: float) -> skia.Path:
    """Foliage that falls from a rounded top to a fringe of points."""
    x, y = top
    path = skia.Path()
    path.moveTo(x - half, y + half * 1.3)
    path.cubicTo(x - half, y - half * 0.3, x + half, y - half * 0.3, x + half, y + half * 1.3)
    teeth = 4
    for k in range(teeth):
        right = x + half - 2 * half * k / teeth
        end = y + length * rng.uniform(0.82, 1.0)
        path.lineTo(right - half * 0.12, end - half * 0.8)
        path.lineTo(right - half / teeth, end)
        path.lineTo(right - half * 2 / teeth, y + length * 0.62)
    path.close()
    return path


def bamboo(easel: Easel, side: str) -> None:
    """Tall jointed stalks at the edge of the picture, close to the eye."""
    rng, p = easel.rng("bamboo"), easel.palette
    code = {"spring": "#8fc05a", "summer": "#5f9f45", "autumn": "#b7ac4a", "winter": "#88a880"}[
        easel.spec.season
    ]
    inward = 1 if side == "left" else -1
    edge = 0 if side == "left" else UNITS
    stalks = []
    for k, offset in enumerate((5, 13, 21, 30)):
        x, width = edge + inward * (offset + rng.uniform(-2, 2)), (4.2, 3.4, 4.0, 3.0)[k]
        tone = mix(p.lit(code), p.lit("#1f3d24"), (0.35, 0.05, 0.28, 0.0)[k])
        _stalk(easel, x, inward * (1 + k), width, tone, rng)
        stalks.append((x, tone))
    leaf = mix(p.lit(code), p.lit("#143a20"), 0.45 if easel.spec.season != "autumn" else 0.25)
    for x, _ in stalks:
        for y in (rng.uniform(10, 24), rng.uniform(30, 52), rng.uniform(58, 82)):
            joint = (x + inward * 1.5, y)
            for lean in (-0.3, 0.25, 0.8):
                turn = -lean - 0.25
                angle = turn if inward > 0 else math.pi - turn
                _leaf(easel, joint, angle, rng.uniform(11, 15), leaf)


def _stalk(easel: Easel, x: float, lean: float, width: float, color: Color, rng: random.Random) -> None:
    dark = mix(color, (0, 0, 0), 0.35)
    y, step = 132.0, rng.uniform(17, 21)
    while y > -6:
        left, right = x - width / 2 + lean * (128 - y) / 128, x + width / 2 + lean * (128 - y) / 128
        easel.brush.box(left, y - step + 0.9, right, y, color)
        easel.brush.box(left, y - step + 0.9, left + width * 0.3, y, mix(color, (1, 1, 0.9), 0.22))
        easel.brush.box(left - 0.5, y - step - 0.3, right + 0.5, y - step + 0.9, dark)
        y -= step


def _leaf(easel: Easel, root, angle: float, length: float, color: Color) -> None:
    tip = along(root, angle, length)
    a, b = (
        along(along(root, angle, length * 0.4), angle + math.pi / 2, 1.7),
        along(along(root, angle, length * 0.4), angle - math.pi / 2, 1.7),
    )
    easel.brush.shape((root, a, tip, b), color)


def pines(easel: Easel, x: float, y: float, height: float) -> None:
    """A stand of pointed pines, the tallest in the middle."""
    rng = easel.rng("pine trees")
    stand = [(-0.62, 0.66), (0.6, 0.72), (-0.3, 0.86), (0.3, 0.8), (0.0, 1.0)]
    for dx, share in stand:
        _pine(
            easel,
            x + dx * height + rng.uniform(-1, 1),
            y + (1 - share) * 3.0,
            height * share * rng.uniform(0.95, 1.05),
        )


def _pine(easel: Easel, x: float, y: float, height: float) -> None:
    p, brush = easel.palette, easel.brush
    snowy = easel.spec.season == "winter"
    green = mix(p.lit("#1f4a37" if easel.spec.season != "spring" else "#2c5c3c"), p.horizon, 0.06)
    light = mix(green, p.lit("#6fa06a"), 0.3)
    brush.box(x - height * 0.035, y - height * 0.2, x + height * 0.035, y, p.lit("#4b3527"))
    for k in range(4):
        base, width = y - height * (0.1 + 0.2 * k), height * (0.25 - 0.045 * k)
        tip = base - height * (0.36 if k < 3 else 0.3)
        brush.shape(((x - width, base), (x, tip), (x + width, base), (x, base - height * 0.05)), green)
        if snowy:
            brush.shape(
                (
                    (x - width * 0.8, base - height * 0.045),
                    (x, tip),
                    (x + width * 0.8, base - height * 0.045),
                    (x, base - height * 0.16),
                ),
                p.lit("#f4f8fc"),
            )
        else:
            side = -1 if easel.light_x < x else 1
            brush.shape(
                ((x, tip), (x + side * width, base), (x + side * width * 0.25, base - height * 0.04)), light
            )


FLOWER_HUES = (
    ("#e8476a", "#f7a3b4"),
    ("#f6c52f", "#fdf0b0"),
    ("#8c5cc4", "#c9a6e6"),
    ("#fdf8f0", "#f2a0b8"),
    ("#e2452c", "#f5c542"),
)


def flowers(easel: Easel, spots: list[tuple[float, float]]) -> None:
    """Round blossoms in two hues on short stems, larger when nearer."""
    rng, p = easel.rng("flowers"), easel.palette
    hues = rng.choice(FLOWER_HUES)
    for x, y in sorted(spots, key=lambda spot: spot[1]):
        r = 0.9 + 3.1 * max(0.0, (y - easel.horizon) / (UNITS - easel.horizon)) ** 1.3
        easel.brush.line((x, y), (x + 0.3, y + r * 2.0), r * 0.28, p.lit("#3f7a3a"))
        color = p.lit(rng.choice((hues[0], hues[0], hues[1])))
        bloom = skia.Path()
        for k in range(5):
            bloom.addCircle(*along((x, y), k * math.tau / 5 + 0.3, r * 0.55), r * 0.58)
        easel.brush.fill(bloom, color)
        easel.brush.oval(x, y, r * 0.32, r * 0.32, p.lit("#ffe27a" if hues[0] != "#f6c52f" else "#a8641c"))


def reeds(easel: Easel, side: str) -> None:
    """A clump of tall reeds with brown heads at the water's edge, close to the eye."""
    rng, p, brush = easel.rng("reeds"), easel.palette, easel.brush
    code = {"spring": "#7fae4c", "summer": "#4f8a3c", "autumn": "#b58a3c", "winter": "#a89872"}[
        easel.spec.season
    ]
    inward = 1 if side == "left" else -1
    edge = 2 if side == "left" else UNITS - 2
    for k in range(13):
        x = edge + inward * (k * 3.0 + rng.uniform(-1, 1))
        height = rng.uniform(26, 44) * (1 - 0.025 * k)
        bend = inward * rng.uniform(-1, 6)
        tone = mix(p.lit(code), p.lit("#2b3d1f"), rng.choice((0, 0.2, 0.4)))
        tip = (x + bend, 130 - height)
        brush.stroke(smooth([(x, 131), (x, 130 - height * 0.5), tip]), 1.25, tone)
        if k % 2:
            brush.line(tip, (tip[0] + bend * 0.12, tip[1] - 5.5), 2.6, p.lit("#6e3f22"))
        else:
            brush.shape(((x - 1, 131), (x + bend * 1.6, 130 - height * 0.8), (x + 1.2, 131)), tone)
