"""A living thing drawn in shares of its own height, with a rim that sets it off from the ground."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial

from multiart.data.scenes.brush import UNITS, Point, polygon, skia, smooth
from multiart.data.scenes.easel import Easel
from multiart.data.scenes.palette import Color, mix, rgb

_RIM = 0.65


class Pose:
    """Collects the parts of a figure that stands at (x, y) and looks to ``facing`` (-1 left, 1 right).

    Points are shares of ``height``: ahead of and above the point where the figure stands.
    """

    def __init__(self, easel: Easel, x: float, y: float, height: float, facing: int) -> None:
        self.brush, self.lit = easel.brush, partial(bright, easel)
        self.x, self.y, self.height, self.facing = x, y, height, facing
        self._parts: list[tuple[skia.Path, float, Color]] = []

    def at(self, ahead: float, up: float) -> Point:
        """Where on the canvas a point of the figure is."""
        return self.x + self.facing * ahead * self.height, self.y - up * self.height

    def smaller(self, share: float) -> "Pose":
        """Something smaller that belongs to the figure and is painted with it."""
        part = copy(self)
        part.height *= share
        return part

    def blob(self, points: Sequence[Point], color: Color) -> None:
        """A rounded shape."""
        self._parts.append((smooth([self.at(*point) for point in points], closed=True), 0.0, color))

    def shape(self, points: Sequence[Point], color: Color) -> None:
        """A shape with corners."""
        self._parts.append((polygon([self.at(*point) for point in points]), 0.0, color))

    def limb(self, points: Sequence[Point], width: float, color: Color) -> None:
        """A bent line with round ends, ``width`` in shares of the height."""
        path = skia.Path()
        path.addPoly([skia.Point(*self.at(*point)) for point in points], False)
        self._parts.append((path, width * self.height, color))

    def curve(self, points: Sequence[Point], width: float, color: Color) -> None:
        """A flowing line with round ends."""
        self._parts.append((smooth([self.at(*point) for point in points]), width * self.height, color))

    def oval(self, ahead: float, up: float, rx: float, ry: float, color: Color) -> None:
        """An ellipse around a point."""
        (x, y), s, path = self.at(ahead, up), self.height, skia.Path()
        path.addOval(skia.Rect.MakeLTRB(x - rx * s, y - ry * s, x + rx * s, y + ry * s))
        self._parts.append((path, 0.0, color))

    def paint(self, rim: Color | None) -> None:
        """Put all parts on the canvas, over a rim around them all."""
        for path, width, _ in self._parts if rim else ():
            self.brush.stroke(path, width + 2 * _RIM, rim)
        for path, width, color in self._parts:
            if width:
                self.brush.stroke(path, width, color)
            else:
                self.brush.fill(path, color)


@contextmanager
def posed(
    easel: Easel, name: str, x: float, y: float, height: float, facing: int = 0, reach: float = 0.56
) -> Iterator[Pose]:
    """Draw ``name`` over its shadow, ``reach`` of its height from the edge at least.

    It faces either way if it is not said which.
    """
    x = min(max(x, reach * height), UNITS - reach * height)
    facing = facing or easel.rng(f"{name}/facing").choice((-1, 1))
    pose = Pose(easel, x, y, height, facing)
    yield pose
    easel.brush.oval(x, y, height * 0.4, height * 0.05, easel.palette.lit("#2c2a30"), 0.35)
    pose.paint(rim_of(easel))


def rim_of(easel: Easel) -> Color | None:
    """A pale rim where the scene is dark, a dark one on snow; elsewhere none is needed."""
    if easel.palette.dark:
        return bright(easel, "#ffffff")
    return easel.palette.lit("#5c6d90") if easel.spec.season == "winter" else None


def bright(easel: Easel, code: str) -> Color:
    """A colour in the light of the hour, but a little stronger, so that it keeps its name."""
    return mix(easel.palette.lit(code), rgb(code), 0.3)


def rings(easel: Easel, x: float, y: float, *radii: float) -> None:
    """Rings on the water around (x, y)."""
    for r in radii:
        ring = skia.Path()
        ring.addOval(skia.Rect.MakeLTRB(x - r, y - r * 0.25, x + r, y + r * 0.25))
        easel.brush.stroke(ring, 1.0, bright(easel, "#ffffff"), 0.9)
