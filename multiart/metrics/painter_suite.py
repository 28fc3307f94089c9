"""How well a painter paints what its captions say, as the detector sees it."""

import json
from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from multiart.metrics.concepts import CONCEPTS, scores
from multiart.metrics.detector import Detector, shrink
from multiart.metrics.doubles import share_twice
from multiart.models.store import fetch
from multiart.style.vgg import SOURCE as ENCODER
from multiart.vocabulary import ATTRIBUTES, SUBJECTS

SIDE = 128  # pixels; what all pictures are shrunk to, for detector and encoder


class BatchPainter(Protocol):
    """Paints captions, ``[B, 3, H, W]`` in [0, 1]."""

    def paint(self, captions: list[str], *, seeds: list[int], finished: bool = False) -> Tensor: ...


class PainterSuite:
    """Paint captions and count what the detector finds of them.

    Args:
        num_captions: how many held-out captions.
        prompts: whether they are given to the text stage too, and what it reads is painted, as `run` does.
        num_poems: how many of the poems that ship are read and painted so, 60 at most.
        num_shown: how many of the pictures of captions go onto the contact sheet.
        num_training: training pictures among which each painted one's nearest is sought; 0 leaves out what
            compares pictures with pictures.
        num_true_sets: sets of as many true scenes as there are captions, which tell how like each other true
            scenes are, 2 or more.
        num_seeds: pictures of each of 24 captions, to see how they differ.
        batch_size: pictures painted at once.
        detector: source of the detector, with its `ceiling.json`.
        encoder: source of the perceptual encoder.

    Raises:
        ValueError: if a number is out of range.
    """

    name = "painter"

    def __init__(
        self,
        *,
        num_captions: int = 500,
        prompts: bool = True,
        num_poems: int = 60,
        num_shown: int = 48,
        num_training: int = 1000,
        num_true_sets: int = 8,
        num_seeds: int = 4,
        batch_size: int = 20,
        detector: str = "asset:detector",
        encoder: str = ENCODER,
    ) -> None:
        for name, value, least in (
            ("num_captions", num_captions, 1),
            ("num_shown", num_shown, 1),
            ("batch_size", batch_size, 1),
            ("num_training", num_training, 0),
            ("num_poems", num_poems, 0),
            ("num_true_sets", num_true_sets, 2),
            ("num_seeds", num_seeds, 2),
        ):
            if value < least:
                raise ValueError(f"suite.{name} must be {least} or more, got {value}")
        self.num_captions, self.num_shown, self.batch_size = num_captions, num_shown, batch_size
        self.prompts, self.num_poems = prompts, num_poems
        self.num_training, self.num_true_sets, self.num_seeds = num_training, num_true_sets, num_seeds
        self.encoder = encoder
        self.detector = Detector.load(detector)
        self.ceiling = json.loads((fetch(detector).path / "ceiling.json").read_text())

    def paint(
        self,
        painter: BatchPainter,
        captions: Sequence[str],
        *,
        seeds: Sequence[int],
        on_painted: Callable[[Tensor], None] = lambda finished: None,
    ) -> Tensor:
        """All pictures, finished as `run` does, then shrunk: ``[N, 3, SIDE, SIDE]``.

        ``on_painted`` is given each batch as it was finished.
        """
        pictures = []
        for start in range(0, len(captions), self.batch_size):
            part = slice(start, start + self.batch_size)
            painted = painter.paint(list(captions[part]), seeds=list(seeds[part]), finished=True)
            pictures.append(shrink(painted, SIDE))
            on_painted(painted)
        return torch.cat(pictures)

    def measure(self, pictures: Tensor, truth: Tensor) -> dict:
        """Scores against what the captions say, the same for real scenes, and the ratio of the two.

        Args:
            pictures: ``[N, 3, H, W]`` in [0, 1].
            truth: ``[N, len(CONCEPTS)]``, see `multiart.metrics.concepts.to_row`.
        """
        found = detected(self.detector, pictures, truth)
        ratios = {
            kind: {name: _ratio(value, self.ceiling[kind][name]) for name, value in found[kind].items()}
            for kind in ("attributes", "subjects")
        }
        return {"painter": found, "ceiling": self.ceiling, "of_ceiling": ratios}


def detected(detector: Detector, pictures: Tensor, truth: Tensor) -> dict:
    """What a detector sees in pictures: `scores`, and as ``twice`` the `share_twice`."""
    return scores(detector.said(pictures), truth) | {"twice": share_twice(detector, pictures, truth)}


def table(result: dict, *, by_concept: bool = True) -> str:
    """A result of `PainterSuite.measure` in Markdown, with a line for each concept or without."""
    found, ceiling, of_ceiling = result["painter"], result["ceiling"], result["of_ceiling"]
    lines = [f"{found['pictures']} pictures; ceiling: the detector on {ceiling['pictures']} real scenes.", ""]
    lines += ["| measure | painter | ceiling | of ceiling |", "|---|---|---|---|"]
    columns = found, ceiling, of_ceiling
    for name in ATTRIBUTES:
        lines.append(_row(f"{name} accuracy", *(part["attributes"][name] for part in columns)))
    for name in ("recall", "precision"):
        lines.append(_row(f"subjects {name}, macro", *(part["subjects"][name] for part in columns)))
    lines.append(_row("one thing seen twice", found["twice"], ceiling.get("twice"), None))
    if not by_concept:
        return "\n".join(lines) + "\n"
    lines += ["", "| concept | pictures | recall | precision | ceiling recall | ceiling precision |"]
    lines += ["|---|---|---|---|---|---|"]
    for concept in CONCEPTS:
        own, best = found["concepts"][concept], ceiling["concepts"][concept]
        values = own["recall"], own["precision"], best["recall"], best["precision"]
        bold = f"**{concept}**" if concept in SUBJECTS else concept
        lines.append(_row(bold, own["pictures"], *values))
    return "\n".join(lines) + "\n"


def _ratio(value: float | None, best: float | None) -> float | None:
    return value / best if value is not None and best else None


def _row(name: str, *values: float | None) -> str:
    cells = ("–" if v is None else str(v) if isinstance(v, int) else f"{v:.3f}" for v in values)
    return f"| {name} | {' | '.join(cells)} |"
