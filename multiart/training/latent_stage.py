"""A latent diffusion model of diffusers within joint training, in its own parameterisation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, StableDiffusionPipeline
from torch import Tensor, nn

from multiart.image.diffusion import PromptStates
from multiart.image.latent import LatentPipeline, Latents, load_latent, predict
from multiart.image.schedulers import like
from multiart.training.flow_matching import without_text
from multiart.training.image_stage import ImageStage
from multiart.training.projection import make_projection
from multiart.training.tuning import tune


class LatentStage(ImageStage):
    """Its mean squared error of the noise or the velocity (Ho et al. 2020; Salimans and Ho 2022).

    Its U-Net reads the states of the language model, in the place of those of its own text encoder, through a
    projection that is learned.

    Args:
        hidden_size: width of the states.
        init_from: a pipeline with a `UNet2DConditionModel` and an `AutoencoderKL`, as the model store names
            it.
        method, peft: what of its U-Net is trained, see `tune`.
        drop_text: share of pictures trained without text, for classifier-free guidance.

    Raises:
        ModelUnavailable: if it cannot be had, or is of another kind.
    """

    about = (
        "Load it with `multiart.image.latent.LatentPipeline.from_pretrained(FOLDER)`, or by diffusers alone:"
        " `DiffusionPipeline.from_pretrained(FOLDER, text_encoder=None, tokenizer=None)` paints from"
        " `prompt_embeds`, the language model's last states of one text without its start token, and"
        " `negative_prompt_embeds`, as many zeros. A safety checker of the model it began as is not among it,"
        " and the licence of that model goes on to hold."
    )

    def __init__(
        self,
        hidden_size: int,
        *,
        init_from: str,
        method: str,
        peft: Mapping[str, Any] | None,
        drop_text: float,
    ) -> None:
        super().__init__()
        pipeline = load_latent(init_from)
        self.drop_text, self.sample_size = drop_text, pipeline.config.sample_size
        self.scheduler, self.noise = pipeline.scheduler, DDPMScheduler.from_config(pipeline.scheduler.config)
        self.vae = Latents(pipeline.vae.requires_grad_(False))
        width = pipeline.unet.config.cross_attention_dim
        knows = pipeline.config.text_encoder_source is not None and width == hidden_size
        self.projection = nn.Identity() if knows else make_projection(hidden_size, width)
        self.network = tune(pipeline.unet, method, peft)
        self.fixed = [name for name, weight in self.named_parameters() if not weight.requires_grad]

    def denoise(
        self, pictures: Tensor, told: PromptStates, *, seeds: Sequence[int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        self._check_size(pictures)
        clean = self.vae.encode(pictures)
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        steps = self.noise.config.num_train_timesteps
        timesteps = torch.cat([torch.randint(steps, (1,), generator=g) for g in generators]).to(clean.device)
        noise = torch.stack([torch.randn(clean.shape[1:], generator=g) for g in generators]).to(clean)
        dropped = torch.cat([torch.rand(1, generator=g) for g in generators]) < self.drop_text
        noisy = self.noise.add_noise(clean, noise, timesteps)
        predicted = predict(self.network, noisy, timesteps, without_text(told, dropped)).float()
        kept = self.noise.alphas_cumprod.to(clean.device)[timesteps].view(-1, 1, 1, 1)
        if self.noise.config.prediction_type == "epsilon":
            target, found = noise, (noisy - (1 - kept).sqrt() * predicted) / kept.sqrt()
        else:
            target = self.noise.get_velocity(clean, noise, timesteps)
            found = kept.sqrt() * noisy - (1 - kept).sqrt() * predicted
        return F.mse_loss(predicted, target), found, kept.flatten()

    def _check_size(self, pictures: Tensor) -> None:
        multiple = self.vae.ratio * 2 ** (len(self.network.config.block_out_channels) - 1)
        if any(side % multiple for side in pictures.shape[-2:]):
            size = "x".join(str(side) for side in pictures.shape[-2:])
            raise ValueError(f"data.size must be a multiple of {multiple} for this model, got {size} pixels")

    def paint(self, told: PromptStates) -> Tensor:
        pipeline = LatentPipeline(
            vae=self.vae.vae,
            unet=self.network,
            scheduler=like(self.scheduler, "dpmpp"),
            sample_size=self.sample_size,
        )
        pipeline.set_progress_bar_config(disable=True)
        generators = [torch.Generator().manual_seed(number) for number in range(len(told.embeds))]
        return pipeline(told, generators=generators, num_inference_steps=12, guidance_scale=5.0).images

    def export(self, folder: str | Path, *, text_source: str) -> None:
        """Write it as Stable Diffusion without a text encoder, the U-Net in half precision.

        `load_painter` reads it, and diffusers alone, given the language model's states as `prompt_embeds`:
        ``DiffusionPipeline.from_pretrained(folder, text_encoder=None, tokenizer=None)``.
        """
        pipeline = StableDiffusionPipeline(
            vae=self.vae.vae,
            unet=self.whole().half(),
            scheduler=self.scheduler,
            text_encoder=None,
            tokenizer=None,
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
        told = {"text_encoder_source": text_source, "text_encoder_layer": -1, "sample_size": self.sample_size}
        pipeline.register_to_config(**told)
        pipeline.save_pretrained(folder, safe_serialization=True)
