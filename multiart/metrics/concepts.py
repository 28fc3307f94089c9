"""What a picture can be said to show, as one row of numbers, and how well such rows agree with the truth."""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from multiart.vocabulary import ATTRIBUTES, SUBJECTS

CONCEPTS = tuple(word for words in ATTRIBUTES.values() for word in words) + SUBJECTS
"""The columns: every word of every attribute, then every subject."""


def _columns() -> dict[str, slice]:
    columns, start = {}, 0
    for name, words in ATTRIBUTES.items():
        columns[name] = slice(start, start + len(words))
        start += len(words)
    return columns | {"subjects": slice(start, len(CONCEPTS))}


COLUMNS: Mapping[str, slice] = _columns()
"""Where an attribute's words, or the subjects, stand among `CONCEPTS`."""


def to_row(scene: object) -> Tensor:
    """One row of zeros and ones, float32 ``[len(CONCEPTS)]``, for a `Scene` or a `SceneSpec`."""
    shown = {getattr(scene, name) for name in ATTRIBUTES} | set(scene.subjects)
    return torch.tensor([float(concept in shown) for concept in CONCEPTS])


def to_rows(scenes: Iterable[object]) -> Tensor:
    """The rows of some scenes, ``[N, len(CONCEPTS)]``."""
    return torch.stack([to_row(scene) for scene in scenes])


def best_thresholds(probabilities: Tensor, truth: Tensor) -> list[float]:
    """For every subject the threshold of the highest F1.

    Args:
        probabilities, truth: ``[N, len(CONCEPTS)]``.

    Returns:
        One number in (0, 1) a subject; 0.5 where no picture shows it.
    """
    p, t = probabilities[:, COLUMNS["subjects"]], truth[:, COLUMNS["subjects"]].bool()
    grid = torch.arange(0.05, 0.96, 0.01)
    said = p[None] >= grid[:, None, None]
    hits = (said & t).sum(1)
    f1 = 2 * hits / (said.sum(1) + t.sum(0)).clamp(min=1)
    best = grid[f1.argmax(0)]
    return torch.where(t.any(0), best, torch.tensor(0.5)).tolist()


def decide(probabilities: Tensor, thresholds: list[float]) -> Tensor:
    """Turn probabilities into zeros and ones: one word an attribute, every subject at its threshold or above.

    Args:
        probabilities: ``[N, len(CONCEPTS)]``.
        thresholds: one a subject.

    Returns:
        bool ``[N, len(CONCEPTS)]``.
    """
    said = torch.zeros_like(probabilities, dtype=torch.bool)
    for name in ATTRIBUTES:
        part = probabilities[:, COLUMNS[name]]
        said[:, COLUMNS[name]] = torch.nn.functional.one_hot(part.argmax(1), part.shape[1]).bool()
    subjects = COLUMNS["subjects"]
    said[:, subjects] = probabilities[:, subjects] >= torch.tensor(thresholds)
    return said


def shares(said: Tensor, truth: Tensor) -> dict[str, Tensor]:
    """How much of what is true of each picture is said of it.

    Args:
        said, truth: bool ``[N, len(CONCEPTS)]``.

    Returns:
        ``subjects`` and ``attributes``, each ``[N]``: the shares of its subjects, not a number where it has
        none, and of its attributes.
    """
    hits, subjects = said & truth, COLUMNS["subjects"]
    attributes = torch.stack([hits[:, COLUMNS[name]].any(1) for name in ATTRIBUTES])
    return {
        "subjects": hits[:, subjects].sum(1).double() / truth[:, subjects].sum(1),
        "attributes": attributes.float().mean(0),
    }


def scores(said: Tensor, truth: Tensor) -> dict:
    """How often what is said is true.

    Args:
        said, truth: ``[N, len(CONCEPTS)]`` of zeros and ones.

    Returns:
        ``attributes``: accuracy of each; ``subjects``: their macro recall and precision, over those that
        occur; ``concepts``: recall, precision and number of pictures of each; ``pictures``: how many.
        A share of nothing is None.
    """
    said, truth = said.bool(), truth.bool()
    hits = (said & truth).sum(0).tolist()
    shown, named = truth.sum(0).tolist(), said.sum(0).tolist()
    concepts = {
        concept: {
            "recall": _share(hits[i], shown[i]),
            "precision": _share(hits[i], named[i]),
            "pictures": shown[i],
        }
        for i, concept in enumerate(CONCEPTS)
    }
    attributes = {
        name: (said[:, COLUMNS[name]] & truth[:, COLUMNS[name]]).any(1).float().mean().item()
        for name in ATTRIBUTES
    }
    occurring = [concepts[s] for s in SUBJECTS if concepts[s]["pictures"]]
    subjects = {kind: _mean([row[kind] for row in occurring]) for kind in ("recall", "precision")}
    return {"attributes": attributes, "subjects": subjects, "concepts": concepts, "pictures": len(truth)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
