"""Downloads from servers that are slow to answer: tried again, each time after a longer wait."""

import random
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from multiart.terminal import stderr_console

T = TypeVar("T")

TRIES = 5
FIRST_WAIT = 1.0  # seconds; each further one is twice as long
_BUSY = (408, 429, 500, 502, 503, 504)  # status codes of a server that may answer later
_CUT_SHORT = (
    "ConnectionResetError",
    "ReadError",
    "RemoteProtocolError",
    "IncompleteRead",
    "ChunkedEncodingError",
)


def patiently(call: Callable[[], T], what: str, *, sleep: Callable[[float], None] = time.sleep) -> T:
    """Call, and again where that runs into a time-out: at most `TRIES` times, with a line for each wait.

    Waits grow exponentially and differ by chance, so that many processes do not come back at once.

    Args:
        call: what may time out; other errors come through at once, as does the last time-out.
        what: it waits for, for the line.
    """
    chance = random.Random()
    for number in range(TRIES - 1):
        try:
            return call()
        except Exception as error:
            if not is_timeout(error):
                raise
        seconds = FIRST_WAIT * 2**number * chance.uniform(0.75, 1.5)
        told = f"{what} does not answer; trying again in {seconds:.0f} s ({number + 2} of {TRIES})"
        stderr_console().print(told)
        sleep(seconds)
    return call()


def is_timeout(error: BaseException) -> bool:
    """Whether an error, or what caused it, is a server's that did not answer in time or is busy.

    Known by name: the hub, its HTTP client and pip have no error in common.
    """
    return any(_is_timeout(link) for link in _chain(error))


def _is_timeout(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    if any("Timeout" in name or name in _CUT_SHORT for name in names):
        return True
    if isinstance(error, subprocess.CalledProcessError):
        return re.search(r"timed? ?out", str(error.stderr), re.IGNORECASE) is not None
    return getattr(getattr(error, "response", None), "status_code", None) in _BUSY


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
