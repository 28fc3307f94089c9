"""The painter's network: a U-Net on pixel-unshuffled pictures that predicts the clean picture."""

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin, UNet2DConditionModel
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

HEAD_STRIDE = 2  # the head works on 2x2 pixel blocks
DETAIL_STRIDE = 4  # the detail path on 4x4


class DetailBlock(nn.Module):
    """Two convolutions about which the time decides, added to what comes in."""

    def __init__(self, channels: int, time_dim: int, groups: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(groups, channels) for _ in range(2))
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.time = nn.Linear(time_dim, 2 * channels)
        nn.init.zeros_(self.convs[1].weight)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """``[B, C, h, w]`` and the time's embedding ``[B, T]`` to ``[B, C, h, w]``."""
        scale, shift = self.time(time)[:, :, None, None].chunk(2, dim=1)
        y = self.convs[0](F.silu(self.norms[0](x)))
        return x + self.convs[1](F.silu(self.norms[1](y) * (1 + scale) + shift))


class PainterUNet(ModelMixin, ConfigMixin):
    """Text-conditioned U-Net for pixels: most of its work is done on a grid of ``patch_size`` blocks.

    Pictures are unshuffled by ``patch_size`` so that convolutions run on a 16x16 grid at 128 px, with
    attention to the text at 8x8 and below. The mean text state also enters the time embedding, which
    settles light, season and ground early in training. What a grid of 16x16 cannot hold, edges and small
    things, is made at 32x32 by a few convolutions that see the noisy pixels too (the detail path), and at
    half resolution by a small head that joins what neighbouring patches predict, so that no patch grid shows.

    The network predicts the clean picture (Li and He 2025, "Back to Basics", x-prediction), which is
    smooth where noise is not, and so can be made by few channels.
    """

    @register_to_config
    def __init__(
        self,
        *,
        patch_size: int = 8,
        block_out_channels: tuple[int, ...] = (96, 128, 192),
        layers_per_block: int = 1,
        text_dim: int = 576,
        attention_head_dim: int = 32,
        norm_num_groups: int = 16,
        head_channels: int = 32,
        detail_channels: int = 48,
        detail_blocks: int = 2,
    ) -> None:
        super().__init__()
        if patch_size % HEAD_STRIDE or patch_size < 2 * HEAD_STRIDE:
            raise ValueError(f"patch_size must be an even number of 4 or more, got {patch_size}")
        levels = len(block_out_channels)
        self.unet = UNet2DConditionModel(
            in_channels=3 * patch_size**2,
            out_channels=head_channels * (patch_size // HEAD_STRIDE) ** 2 // 2,
            block_out_channels=tuple(block_out_channels),
            layers_per_block=layers_per_block,
            down_block_types=("DownBlock2D", *["CrossAttnDownBlock2D"] * (levels - 1)),
            up_block_types=(*["CrossAttnUpBlock2D"] * (levels - 1), "UpBlock2D"),
            cross_attention_dim=text_dim,
            attention_head_dim=attention_head_dim,
            norm_num_groups=norm_num_groups,
            class_embed_type="projection",
            projection_class_embeddings_input_dim=text_dim,
        )
        pixels = 3 * HEAD_STRIDE**2
        self.head = nn.Sequential(
            nn.Conv2d(head_channels // 2 + pixels, head_channels, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(head_channels, pixels, 3, padding=1),
        )
        if patch_size % DETAIL_STRIDE:
            raise ValueError(f"patch_size must be a multiple of {DETAIL_STRIDE}, got {patch_size}")
        finer = head_channels // 2 * (DETAIL_STRIDE // HEAD_STRIDE) ** 2
        time_dim = block_out_channels[0] * 4
        self.detail_in = nn.Conv2d(finer + 3 * DETAIL_STRIDE**2, detail_channels, 3, padding=1)
        self.detail = nn.ModuleList(
            DetailBlock(detail_channels, time_dim, norm_num_groups) for _ in range(detail_blocks)
        )
        self.detail_out = nn.Conv2d(detail_channels, finer, 3, padding=1)
        nn.init.zeros_(self.detail_out.weight)
        nn.init.zeros_(self.detail_out.bias)
        self.to(memory_format=torch.channels_last)

    @property
    def size_multiple(self) -> int:
        """Height and width of a picture must be multiples of this, in pixels."""
        return self.config.patch_size * 2 ** (len(self.config.block_out_channels) - 1)

    def load_weights(self, state: dict[str, Tensor]) -> None:
        """Load weights; where they were made before there was a detail path, it stays one that adds nothing.

        Raises:
            RuntimeError: if they are those of another network.
        """
        fresh = {name: weight for name, weight in self.state_dict().items() if name.startswith("detail")}
        self.load_state_dict(fresh | state)

    def forward(
        self, noisy: Tensor, time: Tensor, prompt_embeds: Tensor, prompt_mask: Tensor, pooled: Tensor
    ) -> Tensor:
        """Predict the clean picture.

        Args:
            noisy: ``[B, 3, H, W]``, ``(1 - sigma) * picture + sigma * noise`` with pictures in [-1, 1].
            time: ``[B]``, ``1 - sigma``: 0 is noise, 1 the clean picture.
            prompt_embeds: text states ``[B, T, D]``, zeros where masked.
            prompt_mask: ``[B, T]`` bool, True at tokens to attend to.
            pooled: mean text state ``[B, D]``.

        Returns:
            ``[B, 3, H, W]``, in about [-1, 1].

        Raises:
            ValueError: if height or width is no multiple of `size_multiple`.
        """
        height, width = noisy.shape[-2:]
        if height % self.size_multiple or width % self.size_multiple:
            raise ValueError(
                f"height and width must be multiples of {self.size_multiple}, got {height}x{width}"
            )
        patch = self.config.patch_size
        grid = F.pixel_unshuffle(noisy, patch).contiguous(memory_format=torch.channels_last)
        coarse = self.unet(
            grid,
            time * 1000,
            encoder_hidden_states=prompt_embeds,
            encoder_attention_mask=prompt_mask,
            class_labels=pooled,
        ).sample
        coarse = F.pixel_shuffle(coarse, patch // HEAD_STRIDE)  # [B, head/2, H/2, W/2]
        coarse = coarse + self._details(coarse, noisy, time)
        pixels = F.pixel_unshuffle(noisy, HEAD_STRIDE)
        return F.pixel_shuffle(self.head(torch.cat([coarse, pixels], dim=1)), HEAD_STRIDE)

    def _details(self, coarse: Tensor, noisy: Tensor, time: Tensor) -> Tensor:
        """What the detail path adds to ``coarse`` ``[B, C, H/2, W/2]``."""
        ratio = DETAIL_STRIDE // HEAD_STRIDE
        pixels = F.pixel_unshuffle(noisy, DETAIL_STRIDE)
        embedded = self.unet.time_embedding(self.unet.time_proj(time * 1000).to(noisy.dtype))
        x = self.detail_in(torch.cat([F.pixel_unshuffle(coarse, ratio), pixels], dim=1))
        for block in self.detail:
            x = block(x, embedded)
        return F.pixel_shuffle(self.detail_out(F.silu(x)), ratio)
