"""The page that a training ends with: its curves, what it painted on the way, and how to use the result."""

import base64
import csv
import math
import shlex
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import Path

from multiart.data import prose
from multiart.io.atomic import atomic_write
from multiart.io.page import document

WIDTH, HEIGHT, MARGIN = 260, 120, 22  # of a chart, in pixels
SMOOTH = 60  # points a curve, at most; each is a mean
SHEETS = 6  # sample sheets shown, at most
TITLES = {
    "train": "Losses in training",
    "val": "Losses on held-out data",
    "share": "What each term adds to the loss",
    "gradient": "Norm of the gradient in each stage, and what each term sends there",
    "general": "Plain prose, held out: negative log-likelihood, nats a token",
    "meeting": "Norm of the gradient that each branch sends into the language model's states",
}

STYLE = """<style>
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem }
.charts figure { margin: 0 } .charts svg { width: 100%; color: #b4472d } figure img { width: 100% }
</style>"""

Curves = dict[str, list[tuple[int, float]]]


def write_report(run_dir: Path, *, title: str, command: str, use: str | None = None) -> Path:
    """Write `report.html` from the CSV logs and the sample sheets of a run.

    Args:
        run_dir: of the run.
        title: of the page.
        command: that trained.
        use: a command that uses the result, or None.

    Returns:
        The page's path.
    """
    parts = [f"<h1>{escape(title)}</h1>", f"<pre>{escape(command)}</pre>"]
    curves = read_curves(run_dir)
    parts += forgetting(curves)
    for group, members in grouped(curves).items():
        heading = escape(TITLES.get(group, group))
        charts = "".join(chart(name, points) for name, points in members.items())
        parts.append(f'<section><h2>{heading}</h2><div class="charts">{charts}</div></section>')
    sheets = chosen(sorted((run_dir / "samples").glob("step-*.png")), SHEETS)
    if sheets:
        parts.append("<h2>Held out: what is to be, and what was made of the text</h2>")
        parts += [figure(sheet) for sheet in sheets]
    if use is not None:
        parts.append(f"<h2>Use it</h2><pre>{escape(use)}</pre>")
    path = run_dir / "report.html"
    atomic_write(path, document(title, f"{STYLE}<main>{''.join(parts)}</main>"))
    return path


def use_of(exported: Path) -> str | None:
    """A command that uses what was exported, or None where there is none for it."""
    run = "python -m multiart run +task=poem_to_painting"
    if (exported / "melody").is_dir():
        return f'{run} models=ckpt models.path={shlex.quote(str(exported))} prompt="..."'
    if (exported / "unet").is_dir():
        return f'{run} image.source={shlex.quote(f"file:{exported}")} prompt="..."'
    return None


def forgetting(curves: Curves) -> list[str]:
    """A paragraph on what the language model makes of plain prose, before and after; none if not measured."""
    if not {"general/nll", "general/nll_before"} <= {*curves}:
        return []
    after, before = (math.exp(curves[name][-1][1]) for name in ("general/nll", "general/nll_before"))
    said = f"{before:.2f} before, {after:.2f} after ({after / before - 1:+.1%})"
    return [f"<p>Perplexity a token of held-out prose, {escape(prose.NAME)}: {said}.</p>"]


def read_curves(run_dir: Path) -> Curves:
    """Every metric over the steps, from all CSV logs of a run; a later log wins where two overlap."""
    values: dict[str, dict[int, float]] = defaultdict(dict)
    logs = (run_dir / "csv").glob("version_*/metrics.csv")
    for log in sorted(logs, key=lambda path: int(path.parent.name.removeprefix("version_"))):
        with log.open(newline="") as file:
            for row in csv.DictReader(file):
                step = int(row["step"])
                for name, value in row.items():
                    if "/" in name and value:
                        values[name][step] = float(value)
    return {name: sorted(points.items()) for name, points in sorted(values.items())}


def grouped(curves: Curves) -> dict[str, Curves]:
    """Curves by what stands before the first slash, in the order of `TITLES`."""
    groups: dict[str, Curves] = {name: {} for name in TITLES}
    for name, points in curves.items():
        group, _, rest = name.partition("/")
        groups.setdefault(group, {})[rest] = points
    return {name: group for name, group in groups.items() if group}


def smoothed(points: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    """At most `SMOOTH` points, each the mean of those it stands for."""
    size = -(-len(points) // SMOOTH)
    parts = [points[start : start + size] for start in range(0, len(points), size)]
    return [tuple(sum(column) / len(part) for column in zip(*part, strict=True)) for part in parts]


def chart(name: str, points: Sequence[tuple[int, float]]) -> str:
    """A curve as SVG on a scale of its own; its last value is in the caption."""
    points = smoothed(points)
    (left, right), (low, high) = (_range([point[axis] for point in points]) for axis in (0, 1))
    places = (
        (
            MARGIN + (x - left) / (right - left) * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - (y - low) / (high - low) * (HEIGHT - 2 * MARGIN),
        )
        for x, y in points
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    words = "".join(
        f'<text x="{x}" y="{y}" font-size="9" fill="#666" text-anchor="{anchor}">{word}</text>'
        for x, y, anchor, word in (
            (MARGIN, MARGIN - 8, "start", f"{high:.4g}"),
            (MARGIN, HEIGHT - 8, "start", f"{low:.4g}"),
            (WIDTH - MARGIN, HEIGHT - 8, "end", f"step {right:.0f}"),
        )
    )
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}">'
        f'<polyline fill="none" stroke="currentColor" stroke-width="1.5" points="{line}"/>{words}</svg>'
        f"<figcaption>{escape(name)} {points[-1][1]:.4g}</figcaption></figure>"
    )


def chosen(paths: Sequence[Path], count: int) -> list[Path]:
    """At most `count` of them, evenly spread, the first and the last among them."""
    if len(paths) <= count:
        return list(paths)
    return [paths[round(n * (len(paths) - 1) / (count - 1))] for n in range(count)]


def figure(sheet: Path) -> str:
    data = base64.b64encode(sheet.read_bytes()).decode()
    step = int(sheet.stem.removeprefix("step-"))
    return (
        f'<figure><img src="data:image/png;base64,{data}" alt="pictures at step {step}">'
        f"<figcaption>step {step}</figcaption></figure>"
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, low + 0.5)
