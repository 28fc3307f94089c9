"""What the stages of the chain are: whatever does this may be named in a configuration's `_target_`."""

from typing import Protocol

import torch

from multiart.records import Brief, Draft, Picture, Song, StageResult


class TextStage(Protocol):
    """Makes a text from what was asked for, and reads it into a scene."""

    weights: dict[str, str]

    def generate(self, brief: Brief, *, generator: torch.Generator) -> StageResult[Draft]: ...


class ImageStage(Protocol):
    """Paints a draft, one or more times.

    A stage that paints several works at once has ``micro_batch``, how many pictures that are, and
    ``generate_each(drafts, generators=...)``, whose results are those of ``generate`` to the byte.
    """

    weights: dict[str, str]

    def generate(self, draft: Draft, *, generator: torch.Generator) -> StageResult[list[Picture]]: ...


class StyleStage(Protocol):
    """Paints a picture over in a style."""

    weights: dict[str, str]

    def apply(
        self, picture: Picture, draft: Draft, *, generator: torch.Generator
    ) -> StageResult[Picture]: ...


class MusicStage(Protocol):
    """Sets a draft to music."""

    weights: dict[str, str]

    def generate(self, draft: Draft, *, generator: torch.Generator) -> StageResult[Song]: ...
