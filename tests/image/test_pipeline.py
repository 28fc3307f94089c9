"""The painter's pipeline against denoisers whose answer is known, and the network's contract."""

from types import SimpleNamespace

import pytest
import torch
from diffusers import UNet2DConditionModel

from multiart.image.autoencoder import PatchAutoencoder
from multiart.image.diffusion import SKETCH_TIME, PromptStates
from multiart.image.pipeline import PainterPipeline
from multiart.image.schedulers import SCHEDULERS, make_scheduler
from tests.image.tiny import VAE, generators, states, tiny_unet


def knowing(clean: torch.Tensor) -> UNet2DConditionModel:
    """A network that knows the clean latents."""
    unet = tiny_unet()
    unet.forward = lambda noisy, *args, **kwargs: SimpleNamespace(sample=clean.expand_as(noisy))
    return unet


def pipeline(scheduler: str = "euler", unet: UNet2DConditionModel | None = None) -> PainterPipeline:
    painter = PainterPipeline(
        vae=PatchAutoencoder(**VAE),
        unet=unet or tiny_unet(),
        scheduler=make_scheduler(scheduler),
        sample_size=16,
    )
    painter.set_progress_bar_config(disable=True)
    return painter


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_perfect_denoiser_returns_its_picture(scheduler, steps):
    clean = torch.randn(1, 6, 4, 4, generator=torch.Generator().manual_seed(0))
    painter = pipeline(scheduler, knowing(clean))
    images = painter(states(2), generators=generators(0, 1), num_inference_steps=steps).images
    with torch.no_grad():
        expected = painter.vae.decode(clean).clamp(0, 1).repeat(2, 1, 1, 1)
    torch.testing.assert_close(images, expected, atol=0.05, rtol=0)


def test_a_sketch_is_what_is_predicted_at_its_time():
    unet, times = tiny_unet(), []
    painter = pipeline("dpmpp_sde", unet)
    real = unet.forward
    unet.forward = lambda noisy, time, *args, **kwargs: (
        times.append(float(time[0]) / 1000) or real(noisy, time, *args, **kwargs)
    )
    painter(states(1), generators=generators(0), num_inference_steps=12)
    whole = times.copy()
    times.clear()
    sketch = painter(states(1), generators=generators(0), num_inference_steps=12, sketch=True).images
    assert times == whole[: len(times)] and times[-2] < SKETCH_TIME <= times[-1]
    assert sketch.shape == (1, 3, 16, 16) and sketch.min() >= 0 and sketch.max() <= 1


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_painting_goes_on_from_a_sketch_as_if_it_had_not_stopped(scheduler):
    unet, calls = tiny_unet(), []
    painter, steps = pipeline(scheduler, unet), {"num_inference_steps": 8}
    whole = painter(states(2), generators=generators(0, 1), **steps).images
    history = []
    painter(states(2), generators=generators(0, 1), **steps, sketch=True, history=history)
    assert 1 < len(history) < 8
    unet.register_forward_pre_hook(lambda *_: calls.append(0))
    left = 8 - len(history)
    assert torch.equal(
        painter(states(2), generators=generators(0, 1), **steps, history=history).images, whole
    )
    assert len(calls) == left and len(history) == 8


def test_of_a_single_step_the_sketch_is_the_picture():
    painter = pipeline("dpmpp_sde")
    sketch, picture = (
        painter(states(1), generators=generators(0), num_inference_steps=1, sketch=early).images
        for early in (True, False)
    )
    torch.testing.assert_close(sketch, picture)


def test_guidance_of_one_is_the_conditional_prediction_alone():
    painter, text = pipeline(), states(1)
    plain = painter(text, generators=generators(3), num_inference_steps=2, guidance_scale=1.0).images
    other = painter(
        text,
        generators=generators(3),
        num_inference_steps=2,
        guidance_scale=1.0,
        negative_prompt=states(1, seed=9),
    ).images
    guided = painter(text, generators=generators(3), num_inference_steps=2, guidance_scale=3.0).images
    assert torch.equal(plain, other)
    assert not torch.equal(plain, guided)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_picture_does_not_depend_on_its_batch(scheduler):
    painter, text = pipeline(scheduler), states(3)
    together = painter(text, generators=generators(0, 1, 2), num_inference_steps=3).images
    alone = PromptStates(text.embeds[1:2], text.mask[1:2], text.pooled[1:2])
    torch.testing.assert_close(
        painter(alone, generators=generators(1), num_inference_steps=3).images, together[1:2]
    )


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_only_one_scheduler_adds_noise_on_the_way(scheduler):
    start = torch.Generator().manual_seed(5)
    pipeline(scheduler)(states(1), generators=[start], num_inference_steps=3)
    unused = torch.Generator().manual_seed(5)
    torch.randn(6, 4, 4, generator=unused)  # the noise that it begins with
    assert torch.equal(start.get_state(), unused.get_state()) == (scheduler != "dpmpp_sde")


def test_padding_changes_nothing():
    painter, text = pipeline(), states(1)
    short = painter(text, generators=generators(0), num_inference_steps=2).images
    torch.testing.assert_close(
        painter(text.padded(11), generators=generators(0), num_inference_steps=2).images, short
    )


def test_a_size_the_network_cannot_halve_is_refused():
    with pytest.raises(ValueError, match="multiples of 8, got 20x16"):
        pipeline()(states(1), generators=generators(0), height=20, width=16)


def test_weights_that_are_not_numbers_are_noticed():
    unet = tiny_unet()
    torch.nn.init.constant_(unet.conv_out.bias, float("nan"))
    with pytest.raises(ValueError, match="not finite"):
        pipeline(unet=unet)(states(1), generators=generators(0), num_inference_steps=1)


def test_saved_and_loaded_it_paints_the_same(tmp_path):
    painter = pipeline()
    before = painter(states(1), generators=generators(0), num_inference_steps=2).images
    painter.save_pretrained(tmp_path)
    again = PainterPipeline.from_pretrained(tmp_path)
    again.set_progress_bar_config(disable=True)
    assert again.config.sample_size == 16
    torch.testing.assert_close(
        again(states(1), generators=generators(0), num_inference_steps=2).images, before
    )
