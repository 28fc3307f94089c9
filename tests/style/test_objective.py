"""The loss of a picture in tiles."""

import pytest
import torch

from multiart.style.losses import content_loss, gram_loss, gram_matrix, total_variation
from multiart.style.objective import CONTENT_LAYER, STYLE_LAYERS, TILE, Objective, boxes, mixed_grams
from tests.style.encoders import tiny_encoder

WEIGHTS = {"content": 2.0, "style": 0.5, "tv": 0.1}


@pytest.fixture
def pictures():
    generator = torch.Generator().manual_seed(0)
    return [torch.rand(3, 90, 110, generator=generator) for _ in range(3)]


def test_is_the_weighted_sum_of_the_losses(pictures):
    content, style, pixels = pictures
    encoder = tiny_encoder()
    loss = Objective(encoder, content=content, styles=[(style, 1.0)], weights=WEIGHTS)(pixels[None])
    features = [encoder(p[None], STYLE_LAYERS) for p in (content, style, pixels)]
    distances = [
        gram_loss(*(gram_matrix(f[layer]) for f in (features[2], features[1]))) for layer in STYLE_LAYERS
    ]
    expected = (
        2 * content_loss(features[2][CONTENT_LAYER], features[0][CONTENT_LAYER])
        + 0.5 * sum(distances) / len(STYLE_LAYERS)
        + 0.1 * total_variation(pixels[None])
    )
    assert torch.allclose(loss, expected[0], rtol=1e-4)


def test_tiles_change_neither_the_loss_nor_its_gradient(pictures):
    content, style, pixels = pictures

    def evaluate(tile):
        at = pixels[None].clone().requires_grad_()
        objective = Objective(
            tiny_encoder(), content=content, styles=[(style, 1.0)], weights=WEIGHTS, tile=tile
        )
        loss = objective(at)
        loss.backward()
        return len(objective.boxes), loss, at.grad

    whole, tiled = evaluate(512), evaluate(48)
    assert (whole[0], tiled[0]) == (1, 6)
    assert torch.allclose(tiled[1], whole[1], rtol=1e-4)
    assert (tiled[2] - whole[2]).abs().max() < 1e-3 * whole[2].abs().max()


@pytest.mark.parametrize("size", [(20, 512), (513, 40), (1000, 1500)])
def test_boxes_cover_a_picture_once(size):
    covered = torch.zeros(size)
    for rows, columns in boxes(*size):
        covered[rows.start : rows.stop, columns.start : columns.stop] += 1
        assert max(len(rows), len(columns)) <= TILE
    assert (covered == 1).all()


def test_several_styles_are_mixed_by_their_shares(pictures):
    encoder = tiny_encoder()
    one, other, both = (
        mixed_grams(encoder, styles, area=90 * 110)
        for styles in ([(pictures[0], 1.0)], [(pictures[1], 1.0)], [(pictures[0], 0.25), (pictures[1], 0.75)])
    )
    for layer in STYLE_LAYERS:
        assert torch.allclose(both[layer], 0.25 * one[layer] + 0.75 * other[layer])
