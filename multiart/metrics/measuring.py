"""What is measured of every work that is made, for galleries and sweeps to sort and plot by."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch

from multiart.metrics import OF_WORKS
from multiart.metrics.concepts import to_row
from multiart.metrics.detector import Detector
from multiart.records import Artwork


def measure(artwork: Artwork, names: Sequence[str]) -> dict[str, float]:
    """Measure a work's painting, as it is before style; a work without one has nothing to measure.

    Args:
        artwork: the work.
        names: of `multiart.metrics.OF_WORKS`.

    Returns:
        Numbers by name, rounded to four digits.
    """
    if artwork.painting is None:
        return {}
    return {name: round(_MEASURES[name](artwork), 4) for name in names}


def _concepts(artwork: Artwork) -> float:
    """The share of what was read in the text that the detector finds in the painting."""
    wanted = to_row(artwork.draft.scene).bool()
    found = _detector().said(artwork.painting.pixels[None])[0]
    return (wanted & found).sum().item() / wanted.sum().item()


def _critic(artwork: Artwork) -> float:
    """The critic's cosine of caption and painting."""
    with torch.inference_mode():
        return _judge().score(artwork.painting.pixels[None], [artwork.draft.caption]).item()


_MEASURES: dict[str, Callable[[Artwork], float]] = dict(zip(OF_WORKS, (_concepts, _critic), strict=True))


@cache
def _detector() -> Detector:
    return Detector.load()


@cache
def _judge() -> Any:
    from multiart.models.critic import SOURCE, make_judge

    return make_judge(SOURCE)
