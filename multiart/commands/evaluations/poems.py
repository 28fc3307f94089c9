"""Poems that ship, read and painted as `run` does: do the pictures show what was read?"""

from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor

from multiart.commands.evaluations.painting import paint
from multiart.io.collection import split_poems
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


def paint_poems(
    suite: Any, painter: Any, drafts: Sequence[Draft], *, seed: int
) -> tuple[Tensor, list[Picture]]:
    """One picture a poem, its verse behind the caption, see `paint`; all are shown."""
    captions, texts = [draft.caption for draft in drafts], [draft.text for draft in drafts]
    return paint(suite, painter, captions, texts, seed=seed, what="poems", num_shown=len(drafts))
