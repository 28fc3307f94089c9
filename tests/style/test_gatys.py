"""Style by optimisation, with a tiny encoder."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from multiart.errors import MultiartError
from multiart.models.hashing import sha256_of
from multiart.records import Picture
from multiart.style.gatys import FEWEST_STEPS, GatysStyle, plan_rounds
from multiart.style.losses import PerceptualLoss
from multiart.style.objective import STYLE_LAYERS
from multiart.style.vgg import load_encoder
from tests.style.encoders import save_published, tiny_encoder


@pytest.fixture
def encoder(tmp_path):
    save_published(tiny_encoder(), tmp_path / "vgg.pth")
    return f"file:{tmp_path / 'vgg.pth'}"


@pytest.fixture
def striped(tmp_path):
    """A style picture: red and white stripes."""
    stripes = (
        torch.tensor([[255, 0, 0], [255, 255, 255]], dtype=torch.uint8).repeat_interleave(4, 0).repeat(12, 1)
    )
    Image.fromarray(stripes[None].expand(80, -1, -1).contiguous().numpy()).save(tmp_path / "striped.png")
    return str(tmp_path / "striped.png")


@pytest.fixture
def plain(tmp_path):
    Image.new("RGB", (40, 40), (0, 0, 90)).save(tmp_path / "plain.png")
    return str(tmp_path / "plain.png")


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_loss_falls_and_the_style_comes_nearer(encoder, striped, picture, draft, generator, optimizer):
    stage = GatysStyle(image=striped, encoder=encoder, optimizer=optimizer, num_steps=40, content_weight=0.1)
    result = stage.apply(picture, draft(), generator=generator())
    (curve,) = result.settings["losses"].values()
    assert len(curve) == 40
    assert curve[-1] < 0.3 * curve[0]
    assert result.settings["image"] == striped
    assert result.output.pixels.shape == picture.pixels.shape
    distance = PerceptualLoss(load_encoder(encoder), style_layers=STYLE_LAYERS, weights={"style": 1.0})
    grams = distance.grams(stage.styles[0][0][None])
    before, after = (
        distance(pixels[None], pixels[None], grams)["style"]
        for pixels in (picture.pixels, result.output.pixels)
    )
    assert after < 0.3 * before


def test_same_seed_same_picture(encoder, striped, picture, draft, generator):
    stage = GatysStyle(image=striped, encoder=encoder, num_steps=3)
    one, same, other = (
        stage.apply(picture, draft(), generator=generator(s)).output.pixels for s in (0, 0, 1)
    )
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_runs_where_gradients_are_switched_off(encoder, striped, picture, draft, generator):
    with torch.no_grad():
        GatysStyle(image=striped, encoder=encoder, num_steps=1).apply(picture, draft(), generator=generator())


def test_content_alone_takes_the_grain_away_again(encoder, striped, picture, draft, generator):
    stage = GatysStyle(image=striped, encoder=encoder, num_steps=40, style_weight=0, tv_weight=0)
    (curve,) = stage.apply(picture, draft(), generator=generator()).settings["losses"].values()
    assert 0 < curve[-1] < 0.5 * curve[0]


def test_strength_and_colours_are_as_in_the_other_styles(encoder, striped, picture, draft, generator):
    def pixels(**options):
        stage = GatysStyle(image=striped, encoder=encoder, num_steps=10, **options)
        return stage.apply(picture, draft(), generator=generator()).output.pixels

    styled, half, kept = pixels(), pixels(strength=0.5), pixels(keep_colors=True)
    assert torch.equal(pixels(strength=0), picture.pixels)
    assert torch.allclose(half, (styled + picture.pixels) / 2, atol=1e-6)
    assert (kept - picture.pixels).mean((1, 2)).abs().max() < (styled - picture.pixels).mean(
        (1, 2)
    ).abs().max()


def test_several_pictures_share_the_style(encoder, striped, plain, picture, draft, generator):
    stage = GatysStyle(image={striped: 3, plain: 1}, encoder=encoder, num_steps=1)
    assert stage.images == {striped: 0.75, plain: 0.25}
    assert stage.weights == {
        encoder: sha256_of(Path(encoder.removeprefix("file:"))),
        f"file:{striped}": sha256_of(Path(striped)),
        f"file:{plain}": sha256_of(Path(plain)),
    }


def test_rounds_go_from_coarse_to_the_pictures_own_size():
    assert plan_rounds(512, 512, 160) == [(128, 128, 160), (256, 256, 80), (512, 512, 40)]
    assert plan_rounds(600, 300, 100) == [(300, 150, 100), (600, 300, 50)]
    assert plan_rounds(60, 90, 7) == [(60, 90, 7)]
    assert plan_rounds(2048, 2048, 64)[-1] == (2048, 2048, FEWEST_STEPS)


def test_no_round_undoes_what_a_coarser_one_has_painted(encoder, plain, draft, generator):
    pixels = torch.rand(3, 256, 256, generator=generator())
    stage = GatysStyle(image=plain, encoder=encoder, num_steps=40)
    curves = stage.apply(Picture(pixels=pixels), draft(), generator=generator()).settings["losses"]
    assert [*curves] == ["128x128", "256x256"]
    assert all(min(curve[2:]) < curve[0] for curve in curves.values())


@pytest.mark.slow
def test_a_large_picture_is_painted_in_tiles(encoder, striped, draft, generator):
    large = Picture(pixels=torch.rand(3, 600, 700, generator=generator()))
    stage = GatysStyle(image=striped, encoder=encoder, num_steps=2)
    assert stage.apply(large, draft(), generator=generator()).output.pixels.shape == (3, 600, 700)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"style_weight": -1.0}, "style.style_weight must be 0 or more, got -1.0"),
        ({"content_weight": 0, "style_weight": 0.0, "tv_weight": 0}, "must be above 0"),
        ({"num_steps": 0}, "style.num_steps must be from 1 to 10000, got 0"),
        ({"optimizer": "sgd"}, "unknown style.optimizer 'sgd'"),
        ({"strength": 2}, "style.strength must be from 0 to 1"),
        ({"image": {}}, "style.image must name at least one picture"),
        ({"image": {"a.png": -1}}, "style.image: the weight of a.png must be a number above 0"),
    ],
)
def test_a_value_out_of_its_range_is_named(striped, options, message):
    with pytest.raises(ValueError, match=message):
        GatysStyle(**{"image": striped, **options})


@pytest.mark.parametrize("kind", ["missing", "corrupt", "tiny"])
def test_a_style_picture_that_cannot_be_used_is_said_at_once(tmp_path, kind):
    path = tmp_path / "style.png"
    if kind == "corrupt":
        path.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    if kind == "tiny":
        Image.new("RGB", (1, 1)).save(path)
    with pytest.raises(MultiartError, match="style.png"):
        GatysStyle(image=str(path))
