"""What the terminal shows: a live line a stage; plain lines where it is no terminal.

Everything here goes to standard error, so that standard output holds the result alone.
"""

import re
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.text import Text

_MARKS = {"done": "✓", "skipped": "–", "failed": "✗"}
_COLOURS = {"done": "green", "skipped": "dim", "failed": "red"}


def printable(text: str, width: int = 60) -> str:
    """One line of at most `width` characters, without control characters a terminal would obey."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\s]+", " ", text).strip()
    return line if len(line) <= width else line[: width - 1] + "…"


class StageLines:
    """Shows the stages of a work as they run; give it to `Pipeline.works` as `on_stage`.

    A context manager: leaving it by an error marks the stage that failed.

    Args:
        console: where to print; standard error if None.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self._status = None
        self._stage: str | None = None
        self._start = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stage is not None:
            self._finish("failed", "stopped" if isinstance(error, KeyboardInterrupt) else "")

    def __call__(self, stage: str, status: str, words: str) -> None:
        if status != "start":
            self._finish(status, words, stage)
            return
        self._stage, self._start = stage, time.perf_counter()
        if self.console.is_terminal:
            self._status = self.console.status(Text(f"{stage} …"), spinner="dots")
            self._status.start()

    def _finish(self, status: str, words: str, stage: str | None = None) -> None:
        if self._status is not None:
            self._status.stop()
        seconds = "" if self._stage is None else f"{time.perf_counter() - self._start:.1f} s"
        line = Text.assemble((f"{_MARKS[status]} ", _COLOURS[status]))
        line.append(f"{stage or self._stage:<6}{seconds:>8}  ", style="bold" if status == "done" else "dim")
        line.append(printable(words or status, max(20, self.console.width - 20)))
        self.console.print(line, soft_wrap=True)
        self._status = self._stage = None
