"""A medium as a style: any picture repainted by the refiner."""

import math

import torch

from multiart.models.refiner import SCALE, SOURCE, TILE, Refiner
from multiart.pictures import scale_to
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import check_share, finish, pad_to_multiple
from multiart.style.tiles import halve_tile


class MediumStyle:
    """Shrink a picture to a quarter and let the refiner paint it at its own size, in a medium.

    Strokes have a size in pixels, that of a picture of 512: in a larger picture they are finer.

    Args:
        medium: one of `multiart.vocabulary.MEDIA`; "_" may stand for a blank.
        strength: 0 leaves the picture as it is, 1 takes the repainted one alone.
        keep_colors: 0 (or false) takes the medium's colours, 1 (or true) keeps the picture's own.
        source: an exported refiner, as the model store names it.

    Raises:
        ModelUnavailable: there is no refiner.
        ValueError: a medium it has not learnt, or a share outside 0 to 1.
    """

    def __init__(
        self,
        *,
        medium: str = "oil",
        strength: float = 1.0,
        keep_colors: float | bool = 0.0,
        source: str = SOURCE,
    ) -> None:
        self.strength = check_share("style.strength", strength)
        self.keep_colors = check_share("style.keep_colors", keep_colors)
        self.refiner = Refiner(source)
        self.medium = self.refiner.net.config.media[self.refiner.net.place_of(medium)]
        self.tile = SCALE * TILE

    easier = halve_tile

    @property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the refiner."""
        return self.refiner.weights

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Repaint ``picture``; the result has its size. ``generator`` draws the texture."""
        settings = {"medium": self.medium, "strength": self.strength, "keep_colors": self.keep_colors}
        if self.strength == 0:
            return StageResult(output=picture, settings=settings)
        content = picture.pixels
        _, height, width = content.shape
        small = scale_to(pad_to_multiple(content, SCALE), math.ceil(height / SCALE), math.ceil(width / SCALE))
        large = self.refiner.refine(small, self.medium, generator=generator, tile=self.tile // SCALE)
        painted = large[:, :height, :width]
        pixels = finish(content, painted, strength=self.strength, colors=self.keep_colors)
        return StageResult(output=Picture(pixels=pixels), settings=settings)
