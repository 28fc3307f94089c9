"""The page of a sweep: its works by the swept keys, plots of what was measured, and a table; offline."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from multiart.errors import MultiartError
from multiart.io.atomic import atomic_write
from multiart.io.gallery import fill, thumbnail
from multiart.io.gallery_entry import metrics_of, picture_of
from multiart.io.manifest import load_manifest
from multiart.io.plots import parallel, scatter
from multiart.io.sweeps import SweepJob, show, swept
from multiart.io.verify import find_works

PAGE = "index.html"
SHOWN = 4  # pictures of a job that made several works
_OWN_PAGES = ("index.html", "report.html", "report.md")


def write_sweep_page(folder: Path, jobs: Sequence[SweepJob], title: str) -> Path:
    """Write `index.html` into the folder of a sweep, and `gallery/` with thumbnails.

    Args:
        folder: of the sweep.
        jobs: that were begun, in order; one or more.
        title: of the page.

    Returns:
        The page.

    Raises:
        MultiartError: if another page is in the way, or the folder cannot be written.
    """
    page, keys = folder / PAGE, swept(jobs)
    if page.exists() and 'content="multiart sweep"' not in page.read_text("utf-8", "replace")[:2000]:
        raise MultiartError(f"{page} is not the page of a sweep; nothing was overwritten.")
    works = {job.name: _works(folder, job) for job in jobs}
    told = [_told(folder, job, keys, works[job.name]) for job in jobs]
    measures = _measures(jobs, works)
    plots, labels = _plots(jobs, keys, measures), _labels([*keys])
    has_works = any(works.values())
    parts = {"works": has_works, "plots": bool(plots), "table": True}
    data = {
        "keys": [
            {"name": key, "label": label, "values": [show(value) for value in values]}
            for (key, values), label in zip(keys.items(), labels, strict=True)
        ],
        "jobs": told,
        "metric": jobs[0].metric,
    }
    filled = {
        "title": escape(f"{title}: {' × '.join(labels)}" if labels else title),
        "count": _count(jobs),
        "parts": " ".join(f'<a href="#{part}">{part.title()}</a>' for part, there in parts.items() if there),
        "fixed": escape(_fixed(jobs, keys)),
        "works": _WORKS if has_works else "",
        "plots": plots,
        "table": _table(folder, jobs, keys, measures),
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
    }
    atomic_write(page, fill("sweep.html", ("gallery.css", "sweep.css"), ("make.js", "sweep.js"), filled))
    return page


_WORKS = """<section id="works"><h2>Works</h2>
<div id="axes"><label>Rows<select id="rows"></select></label>
<label>Columns<select id="columns"></select></label></div>
<div id="grid-of-works"></div></section>
"""


def _works(folder: Path, job: SweepJob) -> list[dict[str, Any]]:
    """The works of a job that can be shown: picture, title, and what was measured of them."""
    found = []
    for work in find_works(job.folder) if job.folder.is_dir() else ():
        try:
            manifest, small = load_manifest(work), thumbnail(folder, work)
        except (MultiartError, OSError):  # `verify` says what is wrong with it
            continue
        name = picture_of(manifest)
        picture = None if name is None else quote((work / name).relative_to(folder).as_posix())
        told = {"title": manifest["draft"]["title"], "metrics": metrics_of(manifest), "picture": picture}
        found.append(small | told)
    return found


def _told(
    folder: Path, job: SweepJob, keys: Mapping[str, Any], works: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the page's script knows of a job."""
    pictures = [work for work in works if work["thumb"] is not None][:SHOWN]
    return {
        "name": job.name,
        "state": job.state,
        "reason": job.reason,
        "result": job.result,
        "seconds": job.seconds,
        "values": {key: show(job.values.get(key)) for key in keys},
        "works": len(works),
        "pictures": [
            {key: picture[key] for key in ("thumb", "picture", "size", "title")} for picture in pictures
        ],
        "href": _href(folder, job),
    }


