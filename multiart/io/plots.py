"""What a sweep has measured, as SVG: a number against one swept key, and against all of them at once.

Colours are the page's own (`--ink`, `--faint`, `--line`, `--seal`), so that light and dark both hold.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from multiart.io.sweeps import show

LABELS = 8  # more values than this are not labelled one by one
LOGARITHMIC = 50  # positive numbers lie by their logarithm if the highest is this many times the lowest


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Values along one side of a plot.

    Attributes:
        place: of a value, from 0 to 1.
        ticks: ``(place, label)``.
    """

    place: Callable[[Any], float]
    ticks: tuple[tuple[float, str], ...]


def axis(values: Sequence[Any], *, is_measured: bool = False) -> Axis:
    """Numbers lie as they are, or by their logarithm over a wide range; anything else evenly, in order.

    Args:
        values: of all jobs.
        is_measured: label round numbers, not the values.
    """
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        words = list(dict.fromkeys(map(show, values)))
        places = {word: (number + 0.5) / len(words) for number, word in enumerate(words)}
        every = -(-len(words) // LABELS)
        return Axis(
            place=lambda value: places[show(value)],
            ticks=tuple((places[word], word) for word in words[::every]),
        )
    low, high = min(values), max(values)
    is_wide = low > 0 and high / low >= LOGARITHMIC
    scale = math.log10 if is_wide else float
    start, span = scale(low), scale(high) - scale(low)

    def place(value: float) -> float:
        return (scale(value) - start) / span if span else 0.5

    marked = sorted(set(values))
    if len(marked) > LABELS or (is_measured and span):
        marked = _powers(low, high) if is_wide else _round_numbers(low, high)
    return Axis(place=place, ticks=_apart([(place(value), f"{value:.4g}") for value in marked]))


def scatter(key: str, values: Sequence[Any], name: str, measured: Sequence[float]) -> str:
    """A measure against one key: a dot a job, and a line through the means.

    Args:
        key: that was swept.
        values: its value in each job.
        name: of the measure.
        measured: it, in each job.
    """
    left, right, top, bottom = 58, 346, 14, 170
    across, up = axis(values), axis(measured, is_measured=True)
    x, y = _between(left + 8, right - 8), _between(bottom, top)
    groups: dict[float, list[float]] = {}
    dots = []
    for value, number in zip(values, measured, strict=True):
        at = across.place(value)
        groups.setdefault(at, []).append(up.place(number))
        title = escape(f"{key} {show(value)}: {number:.4g}")
        dots.append(
            f'<circle cx="{x(at)}" cy="{y(up.place(number))}" r="3.2"><title>{title}</title></circle>'
        )
    means = " ".join(f"{x(at)},{y(sum(found) / len(found))}" for at, found in sorted(groups.items()))
    marks = [f'<path class="rule" d="M{left} {y(at)}H{right}"/>' for at, _ in up.ticks]
    marks += [_text(left - 7, y(at) + 4, word, "end") for at, word in up.ticks]
    marks += [
        _text(x(at), bottom + 19, _short(word, len(across.ticks)), "middle") for at, word in across.ticks
    ]
    marks.append(_text((left + right) / 2, bottom + 39, key, "middle", "axis"))
    body = f'{"".join(marks)}<polyline class="mean" points="{means}"/><g class="dots">{"".join(dots)}</g>'
    return _svg(352, 216, f"{name} against {key}", body)


def parallel(swept: Mapping[str, Sequence[Any]], name: str, measured: Sequence[float]) -> str:
    """Parallel coordinates: a line a job through its values, coloured by what was measured.

    Args:
        swept: for each swept key its value in each job.
        name: of the measure, which is the last axis.
        measured: it, in each job.
    """
    width, top, bottom = 1000, 44, 300
    columns = {**swept, name: measured}
    axes = [axis(values) for values in swept.values()] + [axis(measured, is_measured=True)]
    x, y = _between(110, width - 90), _between(bottom, top)
    across = [x(number / (len(axes) - 1)) for number in range(len(axes))]
    lines = []
    for job in sorted(range(len(measured)), key=lambda job: measured[job]):
        values = [found[job] for found in columns.values()]
        points = [(at, y(a.place(value))) for at, a, value in zip(across, axes, values, strict=True)]
        curve = f"M{points[0][0]} {points[0][1]}" + "".join(
            f"C{(a + c) / 2:.1f} {b} {(a + c) / 2:.1f} {d} {c} {d}" for (a, b), (c, d) in pairwise(points)
        )
        words = ", ".join(f"{key} {show(value)}" for key, value in zip(swept, values, strict=False))
        share = round(100 * axes[-1].place(measured[job]))
        title = escape(f"{words}: {measured[job]:.4g}")
        lines.append(f'<path style="--share:{share}%" d="{curve}"><title>{title}</title></path>')
    marks = []
    for at, a, key in zip(across, axes, columns, strict=True):
        marks.append(
            f'<path class="bar" d="M{at} {top}V{bottom}"/>' + _text(at, top - 22, key, "middle", "axis")
        )
        shift, side = (-8, "end") if at == across[0] else (8, "start")
        marks += [
            _text(at + shift, y(place) + 4, _short(word, 3), side, "tick halo") for place, word in a.ticks
        ]
    return _svg(
        width,
        bottom + 16,
        f"{name} by {', '.join(swept)}",
        f'<g class="lines">{"".join(lines)}</g>{"".join(marks)}',
    )


def _between(start: float, end: float) -> Callable[[float], float]:
    return lambda share: round(start + share * (end - start), 1)


def _round_numbers(low: float, high: float) -> list[float]:
    """About five round numbers from `low` to `high`."""
    rough = (high - low) / 5
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _powers(low: float, high: float) -> list[float]:
    return [10.0**power for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]


def _apart(ticks: Sequence[tuple[float, str]], least: float = 0.08) -> tuple[tuple[float, str], ...]:
    """The ticks whose labels do not run into the one before."""
    kept: list[tuple[float, str]] = []
    for tick in ticks:
        if not kept or tick[0] - kept[-1][0] >= least:
            kept.append(tick)
    return tuple(kept)


def _short(word: str, count: int) -> str:
    """A label that leaves room for `count` of them."""
    most = max(4, 44 // count)
    return word if len(word) <= most else word[: most - 1] + "…"


def _text(x: float, y: float, words: str, anchor: str, kind: str = "tick") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(width: int, height: int, label: str, body: str) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{body}</svg>'
