"""Brush strokes: ribbons along curves, with the marks of bristles, drawn many thousand at a time."""

import math
from collections.abc import Callable

import numpy as np

from multiart.data.scenes.brush import skia

_ACROSS, _ALONG, _KINDS = 32, 128, 8
_POINTS = 6
_TRIANGLES = skia.Vertices.VertexMode.kTriangles_VertexMode
_CHUNK = 60000 // (2 * _POINTS)  # skia numbers vertices in 16 bits


def at(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The values of ``[H, W, ...]`` under points ``[..., 2]`` (x, y); outside, those at the border."""
    x = np.clip(points[..., 0], 0, field.shape[1] - 1).astype(np.intp)
    y = np.clip(points[..., 1], 0, field.shape[0] - 1).astype(np.intp)
    return field[y, x]


def bristles(rng: np.random.Generator, dryness: float) -> tuple[np.ndarray, np.ndarray]:
    """Marks of a few brushes: where paint is left, and how much each bristle carries.

    Args:
        rng: where the brushes come from.
        dryness: 0 for paint that covers, 1 for a brush that leaves as much bare as it covers.

    Returns:
        Two float32 ``[kinds * across, along]`` in [0, 1].
    """
    t = np.linspace(0, 1, _ALONG, dtype=np.float32)[None]
    across = np.linspace(-1, 1, _ACROSS, dtype=np.float32)[:, None]
    cover, loads = [], []
    for _ in range(_KINDS):
        load = np.convolve(rng.standard_normal(_ACROSS + 4), [0.2, 0.6, 1, 0.6, 0.2], "valid")[:, None]
        start = 0.06 + 0.05 * rng.random((_ACROSS, 1))
        end = 1 - (0.03 + (0.1 + 0.35 * dryness) * rng.random((_ACROSS, 1)) ** 2)
        body = np.clip((t - start) / 0.05, 0, 1) * np.clip((end - t) / (0.06 + 0.2 * dryness), 0, 1)
        body *= np.clip((1 - np.abs(across)) / 0.22, 0, 1)
        cover.append(np.clip(1.6 * body * np.clip(1 + dryness * (0.9 * load - 1.4 * t), 0, 1), 0, 1))
        loads.append(np.clip(0.6 + 0.25 * load - 0.2 * t, 0, 1) * np.ones_like(t))
    return np.concatenate(cover).astype(np.float32), np.concatenate(loads).astype(np.float32)


def grow(
    starts: np.ndarray,
    angles: np.ndarray,
    pace: float,
    steps: int,
    rng: np.random.Generator,
    *,
    go_on: Callable[[np.ndarray], np.ndarray] | None = None,
    curvature: float = 0.7,
) -> tuple[np.ndarray, np.ndarray]:
    """Curves that follow a field of directions.

    Args:
        starts: ``[N, 2]`` (x, y).
        angles: directions ``[H, W]`` in radians, each as good as its opposite.
        pace: pixels between two points.
        steps: points after the first.
        rng: which way each curve sets out.
        go_on: given the points ``[N, 2]`` to come, which curves may go there, bool ``[N]``.
        curvature: how much of a turn is followed at each step, in (0, 1].

    Returns:
        Points ``[N, steps + 1, 2]`` and how many steps each curve made, int ``[N]``.
    """
    points = [starts.astype(np.float32)]
    made, alive = np.zeros(len(starts), int), np.ones(len(starts), bool)
    sign = rng.choice((-1.0, 1.0), len(starts))
    angle = at(angles, starts)
    course = np.stack([np.cos(angle), np.sin(angle)], -1) * sign[:, None]
    for _ in range(steps):
        angle = at(angles, points[-1])
        ahead = np.stack([np.cos(angle), np.sin(angle)], -1)
        ahead *= np.where((ahead * course).sum(-1) < 0, -1, 1)[:, None]
        course = curvature * ahead + (1 - curvature) * course
        course /= np.maximum(np.linalg.norm(course, axis=-1, keepdims=True), 1e-6)
        following = points[-1] + pace * course
        if go_on is not None:
            alive &= go_on(following)
        points.append(np.where(alive[:, None], following, points[-1]).astype(np.float32))
        made += alive
    return np.stack(points, 1), made


def _resample(points: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Curves ``[N, K, 2]`` of ``made`` steps as ``_POINTS`` points each, evenly spaced."""
    place = np.linspace(0, 1, _POINTS)[None] * np.maximum(made, 1)[:, None]
    low = np.minimum(place.astype(int), np.maximum(made, 1)[:, None] - 1)
    row = np.arange(len(points))[:, None]
    share = (place - low)[..., None]
    return points[row, low] * (1 - share) + points[row, low + 1] * share


class Canvas:
    """A picture that strokes are laid on, with the thickness of the paint.

    Args:
        ground: what is there before, float32 ``[H, W, 3]``.
        marks: what ``bristles`` returned.
        streaks: how much darker paint is where bristles carry little, in [0, 1].
    """

    def __init__(
        self, ground: np.ndarray, marks: tuple[np.ndarray, np.ndarray], streaks: float = 0.0
    ) -> None:
        height, width = ground.shape[:2]
        self._pixels = np.full((height, width, 4), 255, np.uint8)
        self._pixels[..., :3] = np.clip(ground * 255 + 0.5, 0, 255)
        self._thick = np.full((height, width, 4), 255, np.uint8)
        self._thick[..., :3] = 60
        self._surfaces = [_surface(self._pixels), _surface(self._thick)]
        cover, load = marks
        light = 1 - streaks * (1 - load)
        self._dimming = float((light * cover).sum() / cover.sum())
        self._brushes = [_shader(light, cover), _shader(0.3 + 0.7 * load * cover, cover)]

    @property
    def picture(self) -> np.ndarray:
        return self._pixels[..., :3].astype(np.float32) / 255

    @property
    def thickness(self) -> np.ndarray:
        return self._thick[..., 0].astype(np.float32) / 255

    def lay(
        self,
        points: np.ndarray,
        made: np.ndarray,
        widths: np.ndarray,
        colors: np.ndarray,
        alphas: np.ndarray,
        rng: np.random.Generator,
        *,
        swell: np.ndarray | None = None,
    ) -> None:
        """Lay strokes one over the other.

        Args:
            points: from ``grow``.
            made: from ``grow``.
            widths: of each stroke in pixels, ``[N]``.
            colors: ``[N, 3]`` in [0, 1].
            alphas: how much each covers, ``[N]`` in [0, 1].
            rng: which brush each is painted with.
            swell: width along the stroke as factors ``[6]``; even where it is left out.
        """
        middle = _resample(points, made)
        ahead = np.gradient(middle, axis=1)
        ahead /= np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-6)
        normal = np.stack([-ahead[..., 1], ahead[..., 0]], -1)
        half = widths[:, None, None] / 2 * (np.ones(_POINTS) if swell is None else swell)[None, :, None]
        overhang = ahead[:, [0, -1]] * widths[:, None, None] * 0.3
        middle[:, 0] -= overhang[:, 0]
        middle[:, -1] += overhang[:, 1]
        sides = np.stack([middle - normal * half, middle + normal * half], 2)
        kinds = rng.integers(0, _KINDS, len(points))
        heights = np.repeat(rng.uniform(0.3, 1.0, (len(points), 1)), 3, 1)
        tints = [
            _argb(np.concatenate([alphas[:, None], tint], 1)) for tint in (colors / self._dimming, heights)
        ]
        for first in range(0, len(points), _CHUNK):
            part = slice(first, first + _CHUNK)
            mesh = _mesh(sides[part], kinds[part])
            for surface, brush, tint in zip(self._surfaces, self._brushes, tints, strict=True):
                shades = np.repeat(tint[part], 2 * _POINTS).tolist()
                vertices = skia.Vertices(_TRIANGLES, mesh[0], mesh[1], shades, mesh[2])
                surface.getCanvas().drawVertices(vertices, brush, skia.BlendMode.kModulate)

    def line(self, points: np.ndarray, widths: np.ndarray, colors: np.ndarray) -> None:
        """Lay strokes too thin to show bristles: points ``[N, K, 2]``, widths ``[N]``, colours ``[N, 3]``."""
        canvas, paint = self._surfaces[0].getCanvas(), skia.Paint(AntiAlias=True)
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        for curve, width, color in zip(points.tolist(), widths.tolist(), colors.tolist(), strict=True):
            path = skia.Path()
            path.addPoly([skia.Point(x + 0.5, y + 0.5) for x, y in curve], False)
            paint.setColor4f(skia.Color4f(*color, 1.0))
            paint.setStrokeWidth(width)
            canvas.drawPath(path, paint)


