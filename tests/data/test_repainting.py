"""Scenes as a painter would paint them, with a tiny painter."""

from types import SimpleNamespace

import pytest
import torch

from multiart.data.repainting import repaint
from multiart.image.painter import Painter
from multiart.training.painter import PainterModule
from tests.image.tiny import PAINTER


@pytest.fixture
def painter(tmp_path, tiny_source) -> Painter:
    PainterModule(**PAINTER, text_encoder_source=tiny_source).export(tmp_path / "painter")
    return Painter(source=f"file:{tmp_path / 'painter'}")


def test_the_less_noise_the_more_of_the_picture_is_left(painter):
    pictures = torch.rand(3, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    vae = painter.pipeline.vae
    kept = vae.decode(vae.encode(pictures)).clamp(0, 1)
    # A network that takes what it is given for clean: the noise stays.
    painter.pipeline.unet.forward = lambda noisy, *args, **kwargs: SimpleNamespace(sample=noisy)
    painted = repaint(painter, pictures, ["a", "b", "c"], times=[0.999, 0.8, 0.5], seeds=[1, 2, 3])
    assert painted.shape == pictures.shape and painted.min() >= 0 and painted.max() <= 1
    errors = (painted - kept).abs().mean((1, 2, 3))
    assert errors[0] < 0.01 < errors[1] < errors[2]


def test_a_picture_depends_on_its_seed_and_not_on_its_batch(painter):
    pictures = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    both = repaint(painter, pictures, ["the sea", "a lake"], times=[0.5, 0.6], seeds=[1, 2])
    alone = repaint(painter, pictures[1:], ["a lake"], times=[0.6], seeds=[2])
    other = repaint(painter, pictures[1:], ["a lake"], times=[0.6], seeds=[3])
    torch.testing.assert_close(both[1:], alone, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(alone, other, atol=1e-3)


@pytest.mark.train
def test_scenes_are_painted_again_once(tmp_path, painter, monkeypatch):
    from multiart.data import repainting
    from multiart.data.refining import find_inputs, load_input

    monkeypatch.setattr(repainting, "caption_of", lambda spec: "a lake")  # short, for a tiny model
    folder = repainting.repaint_scenes(painter, [1, 2], folder=tmp_path / "again", size=64)
    found = find_inputs(folder)
    assert {seed: len(paths) for seed, paths in found.items()} == {1: 3, 2: 3}
    assert load_input(found[1][0], 64).shape == (3, 64, 64)
    monkeypatch.setattr(repainting, "_repaint", lambda *args: pytest.fail("painted twice"))
    repainting.repaint_scenes(painter, [1, 2], folder=tmp_path / "again", size=64)
