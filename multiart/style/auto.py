"""A style that suits the scene."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import torch

from multiart.data.media import can_render
from multiart.models.hashing import sha256_of
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import check_share
from multiart.style.favourites import Favourite, best_liked, read_favourites
from multiart.style.medium import MediumStyle
from multiart.style.painters import TILE, PaintersStyle
from multiart.style.tiles import halve_tile


@dataclass(frozen=True, kw_only=True)
class MediumRule:
    """When to take a medium.

    Attributes:
        reason: which scenes, in words.
        suits: whether a draft is such a scene.
    """

    reason: str
    suits: Callable[[Draft], bool]
    medium: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When to take a painter, and how much of it; the first two as of `MediumRule`."""

    reason: str
    suits: Callable[[Draft], bool]
    painter: str
    strength: float
    keep_colors: float


def _is(attribute: str, *words: str) -> Callable[[Draft], bool]:
    return lambda draft: getattr(draft.scene, attribute) in words


def _is_chinese(draft: Draft) -> bool:
    return draft.language == "zh"


def _is_stormy(draft: Draft) -> bool:
    return draft.scene.mood.valence < -0.3 and draft.scene.mood.arousal > 0.3


def _all(*conditions: Callable[[Draft], bool]) -> Callable[[Draft], bool]:
    return lambda draft: all(holds(draft) for holds in conditions)


_IS_VEILED = _is("weather", "mist", "rain", "snow")
_IS_LIGHT = _is("time_of_day", "dawn", "day", "sunset")

MEDIUM_RULES = (
    MediumRule(
        reason="a Chinese poem of mist, rain or snow: ink and water on paper",
        suits=_all(_is_chinese, _IS_VEILED),
        medium="ink wash",
    ),
    MediumRule(
        reason="a Chinese poem by the light of day: the lines and flat colours of a woodblock print",
        suits=_all(_is_chinese, _IS_LIGHT),
        medium="woodblock",
    ),
    MediumRule(
        reason="mist, rain or snow: colours that run into each other on wet paper",
        suits=_IS_VEILED,
        medium="watercolour",
    ),
    MediumRule(
        reason="the sea by the light of day: the lines and flat colours of a woodblock print",
        suits=_all(_is("place", "sea"), _IS_LIGHT),
        medium="woodblock",
    ),
    MediumRule(
        reason="spring: thin, bright colours on wet paper",
        suits=_all(_is("season", "spring"), _IS_LIGHT),
        medium="watercolour",
    ),
    MediumRule(
        reason="any other scene: oil, in strokes that follow what is painted",
        suits=lambda draft: True,
        medium="oil",
    ),
)
"""The first rule that suits a draft decides, where media can be painted."""

RULES = (
    Rule(
        reason="night: the flowing blues of The Starry Night",
        suits=_is("time_of_day", "night"),
        painter="starry_night",
        strength=0.9,
        keep_colors=0.6,
    ),
    Rule(
        reason="mist or snow: soft tones on plaster",
        suits=_is("weather", "mist", "snow"),
        painter="pale_fresco",
        strength=0.95,
        keep_colors=0.75,
    ),
    Rule(
        reason="a Chinese poem: the lines and grain of a woodblock print",
        suits=_is_chinese,
        painter="great_wave",
        strength=0.8,
        keep_colors=0.75,
    ),
    Rule(
        reason="unhappy and agitated: black ink lines with touches of red",
        suits=_is_stormy,
        painter="ink_and_vermilion",
        strength=0.85,
        keep_colors=0.8,
    ),
    Rule(
        reason="rain: tall soft strokes that fall like it",
        suits=_is("weather", "rain"),
        painter="lilac_dawn",
        strength=0.95,
        keep_colors=0.8,
    ),
    Rule(
        reason="sunset: broken strokes of orange, red and violet",
        suits=_is("time_of_day", "sunset"),
        painter="autumn_impasto",
        strength=0.9,
        keep_colors=0.8,
    ),
    Rule(
        reason="dawn or dusk: tall soft strokes of lilac, blue and gold",
        suits=_is("time_of_day", "dawn", "dusk"),
        painter="lilac_dawn",
        strength=0.95,
        keep_colors=0.7,
    ),
    Rule(
        reason="the sea: The Great Wave",
        suits=_is("place", "sea"),
        painter="great_wave",
        strength=0.8,
        keep_colors=0.7,
    ),
    Rule(
        reason="autumn: broken strokes of orange, red and violet",
        suits=_is("season", "autumn"),
        painter="autumn_impasto",
        strength=0.9,
        keep_colors=0.8,
    ),
    Rule(
        reason="any other scene by day: short soft strokes, ochre in the light and blue in the shade",
        suits=lambda draft: True,
        painter="ochre_haze",
        strength=0.9,
        keep_colors=0.75,
    ),
)
"""The first rule that suits a draft decides, where there is no skia-python."""


