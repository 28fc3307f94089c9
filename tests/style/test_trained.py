"""The stage around a trained network."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models.hashing import sha256_of
from multiart.style.trained import TrainedStyle
from multiart.style.transfer_net import TransferNet


@pytest.fixture
def ckpt(tmp_path):
    """A style that makes everything brighter."""
    net = TransferNet(widths=(4, 4, 8, 4, 2), num_blocks=1)
    torch.nn.init.constant_(net.expand[-1].norm.bias, 4.0)
    net.save(tmp_path / "exported")
    return str(tmp_path / "exported")


def test_paints_at_the_pictures_size_by_strength(ckpt, picture, draft, generator):
    def light(**options):
        result = TrainedStyle(ckpt=ckpt, **options).apply(picture, draft(), generator=generator())
        assert result.output.pixels.shape == picture.pixels.shape
        return result.output.pixels.mean()

    assert light(strength=0) == picture.pixels.mean()
    assert light(strength=0) < light(strength=0.5) < light()
    assert (light(keep_colors=True) - light(strength=0)).abs() < 0.02


def test_same_seed_same_picture(ckpt, picture, draft, generator):
    stage = TrainedStyle(ckpt=ckpt)
    one, same, other = (
        stage.apply(picture, draft(), generator=generator(s)).output.pixels for s in (0, 0, 1)
    )
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_weights_are_those_of_the_folder(ckpt, tmp_path):
    assert TrainedStyle(ckpt=ckpt).weights == {f"file:{ckpt}": sha256_of(tmp_path / "exported")}


def test_what_cannot_be_is_said_at_once(ckpt, tmp_path):
    with pytest.raises(ModelUnavailable, match="style.ckpt: there is no file or folder"):
        TrainedStyle(ckpt=str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="style.strength must be from 0 to 1"):
        TrainedStyle(ckpt=ckpt, strength=1.5)
