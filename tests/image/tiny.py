"""Painter's networks that take milliseconds, and what they read; sizes are multiples of 8 pixels."""

import torch
from diffusers import UNet2DConditionModel

from multiart.image.diffusion import PromptStates
from multiart.image.unet import make_unet

UNET = {
    "latent_channels": 6,
    "block_out_channels": [8, 16],
    "attention_levels": 1,
    "time_embedding_dim": 32,
    "text_dim": 16,
    "attention_heads": 2,
    "norm_num_groups": 4,
}
VAE = {"latent_channels": 6, "patch_size": 4}
PAINTER = {"unet": UNET, "vae": VAE, "fit_on": 0, "sample_size": 16}


def tiny_unet() -> UNet2DConditionModel:
    torch.manual_seed(0)
    return make_unet(**UNET).eval()


def states(batch: int, length: int = 5, seed: int = 0) -> PromptStates:
    embeds = torch.randn(batch, length, 16, generator=torch.Generator().manual_seed(seed))
    mask = torch.ones(batch, length, dtype=torch.bool)
    return PromptStates.from_tokens(embeds, mask, mask)


def generators(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]
