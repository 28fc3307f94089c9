"""The console on standard error that all parts share: live lines and bars nest, not overwrite each other."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@cache
def stderr_console() -> "Console":
    from rich.console import Console

    return Console(stderr=True, highlight=False)
