"""Pictures of any size as squares of one size, cropped and mirrored."""

import random
from pathlib import Path

import torch
from torch import Tensor

from multiart.pictures import load_picture, scale_to
from multiart.seeding import derive_seed

SMALLEST_CROP = 0.85  # of a picture's shorter side


def to_square(path: Path, size: int) -> Tensor:
    """The middle square of a picture, scaled to hold a crop of `size` pixels: uint8 ``[3, S, S]``."""
    picture = load_picture(path)
    side, larger = min(picture.height, picture.width), round(size / SMALLEST_CROP)
    top, left = (picture.height - side) // 2, (picture.width - side) // 2
    square = scale_to(picture.pixels[:, top : top + side, left : left + side], larger, larger)
    return (square.clamp(0, 1) * 255).round().to(torch.uint8)


class Crops:
    """Crops of a picture, half of them mirrored; the first is its middle.

    Args:
        square: uint8 ``[3, S, S]``, as `to_square` gives it.
        flip: whether to mirror at all.
        name: of the picture; each has crops of its own.
    """

    def __init__(self, square: Tensor, *, flip: bool = True, name: str = "") -> None:
        self.square, self.size = square, round(square.shape[-1] * SMALLEST_CROP)
        self.flip, self.name = flip, name

    def __call__(self, layout: int) -> Tensor:
        """Crop number `layout`, uint8 ``[3, size, size]``."""
        room = self.square.shape[-1] - self.size
        rng = random.Random(derive_seed(layout, "crop", self.name))
        top, left = (rng.randint(0, room), rng.randint(0, room)) if layout else (room // 2, room // 2)
        crop = self.square[:, top : top + self.size, left : left + self.size]
        return crop.flip(-1) if self.flip and layout and rng.random() < 0.5 else crop
