"""Painting many captions behind a progress bar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SHOWN_SIZE = 320  # pixels a side on a sheet


@contextmanager
def painting(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar over ``total`` pictures; it is advanced by calling what is given."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("painting", total=total)
        yield lambda count: progress.advance(bar, count)


def as_shown(pixels: Any) -> Any:
    """A finished picture ``[3, S, S]`` at the size of a sheet."""
    from multiart.pictures import scale_to
    from multiart.records import Picture

    return Picture(pixels=scale_to(pixels, SHOWN_SIZE, SHOWN_SIZE))


def paint(
    suite: Any,
    painter: Any,
    captions: list[str],
    *,
    seed: int,
    what: str = "evaluate",
    num_shown: int = 0,
) -> tuple[Any, list]:
    """Paint all captions behind a progress bar.

    Args:
        suite: a `PainterSuite`.
        painter: paints captions.
        captions: N of them.
        seed, what: decide the seeds of the pictures.
        num_shown: how many are kept for a sheet.

    Returns:
        All of them as they are measured, ``[N, 3, S, S]``, and the first as they are shown.
    """
    from multiart.seeding import derive_seed

    seeds = [derive_seed(seed, what, index) for index in range(len(captions))]
    with painting(len(captions)) as advance:
        shown: list = []

        def keep(finished: Any) -> None:
            advance(len(finished))
            shown.extend(as_shown(pixels) for pixels in finished[: num_shown - len(shown)])

        return suite.paint(painter, captions, seeds=seeds, on_painted=keep), shown
