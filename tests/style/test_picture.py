"""The picture stage around its network."""

import pytest
import torch
from PIL import Image

from multiart.errors import MultiartError
from multiart.models.hashing import sha256_of
from multiart.models.store import Fetched
from multiart.records import Picture
from multiart.style import picture as module
from multiart.style.picture import PictureStyle


class MeanNet:
    """Stands in for the arbitrary network: a style is a mean colour, and painting is taking it on."""

    def style_vector(self, style):
        return style.mean((1, 2))

    def __call__(self, content, style_vector):
        return style_vector[:, None, None].expand(content.shape)


@pytest.fixture
def red(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "load_network", MeanNet)
    path = tmp_path / "red.png"
    Image.new("RGB", (50, 40), (255, 0, 0)).save(path)
    return path


def test_full_strength_takes_the_style(red, picture, draft, generator):
    result = PictureStyle(image=red, strength=1).apply(picture, draft(), generator=generator())
    assert torch.allclose(result.output.pixels.mean((1, 2)), torch.tensor([1.0, 0.0, 0.0]), atol=1e-5)
    assert result.settings["image"] == str(red)


def test_a_changed_style_picture_is_other_weights(red, monkeypatch):
    monkeypatch.setattr(
        module, "fetch", lambda source: Fetched(path=red.parent, sha256="0" * 64, source=source)
    )
    stage = PictureStyle(image=red)
    before = stage.weights
    assert before == {
        module.PREDICTOR: "0" * 64,
        module.TRANSFORMER: "0" * 64,
        f"file:{red}": sha256_of(red),
    }
    Image.new("RGB", (60, 40), (0, 255, 0)).save(red)
    assert stage.weights != before


def test_a_large_picture_is_painted_in_tiles(red, draft, generator):
    large = Picture(pixels=torch.rand(3, 700, 900, generator=generator()))
    result = PictureStyle(image=red, strength=1).apply(large, draft(), generator=generator()).output
    assert torch.allclose(result.pixels, torch.tensor([1.0, 0.0, 0.0])[:, None, None], atol=1e-4)


def test_strength_0_leaves_the_picture_as_it_is(red, picture, draft, generator):
    result = PictureStyle(image=red, strength=0).apply(picture, draft(), generator=generator())
    assert torch.equal(result.output.pixels, picture.pixels)


def test_more_strength_is_more_style(red, picture, draft, generator):
    def redness(strength):
        stage = PictureStyle(image=red, strength=strength)
        pixels = stage.apply(picture, draft(), generator=generator()).output.pixels
        return (pixels[0] - pixels[1]).mean()

    steps = [redness(strength) for strength in (0, 0.01, 0.3, 0.7, 1)]
    assert steps == sorted(steps)
    assert steps[1] < 0.05


def test_keep_colors_keeps_the_pictures_own(red, picture, draft, generator):
    stage = PictureStyle(image=red, strength=1, keep_colors=True)
    kept = stage.apply(picture, draft(), generator=generator()).output
    assert (kept.pixels - picture.pixels).abs().mean() < 0.02


def test_a_missing_style_picture_is_said_before_anything_runs(tmp_path):
    with pytest.raises(MultiartError, match="gone.png"):
        PictureStyle(image=tmp_path / "gone.png")


@pytest.mark.parametrize("key", ["strength", "keep_colors"])
def test_a_share_outside_its_range_is_named(red, key):
    with pytest.raises(ValueError, match=f"style.{key} must be from 0 to 1, got -1"):
        PictureStyle(image=red, **{key: -1})
