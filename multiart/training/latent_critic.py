"""The one-step painter's adversary: how true latents are at each place, by what the teacher sees in them."""

import copy
import math

import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from multiart.image.diffusion import PromptStates, predict_clean
from multiart.training.patch_critic import hinge_loss


class TeacherFeatures:
    """What a trained painter makes of noisy latents and a text, down to its middle block.

    The first half of the network is copied and frozen; gradients pass through it to the latents.

    Args:
        unet: the teacher's network.

    Attributes:
        channels: of each feature: the levels from fine to coarse, then the middle block.
        text_dim: channels of what `text` gives.
    """

    def __init__(self, unet: UNet2DConditionModel) -> None:
        self.channels = (*unet.config.block_out_channels, unet.config.block_out_channels[-1])
        self.trunk = copy.deepcopy(unet).eval().requires_grad_(False)
        self.trunk.up_blocks = nn.ModuleList()
        self.trunk.conv_norm_out = None
        self.trunk.conv_out = nn.Identity()
        self.text_dim = self.trunk.class_embedding.linear_2.out_features
        self._found: list[Tensor] = []
        for block in self.trunk.down_blocks:
            block.register_forward_hook(self._keep)

    def to(self, device: torch.device) -> None:
        """Move the network to a device."""
        self.trunk.to(device)

    def __call__(self, clean: Tensor, noise: Tensor, time: Tensor, states: PromptStates) -> list[Tensor]:
        """Unit-length features (Zhang et al. 2018) of ``time * clean + (1 - time) * noise``.

        Args:
            clean, noise: ``[B, C, h, w]``.
            time: ``[B]`` in [0, 1], 0 is noise.
            states: of B texts.

        Returns:
            ``[B, channels, h', w']`` for each level, before it is halved, and for the middle block; every
            place's vector has length 1.
        """
        mixed = time.view(-1, 1, 1, 1)
        middle = predict_clean(self.trunk, mixed * clean + (1 - mixed) * noise, time, states)
        found, self._found = [*self._found, middle], []
        return [F.normalize(feature.float(), dim=1) for feature in found]

    @torch.no_grad()
    def text(self, states: PromptStates) -> Tensor:
        """What the teacher makes of the mean states, ``[B, text_dim]``; as they are, all are much alike."""
        return self.trunk.class_embedding(states.pooled).float()

    def _keep(self, block: nn.Module, _: tuple, output: tuple[Tensor, tuple[Tensor, ...]]) -> None:
        residuals = output[1]  # one a layer, then the halved one where there is one
        self._found.append(residuals[-2] if block.downsamplers else residuals[-1])


class LatentCritic(nn.Module):
    """Small heads on the teacher's features (Sauer et al. 2024), which the text enters by projection.

    Spectral normalisation bounds their slope (Miyato et al. 2018); the text enters as in Miyato and Koyama
    2018, beside what the features themselves hold of it.

    Args:
        channels: of each feature.
        text_dim: channels of the text.
        width: channels of a head.
    """

    def __init__(self, *, channels: tuple[int, ...], text_dim: int, width: int = 64) -> None:
        super().__init__()
        self.heads = nn.ModuleList(_Head(inputs, text_dim, width) for inputs in channels)

    def forward(self, features: list[Tensor], text: Tensor) -> list[Tensor]:
        """How true each place is, ``[B, h', w']`` for each feature, to a text ``[B, text_dim]``."""
        return [head(feature, text) for head, feature in zip(self.heads, features, strict=True)]


class _Head(nn.Module):
    def __init__(self, channels: int, text_dim: int, width: int) -> None:
        super().__init__()
        self.scale = math.sqrt(channels)  # of unit-length features, whose numbers then have mean square 1
        self.first = spectral_norm(nn.Conv2d(channels, width, 3, padding=1))
        self.second = spectral_norm(nn.Conv2d(width, width, 3, padding=1))
        self.true = spectral_norm(nn.Conv2d(width, 1, 1))
        self.text = spectral_norm(nn.Linear(text_dim, width))

    def forward(self, feature: Tensor, text: Tensor) -> Tensor:
        x = F.leaky_relu(self.first(self.scale * feature), 0.2)
        x = F.leaky_relu(self.second(x), 0.2)
        text = self.text(F.layer_norm(text, text.shape[1:])) / math.sqrt(x.shape[1])
        return self.true(x)[:, 0] + torch.einsum("bchw,bc->bhw", x, text)


def tempered(latents: Tensor) -> Tensor:
    """The same latents ``[B, ...]``, but no picture's gradient is longer than twice the median picture's.

    The teacher's attention is sharp: through it some pictures get a gradient thirty times that of others, and
    would decide a step alone.
    """
    same = latents.view_as(latents)
    if same.requires_grad:
        same.register_hook(_limited)
    return same


def _limited(gradient: Tensor) -> Tensor:
    length = gradient.flatten(1).norm(dim=1)
    factor = (2 * length.median() / length.clamp(min=1e-12)).clamp(max=1)
    return gradient * factor.view(-1, *[1] * (gradient.dim() - 1))


def feature_distance(painted: list[Tensor], true: list[Tensor]) -> Tensor:
    """Mean squared distance of unit-length features over places, then over levels: LPIPS without weights."""
    distances = [(a - b).square().sum(1).mean() for a, b in zip(painted, true, strict=True)]
    return torch.stack(distances).mean()


def critic_loss(true: list[Tensor], painted: list[Tensor]) -> Tensor:
    """`hinge_loss`, the mean over the heads."""
    losses = [hinge_loss(a, b) for a, b in zip(true, painted, strict=True)]
    return torch.stack(losses).mean()


def opinion(scores: list[Tensor]) -> Tensor:
    """How true pictures are on the whole: the mean over places, then over the heads."""
    return torch.stack([score.mean() for score in scores]).mean()
