"""Where works go on disk: one new folder a work, never one that is already there."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

from multiart.errors import MultiartError
from multiart.io.atomic import explained_errors

MANIFEST = "manifest.json"


def new_work_dir(outputs: str | Path, command: str, task: str, now: datetime) -> Path:
    """Make `outputs/<command>/<task>/<YYYY-MM-DD_HH-MM-SS>/`; in one second the next gets `-2`, `-3`, ...

    Args:
        outputs: the folder that holds everything.
        command: "run" or another command.
        task: name of the task configuration; anything a folder name cannot hold is replaced.
        now: the time that names the folder.

    Returns:
        The new, empty folder.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    parent = Path(outputs) / safe_name(command) / safe_name(task)
    with explained_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            folder = parent / (f"{now:%Y-%m-%d_%H-%M-%S}" + (f"-{number}" if number > 1 else ""))
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder


def safe_name(text: str) -> str:
    """Turn any text into one folder name: no separators, no leading dot, at most 60 characters."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._-")[:60] or "untitled"


def take_dir(folder: str | Path) -> Path:
    """Make a folder that the user chose, or take it if it is there and empty.

    Raises:
        MultiartError: if it holds something, is no folder, or may not be written.
    """
    folder = Path(folder)
    with explained_errors(folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise MultiartError(f"{folder} is not a folder.") from None
        if any(folder.iterdir()):
            raise MultiartError(f"{folder} is not empty: give a new folder, so that nothing is overwritten.")
    return folder


@contextmanager
def only_if_whole(folder: Path) -> Iterator[Path]:
    """If the block fails or is stopped, remove `folder` unless it holds a finished work at any depth.

    Args:
        folder: one that was new or empty when the command took it, and nobody else writes to.
    """
    try:
        yield folder
    except BaseException:  # Ctrl-C too
        if folder.is_dir() and next(folder.rglob(MANIFEST), None) is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
