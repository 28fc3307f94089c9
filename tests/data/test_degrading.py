"""Spoilt pictures."""

import torch

from multiart.data.degrading import degrade
from tests.models.test_refiner import drawn


def picture():
    """Stripes, so that bends and blurs show."""
    return (torch.arange(40) // 4 % 2).float().expand(3, 32, 40).clone()


def test_the_same_generator_spoils_the_same_way():
    one, same, other = (degrade(picture(), 1.0, generator=drawn(seed)) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_more_strength_spoils_more_and_none_not_at_all():
    def harm(strength):
        spoilt = [degrade(picture(), strength, generator=drawn(seed)) for seed in range(8)]
        assert all(
            pixels.shape == (3, 32, 40) and 0 <= pixels.min() <= pixels.max() <= 1 for pixels in spoilt
        )
        return torch.stack(spoilt).sub(picture()).abs().mean()

    assert harm(0.0) == 0
    assert 0.01 < harm(0.3) < harm(1.0) < 0.5
