"""Latent diffusion models of diffusers, painting from a language model's states of a text."""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DiffusionPipeline, SchedulerMixin, UNet2DConditionModel
from torch import Tensor, nn

from multiart.errors import ModelUnavailable
from multiart.image.diffusion import PromptStates
from multiart.image.pipeline import PainterOutput, PainterPipeline
from multiart.image.schedulers import take_step
from multiart.models.store import fetch

PREDICTIONS = ("epsilon", "v_prediction")


class Latents(nn.Module):
    """An `AutoencoderKL` between pictures ``[B, 3, H, W]`` in [0, 1] and scaled latents ``[B, C, h, w]``."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def encode(self, pictures: Tensor) -> Tensor:
        """The mean of the latents' distribution, without gradient."""
        with torch.no_grad():
            return self.vae.encode(2 * pictures - 1).latent_dist.mode() * self.vae.config.scaling_factor

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures, not clamped."""
        return (self.vae.decode(latents / self.vae.config.scaling_factor).sample + 1) / 2

    @property
    def ratio(self) -> int:
        """Pixels a latent, in either direction."""
        return 2 ** (len(self.vae.config.block_out_channels) - 1)


class LatentPipeline(DiffusionPipeline):
    """Sample a latent diffusion model (Rombach et al. 2022) whose U-Net reads a language model's states.

    It is loaded from any pipeline of such parts, e.g. Stable Diffusion's, whose own text encoder it leaves
    out.

    Args:
        vae: between pictures and latents.
        unet: predicts noise or velocity.
        scheduler: of the noise.
        text_encoder_source, text_encoder_layer: whose states the U-Net reads, as of `PainterPipeline`; no
            source where it has not learnt to read any.
        sample_size: height and width of a picture in pixels; those of the U-Net where not given.
    """

    def __init__(
        self,
        vae: AutoencoderKL,
        unet: UNet2DConditionModel,
        scheduler: SchedulerMixin,
        text_encoder_source: str | None = None,
        text_encoder_layer: int = -1,
        sample_size: int | None = None,
    ) -> None:
        super().__init__()
        self.register_modules(vae=vae, unet=unet, scheduler=scheduler)
        self.register_to_config(
            text_encoder_source=text_encoder_source,
            text_encoder_layer=text_encoder_layer,
            sample_size=sample_size or unet.config.sample_size * Latents(vae).ratio,
        )

    @torch.no_grad()
    def __call__(
        self,
        prompt: PromptStates,
        *,
        generators: list[torch.Generator],
        negative_prompt: PromptStates | None = None,
        num_inference_steps: int = 30,
        guidance_scale: float = 7.0,
        callback=None,
    ) -> PainterOutput:
        """Paint one picture for each text; arguments and errors as of `PainterPipeline`."""
        if num_inference_steps < 1:
            raise ValueError(f"image.num_inference_steps must be 1 or more, got {num_inference_steps}")
        guided, device = guidance_scale != 1, self.unet.device
        states = prompt.joined(negative_prompt or prompt.emptied()) if guided else prompt
        size = self.config.sample_size // Latents(self.vae).ratio
        shape = (self.unet.config.in_channels, size, size)
        noisy = torch.stack([torch.randn(shape, generator=generator) for generator in generators]).to(device)
        self.scheduler.set_timesteps(num_inference_steps, device=device)
        noisy = noisy * self.scheduler.init_noise_sigma
        for step, timestep in enumerate(self.scheduler.timesteps):
            given = self.scheduler.scale_model_input(noisy.repeat(1 + guided, 1, 1, 1), timestep)
            predicted = predict(self.unet, given, timestep, states).float()
            if guided:
                with_text, without = predicted.chunk(2)
                predicted = without + guidance_scale * (with_text - without)
            noisy = take_step(self.scheduler, predicted, timestep, noisy, generators)
            if callback is not None:
                callback(step + 1, len(self.scheduler.timesteps))
        return PainterOutput.decoded(noisy, Latents(self.vae).decode)


def predict(unet: UNet2DConditionModel, noisy: Tensor, timestep: Tensor, states: PromptStates) -> Tensor:
    """What the U-Net makes of noisy latents ``[B, C, h, w]``, in its own parameterisation."""
    return unet(
        noisy, timestep, encoder_hidden_states=states.embeds, encoder_attention_mask=states.mask
    ).sample


def is_latent_diffusion(path: Path) -> bool:
    """Whether a folder is a pipeline of diffusers, and not of this project."""
    index = path / "model_index.json"
    return index.is_file() and json.loads(index.read_text("utf-8"))["_class_name"] != PainterPipeline.__name__


def load_latent(source: str, **parts: Any) -> LatentPipeline:
    """Load a pipeline that a `LatentPipeline` can be made of, in float32.

    Args:
        source: as the model store names it.
        parts: to be used in the place of its own.

    Raises:
        ModelUnavailable: if it cannot be had, or is made of other parts.
    """
    path = fetch(source).path
    try:
        pipeline = LatentPipeline.from_pretrained(path, dtype=torch.float32, use_safetensors=True, **parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise ModelUnavailable(f"diffusers cannot load {source} as latent diffusion: {error}") from error
    config, vae = pipeline.unet.config, pipeline.vae.config
    wrong = {
        "the U-Net reads more than one sequence of states": any(
            config.get(name)
            for name in ("addition_embed_type", "encoder_hid_dim_type", "cross_attention_norm")
        )
        or config.class_embed_type is not None
        or not isinstance(config.cross_attention_dim, int),
        "the U-Net's channels are not those of the latents": {config.in_channels, config.out_channels}
        != {vae.latent_channels},
        f"the scheduler predicts none of {', '.join(PREDICTIONS)}": pipeline.scheduler.config.get(
            "prediction_type"
        )
        not in PREDICTIONS,
    }
    if reasons := [reason for reason, holds in wrong.items() if holds]:
        raise ModelUnavailable(f"{source} is no latent diffusion of the kind needed: {'; '.join(reasons)}")
    return pipeline
