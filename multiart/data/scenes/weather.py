"""Mist, rain and snow, laid over the finished scene."""

from multiart.data.scenes.brush import UNITS, skia
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import mix


def mist(easel: Easel) -> None:
    """Soft level bands at the foot of the mountains and over the middle distance."""
    rng, h = easel.rng("mist"), easel.horizon
    white = mix(easel.palette.haze(), easel.palette.lit("#ffffff"), 0.35)
    for y, half, alpha in ((h - 11, 9, 0.55), (h + 3, 12, 0.72), (h + 25, 9, 0.3)):
        y += rng.uniform(-3, 3)
        easel.brush.band(
            y - half,
            y + half,
            (white, 0),
            (white, alpha * 0.55),
            (white, alpha),
            (white, alpha * 0.55),
            (white, 0),
        )


def rain(easel: Easel) -> None:
    """Slanting streaks over the whole picture."""
    rng = easel.rng("rain")
    color = mix(easel.palette.lit("#ffffff"), (0.85, 0.9, 1.0), 0.45)
    slant = rng.choice((-1, 1)) * rng.uniform(2.0, 3.2)
    streaks = skia.Path()
    for row in range(9):
        for column in range(9):
            x, y = (column + rng.random()) * 14.5 - 1, (row + rng.random()) * 14.5 - 6
            streaks.moveTo(x, y)
            streaks.lineTo(x - slant, y + 8.5)
    easel.brush.stroke(streaks, 0.75, color, 0.5)


def snow(easel: Easel) -> None:
    """Large soft flakes."""
    rng = easel.rng("snow")
    color = mix(easel.palette.lit("#ffffff"), (1, 1, 1), 0.6)
    flakes = skia.Path()
    for row in range(10):
        for column in range(9):
            x, y = (column + rng.random()) * UNITS / 9, (row + rng.random()) * UNITS / 10
            flakes.addCircle(x, y, (0.8, 1.1, 1.1, 1.7)[(row * 3 + column) % 4])
    easel.brush.fill(flakes, color, 0.58)
