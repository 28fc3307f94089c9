"""Making one work, in whatever process: the stages run, then the files are written."""

import ctypes
import functools
import itertools
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from multiart.commands.jobs import Job
from multiart.commands.shared import shared
from multiart.errors import MultiartError
from multiart.io.atomic import DiskFull
from multiart.io.work import write_work
from multiart.records import Artwork, Brief
from multiart.running import Ahead

TRIM_EVERY = 8
"""Works between two times of giving memory back, for the pages have to be asked for again."""

os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128")
"""How many kernels oneDNN keeps, one for every shape of input: its own 1024 come to hundreds of MB."""

_written = itertools.count(1)
_ahead: Ahead = {}
"""What this process has made of works it will be asked for."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that another process needs to make a work.

    Attributes:
        job: the work.
        folder: where it goes; further pictures go to folders beside it.
        command: the command line that makes it again.
        threads: of torch.
        ahead: what the same worker will be asked for next, to be painted together with this work.
    """

    job: Job
    folder: Path
    command: str
    threads: int
    ahead: tuple[Brief, ...] = ()


def create(order: Order) -> list[Artwork]:
    """Run the stages; the models stay loaded in this process."""
    from multiart.pipeline import Pipeline

    brief = order.job.brief
    pipeline = Pipeline.from_config(order.job.plan.cfg, build=shared)
    if order.ahead:
        pipeline.make_ahead([brief, *order.ahead], _ahead)
    return pipeline.works_of(brief, ahead=_ahead or None)  # where there is nothing, no key is computed for it


def write(order: Order, artworks: list[Artwork]) -> None:
    """Write what the stages made, all of it or nothing; after every `TRIM_EVERY` works give memory back."""
    folder, config = order.folder, order.job.config
    folders = [folder, *(Path(f"{folder}_picture-{n}") for n in range(2, len(artworks) + 1))]
    try:
        for artwork, place in reversed(list(zip(artworks, folders, strict=True))):  # the work's own last
            write_work(artwork, place, config=config, command=order.command)
    except BaseException:  # Ctrl-C too
        remove_parts(folder)
        raise
    if next(_written) % TRIM_EVERY == 0:
        give_memory_back()


def give_memory_back() -> None:
    """Return what freed tensors have left in the C library's heap to the system.

    Sizes differ from poem to poem, so the holes are not filled again, and a process that makes hundreds of
    works grows. Does nothing where the library is not glibc.
    """
    _malloc_trim()(0)


@functools.cache
def _malloc_trim() -> Callable[[int], int]:
    try:
        return ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return lambda keep: 0


def make(order: Order) -> float | MultiartError:
    """Make a work; returns the seconds it took, or its error, worded so that any process can read it."""
    import torch

    torch.set_num_threads(order.threads)
    start = time.perf_counter()
    try:
        write(order, create(order))
    except DiskFull as error:
        return error
    except Exception as error:
        return MultiartError(str(error) or type(error).__name__)
    return time.perf_counter() - start


def further(folder: Path) -> list[Path]:
    """The folders of a work's further pictures."""
    folders = []
    while (place := Path(f"{folder}_picture-{len(folders) + 2}")).is_dir():
        folders.append(place)
    return folders


def remove_parts(folder: Path) -> None:
    """Remove a work that is not whole, its further pictures too."""
    for place in (folder, *further(folder)):
        shutil.rmtree(place, ignore_errors=True)
