"""What the losses mean, and that their sum agrees with them."""

import pytest
import torch

from multiart.style.losses import (
    TERMS,
    PerceptualLoss,
    content_loss,
    gram_loss,
    gram_matrix,
    lpips,
    total_variation,
)
from multiart.style.vgg import LPIPS_LAYERS
from tests.style.encoders import tiny_encoder

ALL = dict.fromkeys(TERMS, 1.0)


@pytest.fixture
def pair():
    generator = torch.Generator().manual_seed(0)
    return torch.rand(2, 3, 36, 40, generator=generator), torch.rand(2, 3, 36, 40, generator=generator)


def test_gram_matrix_is_the_mean_of_outer_products():
    features = torch.rand(2, 5, 4, 3)
    places = features.flatten(2).mT  # [B, H * W, C]
    expected = torch.stack([torch.stack([torch.outer(f, f) for f in picture]).mean(0) for picture in places])
    assert torch.allclose(gram_matrix(features), expected)


def test_gram_matrix_does_not_know_where_things_are():
    features = torch.rand(2, 5, 4, 3)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(0))
    moved = features.flatten(2)[..., order].view_as(features)
    assert torch.allclose(gram_matrix(moved), gram_matrix(features))
    assert content_loss(moved, features).min() > 0.01


@pytest.mark.parametrize("loss", [content_loss, lambda a, b: gram_loss(gram_matrix(a), gram_matrix(b))])
def test_losses_are_0_where_features_agree_and_1_where_there_are_none(loss):
    features = torch.rand(3, 5, 4, 3)
    assert loss(features, features).tolist() == [0, 0, 0]
    assert torch.allclose(loss(torch.zeros_like(features), features), torch.ones(3))
    assert torch.allclose(loss(2 * features, 2 * features.flip(0)), loss(features, features.flip(0)))


def test_one_style_serves_a_batch():
    grams = gram_matrix(torch.rand(3, 5, 4, 3))
    assert torch.allclose(gram_loss(grams, grams[:1])[1], gram_loss(grams[1:2], grams[:1])[0])


def test_total_variation_counts_steps_between_neighbours():
    plain = torch.full((1, 3, 4, 4), 0.7)
    step = plain.clone()
    step[..., 2:] = 0.2  # one of three differences in each row is 0.5
    assert total_variation(plain) == 0
    assert torch.allclose(total_variation(step), torch.tensor([0.25 / 3]))
    assert torch.allclose(total_variation(step.mT), total_variation(step))


def test_lpips_is_a_symmetric_distance_of_directions(pair):
    encoder = tiny_encoder()
    one, other = (encoder(pictures, LPIPS_LAYERS) for pictures in pair)
    brighter = {layer: 3 * found for layer, found in one.items()}
    assert lpips(one, one, encoder.heads).tolist() == [0, 0]
    assert (lpips(one, other, encoder.heads) > 0).all()
    assert torch.allclose(lpips(one, other, encoder.heads), lpips(other, one, encoder.heads))
    assert lpips(brighter, one, encoder.heads).max() < 1e-6


def test_terms_are_the_pure_functions(pair):
    encoder, weights = tiny_encoder(), {"content": 2.0, "style": 3.0, "tv": 0.5, "lpips": 4.0}
    loss = PerceptualLoss(
        encoder, content_layers=["relu2_1"], style_layers=["relu1_1", "relu3_1"], weights=weights
    )
    terms = loss(*pair)
    layers = {*LPIPS_LAYERS, "relu2_1", "relu1_1", "relu3_1"}
    found, wanted = (encoder(pictures, layers) for pictures in pair)

    def style(layer):
        return gram_loss(gram_matrix(found[layer]), gram_matrix(wanted[layer])).mean()

    expected = {
        "content": 2 * content_loss(found["relu2_1"], wanted["relu2_1"]).mean(),
        "style": 3 * (style("relu1_1") + style("relu3_1")) / 2,
        "tv": 0.5 * total_variation(pair[0]).mean(),
        "lpips": 4 * lpips(found, wanted, encoder.heads).mean(),
    }
    assert terms.keys() == expected.keys()
    assert all(torch.allclose(terms[name], expected[name]) for name in terms)


def test_all_but_variation_are_0_at_the_target(pair):
    terms = PerceptualLoss(tiny_encoder(), weights=ALL)(pair[0], pair[0])
    assert {name for name, term in terms.items() if term > 0} == {"tv"}


@pytest.mark.parametrize("term", TERMS)
def test_every_term_pulls_at_the_prediction_only(pair, term):
    predicted, target = (pictures.requires_grad_() for pictures in pair)
    terms = PerceptualLoss(tiny_encoder(), weights={**dict.fromkeys(TERMS, 0.0), term: 1.0})(
        predicted, target
    )
    assert list(terms) == [term]
    terms[term].backward()
    assert torch.isfinite(predicted.grad).all()
    assert predicted.grad.abs().sum() > 0
    assert target.grad is None


def test_style_can_be_that_of_other_pictures(pair):
    loss = PerceptualLoss(tiny_encoder(), weights={"style": 1.0})
    assert loss(pair[0], pair[1], loss.grams(pair[0]))["style"] == 0
    assert loss(pair[0], pair[0], loss.grams(pair[1]))["style"] > 0


def test_black_pictures_have_finite_gradients():
    pictures = torch.zeros(1, 3, 32, 32, requires_grad=True)
    sum(PerceptualLoss(tiny_encoder(), weights=ALL)(pictures, torch.zeros(1, 3, 32, 32)).values()).backward()
    assert torch.isfinite(pictures.grad).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": {"content": -1.0}}, "the weight of content must be 0 or more, got -1.0"),
        ({"weights": {"content": float("nan")}}, "the weight of content"),
        ({"weights": {"content": 0.0, "style": 0}}, "must be above 0"),
        ({"weights": {}}, "must be above 0"),
        ({"weights": {"styl": 1.0}}, "unknown term of the loss 'styl'. Did you mean 'style'?"),
        ({"weights": {"style": 1.0}, "style_layers": []}, "style_layers must name a layer"),
        ({"weights": {"style": 1.0}, "style_layers": ["conv1"]}, "unknown style_layers 'conv1'"),
    ],
)
def test_what_makes_no_loss_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PerceptualLoss(tiny_encoder(), **options)
