"""What is tried where a stage runs out of memory or makes numbers that are not finite.

A stage that can be run with less has a method ``easier(trouble)``: a copy of it that may get by, and what is
changed in words, or None where nothing is left to change. Every work begins at the top of this ladder; the
steps taken are part of its settings, and a replay takes them at once.
"""

import gc
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from multiart.errors import MultiartError
from multiart.terminal import stderr_console

S = TypeVar("S")
T = TypeVar("T")

OUT_OF_MEMORY, NOT_FINITE = "out of memory", "not finite"

_SIGNS = {  # what libraries say, who have no error of their own for it
    OUT_OF_MEMORY: r"out of memory|can't allocate memory|failed to allocate|bad allocation",
    NOT_FINITE: r"\bfinite\b|\binf\b.*\bnan\b",
}


def trouble_of(error: BaseException) -> str | None:
    """`OUT_OF_MEMORY`, `NOT_FINITE`, or None for an error that running the stage otherwise will not mend."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return OUT_OF_MEMORY
    if not isinstance(error, (RuntimeError, ValueError)):
        return None
    return next((name for name, sign in _SIGNS.items() if re.search(sign, str(error), re.IGNORECASE)), None)


def run(
    name: str, stage: S, work: Callable[[S], T], *, known: Sequence[dict[str, str]] = ()
) -> tuple[T, S, list[dict[str, str]]]:
    """Run a stage, and again in easier ways for as long as it has some.

    Args:
        name: of the stage, for messages.
        stage: as it was built.
        work: what to do with it; called anew for each try.
        known: steps to take at once, as an earlier run returned them.

    Returns:
        What `work` returned, the stage it was called with, and the steps taken, ``{"after": trouble,
        "step": words}``.

    Raises:
        MultiartError: if no easier way is left, naming what was tried.
    """
    steps: list[dict[str, str]] = []
    for step in known:
        stage = _take(name, stage, step["after"], steps)
    while True:
        try:
            return work(stage), stage, steps
        except Exception as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            stage = _take(name, stage, trouble, steps, error)
        _free_memory()  # here the error no longer holds what was on the stack
        stderr_console().print(f"{name}: {trouble}; trying again with {steps[-1]['step']}")


def _take(
    name: str, stage: S, trouble: str, steps: list[dict[str, str]], error: Exception | None = None
) -> S:
    """The stage one step easier; the step is added to `steps`."""
    easier = stage.easier(trouble) if hasattr(stage, "easier") else None
    if easier is None:
        tried = "".join(f", with {step['step']} too" for step in steps)
        reason = "" if error is None else f": {(str(error).strip() or type(error).__name__).splitlines()[0]}"
        raise MultiartError(f"{name}: {trouble}{tried}{reason}") from error
    stage, words = easier
    steps.append({"after": trouble, "step": words})
    return stage


def _free_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
