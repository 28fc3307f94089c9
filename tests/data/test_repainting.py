"""Scenes as a painter would paint them, with a tiny painter."""

from types import SimpleNamespace

import pytest
import torch

from multiart.data.repainting import repaint
from multiart.image.painter import Painter
from multiart.image.schedulers import make_scheduler
from multiart.training.painter import PainterModule
from tests.image.tiny import PAINTER


@pytest.fixture
def painter(tmp_path, tiny_source) -> Painter:
    PainterModule(**PAINTER, text_encoder_source=tiny_source).export(tmp_path / "painter")
    return Painter(source=f"file:{tmp_path / 'painter'}", dtype="float32")


def test_the_less_noise_the_more_of_the_picture_is_left(painter):
    pictures = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    vae = painter.pipeline.vae
    kept = vae.decode(vae.encode(pictures)).clamp(0, 1)
    # A network that takes what it is given for clean: with no noise added on the way, that it got stays.
    painter.pipeline.unet.forward = lambda noisy, *args, **kwargs: SimpleNamespace(sample=noisy)
    painter.pipeline.scheduler = make_scheduler("euler")
    errors = []
    for time in (0.8, 0.5, 0.2):
        painted = repaint(painter, pictures, ["a"], time=time, seeds=[1])
        assert painted.shape == pictures.shape and painted.min() >= 0 and painted.max() <= 1
        errors.append(float((painted - kept).abs().mean()))
    assert 0 < errors[0] < errors[1] < errors[2]


@pytest.mark.parametrize("time", [0.05, 0.5, 0.999])
def test_a_painter_that_knows_the_picture_paints_it_again_from_any_time(painter, time):
    pictures = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    vae = painter.pipeline.vae
    clean = vae.encode(pictures)
    painter.pipeline.unet.forward = lambda noisy, *args, **kwargs: SimpleNamespace(
        sample=clean.expand_as(noisy)
    )
    painted = repaint(painter, pictures, ["a"], time=time, seeds=[1])
    torch.testing.assert_close(painted, vae.decode(clean).clamp(0, 1), atol=0.05, rtol=0)


def test_a_picture_depends_on_its_seed_and_not_on_its_batch(painter):
    pictures = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    both = repaint(painter, pictures, ["the sea", "a lake"], time=0.6, seeds=[1, 2])
    alone = repaint(painter, pictures[1:], ["a lake"], time=0.6, seeds=[2])
    other = repaint(painter, pictures[1:], ["a lake"], time=0.6, seeds=[3])
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
