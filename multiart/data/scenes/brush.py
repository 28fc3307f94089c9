"""A brush over a skia canvas of 128 x 128 units that also keeps account of what is visible.

The one door to skia-python: the other painters import ``skia`` from here.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np

from multiart.data.scenes.palette import Color
from multiart.errors import ModelUnavailable

try:
    import skia
except ImportError as error:
    raise ModelUnavailable(
        f"painting by code needs skia-python ({error}); on bare Linux: apt-get install libegl1 libgl1"
    ) from error

UNITS = 128
MAP = 64
Point = tuple[float, float]


def polygon(points: Sequence[Point]) -> skia.Path:
    """A closed path with straight sides."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], True)
    return path


def smooth(points: Sequence[Point], *, closed: bool = False) -> skia.Path:
    """A path that flows through the middles of the sides between ``points``."""
    path = skia.Path()
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(points)]
    if closed:
        last, first = points[-1], points[0]
        path.moveTo((last[0] + first[0]) / 2, (last[1] + first[1]) / 2)
    else:
        path.moveTo(*points[0])
    for corner, middle in zip(points, middles, strict=False):
        path.quadTo(*corner, *middle)
    if closed:
        path.quadTo(*points[-1], (points[-1][0] + points[0][0]) / 2, (points[-1][1] + points[0][1]) / 2)
        path.close()
    else:
        path.lineTo(*points[-1])
    return path


def _surface_over(pixels: np.ndarray) -> skia.Surface:
    info = skia.ImageInfo.Make(
        pixels.shape[1], pixels.shape[0], skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType
    )
    return skia.Surface.MakeRasterDirect(info, pixels, pixels.strides[0])


