"""The painters' stage around its network: names, blends, sizes, seeds, strength and colours."""

import pytest
import torch

from multiart.records import Picture
from multiart.style.canvas import working_size
from multiart.style.onnx_nets import NUM_PAINTERS
from multiart.style.painters import PAINTERS, SOURCE, PaintersStyle


def test_every_style_of_the_network_has_a_name():
    assert len(PAINTERS) == NUM_PAINTERS
    assert list(PAINTERS).index("starry_night") == 19
    assert list(PAINTERS).index("great_wave") == 24


def test_strength_0_leaves_the_picture_as_it_is(picture, draft, generator, net):
    result = PaintersStyle(strength=0).apply(picture, draft(), generator=generator())
    assert torch.equal(result.output.pixels, picture.pixels)


def test_strength_1_without_colours_is_the_networks_picture(picture, draft, generator, net):
    styled = (
        PaintersStyle(strength=1, keep_colors=False).apply(picture, draft(), generator=generator()).output
    )
    assert (styled.pixels - (1 - picture.pixels)).abs().mean() < 0.02  # but for the grain


def test_strength_blends(picture, draft, generator, net):
    def at(strength):
        stage = PaintersStyle(strength=strength, keep_colors=0)
        return stage.apply(picture, draft(), generator=generator()).output.pixels

    assert torch.allclose(at(0.25), torch.lerp(picture.pixels, at(1.0), 0.25), atol=1e-6)


def test_keep_colors_brings_the_pictures_own_back(draft, generator, net):
    red = Picture(pixels=torch.tensor([0.9, 0.1, 0.2])[:, None, None].expand(3, 64, 64).contiguous())
    kept = PaintersStyle(strength=1, keep_colors=True).apply(red, draft(), generator=generator()).output
    assert torch.allclose(kept.pixels, red.pixels, atol=0.02)


def test_a_blend_is_normalised_in_the_networks_order(picture, draft, generator, net):
    stage = PaintersStyle(painter={"starry_night": 3, "great_wave": 1})
    settings = stage.apply(picture, draft(), generator=generator()).settings
    assert settings["painters"] == {"starry_night": 0.75, "great_wave": 0.25}
    expected = torch.zeros(26)
    expected[19], expected[24] = 0.75, 0.25
    assert torch.equal(net.style_weights, expected)


def test_one_seed_gives_the_same_bytes_and_another_does_not(picture, draft, generator, net):
    first, again, other = (
        PaintersStyle().apply(picture, draft(), generator=generator(seed)).output.pixels for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("height, width", [(64, 64), (65, 131), (512, 512), (770, 900), (64, 2048)])
def test_any_size_comes_back_at_its_size(height, width, draft, generator, net):
    picture = Picture(pixels=torch.rand(3, height, width))
    styled = PaintersStyle().apply(picture, draft(), generator=generator()).output
    assert (styled.height, styled.width) == (height, width)


def test_small_pictures_are_styled_large():
    assert working_size(512, 512) == (768, 768)
    assert working_size(64, 256) == (384, 1536)
    assert working_size(1000, 801) == (1000, 801)


def test_grain_reaches_flat_areas_in_proportion_to_contrast(draft, generator, net):
    halves = torch.zeros(3, 100, 100)
    halves[:, 50:] = 1.0
    PaintersStyle().apply(Picture(pixels=halves), draft(), generator=generator())
    assert abs(net.content[:, :300].std() - 0.05) < 0.005


def test_weights_name_their_source(net):
    assert PaintersStyle().weights == {SOURCE: "0" * 64}


@pytest.mark.parametrize(
    "given, message",
    [
        ({"painter": "stary_night"}, "style.painter 'stary_night'. Did you mean 'starry_night'"),
        ({"painter": {"great_wave": 0.5, "monet": 0.5}}, "style.painter 'monet'"),
        ({"painter": {"great_wave": 0}}, "style.painter.great_wave must be a weight above 0, got 0"),
        ({"painter": {"great_wave": float("nan")}}, "style.painter.great_wave"),
        ({"painter": {}}, "style.painter must name"),
        ({"strength": 1.5}, "style.strength must be from 0 to 1, got 1.5"),
        ({"strength": "much"}, "style.strength"),
        ({"keep_colors": -0.1}, "style.keep_colors must be from 0 to 1, got -0.1"),
        ({"keep_colors": float("nan")}, "style.keep_colors"),
    ],
)
def test_bad_settings_are_named(given, message):
    with pytest.raises(ValueError, match=message):
        PaintersStyle(**given)
