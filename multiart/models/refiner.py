"""The refiner: a small picture painted at four times its size, in a medium or as it is."""

import math
from functools import cached_property, lru_cache
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from multiart.errors import unknown
from multiart.models.exported import export_half, load_exported
from multiart.models.store import fetch
from multiart.vocabulary import MEDIA, PLAIN

SCALE = 4  # sides of what comes out over those of what goes in
SOURCE = "asset:refiner"
TILE = 192  # pixels a side, of what goes in
GENTLY = 0.1  # without it a step of Adam, 576 weights at once, moves a pixel by half its range


class MediumConv(nn.Conv2d):
    """A 3x3 convolution whose channels the medium scales and shifts (Perez et al. 2018, "FiLM").

    Args:
        inputs, outputs: channels.
        medium_dim: length of the medium's embedding.
    """

    def __init__(self, inputs: int, outputs: int, medium_dim: int) -> None:
        super().__init__(inputs, outputs, 3, padding=1)
        self.film = nn.Linear(medium_dim, 2 * outputs)
        nn.init.normal_(self.film.weight, std=0.1 * medium_dim**-0.5)
        nn.init.zeros_(self.film.bias)
        nn.init.kaiming_normal_(self.weight)  # keeps the signal's size from layer to layer (He et al. 2015)

    @torch.no_grad()
    def start_smoothly(self) -> None:
        """Let the four pixels that are shuffled from a place begin alike (Aitken et al. 2017, "ICNR")."""
        scale, shift = self.film.weight.chunk(2)
        for weight in (self.weight, self.bias, scale, shift):
            weight.copy_(weight[::4].repeat_interleave(4, dim=0))

    def forward(self, x: Tensor, medium: Tensor) -> Tensor:
        """``[B, inputs, h, w]`` and ``[B, medium_dim]`` to ``[B, outputs, h, w]``."""
        scale, shift = self.film(medium)[:, :, None, None].chunk(2, dim=1)
        return super().forward(x) * (1 + scale) + shift


class RefinerBlock(nn.Module):
    """Two convolutions, the first in the medium, added to what comes in."""

    def __init__(self, channels: int, medium_dim: int) -> None:
        super().__init__()
        self.inner = MediumConv(channels, channels, medium_dim)
        self.outer = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, x: Tensor, medium: Tensor) -> Tensor:
        return x + self.outer(F.silu(self.inner(x, medium)))


