"""Which painter learns within joint training, by what it is loaded from."""

from collections.abc import Mapping
from typing import Any

from multiart.image.latent import is_latent_diffusion
from multiart.models.store import fetch
from multiart.training.image_stage import ImageStage, PainterStage
from multiart.training.latent_stage import LatentStage


def make_image_stage(
    hidden_size: int,
    *,
    init_from: str,
    method: str = "full",
    peft: Mapping[str, Any] | None = None,
    drop_text: float = 0.1,
    time_mean: float = 0.0,
    time_std: float = 1.3,
) -> ImageStage:
    """The stage for a painter of this project, or for a latent diffusion pipeline of diffusers.

    Args:
        hidden_size: width of the states that are painted from.
        init_from: an exported painter or a diffusers pipeline, as the model store names it, or a checkpoint
            of the painter.
        method, peft: what of the U-Net is trained, see `tune`.
        drop_text: share of pictures trained without text, for classifier-free guidance.
        time_mean, time_std: of the painter's own noise; a pipeline has its scheduler's.

    Raises:
        ModelUnavailable: if it cannot be had, or is of another kind.
    """
    common = {"init_from": init_from, "method": method, "peft": peft, "drop_text": drop_text}
    if init_from.endswith(".ckpt") or not is_latent_diffusion(fetch(init_from).path):
        return PainterStage(hidden_size, **common, time_mean=time_mean, time_std=time_std)
    return LatentStage(hidden_size, **common)
