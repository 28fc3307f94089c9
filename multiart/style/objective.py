"""What `style=gatys` minimises, for pictures of any size."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from multiart.pictures import MIN_SIDE, scale_to
from multiart.style.losses import gram_loss, gram_matrix, total_variation
from multiart.style.vgg import VGG16

CONTENT_LAYER = "relu4_1"
STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")  # relu5_1 costs a quarter more and shows little
TILE = 512  # pixels
MARGIN = 64  # pixels around a tile, further than a feature of these layers sees
STEP = 16  # pixels; tiles begin at its multiples, where features of all layers do

Box = tuple[range, range]
"""The rows and columns of a tile, without its margin."""


class Objective:
    """The loss of a picture: the content of one picture, the style of others (Gatys et al. 2016, eq. 7).

    Gram matrices and the content's error are sums over places, so tiles are encoded one after the other, and
    again when their gradients are wanted: this is the whole picture's loss in the memory of one tile.

    Args:
        encoder: the perceptual encoder.
        content: ``[3, H, W]`` in ``[0, 1]``.
        styles: style pictures of any size, and their shares, which sum to 1.
        weights: of the losses ``content``, ``style`` and ``tv``.
        tile: pixels; a larger picture goes through the encoder in tiles of this side.
    """

    def __init__(
        self,
        encoder: VGG16,
        *,
        content: Tensor,
        styles: Sequence[tuple[Tensor, float]],
        weights: Mapping[str, float],
        tile: int = TILE,
    ) -> None:
        self.encoder, self.weights = encoder, weights
        self.boxes = list(boxes(*content.shape[1:], tile))
        with torch.no_grad():
            self.grams = mixed_grams(encoder, styles, area=content.shape[1] * content.shape[2], tile=tile)
            self.targets = [
                encode(encoder, content[None], box, (CONTENT_LAYER,))[CONTENT_LAYER] for box in self.boxes
            ]
        self.norm = sum(target.square().sum() for target in self.targets)

    def __call__(self, pixels: Tensor) -> Tensor:
        """The loss of ``[1, 3, H, W]``, a scalar."""
        if len(self.boxes) == 1:
            parts = [self._part(pixels, 0)]
        else:
            every = range(len(self.boxes))
            parts = [checkpoint(self._part, pixels, number, use_reentrant=False) for number in every]
        grams = mean_grams(part for part, _ in parts)
        style = sum(gram_loss(grams[layer], self.grams[layer]) for layer in STYLE_LAYERS) / len(STYLE_LAYERS)
        content = sum(error for _, error in parts) / self.norm
        return (
            self.weights["content"] * content
            + self.weights["style"] * style.squeeze()
            + self.weights["tv"] * total_variation(pixels).squeeze()
        )

    def _part(self, pixels: Tensor, number: int) -> tuple[dict[str, tuple[Tensor, int]], Tensor]:
        features = encode(self.encoder, pixels, self.boxes[number], (*STYLE_LAYERS, CONTENT_LAYER))
        return gram_sums(features), (features[CONTENT_LAYER] - self.targets[number]).square().sum()


def mixed_grams(
    encoder: VGG16, styles: Sequence[tuple[Tensor, float]], *, area: int, tile: int = TILE
) -> dict[str, Tensor]:
    """The weighted mean of style pictures' Gram matrices, the pictures scaled to ``area`` pixels each."""
    mixed: dict[str, Tensor] = {}
    for picture, share in styles:
        scale = math.sqrt(area / (picture.shape[1] * picture.shape[2]))
        height, width = (max(MIN_SIDE, round(side * scale)) for side in picture.shape[1:])
        pixels = scale_to(picture, height, width)[None]
        grams = mean_grams(
            gram_sums(encode(encoder, pixels, box, STYLE_LAYERS)) for box in boxes(height, width, tile)
        )
        mixed = {layer: mixed.get(layer, 0) + share * gram for layer, gram in grams.items()}
    return mixed


def boxes(height: int, width: int, tile: int = TILE) -> Iterator[Box]:
    """Cover a picture with tiles of about the same size, at most `tile` pixels a side (16, 32, ...)."""
    for rows in _spans(height, tile):
        for columns in _spans(width, tile):
            yield rows, columns


def encode(encoder: VGG16, pixels: Tensor, box: Box, layers: Iterable[str]) -> dict[str, Tensor]:
    """The features ``[1, C, h, w]`` of one tile of ``[1, 3, H, W]``, the same as in features of the whole."""
    around = [slice(max(0, side.start - MARGIN), side.stop + MARGIN) for side in box]
    features = encoder(pixels[..., around[0], around[1]], layers)
    for layer, found in features.items():
        stride = 2 ** (int(layer[len("relu")]) - 1)
        rows, columns = (
            slice(
                (side.start - outer.start) // stride,
                None if side.stop == length else (side.stop - outer.start) // stride,
            )
            for side, outer, length in zip(box, around, pixels.shape[2:], strict=True)
        )
        features[layer] = found[..., rows, columns]
    return features


def gram_sums(features: Mapping[str, Tensor]) -> dict[str, tuple[Tensor, int]]:
    """Products of channels summed over places ``[1, C, C]``, and how many places, by layer."""
    places = {layer: features[layer][0, 0].numel() for layer in STYLE_LAYERS}
    return {layer: (gram_matrix(features[layer]) * places[layer], places[layer]) for layer in STYLE_LAYERS}


def mean_grams(parts: Iterable[Mapping[str, tuple[Tensor, int]]]) -> dict[str, Tensor]:
    """The Gram matrices of a whole picture from its tiles' sums."""
    totals: dict[str, tuple[Tensor, int]] = {}
    for part in parts:
        for layer, (gram, places) in part.items():
            gram_so_far, places_so_far = totals.get(layer, (0, 0))
            totals[layer] = gram_so_far + gram, places_so_far + places
    return {layer: gram / places for layer, (gram, places) in totals.items()}


def _spans(length: int, tile: int) -> Iterator[range]:
    side = math.ceil(length / math.ceil(length / tile) / STEP) * STEP
    for start in range(0, length, side):
        yield range(start, min(start + side, length))
