"""Painting many captions behind a progress bar."""

from typing import Any

SHOWN_SIZE = 320  # pixels a side on a sheet


def paint(
    suite: Any,
    painter: Any,
    captions: list[str],
    poems: list[str] | None = None,
    *,
    seed: int,
    what: str = "evaluate",
    num_shown: int = 0,
) -> tuple[Any, list]:
    """Paint all captions behind a progress bar.

    Args:
        suite: a `PainterSuite`.
        painter: paints captions.
        captions, poems: see `PainterSuite.paint`.
        seed, what: decide the seeds of the pictures.
        num_shown: how many are kept for a sheet.

    Returns:
        All of them as they are measured, ``[N, 3, S, S]``, and the first as they are shown.
    """
    from rich.console import Console
    from rich.progress import Progress

    from multiart.pictures import scale_to
    from multiart.records import Picture
    from multiart.seeding import derive_seed

    seeds = [derive_seed(seed, what, index) for index in range(len(captions))]
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("painting", total=len(captions))
        shown: list[Picture] = []

        def keep(finished: Any) -> None:
            progress.advance(bar, len(finished))
            for pixels in finished[: num_shown - len(shown)]:
                shown.append(Picture(pixels=scale_to(pixels, SHOWN_SIZE, SHOWN_SIZE)))

        return suite.paint(painter, captions, poems, seeds=seeds, on_painted=keep), shown
