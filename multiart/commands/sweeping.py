"""Sweeps that can be run again: a job that is done is skipped, one that was stopped is taken up."""

import csv
import functools
import hashlib
import io
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from hydra.errors import HydraException
from hydra.experimental.callback import Callback
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from multiart.config import check, compose_prepared, plain, use_models
from multiart.errors import MultiartError
from multiart.io.atomic import atomic_write
from multiart.models.hashing import sha256_of

TABLE = "sweep.csv"
_NO_PART = ("paths", "cache", "watch", "retry", "max_attempts", "min_free_mb")
_READ = ("prompt_file", "prompts")


def run_job(cfg: DictConfig, overrides: list[str], work: Callable[[], float | None]) -> float | None:
    """Run a job of a sweep unless it is done, and note how it ended in `<folder>.job.json`.

    Args:
        cfg: the job's configuration; its `paths.run_dir` is its folder. A training that was stopped gets the
            checkpoint to go on from.
        overrides: the job's own, for the table.
        work: does it; its result is what a sweeper optimises.

    Raises:
        MultiartError: if the folder holds another job.
    """
    folder = Path(cfg.paths.run_dir)
    note, told = _note_of(folder), {"key": _key(cfg), "overrides": overrides}
    before = json.loads(note.read_text("utf-8")) if note.is_file() else None
    if before is not None and before["key"] != told["key"]:
        raise MultiartError(f"{folder} holds another job ({' '.join(before['overrides'])[:200]}).")
    if before is not None and before["state"] == "done":
        print(f"{folder}: done before")
        return before["result"]
    if before is not None:
        _take_up(cfg, folder)
    write, start = functools.partial(_write, note, told), time.perf_counter()
    write(state="running")
    try:
        result = work()
    except Exception as error:
        write(state="failed", reason=str(error) or type(error).__name__)
        raise
    write(state="done", result=result, seconds=round(time.perf_counter() - start, 3))
    return result


class Sweep(Callback):
    """Checks the values of a sweep before its first job, and tells how its jobs ended after the last."""

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Compose and check a configuration for each value that is swept."""
        from multiart.complaints import explain

        for words in _one_by_one(config):
            try:
                check(use_models(compose_prepared(config.command, words)))
            except (HydraException, OmegaConfBaseException) as error:
                _stop(explain(error, config.command, words))
            except (MultiartError, ValueError) as error:
                _stop(error)

    def on_multirun_end(self, config: DictConfig, **kwargs: Any) -> None:
        """Write and print a table of the jobs."""
        folder = Path(config.hydra.sweep.dir)
        jobs = {
            path.name.removesuffix(".job.json"): json.loads(path.read_text("utf-8"))
            for path in folder.rglob("*.job.json")
        }
        if not jobs:
            return
        rows = [_row(name, jobs[name], _swept(jobs.values())) for name in sorted(jobs, key=_number)]
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        atomic_write(folder / TABLE, file.getvalue())
        _print(rows)
        print(folder / TABLE)


def _stop(error: Exception | str) -> NoReturn:
    print(f"multiart: error: {error}", file=sys.stderr)
    sys.exit(1)  # of any other exception Hydra would only warn


def _one_by_one(config: DictConfig) -> Iterator[list[str]]:
    """For each swept value the overrides of a job that has it, with the first values of the other keys."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    given = [f"{key}={value}" for key, value in (config.hydra.sweeper.get("params") or {}).items()]
    values: dict[str, list[str]] = {}
    for override in OverridesParser.create().parse_overrides([*given, *config.hydra.overrides.task]):
        key = override.get_key_element()
        if override.is_discrete_sweep():
            values[key] = [f"{key}={value}" for value in override.sweep_string_iterator()]
        elif not override.is_sweep_override():
            values[key] = [f"{key}={override.get_value_element_as_str()}"]
    first = {key: words[0] for key, words in values.items()}
    yield list(first.values())
    for key, words in values.items():
        yield from (list((first | {key: word}).values()) for word in words[1:])


def _key(cfg: DictConfig) -> str:
    """A hash of all that a job is asked for, the content of its files of texts included."""
    values = {key: value for key, value in plain(cfg).items() if key not in _NO_PART}
    paths = [Path(values[key]).expanduser() for key in _READ if isinstance(values[key], str)]
    values["read"] = [sha256_of(path) for path in paths if path.exists()]
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def _take_up(cfg: DictConfig, folder: Path) -> None:
    """Prepare to run a job again that was stopped or has failed."""
    if cfg.command == "train" and (folder / "checkpoints" / "last.ckpt").is_file():
        cfg.ckpt_path = "last"
    elif cfg.command != "render":  # that one goes on by itself
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def _note_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.job.json")


def _write(path: Path, told: dict[str, Any], **more: Any) -> None:
    atomic_write(path, json.dumps(told | more, ensure_ascii=False, indent=2) + "\n")


def _swept(jobs: Any) -> list[str]:
    """The keys whose values differ between jobs."""
    values: dict[str, set[str]] = {}
    jobs = [dict(word.partition("=")[::2] for word in job["overrides"]) for job in jobs]
    for key in {key for job in jobs for key in job}:
        values[key] = {job.get(key, "") for job in jobs}
    return sorted(key for key, found in values.items() if len(found) > 1)


def _row(name: str, job: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    words = dict(word.partition("=")[::2] for word in job["overrides"])
    ended = {key: job.get(key) for key in ("state", "result", "seconds", "reason")}
    return {"job": name} | {key: words.get(key, "") for key in keys} | ended


def _number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() else 0, name)


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*rows[0])
    for row in rows:
        table.add_row(*("" if value is None else str(value)[:60] for value in row.values()))
    Console().print(table)
