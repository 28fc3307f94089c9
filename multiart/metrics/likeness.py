"""How like true pictures painted ones are, how unlike each other, and whether any is a copy.

Pictures are compared by features of the perceptual encoder, never by pixels.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from multiart.style.vgg import VGG16

LAYER = "relu3_3"
GRID = 4  # features are averaged over so many cells a side, where it matters what is where
BATCH = 25


@torch.inference_mode()
def features(encoder: VGG16, pictures: Tensor, *grids: int) -> list[Tensor]:
    """Mean features of each of ``grid x grid`` cells, for several grids in one pass.

    Args:
        encoder: see `multiart.style.vgg`.
        pictures: ``[N, 3, H, W]`` in [0, 1].
        grids: cells a side of each.

    Returns:
        ``[N, C * grid * grid]`` for each grid.
    """
    parts = []
    for some in pictures.split(BATCH):
        found = encoder(some, [LAYER])[LAYER]
        parts.append([F.adaptive_avg_pool2d(found, grid).flatten(1) for grid in grids])
    return [torch.cat(part) for part in zip(*parts, strict=True)]


def frechet_distance(one: Tensor, other: Tensor) -> float:
    """The squared Frechet distance of two sets of vectors, each taken for normal (Heusel et al. 2017, eq. 6).

    It is above 0 for two samples of the same pictures too; only with the same number of vectors are two
    distances to be compared.

    Args:
        one, other: ``[N, D]`` and ``[M, D]``.
    """
    one, other = one.double(), other.double()
    first, second = torch.cov(one.T), torch.cov(other.T)
    values, axes = torch.linalg.eigh(first)
    root = axes * values.clamp(min=0).sqrt() @ axes.T
    cross = torch.linalg.eigvalsh(root @ second @ root).clamp(min=0).sqrt().sum()
    means = (one.mean(0) - other.mean(0)).square().sum()
    return float(means + first.trace() + second.trace() - 2 * cross)


def distances_between(sets: Sequence[Tensor]) -> list[float]:
    """The Frechet distance of each of two or more sets ``[N, D]`` to the vectors of all the others."""
    others = (torch.cat([*sets[:number], *sets[number + 1 :]]) for number in range(len(sets)))
    return [frechet_distance(one, other) for one, other in zip(sets, others, strict=True)]


def nearest_distances(vectors: Tensor, known: Tensor) -> Tensor:
    """Euclidean distance of each of ``[N, D]`` to the nearest of ``[M, D]``: ``[N]``."""
    return torch.cdist(vectors, known).amin(1)


def diversity(groups: Tensor) -> float:
    """Mean Euclidean distance between two of a group: groups of vectors ``[G, K, D]``, K of 2 or more."""
    distances = torch.cdist(groups, groups)
    count = groups.shape[1]
    return float(distances.sum() / (len(groups) * count * (count - 1)))
