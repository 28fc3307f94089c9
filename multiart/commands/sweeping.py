"""Sweeps that can be run again: a job that is done is skipped, one that was stopped is taken up."""

import functools
import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra.errors import HydraException
from hydra.experimental.callback import Callback
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from multiart.commands.sweep_values import Composer, combinations, one_by_one
from multiart.config import check, plain
from multiart.errors import ConfigError, MultiartError
from multiart.io.atomic import atomic_write, explained_errors, sweep
from multiart.io.sweeps import TABLE, note_of, read_jobs, read_note, write_table
from multiart.models.hashing import sha256_of

_NO_PART = ("paths", "cache", "engine", "watch", "retry", "max_attempts", "min_free_mb")
_READ = ("prompt_file", "prompts")
_METRICS = {"train": "val/loss", "evaluate": "score"}
"""What the result of a command is called where `optimized_metric` says nothing."""

_begun: list[tuple[Path, str, float]] = []
"""Folder, title and time of the sweep that this process has begun."""


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
    metric = cfg.optimized_metric or _METRICS.get(cfg.command, "result")
    told, before = {"key": _key(cfg), "overrides": overrides, "metric": metric}, read_note(folder)
    if before is not None and before["key"] != told["key"]:
        raise MultiartError(f"{folder} holds another job ({' '.join(before['overrides'])[:200]}).")
    if before is not None and before["state"] == "done":
        print(f"{folder}: done before")
        return before["result"]
    if before is not None:
        _take_up(cfg, folder)
    write, start = functools.partial(_write, note_of(folder), told), time.perf_counter()
    write(state="running")
    try:
        result = work()
    except Exception as error:
        write(state="failed", reason=str(error) or type(error).__name__)
        raise
    write(state="done", result=result, seconds=round(time.perf_counter() - start, 3))
    return result


class Sweep(Callback):
    """Checks the jobs of a sweep before the first one starts; `told_at_the_end` tells how they ended."""

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Compose and check every job of a grid, or, where a sweeper chooses, every value by itself.

        If all jobs of the grid are done, the program ends here.
        """
        folder, begun = Path(config.hydra.sweep.dir), time.time()
        try:
            are_done = _check_jobs(config, folder)
            with explained_errors(folder):
                folder.mkdir(parents=True, exist_ok=True)
        except (MultiartError, ValueError, OSError) as error:  # of which Hydra would only warn
            print(f"multiart: error: {error}", file=sys.stderr)
            sys.exit(1)
        sweep(folder, deep=True)
        _begun.append((folder, config.task_name, begun))
        if are_done:
            print(f"{folder}: all jobs were done before")
            sys.exit(0)


@contextmanager
def told_at_the_end() -> Iterator[None]:
    """Whatever ends the sweep that is begun inside, write and print a table of its jobs, and a page.

    Raises:
        MultiartError: if jobs have failed and nothing was raised: the exit status has to tell.
    """
    failed = 0
    try:
        yield
    finally:
        while _begun:
            failed += _tell(*_begun.pop())
    if failed:
        raise MultiartError(f"{failed} job{'s' * (failed > 1)} failed.")


def _tell(folder: Path, title: str, begun: float) -> int:
    """Returns the number of jobs that failed since then."""
    from multiart.io.sweep_page import write_sweep_page

    jobs = read_jobs(folder)
    if not jobs:
        return 0
    try:
        _print(write_table(folder, jobs))
        print(folder / TABLE)
        print(write_sweep_page(folder, jobs, title))
    except MultiartError as error:  # how the jobs ended decides the exit status
        print(f"multiart: {error}", file=sys.stderr)
    return sum(job.state == "failed" and note_of(job.folder).stat().st_mtime >= begun for job in jobs)


def _check_jobs(config: DictConfig, folder: Path) -> bool:
    """Returns whether all jobs of a grid are done."""
    from multiart.complaints import explain

    is_grid = "BasicSweeper" in config.hydra.sweeper._target_
    compose, are_done = Composer(config.command), is_grid
    for number, words in enumerate((combinations if is_grid else one_by_one)(config)):
        try:
            cfg = compose(words)
            check(cfg)
        except (HydraException, OmegaConfBaseException) as error:
            raise ConfigError(explain(error, config.command, words)) from error
        are_done = are_done and _is_done(cfg, (folder / str(number)).absolute())
    return are_done


def _is_done(cfg: DictConfig, folder: Path) -> bool:
    cfg.paths.run_dir = str(folder)
    before = read_note(folder)
    return before is not None and before["state"] == "done" and before["key"] == _key(cfg)


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


def _write(path: Path, told: dict[str, Any], **more: Any) -> None:
    atomic_write(path, json.dumps(told | more, ensure_ascii=False, indent=2) + "\n")


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)[:60]) for value in row.values()))
    Console().print(table)
