"""What the sampler is led by."""

from types import SimpleNamespace

import pytest
import torch

from multiart.image.diffusion import LATE_TIME, PromptStates, guidance_at, integrate
from multiart.image.schedulers import make_scheduler
from tests.image.tiny import states, tiny_unet


@pytest.mark.parametrize(("scale", "late"), [(0.0, 0.0), (1.0, 1.0), (2.0, 3.0), (2.5, 4.0), (50.0, 51.5)])
def test_only_guidance_that_exaggerates_grows_and_by_so_much_at_most(scale, late):
    assert guidance_at(0.0, scale) == guidance_at(LATE_TIME - 0.01, scale) == scale
    assert guidance_at(LATE_TIME, scale) == guidance_at(1.0, scale) == late


def test_small_things_are_guided_further_than_what_there_is_to_be_seen():
    """With text it predicts ones, without it zeros: what is predicted is the scale itself."""
    unet, scales = tiny_unet(), {}
    unet.forward = lambda noisy, time, **kwargs: SimpleNamespace(
        sample=torch.ones_like(noisy) * kwargs["class_labels"].any(1).float()[:, None, None, None]
    )
    noise, painter = torch.zeros(1, 6, 4, 4), make_scheduler("euler")
    for until in (0.0, 0.2, 0.3, 0.8, 0.95):
        clean = integrate(
            unet,
            noise,
            states(1),
            scheduler=painter,
            generators=(),
            num_inference_steps=100,
            guidance_scale=3.0,
            until=until,
        )
        scales[until] = clean.mean().item()
    assert scales == pytest.approx({0.0: 3, 0.2: 3, 0.3: 4.5, 0.8: 4.5, 0.95: 1})


def test_pooling_leaves_out_the_poem():
    embeds, mask = torch.randn(1, 6, 12), torch.ones(1, 6, dtype=torch.bool)
    caption = torch.tensor([[True, True, False, False, False, False]])
    torch.testing.assert_close(PromptStates.from_tokens(embeds, mask, caption).pooled, embeds[:, :2].mean(1))
