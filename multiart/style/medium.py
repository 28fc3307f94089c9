"""A medium as a style: any picture repainted by code, stroke by stroke, or by the refiner."""

import math
from typing import Literal, Self

import torch
from torch import Tensor

from multiart.data.media import render
from multiart.data.media.fields import blur
from multiart.errors import unknown
from multiart.models.refiner import SCALE, SOURCE, TILE, Refiner
from multiart.pictures import from_uint8, scale_to
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import check_share, finish, pad_to_multiple
from multiart.style.tiles import halve_tile
from multiart.vocabulary import MEDIA

UNIT = 512  # pixels a side for which softness is given


class MediumStyle:
    """Repaint a picture in a medium.

    By code (`multiart.data.media`) strokes grow with the picture, and skia-python is needed. The refiner,
    which learnt from that code, needs nothing else: the picture is shrunk to a quarter and painted at its own
    size, with strokes as large as in a picture of 512 pixels.

    Args:
        medium: one of `multiart.vocabulary.MEDIA`; "_" may stand for a blank.
        by: code or refiner.
        softness: by code, how much the picture is blurred first, in pixels of a picture of 512: what is
            smaller than that is not painted.
        strength: 0 leaves the picture as it is, 1 takes the repainted one alone.
        keep_colors: 0 (or false) takes the medium's colours, 1 (or true) keeps the picture's own.
        source: an exported refiner, as the model store names it.

    Raises:
        ModelUnavailable: there is no refiner, or no skia-python.
        ValueError: an unknown medium, or a number out of range.
    """

    def __init__(
        self,
        *,
        medium: str = "oil",
        by: Literal["code", "refiner"] = "code",
        softness: float = 1.0,
        strength: float = 1.0,
        keep_colors: float | bool = 0.0,
        source: str = SOURCE,
    ) -> None:
        self.strength = check_share("style.strength", strength)
        self.keep_colors = check_share("style.keep_colors", keep_colors)
        if not 0 <= softness <= 64:
            raise ValueError(f"style.softness must be from 0 to 64, got {softness}")
        self.medium = medium.replace("_", " ")
        if self.medium not in MEDIA:
            raise ValueError(unknown("style.medium", medium, MEDIA))
        self.by, self.softness = by, softness
        self.refiner = Refiner(source) if by == "refiner" else None
        if self.refiner is not None:
            self.refiner.net.place_of(medium)
        self.tile = SCALE * TILE

    def easier(self, trouble: str) -> tuple[Self, str] | None:
        """Smaller tiles for the refiner; code paints the whole."""
        return None if self.refiner is None else halve_tile(self, trouble)

    @property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the refiner, where it paints."""
        return {} if self.refiner is None else self.refiner.weights

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Repaint ``picture``; the result has its size. ``generator`` draws the texture."""
        shares = {"strength": self.strength, "keep_colors": self.keep_colors}
        settings = {"medium": self.medium, "by": self.by, **shares}
        if self.refiner is None:
            settings["softness"] = self.softness
        if self.strength == 0:
            return StageResult(output=picture, settings=settings)
        painted = (
            self._by_code(picture.pixels, generator)
            if self.refiner is None
            else self._refined(picture.pixels, generator)
        )
        pixels = finish(picture.pixels, painted, strength=self.strength, colors=self.keep_colors)
        return StageResult(output=Picture(pixels=pixels), settings=settings)

    def _by_code(self, pixels: Tensor, generator: torch.Generator) -> Tensor:
        soft = pixels.permute(1, 2, 0).numpy()
        if self.softness:
            soft = blur(soft, self.softness * min(soft.shape[:2]) / UNIT)
        seed = int(torch.randint(2**31, (1,), generator=generator))
        painted = render((soft * 255).round().astype("uint8"), self.medium, seed=seed)
        return from_uint8(painted).pixels

    def _refined(self, pixels: Tensor, generator: torch.Generator) -> Tensor:
        _, height, width = pixels.shape
        small = scale_to(pad_to_multiple(pixels, SCALE), math.ceil(height / SCALE), math.ceil(width / SCALE))
        large = self.refiner.refine(small, self.medium, generator=generator, tile=self.tile // SCALE)
        return large[:, :height, :width]