def _argb(shares: np.ndarray) -> np.ndarray:
    """Alpha, red, green and blue in [0, 1] as one number each."""
    return ((np.clip(shares, 0, 1) * 255 + 0.5).astype(np.int64) << np.array([24, 16, 8, 0])).sum(1)


def _mesh(sides: np.ndarray, kinds: np.ndarray) -> tuple[list, list, list]:
    """Vertices of ribbons ``[N, points, 2 sides, 2]``, their places in the marks, corners of triangles."""
    count = len(sides)
    u = np.broadcast_to(np.linspace(0.5, _ALONG - 0.5, _POINTS)[None, :, None], (count, _POINTS, 2))
    v = kinds[:, None, None] * _ACROSS + np.array([0.5, _ACROSS - 0.5])[None, None]
    marks = np.stack([u, np.broadcast_to(v, u.shape)], -1)
    base = (np.arange(count) * 2 * _POINTS)[:, None, None] + 2 * np.arange(_POINTS - 1)[None, :, None]
    corners = (base + np.array([0, 1, 2, 1, 3, 2])).reshape(-1)
    places = ([skia.Point(x, y) for x, y in field.reshape(-1, 2).tolist()] for field in (sides, marks))
    return (*places, corners.tolist())


def _surface(pixels: np.ndarray) -> skia.Surface:
    info = skia.ImageInfo.Make(
        pixels.shape[1], pixels.shape[0], skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType
    )
    return skia.Surface.MakeRasterDirect(info, pixels, pixels.strides[0])


