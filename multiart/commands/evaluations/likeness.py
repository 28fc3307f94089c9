"""Painted pictures beside true ones: how like them, how unlike each other, whether any is a copy."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from multiart.commands.evaluations.painting import paint, painting
from multiart.data.heldout import FIRST_SEED
from multiart.data.painted import paint_as_captioned
from multiart.data.scenes.paint import paint as paint_scene
from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.metrics.detector import shrink
from multiart.metrics.likeness import (
    GRID,
    distances_between,
    diversity,
    features,
    frechet_distance,
    nearest_distances,
)
from multiart.metrics.painter_suite import SIDE
from multiart.pictures import channels_first
from multiart.style.vgg import load_encoder

OTHER_SEED = FIRST_SEED + 100_000  # scenes that neither captions nor training know
DIVERSE = 24  # captions painted several times

PAINTER, AS_RUN, TRUE = "painter", "as run", "true scenes"  # what is measured
FRECHET = "Frechet distance to other scenes"
RATIO = "its ratio to that of true scenes"
OWN = "Frechet distance to the captions' own scenes (true scenes: other layouts)"
NEAREST = "nearest of the training pictures, median distance"
SMALLEST = "smallest distance to a training picture"
DIVERSITY = "distance between seeds (true scenes: between layouts)"


def likeness(
    suite: Any, painter: Any, captions: list[str], pictures: Tensor, read: Tensor | None, *, seed: int
) -> dict[str, dict[str, float]]:
    """Compare pictures of held-out captions with true scenes in the encoder's features.

    The floor is what sets of as many true scenes get, which neither captions nor training know: each is
    compared with the others, painted pictures with all. One pair of sets tells little: some of 500 scenes
    are three times as far apart as others. True scenes are made at the painter's size and shrunk, as its
    pictures were.

    Args:
        suite: a `PainterSuite`.
        painter: paints captions.
        captions: of ``pictures``; the first from `FIRST_SEED` on.
        pictures: as `PainterSuite.paint` gives them.
        read: pictures of the same captions as `run` reads and paints them, if there are any.
        seed: of the pictures that are painted to see how they differ.

    Returns:
        The measures of the painter, of what is painted `AS_RUN` and of `TRUE` scenes.
    """
    encoder, size, count = load_encoder(suite.encoder), painter.size, len(pictures)
    known, _ = _scenes(0, suite.num_training, size)
    (known,) = features(encoder, known, GRID)
    sets, nearest_true = [], []
    with painting(suite.num_true_sets) as advance:
        for number in range(suite.num_true_sets):
            some, _ = _scenes(OTHER_SEED + count * number, count, size)
            means, cells = features(encoder, some, 1, GRID)
            sets.append(means)
            nearest_true.append(nearest_distances(cells, known))
            advance(1)
    distances, nearest_true = torch.tensor(distances_between(sets)), torch.stack(nearest_true)
    floor, all_sets = float(distances.mean()), torch.cat(sets)
    own, specs = _scenes(FIRST_SEED, count, size)
    own, other_layouts = (features(encoder, some, 1)[0] for some in (own, _layouts(specs, [1], size)))

    def compared(some: Tensor) -> dict[str, float]:
        means, cells = features(encoder, some, 1, GRID)
        distance, nearest = frechet_distance(means, all_sets), nearest_distances(cells, known)
        return {
            FRECHET: distance,
            RATIO: distance / floor,
            OWN: frechet_distance(means, own),
            NEAREST: float(nearest.median()),
            SMALLEST: float(nearest.min()),
        }

    repeated = [caption for caption in captions[:DIVERSE] for _ in range(suite.num_seeds)]
    again, _ = paint(suite, painter, repeated, seed=seed, what="diversity")
    layouts = _layouts(specs[:DIVERSE], range(suite.num_seeds), size)
    differ, differ_true = (
        diversity(features(encoder, some, GRID)[0].unflatten(0, (-1, suite.num_seeds)))
        for some in (again, layouts)
    )
    smallest = nearest_true.amin(1)
    return {
        PAINTER: compared(pictures) | {DIVERSITY: differ},
        **({AS_RUN: compared(read)} if read is not None else {}),
        TRUE: {
            FRECHET: floor,
            RATIO: 1.0,
            "its deviation between sets": float(distances.std()),
            OWN: frechet_distance(other_layouts, own),
            NEAREST: float(nearest_true.median()),
            SMALLEST: float(smallest.mean()),
            "the same, least of all sets": float(smallest.min()),
            DIVERSITY: differ_true,
        },
    }


def _scenes(first: int, count: int, size: int) -> tuple[Tensor, list[SceneSpec]]:
    """True scenes of ``size`` pixels a side, shrunk: ``[N, 3, SIDE, SIDE]`` in [0, 1], and what they show."""
    pictures, specs = [], []
    for number in range(count):
        picture, spec = paint_scene(sample_spec(first + number), size)
        pictures.append(_shrunk([channels_first(picture)]))
        specs.append(spec)
    return torch.cat(pictures), specs


def _layouts(specs: Sequence[SceneSpec], layouts: Iterable[int], size: int) -> Tensor:
    """Scenes in other layouts, all layouts of one scene in a row."""
    return _shrunk(paint_as_captioned(spec, layout, size) for spec in specs for layout in layouts)


def _shrunk(pictures: Iterable[Tensor]) -> Tensor:
    """Bytes ``[3, S, S]`` each as ``[N, 3, SIDE, SIDE]`` in [0, 1]."""
    return torch.cat([shrink(picture[None].float() / 255, SIDE) for picture in pictures])
