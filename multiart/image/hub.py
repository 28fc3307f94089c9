"""The image stage with any text-to-image model that diffusers can load."""

import copy
from functools import cached_property
from string import Formatter
from typing import Self

import torch
from diffusers import DiffusionPipeline

from multiart.errors import ModelUnavailable
from multiart.models.store import fetch
from multiart.records import Draft, Picture, StageResult
from multiart.recovery import NOT_FINITE

FIELDS = ("caption", "poem", "title")


class HubPainter:
    """Paint with a diffusers pipeline from the hub or from a folder.

    Args:
        model: ``hub:org/name[@revision]`` or ``file:/path``; a bare ``org/name`` is taken from the hub.
        prompt_template: the prompt, with ``{caption}``, ``{poem}`` and ``{title}`` replaced.
        height, width: in pixels; the model's own where not given.
        num_inference_steps: 1 or more.
        guidance_scale: as the model understands it.
        negative_prompt: may be empty; left out for models that have none.
        num_images_per_prompt: 1 or more.
        device: "cpu", "cuda" or "mps"; bfloat16 is used on cuda, float32 elsewhere.

    Raises:
        ValueError: if a number is out of range or the template names an unknown field.
    """

    def __init__(
        self,
        *,
        model: str,
        prompt_template: str = "a painting of {caption}",
        height: int | None = None,
        width: int | None = None,
        num_inference_steps: int = 30,
        guidance_scale: float = 7.0,
        negative_prompt: str = "",
        num_images_per_prompt: int = 1,
        device: str = "cpu",
    ) -> None:
        if num_inference_steps < 1 or num_images_per_prompt < 1:
            raise ValueError("image.num_inference_steps and image.num_images_per_prompt must be 1 or more")
        unknown_fields = {name for _, name, _, _ in Formatter().parse(prompt_template) if name} - {*FIELDS}
        if unknown_fields:
            raise ValueError(f"image.prompt_template may use {FIELDS}, got {sorted(unknown_fields)}")
        self.source = model if model.startswith(("hub:", "file:", "asset:")) else f"hub:{model}"
        self.prompt_template = prompt_template
        self.device = device
        self.dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
        self.options = {
            "height": height,
            "width": width,
            "num_inference_steps": num_inference_steps,
            "guidance_scale": guidance_scale,
            "negative_prompt": negative_prompt or None,
            "num_images_per_prompt": num_images_per_prompt,
        }

    @cached_property
    def pipeline(self) -> DiffusionPipeline:
        """The loaded pipeline, on its device."""
        try:
            pipeline = DiffusionPipeline.from_pretrained(
                fetch(self.source).path, dtype=self.dtype, use_safetensors=True
            )
        except (OSError, ValueError) as error:
            raise ModelUnavailable(f"image.model: diffusers cannot load {self.source}: {error}") from error
        pipeline.set_progress_bar_config(disable=True)
        return pipeline.to(self.device)

    def easier(self, trouble: str) -> tuple[Self, str] | None:
        """In float32 where numbers were not finite, on the CPU where a graphics card's memory did not do."""
        step, device = ("float32", self.device) if trouble == NOT_FINITE else ("the CPU", "cpu")
        if (device, torch.float32) == (self.device, self.dtype):
            return None
        easier = copy.copy(self)
        easier.device, easier.dtype = device, torch.float32
        easier.__dict__.pop("pipeline", None)
        return easier, step

    @cached_property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the model."""
        return {self.source: fetch(self.source).sha256}

    def generate(
        self, draft: Draft, *, generator: torch.Generator, callback=None
    ) -> StageResult[list[Picture]]:
        """Paint a draft; ``callback(step, total)`` is called after every step where the model allows it."""
        prompt = self.prompt_template.format(caption=draft.caption, poem=draft.text, title=draft.title)
        options = {name: value for name, value in self.options.items() if value is not None}
        pictures = self.pipeline(prompt, generator=generator, output_type="pt", **options).images
        pictures = pictures.float().cpu().clamp(0, 1)
        return StageResult(
            output=[Picture(pixels=pixels) for pixels in pictures], settings={"prompt": prompt, **options}
        )
