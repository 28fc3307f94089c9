"""A style that was trained from a picture of the user's own."""

from functools import cached_property
from pathlib import Path

import torch

from multiart.models.hashing import sha256_of
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import add_grain, check_share, finish
from multiart.style.tiles import halve_tile, paint_in_tiles
from multiart.style.transfer_net import TransferNet, load_transfer_net

TILE = 1024  # pixels a side


class TrainedStyle:
    """Paint a picture over with a network trained by `train +experiment=style`.

    Args:
        ckpt: the folder that the network was exported to, or a checkpoint of its training.
        strength: 0 leaves the picture as it is, 1 takes the styled one alone.
        keep_colors: 0 (or false) takes the style's colours, 1 (or true) keeps the picture's own.

    Raises:
        ModelUnavailable: there is no trained style.
        ValueError: a share outside 0 to 1.
    """

    def __init__(self, *, ckpt: str, strength: float = 1.0, keep_colors: float | bool = 0.0) -> None:
        self.ckpt = ckpt
        self.strength = check_share("style.strength", strength)
        self.keep_colors = check_share("style.keep_colors", keep_colors)
        self.net: TransferNet = load_transfer_net(ckpt)
        self.tile = TILE

    easier = halve_tile

    @cached_property
    def weights(self) -> dict[str, str]:
        """Path and sha256 of the network."""
        return {f"file:{self.ckpt}": sha256_of(Path(self.ckpt))}

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Style ``picture``; the result has its size. ``generator`` draws the grain."""
        settings = {"ckpt": self.ckpt, "strength": self.strength, "keep_colors": self.keep_colors}
        if self.strength == 0:
            return StageResult(output=picture, settings=settings)
        rough = add_grain(picture.pixels, generator).clamp(0, 1)
        styled = paint_in_tiles(self.net.paint, rough, side=self.tile)
        pixels = finish(picture.pixels, styled, strength=self.strength, colors=self.keep_colors)
        return StageResult(output=Picture(pixels=pixels), settings=settings)
