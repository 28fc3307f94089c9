"""The painter's denoising network."""

import torch
from diffusers import UNet2DConditionModel


def make_unet(
    *,
    latent_channels: int = 32,
    block_out_channels: tuple[int, ...] = (96, 128, 192),
    attention_levels: int = 2,
    time_embedding_dim: int = 384,
    layers_per_block: int = 1,
    text_dim: int = 576,
    attention_heads: int = 4,
    norm_num_groups: int = 16,
) -> UNet2DConditionModel:
    """A text-conditioned U-Net with random weights, small enough to be trained on a CPU.

    Attention to the text acts at the lowest levels. The mean text state also enters the time embedding, which
    settles light, season and ground early in training.

    Args:
        latent_channels: of the latents ``[B, C, h, w]`` it takes and gives.
        block_out_channels: of each level.
        attention_levels: how many of the lowest levels attend to the text.
        time_embedding_dim: channels of the embedded time.
        layers_per_block: residual blocks of each level.
        text_dim: channels of the text states.
        attention_heads: heads of every attention; more cost time and, at these widths, bring nothing.
        norm_num_groups: of the group normalisations; must divide all of ``block_out_channels``.
    """
    lower, higher = attention_levels, len(block_out_channels) - attention_levels
    unet = UNet2DConditionModel(
        in_channels=latent_channels,
        out_channels=latent_channels,
        block_out_channels=tuple(block_out_channels),
        layers_per_block=layers_per_block,
        down_block_types=(*["DownBlock2D"] * higher, *["CrossAttnDownBlock2D"] * lower),
        up_block_types=(*["CrossAttnUpBlock2D"] * lower, *["UpBlock2D"] * higher),
        cross_attention_dim=text_dim,
        time_embedding_dim=time_embedding_dim,
        attention_head_dim=attention_heads,  # diffusers' name for the number of heads
        norm_num_groups=norm_num_groups,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=text_dim,
    )
    return unet.to(memory_format=torch.channels_last)
