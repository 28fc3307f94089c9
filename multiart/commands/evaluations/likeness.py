"""Painted pictures beside true ones: how like them, how unlike each other, whether any is a copy."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from multiart.commands.evaluations.painting import paint
from multiart.data.heldout import FIRST_SEED
from multiart.data.painted import paint_as_captioned
from multiart.data.scenes.paint import paint as paint_scene
from multiart.data.scenes.spec import sample_spec
from multiart.metrics.detector import shrink
from multiart.metrics.likeness import GRID, diversity, features, frechet_distance, nearest_distances
from multiart.metrics.painter_suite import SIDE
from multiart.pictures import channels_first
from multiart.style.vgg import load_encoder

OTHER_SEED = FIRST_SEED + 100_000  # scenes that neither captions nor training know
DIVERSE = 24  # captions painted several times


def likeness(
    suite: Any, painter: Any, captions: list[str], pictures: Tensor, read: Tensor | None, *, seed: int
) -> dict[str, float]:
    """Compare pictures of held-out captions with true scenes in the encoder's features.

    The scenes of the captions stand beside the painted pictures in every measure: what they get is the floor.
    True scenes are made at the painter's size and shrunk, as its pictures were.

    Args:
        suite: a `PainterSuite`.
        painter: paints captions.
        captions: of ``pictures``; the first from `FIRST_SEED` on.
        pictures: as `PainterSuite.paint` gives them.
        read: pictures of the same captions as `run` reads and paints them, if there are any.
        seed: of the pictures that are painted to see how they differ.
    """
    encoder, size, count = load_encoder(suite.encoder), painter.size, len(pictures)
    true = _scenes(FIRST_SEED, count, size)
    painted_mean, painted_cells = features(encoder, pictures, 1, GRID)
    true_mean, true_cells = features(encoder, true, 1, GRID)
    (other_mean,) = features(encoder, _scenes(OTHER_SEED, count, size), 1)
    (known,) = features(encoder, _scenes(0, suite.num_training, size), GRID)
    own, floor = (nearest_distances(cells, known) for cells in (painted_cells, true_cells))
    repeated = [caption for caption in captions[:DIVERSE] for _ in range(suite.num_seeds)]
    again, _ = paint(suite, painter, repeated, seed=seed, what="diversity")
    layouts = _layouts(len(captions[:DIVERSE]), suite.num_seeds, size)
    differ, differ_true = (
        diversity(features(encoder, some, GRID)[0].unflatten(0, (-1, suite.num_seeds)))
        for some in (again, layouts)
    )
    distance, least = frechet_distance(painted_mean, other_mean), frechet_distance(true_mean, other_mean)
    return {
        "Frechet distance to other scenes": distance,
        "the same of true scenes": least,
        "ratio of the two": distance / least,
        "nearest of the training pictures, median distance": float(own.median()),
        "the same of true scenes, median": float(floor.median()),
        "smallest distance to a training picture": float(own.min()),
        "the same of true scenes, smallest": float(floor.min()),
        **_as_run(encoder, read, other_mean, least, known),
        "distance between seeds": differ,
        "distance between layouts of true scenes": differ_true,
    }


def _as_run(
    encoder: Any, read: Tensor | None, others: Tensor, least: float, known: Tensor
) -> dict[str, float]:
    """The same of what `run` paints of the captions: Frechet's distance, and the nearest training pictures.

    Args:
        others: mean features of other scenes.
        least: the distance of true scenes to these.
        known: cells' features of training pictures.
    """
    if read is None:
        return {}
    mean, cells = features(encoder, read, 1, GRID)
    distance, own = frechet_distance(mean, others), nearest_distances(cells, known)
    return {
        "prompts: Frechet distance to other scenes": distance,
        "prompts: its ratio to that of true scenes": distance / least,
        "prompts: nearest of the training pictures, median distance": float(own.median()),
        "prompts: smallest distance to a training picture": float(own.min()),
    }


def _scenes(first: int, count: int, size: int) -> Tensor:
    """True scenes of ``size`` pixels a side, shrunk: ``[N, 3, SIDE, SIDE]`` in [0, 1]."""
    painted = (paint_scene(sample_spec(first + number), size)[0] for number in range(count))
    return _shrunk(channels_first(picture) for picture in painted)


def _layouts(scenes: int, layouts: int, size: int) -> Tensor:
    """True scenes in several layouts each, the layouts of one scene in a row."""
    specs = [paint_scene(sample_spec(FIRST_SEED + number), size)[1] for number in range(scenes)]
    return _shrunk(paint_as_captioned(spec, layout, size) for spec in specs for layout in range(layouts))


def _shrunk(pictures: Iterable[Tensor]) -> Tensor:
    """Bytes ``[3, S, S]`` each as ``[N, 3, SIDE, SIDE]`` in [0, 1]."""
    return torch.cat([shrink(picture[None].float() / 255, SIDE) for picture in pictures])
