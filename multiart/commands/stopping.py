"""Ctrl-C once: stop after the work at hand; twice: now."""

import signal
import sys
import threading
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """A context manager in which the first Ctrl-C (or SIGTERM) is only noted, in `asked`.

    Elsewhere than in a process's main thread, where no signal arrives, it does nothing.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        print("multiart: stopping after this work; Ctrl-C again stops now", file=sys.stderr)
