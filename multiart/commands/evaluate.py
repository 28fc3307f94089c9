"""`python -m multiart evaluate +suite=NAME`: measure a trained model."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from multiart.errors import MultiartError


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What a suite has found.

    Attributes:
        report: in Markdown.
        result: the same in plain containers, with the weights that were measured.
        score: one number, for a sweeper; more is better.
        write: writes what else there is to a folder.
    """

    report: str
    result: dict[str, Any]
    score: float
    write: Callable[[Path], None] = lambda folder: None


def main(cfg: DictConfig) -> float:
    """Run the suite, and write report, table and whatever else it makes.

    Returns:
        The suite's score, for a sweeper.

    Raises:
        MultiartError: if no suite is chosen, or it cannot measure what is.
    """
    if cfg.suite is None:
        raise MultiartError("evaluate needs a suite: python -m multiart evaluate +suite=painter")
    from multiart.config import build, plain
    from multiart.io.atomic import atomic_write
    from multiart.io.layout import new_work_dir, take_dir

    suite = build(cfg.suite)
    found = import_module(f"multiart.commands.evaluations.{suite.name}").evaluate(cfg, suite)
    if cfg.paths.run_dir is not None:
        folder = take_dir(cfg.paths.run_dir)
    else:
        folder = new_work_dir(cfg.paths.outputs, "evaluate", cfg.task_name, datetime.now())
    atomic_write(folder / "report.md", found.report)
    found.write(folder)
    settings = {key: plain(cfg)[key] for key in ("seed", "suite", "image", "music")}
    atomic_write(folder / "report.json", json.dumps(settings | found.result, indent=1))
    print(f"{found.report}\n{folder}")
    return found.score
