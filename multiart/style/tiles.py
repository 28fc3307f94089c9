"""Covering large pictures with overlapping tiles."""

import copy
import math
from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import Tensor

from multiart.pictures import scale_to
from multiart.recovery import OUT_OF_MEMORY
from multiart.style.color import keep_colors

S = TypeVar("S")

OVERLAP = 1 / 8  # of a tile's side, at least
SMALLEST_TILE = 128  # pixels a side


def halve_tile(style: S, trouble: str) -> tuple[S, str] | None:
    """The `easier` of a style with a `tile`: a copy with half of it, for want of memory."""
    if trouble != OUT_OF_MEMORY or style.tile // 2 < SMALLEST_TILE:
        return None
    easier = copy.copy(style)
    easier.tile //= 2
    return easier, f"tiles of {easier.tile} pixels"


def paint_in_tiles(paint: Callable[[Tensor], Tensor], content: Tensor, *, side: int) -> Tensor:
    """Paint a picture of any size by a network that is given at most about ``side * side`` pixels at once.

    A picture of no more pixels is painted whole. Of a larger one, the network first paints a smaller copy,
    which decides the colours and the light of the whole; then overlapping tiles, which bring the strokes.
    Tiles fade into each other, so there are no seams.

    Args:
        paint: takes and gives ``[3, H, W]`` in ``[0, 1]``, of the same size.
        content: the same.
        side: of a tile, in pixels.

    Returns:
        ``[3, H, W]`` in ``[0, 1]``.
    """
    _, height, width = content.shape
    if height * width <= side * side:
        return paint(content)
    scale = side / math.sqrt(height * width)
    small = paint(scale_to(content, max(1, round(height * scale)), max(1, round(width * scale))))
    whole = scale_to(small, height, width)
    total, weights = torch.zeros_like(content), torch.zeros(height, width)
    for rows, row_weights in _spans(height, side):
        for columns, column_weights in _spans(width, side):
            tile = keep_colors(paint(content[:, rows, columns]), whole[:, rows, columns], 1.0)
            weight = row_weights[:, None] * column_weights
            total[:, rows, columns] += weight * tile
            weights[rows, columns] += weight
    return total / weights


def _spans(length: int, side: int) -> Iterator[tuple[slice, Tensor]]:
    """Overlapping spans that cover ``length`` pixels evenly, each with weights that fade at inner edges."""
    side = min(side, length)
    overlap = math.ceil(side * OVERLAP)
    count = max(1, math.ceil((length - overlap) / (side - overlap))) if length > side else 1
    for number in range(count):
        start = round(number * (length - side) / max(1, count - 1))
        rising = ((torch.arange(side) + 0.5) / overlap).clamp(max=1)
        weights = torch.ones(side)
        if start > 0:
            weights *= rising
        if start + side < length:
            weights *= rising.flip(0)
        yield slice(start, start + side), weights
