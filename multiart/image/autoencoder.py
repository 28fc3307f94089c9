"""The painter's autoencoder: the principal components of patches."""

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor


class PatchAutoencoder(ModelMixin, ConfigMixin):
    """Latents are the principal components of a picture's patches.

    A patch of 4x4 pixels has 48 numbers, nearly all of whose variance lies in a few directions: the encoder
    is the projection on these, found by `fit` without any training, and the decoder the way back. Each
    component is divided by a power of its deviation, so that edges, which are faint, count beside tones,
    which are strong.

    Args:
        latent_channels: components kept.
        patch_size: pixels a side of a patch.
        whitening: the power, from 0 (components as strong as in the pictures) to 1 (all alike).

    Raises:
        ValueError: if a number is out of range.
    """

    @register_to_config
    def __init__(
        self,
        *,
        latent_channels: int = 24,
        patch_size: int = 4,
        whitening: float = 0.5,
    ) -> None:
        super().__init__()
        numbers = 3 * patch_size**2
        if not 1 <= latent_channels <= numbers or not 0 <= whitening <= 1:
            raise ValueError(
                f"latent_channels must be from 1 to 3 patch_size^2 and whitening from 0 to 1,"
                f" got {latent_channels} with patch_size {patch_size}, and {whitening}"
            )
        self.register_buffer("mean", torch.full((numbers,), 0.5))
        self.register_buffer("basis", torch.eye(latent_channels, numbers))
        self.register_buffer("scale", torch.ones(latent_channels))

    @torch.no_grad()
    def fit(self, pictures: Tensor) -> None:
        """Find the components of pictures ``[N, 3, H, W]`` in [0, 1]; latents then have mean square 1."""
        patches = self._patches(pictures).flatten(0, 2).double()
        mean = patches.mean(0)
        _, spread, axes = torch.linalg.svd(torch.cov((patches - mean).T))
        basis = axes[: self.config.latent_channels]
        basis = basis * basis.sum(1, keepdim=True).sign()  # which way an axis points is nobody's choice
        deviation = spread[: len(basis)].sqrt().clamp(min=1e-6)
        left = deviation ** (1 - self.config.whitening)
        scale = deviation**self.config.whitening * left.square().mean().sqrt()
        for buffer, value in ((self.mean, mean), (self.basis, basis), (self.scale, scale)):
            buffer.copy_(value)

    def encode(self, pictures: Tensor) -> Tensor:
        """Latents ``[B, C, H/p, W/p]`` of pictures ``[B, 3, H, W]`` in [0, 1]."""
        latents = (self._patches(pictures) - self.mean) @ (self.basis / self.scale[:, None]).T
        return latents.permute(0, 3, 1, 2)

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures ``[B, 3, H, W]``, in about [0, 1], of latents ``[B, C, H/p, W/p]``."""
        patches = latents.permute(0, 2, 3, 1) @ (self.basis * self.scale[:, None]) + self.mean
        return F.pixel_shuffle(patches.permute(0, 3, 1, 2), self.config.patch_size)

    def _patches(self, pictures: Tensor) -> Tensor:
        """``[B, H/p, W/p, 3 p^2]``."""
        return F.pixel_unshuffle(pictures, self.config.patch_size).permute(0, 2, 3, 1)