class RefinerNet(ModelMixin, ConfigMixin):
    """A convolutional network that adds to an enlarged picture what the medium would.

    The enlarged picture's colours are first mapped to the medium's, by a matrix each: what is linear can be
    fitted (`fit_colors`), and is left to no gradient.

    Residual blocks work at the size of the small picture; pixels are then shuffled to twice and to four times
    that (Shi et al. 2016), with one convolution more at each size. A second way out, linear and straight from
    the blocks to the pixels, learns in some hundred steps to draw edges sharply. Nothing is normalised over
    places, so what a pixel becomes depends on its `margin` neighbours alone and a picture can be painted in
    tiles.

    Noise, one number a pixel of the large picture, decides where texture falls: the first convolution is
    given it in 4x4 blocks, and at full size it is added to all channels, each by a weight of its own (Karras
    et al. 2019, section 3.2).

    Args:
        channels: of the residual blocks, a multiple of 4; half as many work at twice the size, a quarter at
            four times.
        num_blocks: residual blocks.
        medium_dim: length of a medium's embedding.
        media: the media it paints in; "plain" is none, the picture drawn clearly at the larger size.
    """

    @register_to_config
    def __init__(
        self,
        *,
        channels: int = 64,
        num_blocks: int = 8,
        medium_dim: int = 32,
        media: tuple[str, ...] = (PLAIN, *MEDIA),
    ) -> None:
        super().__init__()
        if channels < 4 or channels % 4:
            raise ValueError(f"channels must be a multiple of 4, got {channels}")
        half, quarter = channels // 2, channels // 4
        self.colors = nn.Parameter(torch.eye(3, 4).repeat(len(media), 1, 1))  # the last column is added
        self.embedding = nn.Embedding(len(media), medium_dim)
        self.first = nn.Conv2d(3 + SCALE**2, channels, 3, padding=1)
        nn.init.kaiming_normal_(self.first.weight)
        with torch.no_grad():  # sixteen numbers of noise for three of the picture, which they would drown
            self.first.weight[:, :3] *= (3 + SCALE**2) ** 0.5
            self.first.weight[:, 3:] = 0
        self.blocks = nn.ModuleList(RefinerBlock(channels, medium_dim) for _ in range(num_blocks))
        self.direct = nn.Conv2d(channels, 3 * SCALE**2, 3, padding=1)
        nn.init.zeros_(self.direct.weight)
        nn.init.zeros_(self.direct.bias)
        self.to_double = MediumConv(channels, 4 * half, medium_dim)
        self.at_double = MediumConv(half, half, medium_dim)
        self.to_full = MediumConv(half, 4 * quarter, medium_dim)
        for shuffled in (self.to_double, self.to_full):
            shuffled.start_smoothly()
        self.noise_weights = nn.Parameter(torch.zeros(quarter, 1, 1))
        self.at_full = MediumConv(quarter, quarter, medium_dim)
        self.last = nn.Conv2d(quarter, 3, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        self.to(memory_format=torch.channels_last)

    @property
    def margin(self) -> int:
        """How far away, in pixels of the small picture, something can still count."""
        return 2 * self.config.num_blocks + 4

    def forward(self, small: Tensor, media: Tensor, noise: Tensor) -> Tensor:
        """Paint pictures four times as large.

        Args:
            small: ``[B, 3, h, w]`` in [0, 1].
            media: their media, int64 ``[B]``, places in `media` of the config.
            noise: normal, ``[B, 1, 4h, 4w]``.

        Returns:
            ``[B, 3, 4h, 4w]`` in about [0, 1]: the picture enlarged, in the medium's colours, and at most 1
            added or taken away.
        """
        medium = self.embedding(media)
        x = torch.cat([4 * small - 2, F.pixel_unshuffle(noise, SCALE)], dim=1)
        x = self.first(x.contiguous(memory_format=torch.channels_last))
        for block in self.blocks:
            x = block(x, medium)
        edges = GENTLY * F.pixel_shuffle(self.direct(x), SCALE)
        x = F.silu(F.pixel_shuffle(self.to_double(x, medium), 2))
        x = F.silu(self.at_double(x, medium))
        x = F.silu(F.pixel_shuffle(self.to_full(x, medium), 2) + self.noise_weights * noise)
        added = edges + self.last(F.silu(self.at_full(x, medium)))
        return self.recolor(enlarge(small), media) + torch.tanh(added)

    def recolor(self, pictures: Tensor, media: Tensor) -> Tensor:
        """``[B, 3, H, W]`` in [0, 1] by the matrices of ``[B]`` media."""
        mixed, added = self.colors[media].split((3, 1), dim=2)
        return torch.einsum("boi,bihw->bohw", mixed, pictures) + added[..., None]

    @torch.no_grad()
    def fit_colors(self, given: Tensor, true: Tensor, medium: int) -> None:
        """Fit a medium's matrix to pixels ``[N, 3]`` in [0, 1] of pictures and of the same painted in it."""
        ones = torch.ones(len(given), 1, dtype=given.dtype, device=given.device)
        fitted = torch.linalg.lstsq(torch.cat([given, ones], dim=1), true).solution
        self.colors[medium].copy_(fitted.T)

    def place_of(self, medium: str) -> int:
        """The place of a medium in `media` of the config; "_" may stand for a blank.

        Raises:
            ValueError: if it is none of them.
        """
        names = [name.replace("_", " ") for name in self.config.media]
        if medium.replace("_", " ") not in names:
            raise ValueError(unknown("medium", medium, tuple(self.config.media)))
        return names.index(medium.replace("_", " "))

    def export(self, folder: str | Path) -> None:
        """Write it in half precision; `load_refiner` reads it."""
        export_half(self, folder)


class Refiner:
    """A trained refiner, loaded when it is first needed.

    Args:
        source: an exported refiner, as the model store names it.
    """

    def __init__(self, source: str = SOURCE) -> None:
        self.source = source

    @cached_property
    def net(self) -> RefinerNet:
        return load_refiner(self.source)

    @property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the network."""
        return {self.source: fetch(self.source).sha256}

    def refine(self, pixels: Tensor, medium: str, *, generator: torch.Generator, tile: int = TILE) -> Tensor:
        """Paint ``[3, h, w]`` in [0, 1] as ``[3, 4h, 4w]``; see `refine`."""
        return refine(self.net, pixels, medium, generator=generator, tile=tile)


@torch.no_grad()
def refine(
    net: RefinerNet, picture: Tensor, medium: str, *, generator: torch.Generator, tile: int = TILE
) -> Tensor:
    """Paint a picture of any size in a medium, four times as large.

    Tiles overlap by what can count for their pixels, so there are no seams: the result is that of the whole
    picture painted at once.

    Args:
        net: the network.
        picture: ``[3, h, w]`` in [0, 1].
        medium: one of the network's media.
        generator: draws the noise.
        tile: pixels a side of the small picture painted at once, which bounds the memory.

    Returns:
        ``[3, 4h, 4w]`` in [0, 1].

    Raises:
        ValueError: a medium the network has not learnt, or no such picture.
    """
    if picture.ndim != 3 or picture.shape[0] != 3 or not picture.numel():
        raise ValueError(f"picture must be [3, h, w], got {list(picture.shape)}")
    if tile < 1:
        raise ValueError(f"tile must be 1 or more, got {tile}")
    media = torch.tensor([net.place_of(medium)])
    _, height, width = picture.shape
    noise = torch.randn(1, 1, SCALE * height, SCALE * width, generator=generator)
    painted = torch.empty(3, SCALE * height, SCALE * width)
    for rows, inner_rows in _spans(height, tile, net.margin):
        for columns, inner_columns in _spans(width, tile, net.margin):
            patch = net(picture[None, :, rows, columns], media, noise[:, :, _large(rows), _large(columns)])
            top, left = inner_rows.start - rows.start, inner_columns.start - columns.start
            own = patch[0, :, SCALE * top :, SCALE * left :]
            place = painted[:, _large(inner_rows), _large(inner_columns)]
            place.copy_(own[:, : place.shape[1], : place.shape[2]])
    return painted.clamp(0, 1)


def enlarge(small: Tensor) -> Tensor:
    """``[B, 3, h, w]`` as ``[B, 3, 4h, 4w]``, smoothly."""
    return F.interpolate(small, scale_factor=SCALE, mode="bicubic", align_corners=False)


@lru_cache(maxsize=2)
def load_refiner(source: str = SOURCE) -> RefinerNet:
    """Load an exported refiner in float32, once in a process.

    Raises:
        ModelUnavailable: if it is missing, or is not a refiner.
    """
    return load_exported(RefinerNet, source, name="refiner")


def _spans(length: int, tile: int, margin: int) -> list[tuple[slice, slice]]:
    """Spans that cover ``length`` pixels, each with its margins, and without."""
    count = math.ceil(length / tile)
    edges = [round(number * length / count) for number in range(count + 1)]
    return [
        (slice(max(0, start - margin), min(length, end + margin)), slice(start, end))
        for start, end in zip(edges, edges[1:], strict=False)
    ]


def _large(span: slice) -> slice:
    return slice(SCALE * span.start, SCALE * span.stop)