def _shader(light: np.ndarray, alpha: np.ndarray) -> skia.Paint:
    """A paint whose texture has these lights and alphas."""
    texture = np.stack([light] * 3 + [alpha], -1)  # skia multiplies colours by alpha itself
    image = skia.Image.fromarray((texture * 255 + 0.5).astype(np.uint8), skia.kRGBA_8888_ColorType)
    clamp, sampling = skia.TileMode.kClamp, skia.SamplingOptions(skia.FilterMode.kLinear)
    paint = skia.Paint(AntiAlias=True)
    paint.setShader(image.makeShader(clamp, clamp, sampling))
    return paint


def spots(error: np.ndarray, cell: float, threshold: float, rng: np.random.Generator) -> np.ndarray:
    """Where strokes are needed: the worst place of every cell whose mean error is above the threshold.

    Returns:
        Points ``[N, 2]`` (x, y) in random order.
    """
    side = max(1, round(cell))
    height, width = (math.ceil(n / side) for n in error.shape)
    padded = np.pad(error, ((0, height * side - error.shape[0]), (0, width * side - error.shape[1])))
    cells = padded.reshape(height, side, width, side).transpose(0, 2, 1, 3).reshape(height * width, -1)
    worst = (cells + 1e-4 * rng.random(cells.shape, np.float32)).argmax(1)
    wanted = np.flatnonzero(cells.mean(1) > threshold)
    wanted = rng.permutation(wanted)
    row, column = np.divmod(wanted, width)
    dy, dx = np.divmod(worst[wanted], side)
    return np.stack([column * side + dx, row * side + dy], -1).astype(np.float32)
