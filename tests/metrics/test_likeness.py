import pytest
import torch

from multiart.metrics.likeness import (
    distances_between,
    diversity,
    features,
    frechet_distance,
    nearest_distances,
)
from tests.style.encoders import tiny_encoder


def drawn(*shape, seed=0, mean=0.0, scale=1.0):
    return mean + scale * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_frechet_distance_is_that_of_the_normal_distributions():
    one = drawn(20_000, 3)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-9)
    moved = drawn(20_000, 3, seed=1, mean=2.0)
    assert frechet_distance(one, moved) == pytest.approx(3 * 2.0**2, rel=0.02)
    wider = drawn(20_000, 3, seed=1, scale=3.0)  # 3 (1 + 9 - 2 * 3)
    assert frechet_distance(one, wider) == pytest.approx(12, rel=0.05)


def test_each_set_is_compared_with_the_others():
    sets = drawn(300, 2), drawn(300, 2, seed=1), drawn(300, 2, seed=2, mean=4.0)
    assert distances_between(sets)[1] == frechet_distance(sets[1], torch.cat([sets[0], sets[2]]))
    assert distances_between(sets)[2] == pytest.approx(2 * 4.0**2, rel=0.05)


def test_a_copy_is_near():
    known = drawn(50, 6)
    new = drawn(4, 6, seed=1)
    new[2] = known[17]
    distances = nearest_distances(new, known)
    assert distances[2] < 1e-3 and distances[[0, 1, 3]].min() > 0.3
    assert distances[0] == pytest.approx((known - new[0]).norm(dim=1).min().item(), rel=1e-4)


def test_diversity_is_the_mean_distance_within_a_group():
    groups = torch.tensor([[[0.0], [2.0], [4.0]], [[9.0], [9.0], [9.0]]])
    assert diversity(groups) == pytest.approx((8 / 3 + 0) / 2)


def test_features_are_averaged_over_cells():
    encoder, pictures = tiny_encoder(), torch.rand(3, 3, 32, 32)
    whole, cells = features(encoder, pictures, 1, 2)
    assert cells.shape == (3, 4 * whole.shape[1])
    (mirrored,) = features(encoder, pictures.flip(-1), 2)
    assert not torch.allclose(cells, mirrored, atol=1e-4)
