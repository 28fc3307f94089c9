"""The stage around the media and the refiner."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models.hashing import sha256_of
from multiart.records import Picture
from multiart.style.medium import MediumStyle
from tests.models.test_refiner import tiny_refiner


@pytest.fixture
def source(tmp_path):
    tiny_refiner().export(tmp_path / "refiner")
    return f"file:{tmp_path / 'refiner'}"


def test_paints_at_the_pictures_size_by_strength(source, draft, generator, picture):
    def changed(content, **options):
        result = MediumStyle(by="refiner", source=source, **options).apply(
            content, draft(), generator=generator()
        )
        assert result.output.pixels.shape == content.pixels.shape
        return (result.output.pixels - content.pixels).abs().mean()

    assert changed(picture, strength=0) == 0
    assert 0 < changed(picture, strength=0.5) < changed(picture)
    assert changed(picture, keep_colors=1) < changed(picture)
    assert changed(Picture(pixels=torch.rand(3, 33, 35))) > 0


def test_medium_and_seed_decide(source, draft, generator, picture):
    def painted(medium, seed=0):
        result = MediumStyle(medium=medium, by="refiner", source=source).apply(
            picture, draft(), generator=generator(seed)
        )
        assert result.settings["medium"] == medium.replace("_", " ")
        return result.output.pixels

    assert torch.equal(painted("ink_wash"), painted("ink wash"))
    assert not torch.equal(painted("ink_wash"), painted("oil"))
    assert not torch.equal(painted("oil"), painted("oil", seed=1))


def test_weights_are_those_of_the_refiner(source, tmp_path):
    assert MediumStyle(by="refiner", source=source).weights == {source: sha256_of(tmp_path / "refiner")}


def test_what_cannot_be_is_said_at_once(source):
    with pytest.raises(ModelUnavailable, match="train one"):
        MediumStyle(by="refiner", source="asset:no_refiner")
    with pytest.raises(ValueError, match="unknown style.medium 'ink'"):
        MediumStyle(medium="ink", source=source)
    with pytest.raises(ValueError, match="style.softness must be from 0 to 64, got -1"):
        MediumStyle(softness=-1)
    with pytest.raises(ValueError, match="style.strength must be from 0 to 1"):
        MediumStyle(source=source, strength=1.5)


@pytest.mark.train
def test_by_code_medium_and_seed_decide_and_the_size_stays(draft, generator):
    picture = Picture(pixels=torch.rand(3, 70, 90))

    def painted(medium, seed=0, **options):
        style = MediumStyle(medium=medium, **options)
        assert style.weights == {}
        return style.apply(picture, draft(), generator=generator(seed)).output.pixels

    assert painted("oil").shape == (3, 70, 90)
    assert torch.equal(painted("watercolour"), painted("watercolour"))
    assert not torch.equal(painted("watercolour"), painted("watercolour", seed=1))
    assert not torch.equal(painted("watercolour"), painted("ink_wash"))
    assert not torch.equal(painted("oil"), painted("oil", softness=12))
