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
    (others,) = features(encoder, _scenes(OTHER_SEED, count, size), 1)
    (known,) = features(encoder, _scenes(0, suite.num_training, size), GRID)

    def compared(some: Tensor) -> tuple[float, float, float]:
        """Frechet's distance to other scenes, and the median and least distance to a training picture."""
        mean, cells = features(encoder, some, 1, GRID)
        nearest = nearest_distances(cells, known)
        return frechet_distance(mean, others), float(nearest.median()), float(nearest.min())

    distance, median, smallest = compared(pictures)
    true_distance, true_median, true_smallest = compared(_scenes(FIRST_SEED, count, size))
    as_run = {}
    if read is not None:
        run_distance, run_median, run_smallest = compared(read)
        as_run = {
            "prompts: Frechet distance to other scenes": run_distance,
            "prompts: its ratio to that of true scenes": run_distance / true_distance,
            "prompts: nearest of the training pictures, median distance": run_median,
            "prompts: smallest distance to a training picture": run_smallest,
        }
    repeated = [caption for caption in captions[:DIVERSE] for _ in range(suite.num_seeds)]
    again, _ = paint(suite, painter, repeated, seed=seed, what="diversity")
    layouts = _layouts(len(captions[:DIVERSE]), suite.num_seeds, size)
    differ, differ_true = (
        diversity(features(encoder, some, GRID)[0].unflatten(0, (-1, suite.num_seeds)))
        for some in (again, layouts)
    )
    return {
        "Frechet distance to other scenes": distance,
        "the same of true scenes": true_distance,
        "ratio of the two": distance / true_distance,
        "nearest of the training pictures, median distance": median,
        "the same of true scenes, median": true_median,
        "smallest distance to a training picture": smallest,
        "the same of true scenes, smallest": true_smallest,
        **as_run,
        "distance between seeds": differ,
        "distance between layouts of true scenes": differ_true,
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
