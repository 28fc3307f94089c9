"""The jobs of a sweep on disk: what each was asked for, how it ended, and a table of them."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multiart.errors import ConfigError
from multiart.io.atomic import atomic_write
from multiart.overrides import typed

NOTE = ".job.json"  # `<folder>.job.json` stands beside the folder of a job
TABLE = "sweep.csv"


@dataclass(frozen=True, kw_only=True)
class SweepJob:
    """A job of a sweep.

    Attributes:
        name: of its folder, relative to the sweep's.
        folder: what it made.
        values: all that it was asked for, by key.
        state: "running" (or cut short), "done" or "failed".
        result: the number that it ended with, or None.
        metric: what that number is called.
        seconds: it took, or None.
        reason: why it failed, or None.
    """

    name: str
    folder: Path
    values: dict[str, Any]
    state: str
    result: float | None = None
    metric: str = "result"
    seconds: float | None = None
    reason: str | None = None


def note_of(folder: Path) -> Path:
    """Where the note of the job with this folder is."""
    return folder.with_name(folder.name + NOTE)


def read_note(folder: Path) -> dict[str, Any] | None:
    """The note of a job, or None where it was never begun."""
    note = note_of(folder)
    return json.loads(note.read_text("utf-8")) if note.is_file() else None


def read_jobs(folder: Path) -> list[SweepJob]:
    """The jobs that were begun in the folder of a sweep, in order."""
    notes = [path.with_name(path.name.removesuffix(NOTE)) for path in folder.rglob(f"*{NOTE}")]
    names = sorted((path.relative_to(folder).as_posix() for path in notes), key=_natural)
    return [_job(folder, name) for name in names]


def swept(jobs: Iterable[SweepJob]) -> dict[str, list[Any]]:
    """The keys whose values differ between jobs, each with its values; all in the order of the jobs."""
    values: dict[str, list[Any]] = {}
    jobs = list(jobs)
    for key in dict.fromkeys(key for job in jobs for key in job.values):
        for value in (job.values.get(key) for job in jobs):
            if value not in values.setdefault(key, []):
                values[key].append(value)
    return {key: found for key, found in values.items() if len(found) > 1}


def write_table(folder: Path, jobs: Sequence[SweepJob]) -> list[dict[str, Any]]:
    """Write `sweep.csv`, and return its rows."""
    keys = [*swept(jobs)]
    rows = [
        {"job": job.name}
        | {key: show(job.values.get(key)) for key in keys}
        | {name: getattr(job, name) for name in ("state", "result", "seconds", "reason")}
        for job in jobs
    ]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    atomic_write(folder / TABLE, file.getvalue())
    return rows


def show(value: Any) -> str:
    """A swept value in words."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return " + ".join(f"{show(item)} {key}" for key, item in value.items())
    return ", ".join(map(show, value)) if isinstance(value, list) else str(value)


def _job(folder: Path, name: str) -> SweepJob:
    told = read_note(folder / name) or {}
    kept = {key: told[key] for key in ("state", "result", "metric", "seconds", "reason") if key in told}
    values = dict(_value(word) for word in told["overrides"])
    return SweepJob(name=name, folder=folder / name, values=values, **kept)


def _value(word: str) -> tuple[str, Any]:
    """Key and value of an override as Hydra got it."""
    key, _, value = word.partition("=")
    try:
        return key.lstrip("+"), typed(value)
    except ConfigError:  # with a package, say
        return key.lstrip("+"), value


def _natural(name: str) -> list[str | int]:
    """A key to sort by in which 10 comes after 9."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]
