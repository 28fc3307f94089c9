"""Terms of a loss that look at pictures: LPIPS, Gram matrices, and a critic that learns along."""

import math
from collections.abc import Iterable, Set

import torch
from torch import Tensor, nn

from multiart.image.autoencoder import PatchAutoencoder
from multiart.training.patch_critic import PatchCritic, hinge_loss

PERCEPTUAL = {"lpips": "image_perceptual", "style": "image_style"}
ADVERSARIAL = "image_adversarial"
PICTURE_TERMS = (*PERCEPTUAL.values(), ADVERSARIAL)


def clearest(
    vae: PatchAutoencoder, predicted: Tensor, time: Tensor, pictures: Tensor, *, share: float
) -> tuple[Tensor, Tensor]:
    """The predicted pictures that had the least noise, decoded, and the true ones.

    Args:
        vae: decodes.
        predicted: clean latents ``[B, C, h, w]``.
        time: they were predicted at, ``[B]``, 1 is clean.
        pictures: the true ones, ``[B, 3, H, W]`` in [0, 1].
        share: of the batch, rounded up.

    Returns:
        Both ``[N, 3, H, W]`` in [0, 1].
    """
    chosen = time.topk(math.ceil(share * len(time))).indices
    return vae.decode(predicted[chosen].float()).clamp(0, 1), pictures[chosen]


class PictureTerms(nn.Module):
    """Judge predicted pictures by the true ones.

    Args:
        wanted: names of the terms that may be asked for; without `image_adversarial` there is no critic.
    """

    def __init__(self, wanted: Iterable[str]) -> None:
        super().__init__()
        self.critic = PatchCritic(num_media=1) if ADVERSARIAL in wanted else None
        self._encoder: list[nn.Module] = []  # kept out of the checkpoint

    def forward(self, painted: Tensor, true: Tensor, active: Set[str]) -> dict[str, Tensor]:
        """The active terms, each a scalar; in training also `critic`, the critic's own loss.

        Args:
            painted, true: ``[B, 3, H, W]`` in [0, 1].
            active: names of the terms.
        """
        terms = {}
        if wanted := [loss for loss, name in PERCEPTUAL.items() if name in active]:
            found = self.perceptual(wanted, painted.device)(painted, true)
            terms |= {PERCEPTUAL[loss]: value for loss, value in found.items()}
        if ADVERSARIAL in active:
            terms |= self._critic_terms(painted, true)
        return terms

    def _critic_terms(self, painted: Tensor, true: Tensor) -> dict[str, Tensor]:
        """What the painter learns of the critic, and in training what the critic learns of both."""
        medium = torch.zeros(len(painted), dtype=torch.long, device=painted.device)
        self.critic.requires_grad_(False)
        terms = {ADVERSARIAL: -self.critic(painted, medium).mean()}
        self.critic.requires_grad_(True)
        if self.training:
            judged = (self.critic(pictures, medium) for pictures in (true, painted.detach()))
            terms["critic"] = hinge_loss(*judged)
        return terms

    def perceptual(self, losses: list[str], device: torch.device) -> nn.Module:
        """The perceptual losses, on VGG features that are loaded when first needed."""
        from multiart.style.losses import PerceptualLoss
        from multiart.style.vgg import load_encoder

        if not self._encoder:
            self._encoder = [load_encoder().to(device)]
        return PerceptualLoss(self._encoder[0], weights=dict.fromkeys(losses, 1.0))
