"""The painter's denoising network."""

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

LEAST_VARIANCE = 0.1  # of the median: directions in which text states hardly differ are not blown up


def make_unet(
    *,
    latent_channels: int = 24,
    block_out_channels: tuple[int, ...] = (128, 192, 256),
    attention_levels: int = 2,
    time_embedding_dim: int = 512,
    layers_per_block: int = 1,
    text_dim: int = 576,
    text_channels: int = 320,
    attention_heads: int = 4,
    norm_num_groups: int = 16,
) -> UNet2DConditionModel:
    """A text-conditioned U-Net with random weights, small enough to be trained on a CPU.

    Attention to the text acts at the lowest levels, on states that a linear map makes alike in scale (see
    `whiten_text`). The mean text state also enters the time embedding, which settles light, season and ground
    early in training.

    Args:
        latent_channels: of the latents ``[B, C, h, w]`` it takes and gives.
        block_out_channels: of each level.
        attention_levels: how many of the lowest levels attend to the text.
        time_embedding_dim: channels of the embedded time.
        layers_per_block: residual blocks of each level.
        text_dim: channels of the text states.
        text_channels: channels of what the linear map makes of them, ``text_dim`` where that is less.
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
        cross_attention_dim=min(text_channels, text_dim),
        encoder_hid_dim=text_dim,
        encoder_hid_dim_type="text_proj",
        time_embedding_dim=time_embedding_dim,
        attention_head_dim=attention_heads,  # diffusers' name for the number of heads
        norm_num_groups=norm_num_groups,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=text_dim,
    )
    return unet.to(memory_format=torch.channels_last)


@torch.no_grad()
def whiten_text(reads: nn.Linear, states: Tensor, *, rotate: bool) -> None:
    """Let a new layer read text states as principal components, centred and all alike in variance.

    Hidden states of a language model have a large mean, the same for all texts, and a few channels that vary
    ten times as much as the rest; as they are, what distinguishes two captions is lost in these. The layer is
    set to undo this, and is trained from there.

    Args:
        reads: the layer, ``D`` to any number of channels.
        states: of captions, ``[N, D]``; N well above D.
        rotate: give the components themselves, the strongest first; else the layer's own random weights read
            the components.
    """
    mean, axes, spread = _components(states)
    weight = axes / spread[:, None]
    reads.weight.copy_(weight[: len(reads.weight)] if rotate else reads.weight @ weight)
    reads.bias.copy_(-reads.weight @ mean)


def whiten_unet(unet: UNet2DConditionModel, tokens: Tensor, pooled: Tensor) -> None:
    """Set both ways of the text into a network of `make_unet` by states of captions.

    Args:
        unet: with random weights.
        tokens: ``[N, text_dim]``.
        pooled: mean states, ``[M, text_dim]``.
    """
    whiten_text(unet.encoder_hid_proj, tokens, rotate=True)
    whiten_text(unet.class_embedding.linear_1, pooled, rotate=False)


def _components(states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean ``[D]``, principal axes ``[D, D]``, strongest first, and deviations along them ``[D]``."""
    states = states.double()
    variance, axes = torch.linalg.eigh(torch.cov(states.T))
    least = max(LEAST_VARIANCE * variance.median().item(), 1e-4 * variance.max().item(), 1e-12)
    spread = variance.clamp(min=least).sqrt()
    return states.mean(0).float(), axes.flip(1).T.float(), spread.flip(0).float()
