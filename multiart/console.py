"""What the terminal shows: a live line a stage; plain lines where it is no terminal.

Everything here goes to standard error, so that standard output holds the result alone.
"""

import re
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from multiart.terminal import stderr_console

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
        self.console = console or stderr_console()
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


class RenderLines:
    """Shows many works as they are made: a line each, and on a terminal a bar with works an hour.

    A context manager; leaving it tells how many were made in which time.

    Args:
        total: how many works there are.
        done: how many of them need not be made.
        console: where to print; standard error if None.
    """

    def __init__(self, *, total: int, done: int, console: Console | None = None) -> None:
        self.console = console or stderr_console()
        columns = (TextColumn("works"), BarColumn(), MofNCompleteColumn(), _Speed(""), TimeRemainingColumn())
        self._progress = Progress(*columns, console=self.console, disable=not self.console.is_terminal)
        self._bar = self._progress.add_task("works", total=total, completed=done)
        self._total, self._done, self._made, self._start = total, done, 0, time.perf_counter()

    def __enter__(self) -> Self:
        if self._done:
            self.console.print(f"{self._done} of {self._total} works need not be made")
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()
        seconds = time.perf_counter() - self._start
        if self._made:
            speed = self._made / seconds * 3600
            self.console.print(f"{self._made} works in {seconds:.0f} s, {speed:.0f} an hour")

    def __call__(self, name: str, words: str) -> None:
        """Tell that a work is made or has failed."""
        self._made += 1
        self.console.print(f"{name}  {printable(words, 100)}", markup=False, soft_wrap=True)
        self._progress.advance(self._bar)


class _Speed(TextColumn):
    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed * 3600:.0f} works/h")