class Brush:
    """Draws in units of 1/128 of the picture's side.

    Opaque shapes are drawn twice: in colour, and as flat marks on a small map, where the number of
    the current subject covers whatever lay beneath. ``visible`` reads the map.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._pixels = np.zeros((size, size, 4), np.uint8)
        self._marks = np.zeros((MAP, MAP, 4), np.uint8)
        self._surface = _surface_over(self._pixels)
        self._map_surface = _surface_over(self._marks)
        self.canvas = self._surface.getCanvas()
        self._map = self._map_surface.getCanvas()
        self.canvas.scale(size / UNITS, size / UNITS)
        self._map.scale(MAP / UNITS, MAP / UNITS)
        self._paint = skia.Paint(AntiAlias=True)
        self._mark = skia.Paint(AntiAlias=False)
        self._subjects: list[str] = []
        self._areas: dict[str, int] = {}
        self._marking = True

    @contextmanager
    def subject(self, name: str) -> Iterator[None]:
        """Count what is drawn inside as ``name``."""
        self._subjects.append(name)
        number = len(self._subjects)
        self._mark.setColor(skia.Color(number, 0, 0))
        yield
        self._areas[name] = int((self._marks[..., 0] == number).sum())
        self._mark.setColor(skia.Color(0, 0, 0))

    def visible(self, name: str, share: float = 0.4) -> bool:
        """Whether at least ``share`` of what was drawn of ``name`` is still to be seen."""
        if name not in self._areas:
            return False
        left = int((self._marks[..., 0] == self._subjects.index(name) + 1).sum())
        return left >= max(3, share * self._areas[name])

    @contextmanager
    def mirrored(self, y: float, water: skia.Path) -> Iterator[None]:
        """Draw what follows upside down below ``y``, faintly, as its reflection in ``water``."""
        marking, self._marking = self._marking, False
        self.canvas.save()
        self.canvas.clipPath(water, True)
        self.canvas.saveLayerAlpha(skia.Rect(0, 0, UNITS, UNITS), 90)
        self.canvas.translate(0, 2 * y)
        self.canvas.scale(1, -1)
        yield
        self.canvas.restore()
        self.canvas.restore()
        self._marking = marking

    @contextmanager
    def shifted(self, dx: float) -> Iterator[None]:
        """Draw ``dx`` units further to the right."""
        for canvas in (self.canvas, self._map):
            canvas.save()
            canvas.translate(dx, 0)
        yield
        self.canvas.restore()
        self._map.restore()

    @contextmanager
    def clipped(self, path: skia.Path) -> Iterator[None]:
        """Draw only inside ``path``."""
        for canvas, soft in ((self.canvas, True), (self._map, False)):
            canvas.save()
            canvas.clipPath(path, soft)
        yield
        self.canvas.restore()
        self._map.restore()

    def fill(self, path: skia.Path, color: Color, alpha: float = 1.0) -> None:
        self._paint.setStyle(skia.Paint.kFill_Style)
        self._paint.setColor4f(skia.Color4f(*color, alpha))
        self.canvas.drawPath(path, self._paint)
        if alpha > 0.6 and self._marking:
            self._mark.setStyle(skia.Paint.kFill_Style)
            self._map.drawPath(path, self._mark)

    def shape(self, points: Sequence[Point], color: Color, alpha: float = 1.0) -> None:
        """Fill a polygon."""
        self.fill(polygon(points), color, alpha)

    def oval(self, x: float, y: float, rx: float, ry: float, color: Color, alpha: float = 1.0) -> None:
        """Fill an ellipse around (x, y)."""
        box = skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry)
        self._paint.setStyle(skia.Paint.kFill_Style)
        self._paint.setColor4f(skia.Color4f(*color, alpha))
        self.canvas.drawOval(box, self._paint)
        if alpha > 0.6 and self._marking:
            self._mark.setStyle(skia.Paint.kFill_Style)
            self._map.drawOval(box, self._mark)

    def box(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        self.shape(((left, top), (right, top), (right, bottom), (left, bottom)), color)

    def stroke(self, path: skia.Path, width: float, color: Color, alpha: float = 1.0) -> None:
        """Draw along a path with round ends."""
        for paint in (self._paint, self._mark):
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeWidth(width)
        self._paint.setColor4f(skia.Color4f(*color, alpha))
        self.canvas.drawPath(path, self._paint)
        if alpha > 0.6 and self._marking:
            self._map.drawPath(path, self._mark)

    def line(self, a: Point, b: Point, width: float, color: Color, alpha: float = 1.0) -> None:
        path = skia.Path()
        path.moveTo(*a)
        path.lineTo(*b)
        self.stroke(path, width, color, alpha)

    def wash(self, path: skia.Path, y0: float, y1: float, *stops: tuple[Color, float]) -> None:
        """Fill a path with a vertical gradient of (colour, alpha) stops, evenly spaced from y0 to y1."""
        colors = [skia.Color4f(*color, alpha).toColor() for color, alpha in stops]
        paint = skia.Paint(AntiAlias=True, Dither=True)
        paint.setShader(skia.GradientShader.MakeLinear([skia.Point(0, y0), skia.Point(0, y1)], colors))
        self.canvas.drawPath(path, paint)
        if min(alpha for _, alpha in stops) > 0.6 and self._marking:
            self._mark.setStyle(skia.Paint.kFill_Style)
            self._map.drawPath(path, self._mark)

    def band(self, y0: float, y1: float, *stops: tuple[Color, float]) -> None:
        """A gradient across the whole width from y0 to y1."""
        self.wash(polygon(((-2, y0), (UNITS + 2, y0), (UNITS + 2, y1), (-2, y1))), y0, y1, *stops)

    def glow(self, x: float, y: float, radius: float, color: Color, alpha: float) -> None:
        """A round light that fades to nothing at ``radius``."""
        colors = [skia.Color4f(*color, a).toColor() for a in (alpha, alpha * 0.35, 0.0)]
        paint = skia.Paint(AntiAlias=True, Dither=True)
        paint.setShader(skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colors, [0, 0.4, 1]))
        self.canvas.drawCircle(x, y, radius, paint)

    def reflect(self, y: float, path: skia.Path, alpha: float) -> None:
        """Mirror all that is painted above ``y`` into ``path`` below it."""
        above = self._surface.makeImageSnapshot()
        paint = skia.Paint(AntiAlias=True)
        paint.setAlphaf(alpha)
        self.canvas.save()
        self.canvas.clipPath(path, True)
        self.canvas.translate(0, 2 * y)
        self.canvas.scale(1, -1)
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
        self.canvas.drawImageRect(above, skia.Rect.MakeWH(UNITS, UNITS), sampling, paint)
        self.canvas.restore()

    def picture(self) -> np.ndarray:
        """The painting: uint8 ``[size, size, 3]``, RGB."""
        return self._pixels[..., :3].copy()


def along(start: Point, angle: float, length: float) -> Point:
    """The point ``length`` from ``start`` at ``angle`` (radians, upwards from the right)."""
    return start[0] + math.cos(angle) * length, start[1] - math.sin(angle) * length


def placed(x: float, y: float, scale: float, *points: Point) -> list[Point]:
    """Points given in parts of ``scale``, rightwards and upwards from (x, y)."""
    return [(x + dx * scale, y - dy * scale) for dx, dy in points]
