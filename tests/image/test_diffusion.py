"""The sampler against denoisers whose answer is known, and the network's contract."""

import pytest
import torch

from multiart.image.diffusion import PainterPipeline, PromptStates
from multiart.image.schedulers import SCHEDULERS, make_scheduler
from multiart.image.unet import PainterUNet
from tests.image.tiny import UNET


def tiny_unet() -> PainterUNet:
    torch.manual_seed(0)
    return PainterUNet(**UNET).eval()


def states(batch: int, length: int = 5, seed: int = 0) -> PromptStates:
    embeds = torch.randn(batch, length, 16, generator=torch.Generator().manual_seed(seed))
    mask = torch.ones(batch, length, dtype=torch.bool)
    return PromptStates.from_tokens(embeds, mask, mask)


def generators(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


class Oracle(PainterUNet):
    """Knows the clean picture."""

    def forward(self, noisy, time, prompt_embeds, prompt_mask, pooled):
        return torch.full_like(noisy, 0.5)


def pipeline(scheduler: str = "euler", unet: PainterUNet | None = None) -> PainterPipeline:
    painter = PainterPipeline(unet=unet or tiny_unet(), scheduler=make_scheduler(scheduler), sample_size=16)
    painter.set_progress_bar_config(disable=True)
    return painter


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_perfect_denoiser_returns_its_picture(scheduler, steps):
    painter = pipeline(scheduler, Oracle(**UNET))
    images = painter(states(2), generators=generators(0, 1), num_inference_steps=steps).images
    torch.testing.assert_close(images, torch.full((2, 3, 16, 16), 0.75), atol=0.02, rtol=0)


def test_weights_from_before_the_detail_path_paint_as_they_did():
    before = tiny_unet()
    torch.nn.init.normal_(before.detail_out.weight)
    older = {k: v for k, v in before.state_dict().items() if not k.startswith("detail")}
    loaded = tiny_unet()
    loaded.load_weights(older)
    noisy, time, text = torch.randn(2, 3, 16, 16), torch.tensor([0.1, 0.9]), states(2)
    inputs = (noisy, time, text.embeds, text.mask, text.pooled)
    with torch.no_grad():
        expected = tiny_unet()(*inputs)
        assert torch.equal(loaded(*inputs), expected)
        assert not torch.equal(before(*inputs), expected)
    with pytest.raises(RuntimeError, match="Missing key"):
        loaded.load_weights({})


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


def test_a_picture_does_not_depend_on_its_batch():
    painter, text = pipeline(), states(3)
    together = painter(text, generators=generators(0, 1, 2), num_inference_steps=2).images
    alone = PromptStates(text.embeds[1:2], text.mask[1:2], text.pooled[1:2])
    torch.testing.assert_close(
        painter(alone, generators=generators(1), num_inference_steps=2).images, together[1:2]
    )


def test_padding_changes_nothing():
    painter, text = pipeline(), states(1)
    short = painter(text, generators=generators(0), num_inference_steps=2).images
    torch.testing.assert_close(
        painter(text.padded(11), generators=generators(0), num_inference_steps=2).images, short
    )


def test_pooling_leaves_out_the_poem():
    embeds, mask = torch.randn(1, 6, 12), torch.ones(1, 6, dtype=torch.bool)
    caption = torch.tensor([[True, True, False, False, False, False]])
    torch.testing.assert_close(PromptStates.from_tokens(embeds, mask, caption).pooled, embeds[:, :2].mean(1))


def test_a_size_the_network_cannot_halve_is_refused():
    with pytest.raises(ValueError, match="multiples of 8, got 20x16"):
        pipeline()(states(1), generators=generators(0), height=20, width=16)


def test_weights_that_are_not_numbers_are_noticed():
    unet = tiny_unet()
    torch.nn.init.constant_(unet.head[0].bias, float("nan"))
    with pytest.raises(ValueError, match="not finite"):
        pipeline(unet=unet)(states(1), generators=generators(0), num_inference_steps=1)


def test_an_unknown_scheduler_names_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'euler'"):
        make_scheduler("eular")


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