class AutoStyle:
    """A medium, stroke by stroke, where skia-python works; else a painter's style: by scene and language.

    A style that was liked for works like this one goes before both. ``settings["reason"]`` says why.

    Args:
        strength: as in `PaintersStyle`; None takes the rule's own.
        keep_colors: the same.
        favourites: a file of favourites out of a gallery; what was liked for works like this one goes first.

    Raises:
        ValueError: a share outside 0 to 1.
        MultiartError: if the file holds no favourites.
    """

    def __init__(
        self,
        *,
        strength: float | None = None,
        keep_colors: float | bool | None = None,
        favourites: str | Path | None = None,
    ) -> None:
        self.path = None if favourites is None else Path(favourites).expanduser()
        self.favourites = [] if self.path is None else read_favourites(self.path)
        self.strength = None if strength is None else check_share("style.strength", strength)
        self.keep_colors = None if keep_colors is None else check_share("style.keep_colors", keep_colors)
        self.tile = TILE

    @property
    def by_code(self) -> bool:
        """Whether a medium is the choice, whatever the scene."""
        return not self.favourites and can_render()

    def easier(self, trouble: str) -> tuple[Self, str] | None:
        """Smaller tiles for a painter's style; media are painted whole."""
        return None if self.by_code else halve_tile(self, trouble)

    @property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the network, where it can be the choice, and of the favourites."""
        if self.by_code:
            return {}
        if self.path is None:
            return PaintersStyle().weights
        return PaintersStyle().weights | {f"file:{self.path}": sha256_of(self.path)}

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Style ``picture`` by what ``draft`` shows; the result has its size."""
        if self.by_code:
            return self._in_medium(picture, draft, generator)
        rule = choose(draft, self.favourites)
        style = PaintersStyle(
            painter=rule.painter,
            strength=rule.strength if self.strength is None else self.strength,
            keep_colors=rule.keep_colors if self.keep_colors is None else self.keep_colors,
        )
        style.tile = self.tile
        result = style.apply(picture, draft, generator=generator)
        return StageResult(output=result.output, settings={**result.settings, "reason": rule.reason})

    def _in_medium(self, picture: Picture, draft: Draft, generator: torch.Generator) -> StageResult[Picture]:
        rule = next(rule for rule in MEDIUM_RULES if rule.suits(draft))
        style = MediumStyle(
            medium=rule.medium,
            strength=1.0 if self.strength is None else self.strength,
            keep_colors=0.0 if self.keep_colors is None else self.keep_colors,
        )
        result = style.apply(picture, draft, generator=generator)
        return StageResult(output=result.output, settings={**result.settings, "reason": rule.reason})


def choose(draft: Draft, favourites: Sequence[Favourite] = ()) -> Rule:
    """The first of `RULES` that suits ``draft``, with the painter that was liked for its like."""
    rule = next(rule for rule in RULES if rule.suits(draft))
    liked = best_liked(favourites, draft, rule.painter)
    return rule if liked is None else replace(rule, painter=liked[0], reason=liked[1])
