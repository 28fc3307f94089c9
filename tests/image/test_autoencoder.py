"""The autoencoder: components that hold what patches vary in."""

import pytest
import torch

from multiart.image.autoencoder import PatchAutoencoder
from tests.image.tiny import VAE


def pictures(count: int = 16) -> torch.Tensor:
    """Pictures whose patches vary in six ways alone."""
    generator = torch.Generator().manual_seed(0)
    ways = torch.randn(6, 48, generator=generator) / 20
    strengths = torch.randn(count, 4, 4, 6, generator=generator)
    patches = 0.5 + strengths @ ways
    return torch.nn.functional.pixel_shuffle(patches.permute(0, 3, 1, 2), 4)


@pytest.mark.parametrize("whitening", [0.0, 0.5, 1.0])
def test_components_hold_all_there_is_and_latents_have_mean_square_one(whitening):
    autoencoder = PatchAutoencoder(**VAE, whitening=whitening)
    autoencoder.fit(pictures())
    latents = autoencoder.encode(pictures())
    assert latents.shape == (16, 6, 4, 4)
    torch.testing.assert_close(autoencoder.decode(latents), pictures(), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(latents.square().mean(), torch.tensor(1.0), atol=0.02, rtol=0)


def test_full_whitening_gives_all_components_the_same_deviation():
    autoencoder = PatchAutoencoder(**VAE, whitening=1.0)
    autoencoder.fit(pictures())
    deviation = autoencoder.encode(pictures()).std((0, 2, 3))
    torch.testing.assert_close(deviation, torch.ones(6), atol=0.02, rtol=0)


def test_fewer_components_lose_least():
    errors = []
    for kept in (2, 4, 6):
        autoencoder = PatchAutoencoder(**{**VAE, "latent_channels": kept})
        autoencoder.fit(pictures())
        again = autoencoder.decode(autoencoder.encode(pictures()))
        errors.append((again - pictures()).square().mean().item())
    assert errors[0] > errors[1] > 100 * errors[2]


def test_fitting_twice_gives_the_same():
    one, two = PatchAutoencoder(**VAE), PatchAutoencoder(**VAE)
    one.fit(pictures())
    two.fit(pictures())
    assert torch.equal(one.basis, two.basis) and torch.equal(one.scale, two.scale)


def test_saved_and_loaded_it_is_the_same(tmp_path):
    autoencoder = PatchAutoencoder(**VAE)
    autoencoder.fit(pictures())
    autoencoder.save_pretrained(tmp_path)
    again = PatchAutoencoder.from_pretrained(tmp_path)
    latents = autoencoder.encode(pictures(2))
    torch.testing.assert_close(again.decode(latents), autoencoder.decode(latents))


@pytest.mark.parametrize("wrong", [{"latent_channels": 99}, {"whitening": 2.0}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PatchAutoencoder(**{**VAE, **wrong})
