"""Whether pictures show in two places what they should show in one, as the detector sees it."""

import torch
from torch import Tensor

from multiart.metrics.concepts import CONCEPTS
from multiart.metrics.detector import Detector, shrink

COUNTED = (
    *("sun", "full moon", "half moon", "crescent moon", "willow", "waterfall", "pagoda", "temple", "gate"),
    *("cottage", "boat", "fish", "traveller", "fisherman", "child", "couple", "rider", "horse", "deer"),
    *("crane", "crow"),
)
"""What a scene has one of, and the detector tells from two: not what is wide, or mirrored beside itself."""
CUTS = (0.31, 0.41, 0.5, 0.59, 0.69)
"""Where a picture is cut in two, as shares of its width."""
APART = 2
"""Cuts at which both parts must show a thing: a single one is cut itself by one of them at most."""


def twice(detector: Detector, pictures: Tensor) -> Tensor:
    """The concepts that a picture shows on both sides of at least `APART` cuts.

    Each part is asked about by itself, continued by its mirror image to the whole width.

    Args:
        detector: says what a picture shows.
        pictures: ``[N, 3, H, W]`` in [0, 1].

    Returns:
        bool ``[N, len(CONCEPTS)]``, of use for those of `COUNTED` only.
    """
    pictures = shrink(pictures, detector.net.config["size"])
    width = pictures.shape[-1]
    cuts = [round(share * width) for share in CUTS]
    both = [
        detector.said(continued(pictures[..., :cut], width))
        & detector.said(continued(pictures[..., cut:].flip(-1), width))
        for cut in cuts
    ]
    return torch.stack(both).sum(0) >= APART


def continued(part: Tensor, width: int) -> Tensor:
    """Mirrored at the right edge, again and again, up to ``width``: ``[..., w]`` to ``[..., width]``."""
    ahead = torch.arange(width) % (2 * part.shape[-1])
    return part[..., torch.minimum(ahead, 2 * part.shape[-1] - 1 - ahead)]


def told_and_twice(detector: Detector, pictures: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """What each picture should show, and once, and what of it is seen twice.

    Args:
        detector: says what a picture shows.
        pictures: ``[N, 3, H, W]`` in [0, 1].
        truth: ``[N, len(CONCEPTS)]``, see `multiart.metrics.concepts.to_row`.

    Returns:
        Both bool ``[N, len(COUNTED)]``.
    """
    columns = [CONCEPTS.index(subject) for subject in COUNTED]
    told = truth[:, columns].bool()
    return told, told & twice(detector, pictures)[:, columns]


def share_twice(detector: Detector, pictures: Tensor, truth: Tensor) -> float | None:
    """Of all that pictures should show, and once, how much is seen twice; None where there is nothing."""
    told, seen = told_and_twice(detector, pictures, truth)
    return (seen.sum() / told.sum()).item() if told.any() else None
