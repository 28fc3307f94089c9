"""What every style does to a picture before and after its network."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from multiart.style.color import keep_colors

SMALLEST_AREA = 768**2  # pixels; a smaller picture is styled at this size, for strokes finer than its objects
GRAIN = 0.1  # of the picture's contrast


def check_share(key: str, value: float | bool) -> float:
    """Check that ``value`` is from 0 to 1 and give it as a float; ``key`` names it in the error."""
    if not isinstance(value, bool | int | float) or not 0 <= value <= 1:
        raise ValueError(f"{key} must be from 0 to 1, got {value!r}")
    return float(value)


def working_size(height: int, width: int) -> tuple[int, int]:
    """The size a picture is styled at: its own, or where that is small, 768x768 in the same proportions."""
    scale = math.sqrt(max(1, SMALLEST_AREA / (height * width)))
    return round(height * scale), round(width * scale)


def pad_to_multiple(pixels: Tensor, multiple: int) -> Tensor:
    """Continue ``[3, H, W]`` by reflection to the right and below."""
    _, height, width = pixels.shape
    return functional.pad(pixels[None], (0, -width % multiple, 0, -height % multiple), mode="reflect")[0]


def add_grain(content: Tensor, generator: torch.Generator) -> Tensor:
    """Roughen ``[3, H, W]`` with fine Gaussian noise of a tenth of its contrast.

    Instance normalisation blows up whatever little there is in a flat area: without grain, rows of pixels
    (streaks); with it, brush strokes. Coarser noise hides the dim objects of a night scene.
    """
    noise = torch.randn(content.shape, generator=generator)
    return content + GRAIN * content.std() * noise


def finish(content: Tensor, styled: Tensor, *, strength: float, colors: float) -> Tensor:
    """Bring back the content's colours by ``colors``, then blend with it by ``strength``."""
    return torch.lerp(content, keep_colors(styled, content, colors), strength).clamp(0, 1)
