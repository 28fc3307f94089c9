"""Painting many captions behind a progress bar."""

from functools import partial
from typing import Any


def paint(
    suite: Any,
    painter: Any,
    captions: list[str],
    poems: list[str] | None = None,
    *,
    seed: int,
    what: str = "evaluate",
) -> Any:
    """Paint all captions behind a progress bar: ``[N, 3, H, W]``; ``what`` names their seeds."""
    from rich.console import Console
    from rich.progress import Progress

    from multiart.seeding import derive_seed

    seeds = [derive_seed(seed, what, index) for index in range(len(captions))]
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("painting", total=len(captions))
        advance = partial(progress.advance, bar)
        return suite.paint(painter, captions, poems, seeds=seeds, on_painted=advance)