def _href(folder: Path, job: SweepJob) -> str | None:
    """The job's own page, as a URL."""
    pages = (job.folder / name for name in _OWN_PAGES)
    return next((quote(page.relative_to(folder).as_posix()) for page in pages if page.is_file()), None)


def _measures(
    jobs: Sequence[SweepJob], works: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, dict[str, float]]:
    """For each measure its value by job, over a job's works the mean; a job's seconds come last."""
    found: dict[str, dict[str, float]] = {}
    for job in jobs:
        if job.result is not None:
            found.setdefault(job.metric, {})[job.name] = job.result
    for name in sorted({name for some in works.values() for work in some for name in work["metrics"]}):
        for job in jobs:
            if numbers := [work["metrics"][name] for work in works[job.name] if name in work["metrics"]]:
                found.setdefault(name, {})[job.name] = sum(numbers) / len(numbers)
    done = [job for job in jobs if job.state == "done" and job.seconds is not None]
    return found | {"seconds": {job.name: job.seconds for job in done}}


def _plots(
    jobs: Sequence[SweepJob], keys: Mapping[str, Any], measures: Mapping[str, Mapping[str, float]]
) -> str:
    """A section a measure; the seconds are folded away unless there is nothing else."""
    parts = []
    for name, numbers in measures.items():
        drawn = [job for job in jobs if job.name in numbers]
        if len(drawn) < 2 or not keys:
            continue
        measured = [numbers[job.name] for job in drawn]
        columns = {key: [job.values.get(key) for job in drawn] for key in keys}
        singles = "".join(
            f"<div>{scatter(key, values, name, measured)}</div>" for key, values in columns.items()
        )
        all_at_once = f'<div class="parallel">{parallel(columns, name, measured)}</div>'
        plots = f'<div class="plots">{singles}</div>{all_at_once}'
        folded = name == "seconds" and parts
        parts.append(
            f'<details class="plots-more"><summary>{escape(name)}</summary>{plots}</details>'
            if folded
            else f"<h3>{escape(name)}</h3>{plots}"
        )
    return f'<section id="plots"><h2>Plots</h2>{"".join(parts)}</section>\n' if parts else ""


def _labels(keys: Sequence[str]) -> list[str]:
    """The keys without their groups, where that tells them apart."""
    short = [key.rpartition(".")[2] for key in keys]
    return [word if short.count(word) == 1 else key for word, key in zip(short, keys, strict=True)]


def _count(jobs: Sequence[SweepJob]) -> str:
    states = {state: sum(job.state == state for job in jobs) for state in ("done", "failed", "running")}
    words = {"done": "done", "failed": "failed", "running": "not finished"}
    told = ", ".join(f"{count} {words[state]}" for state, count in states.items() if count)
    return f"{len(jobs)} job{'s' * (len(jobs) != 1)}: {told}"


def _fixed(jobs: Sequence[SweepJob], keys: Mapping[str, Any]) -> str:
    """What all jobs were asked for."""
    words = [f"{key}: {show(value)}" for key, value in jobs[0].values.items() if key not in keys]
    return " · ".join(words)


def _table(
    folder: Path,
    jobs: Sequence[SweepJob],
    keys: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, float]],
) -> str:
    has_reasons = any(job.reason for job in jobs)
    heads = ["job", *keys, "state", *measures, *["reason"] * has_reasons]
    rows = []
    for job in jobs:
        href = _href(folder, job)
        name = escape(job.name)
        cells = [f'<a href="{escape(href)}">{name}</a>' if href else name]
        cells += [escape(show(job.values.get(key))) for key in keys]
        cells.append(escape({"running": "not finished"}.get(job.state, job.state)))
        cells += [f"{numbers[job.name]:.5g}" if job.name in numbers else "" for numbers in measures.values()]
        cells += [f'<span class="reason">{escape(job.reason or "")}</span>'] * has_reasons
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f'<th scope="col"><button>{escape(name)}</button></th>' for name in heads)
    return f'<table id="jobs"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
