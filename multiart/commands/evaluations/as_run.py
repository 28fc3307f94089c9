"""Texts read and painted as `run` does: prompts, and the poems that ship."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from multiart.commands.evaluations.painting import as_shown, painting
from multiart.io.collection import split_poems
from multiart.metrics.detector import shrink
from multiart.metrics.painter_suite import SIDE
from multiart.models.store import assets_dir
from multiart.records import Brief, Draft, Picture
from multiart.seeding import generator_for
from multiart.text.writer import Writer

FILES = ("twenty_four_poems.txt", "thirty_six_poems.txt")


def read_poems(count: int) -> list[Draft]:
    """The first poems of the files that ship, each read by the default text stage."""
    texts = [
        poem
        for name in FILES
        for poem in split_poems((assets_dir() / "prompts" / name).read_text(encoding="utf-8"))
    ]
    return read_each(texts[:count])


def read_each(texts: Iterable[str]) -> list[Draft]:
    """Each text as `run` reads a prompt."""
    writer = Writer(mode="verbatim")
    return [writer.generate(Brief(prompt=text), generator=generator_for(0, "text")).output for text in texts]


def paint_each(
    painter: Any, drafts: Sequence[Draft], *, seed: int, what: str, num_shown: int
) -> tuple[Tensor, list[Picture]]:
    """One picture a draft, its text behind the caption, the critic's choice where there are candidates.

    Args:
        painter: an image stage.
        drafts: N of them.
        seed, what: decide the seeds of the pictures.
        num_shown: how many are kept for a sheet.

    Returns:
        All of them as they are measured, ``[N, 3, SIDE, SIDE]``, and the first as they are shown.
    """
    small, shown = [], []
    with painting(len(drafts)) as advance:
        for number, draft in enumerate(drafts):
            generator = generator_for(seed, what, number)
            pixels = painter.generate(draft, generator=generator).output[0].pixels
            small.append(shrink(pixels[None], SIDE))
            if number < num_shown:
                shown.append(as_shown(pixels))
            advance(1)
    return torch.cat(small), shown
