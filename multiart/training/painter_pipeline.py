"""The painter's networks as a pipeline: loaded to train on, sampled from, and written."""

import copy
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from multiart.image.autoencoder import PatchAutoencoder
from multiart.image.diffusion import GUIDANCE, STEPS, PromptStates
from multiart.image.loading import load_checkpoint, load_painter
from multiart.image.pipeline import PainterPipeline
from multiart.image.schedulers import DEFAULT, make_scheduler


def export_painter(
    vae: PatchAutoencoder,
    unet: UNet2DConditionModel,
    folder: str | Path,
    *,
    text_encoder_source: str,
    text_encoder_layer: int = -1,
    sample_size: int = 128,
    scheduler: str = DEFAULT,
) -> None:
    """Write networks as a diffusers pipeline, the U-Net in half precision."""
    unet = copy.deepcopy(unet)
    for weight in unet.parameters():
        weight.data = weight.data.half()
    pipeline = PainterPipeline(
        vae=vae,
        unet=unet,
        scheduler=make_scheduler(scheduler),
        text_encoder_source=text_encoder_source,
        text_encoder_layer=text_encoder_layer,
        sample_size=sample_size,
    )
    for network in (vae, unet):
        network.register_to_config(_name_or_path="")  # where it was loaded from is nobody's business
    pipeline.save_pretrained(folder, safe_serialization=True)


def sample(
    vae: PatchAutoencoder,
    unet: UNet2DConditionModel,
    states: PromptStates,
    *,
    size: int,
    steps: int = STEPS,
    guidance: float = GUIDANCE,
) -> Tensor:
    """Paint texts, ``[B, 3, S, S]`` in [0, 1], always from the same noise."""
    pipeline = PainterPipeline(vae=vae, unet=unet, scheduler=make_scheduler(), sample_size=size)
    pipeline.set_progress_bar_config(disable=True)
    generators = [torch.Generator().manual_seed(number) for number in range(len(states.embeds))]
    return pipeline(states, generators=generators, num_inference_steps=steps, guidance_scale=guidance).images


def load_trained(source: str) -> PainterPipeline:
    """Load a painter to train on, in float32.

    Args:
        source: an exported painter, as the model store names it, or the path of a checkpoint (`.ckpt`).

    Raises:
        ModelUnavailable: if it cannot be had, or is no painter.
    """
    return load_checkpoint(source) if source.endswith(".ckpt") else load_painter(source)
