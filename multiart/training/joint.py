"""Train language model, painter and melody model together, under one loss."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch import distributed as dist

from multiart.data.sampler import places_of
from multiart.errors import unknown
from multiart.music.network import IGNORED
from multiart.music.tune import Plan, Tune
from multiart.seeding import derive_seed
from multiart.training.image_stages import make_image_stage
from multiart.training.judged import ADVERSARIAL, PICTURE_TERMS, PictureTerms, clearest
from multiart.training.losses import CombinedLoss, Meeting, gradient_norms, number_of_each, some_of_each
from multiart.training.melody_stage import MelodyStage
from multiart.training.schedules import scheduled, warm_up_cosine
from multiart.training.tuning import TunedLanguageModel

BRANCHES = {
    "text": ("text", "text_kl"),
    "image": ("image", *PICTURE_TERMS),
    "music": ("music",),
}
"""The terms of the loss, by the branch that computes them from the language model's states."""
TERMS = tuple(name for names in BRANCHES.values() for name in names)


class JointModule(pl.LightningModule):
    """One language model writes the text, and its states of that text are what is painted and sung.

    ``L = sum of w_i L_i`` over the terms of `BRANCHES`: `text` is the text's negative log-likelihood a
    token, in nats; `text_kl` the divergence of the original model's next tokens from the tuned one's;
    `image` the painter's diffusion loss; `image_perceptual` (LPIPS) and `image_style` (Gram matrices)
    the distances of the predicted clean picture from the true one, and `image_adversarial` what a critic that
    learns beside it (`multiart.training.patch_critic`) finds untrue in it; `music` the melody's negative
    log-likelihood a note, in nats. Painter and melody model read the states of the same forward pass, so
    their gradients reach the language model; where they read states of another width, a projection is
    learned, with the learning rate of the text. A branch whose terms all have weight 0 is not computed, and
    its stage stays exactly as it is.

    Args:
        text: arguments of `TunedLanguageModel`.
        image: arguments of `make_image_stage`.
        music: arguments of `MelodyStage`.
        loss: of `CombinedLoss`, with weights of `TERMS`.
        text_share: of each text's tokens whose prediction the text's terms look at in training, drawn anew at
            every step: with a large vocabulary that is most of a step's work.
        perceptual_share: of the batch whose predicted picture the perceptual and adversarial terms look at,
            those with the least noise.
        lr: peak learning rate of AdamW, for each of text, image, music, and critic (2e-4 if not given).
        weight_decay: likewise, 0 for a stage not named.
        warmup_steps: of the learning rates, linear.
        max_steps: over which they then fall to `final_lr` of their peak, as a cosine; None keeps them.
        final_lr: share of the peak.
        gradients_every: steps between two measurements of the gradient that every term sends into every
            stage, each as expensive as a step; 0 for never.
        seed: of noise and of what is left out.

    Raises:
        ValueError: for an unknown term, stage or method, naming its key; for learned uncertainty with
            `image_adversarial`, which can be negative.
    """

    card = (
        "Language model, painter and melody model, tuned together: what is written is written to be"
        " painted and sung (`multiart/training/joint.py`)."
    )

    def __init__(
        self,
        *,
        text: Mapping[str, Any],
        image: Mapping[str, Any],
        music: Mapping[str, Any],
        loss: Mapping[str, Any],
        lr: Mapping[str, float],
        weight_decay: Mapping[str, float] | None = None,
        text_share: float = 1.0,
        perceptual_share: float = 0.25,
        warmup_steps: int = 50,
        max_steps: int | None = None,
        final_lr: float = 0.1,
        gradients_every: int = 0,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        if not 0 < text_share <= 1:
            raise ValueError(f"train.module.text_share must be more than 0 and at most 1, got {text_share}")
        for name in loss["weights"]:
            if name not in TERMS:
                raise ValueError(unknown("train.loss.weights entry", name, TERMS))
        for name in (*lr, *(weight_decay or {})):
            if name not in (*BRANCHES, "critic"):
                raise ValueError(unknown("stage", name, [*BRANCHES, "critic"]))
        torch.manual_seed(derive_seed(seed, "joint-init"))
        self.combined = CombinedLoss(**loss)
        self.text = TunedLanguageModel(**text)
        self.image = make_image_stage(self.text.hidden_size, **image)
        self.music = MelodyStage(self.text.hidden_size, **music)
        by_share = self.combined.weighting == "shares"
        weighed = [name for name, weight in self.combined.weights.items() if weight]
        self.judged = PictureTerms(weighed)
        if ADVERSARIAL in weighed and self.combined.weighting == "uncertainty":
            raise ValueError("weighting=uncertainty cannot weigh image_adversarial, which falls below 0")
        self.meeting = Meeting(shares=self._shares() if by_share else None)
        self.register_load_state_dict_post_hook(self._miss_nothing_fixed)
        self.train()  # what is loaded is in evaluation mode

    def _shares(self) -> dict[str, float]:
        weights = self.combined.weights
        return {branch: sum(weights.get(name, 0) for name in names) for branch, names in BRANCHES.items()}

    def stages(self) -> dict[str, list[nn.Parameter]]:
        """The parameters being trained, by stage; projections of the text's states count as text."""
        text = nn.ModuleList([self.text, self.image.projection, self.music.projection])
        networks = {"text": text, "image": self.image.network, "music": self.music.network}
        return {
            name: [p for p in network.parameters() if p.requires_grad] for name, network in networks.items()
        }

    @property
    def networks(self) -> list[nn.Module]:
        """Those that are worth compiling."""
        return [self.text, self.image.network, self.music.network, self.judged]

    def terms(
        self, batch: dict[str, Any], *, seed: int, step: int, places: Sequence[int] | None = None
    ) -> dict[str, Tensor]:
        """The terms whose weight is not 0, each a scalar; in training also `critic`, the critic's own loss.

        Args:
            batch: of `multiart.data.works.collate`.
            seed: of the noise.
            step: optimiser step, for the weights.
            places: of the works in the batch of all processes together, by which each has its own noise.
        """
        seeds = [derive_seed(seed, place) for place in places or range(len(batch["ids"]))]
        active = {name for name in self.combined.weights if self.combined.weight(name, step) > 0}
        taught = not self.training or self.text.method != "frozen"  # else its terms would only be looked at
        there = {"text": taught, "image": len(batch["painted"]), "music": len(batch["sung"])}
        branches = [name for name, terms in BRANCHES.items() if there[name] and active & {*terms}]
        views = self.meeting.split(self.text(batch["lower"], batch["mask"]), branches)
        terms = {}
        if "text" in views:
            share = self.hparams.text_share if self.training else 1.0
            drawn = [derive_seed(seed, "tokens") for seed in seeds]
            counted = some_of_each(batch["mask"][:, 1:], share, drawn)
            terms |= self._text_terms(views["text"], batch, active, counted)
        if "image" in views:
            terms |= self._image_terms(views["image"], batch, active, seeds)
        if "music" in views:
            terms["music"] = self._music_term(views["music"], batch, seeds)
        return terms

    def _text_terms(
        self, states: Tensor, batch: dict[str, Tensor], active: set[str], counted: Tensor
    ) -> dict[str, Tensor]:
        after, truth = self._next_tokens(states, batch, counted)
        terms = {}
        if "text" in active:
            terms["text"] = F.nll_loss(after, truth)
        if "text_kl" in active:
            original = self.text.original(batch["lower"], batch["mask"])
            before, _ = self._next_tokens(original, batch, counted)
            terms["text_kl"] = F.kl_div(after, before, log_target=True, reduction="batchmean")
        return terms

    def _next_tokens(
        self, states: Tensor, batch: dict[str, Tensor], counted: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Log-probabilities ``[N, V]`` of the next tokens that are counted, and which they are, ``[N]``."""
        logits = self.text.logits(states[:, :-1][counted])
        return logits.log_softmax(-1), batch["ids"][:, 1:][counted]

    def _image_terms(
        self, states: Tensor, batch: dict[str, Tensor], active: set[str], seeds: list[int]
    ) -> dict[str, Tensor]:
        rows = (x[batch["painted"]] for x in (states, batch["mask"], batch["caption_mask"]))
        pictures = batch["pixels"].float() / 255
        told, seeds = self.image.told(*rows), [seeds[row] for row in batch["painted"]]
        loss, predicted, clear = self.image.denoise(pictures, told, seeds=seeds)
        terms = {"image": loss} if "image" in active else {}
        if active & {*PICTURE_TERMS}:
            share = self.hparams.perceptual_share
            terms |= self.judged(*clearest(self.image.vae, predicted, clear, pictures, share=share), active)
        return terms

    def _music_term(self, states: Tensor, batch: dict[str, Any], seeds: list[int]) -> Tensor:
        rows = (x[batch["sung"]] for x in (states, batch["mask"]))
        return self.music.loss(*rows, batch["melody"], [seeds[row] for row in batch["sung"]])

    def training_step(self, batch: dict[str, Any], batch_idx: int) -> Tensor | None:
        step = self.global_step
        seed = derive_seed(self.hparams.seed, "joint", step, batch_idx)
        places = places_of(len(batch["ids"]))
        terms = self.terms(batch, seed=seed, step=step, places=places)
        alone = places.step == 1
        if not alone:
            terms = self._balanced(terms, batch)
        if not any(term.requires_grad for term in terms.values()):  # e.g. prose alone, while text is frozen
            trained = (p for p in self.parameters() if p.requires_grad)
            return None if alone else sum(0 * p.sum() for p in trained)
        lesson = terms.pop("critic", None)
        if self.hparams.gradients_every and step % self.hparams.gradients_every == 0:
            self.log_dict(gradient_norms(terms, self.stages()))
        total, shares = self.combined(terms, step)
        self.log("train/loss", total, prog_bar=True)
        self.log_dict({f"train/{name}": term for name, term in terms.items()}, prog_bar=True)
        self.log_dict({f"share/{name}": share for name, share in shares.items()})
        if lesson is None:
            return total
        self.log("train/critic", lesson)
        return total + lesson

    def _balanced(self, terms: dict[str, Tensor], batch: dict[str, Any]) -> dict[str, Tensor]:
        """Terms whose mean over the processes is the mean over all their tokens, pictures and notes."""
        counts = {
            "text": number_of_each(batch["mask"][:, 1:], self.hparams.text_share).sum(),
            "image": torch.tensor(len(batch["painted"])),
            "music": torch.tensor(0)
            if batch["melody"] is None
            else batch["melody"]["pitches"].ne(IGNORED).sum(),
        }
        own = torch.stack([count.float().to(self.device) for count in counts.values()])
        every = own.clone()
        dist.all_reduce(every)
        share = dict(zip(counts, dist.get_world_size() * own / every.clamp(min=1), strict=True))
        branch = {name: branch for branch, names in BRANCHES.items() for name in names}
        return {name: term * share[branch.get(name, "image")] for name, term in terms.items()}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Leave out what never changes and is loaded with the models that training began with."""
        for state in (checkpoint["state_dict"], checkpoint.get("current_model_state", {})):
            for name in self.image.fixed:
                state.pop(f"image.{name}", None)

    @staticmethod
    def _miss_nothing_fixed(module: "JointModule", keys: Any) -> None:
        fixed = tuple(f"image.{name}" for name in module.image.fixed)
        keys.missing_keys[:] = [key for key in keys.missing_keys if not key.endswith(fixed)]

    def on_after_backward(self) -> None:
        self.meeting.settle(self.device)

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Log the gradient that each branch sent into the language model's states, and each stage's own."""
        self.log_dict({f"meeting/{name}": norm for name, norm in self.meeting.norms.items()})
        for stage, parameters in self.stages().items():
            norms = [p.grad.norm() for p in parameters if p.grad is not None]
            if norms:
                self.log(f"gradient/{stage}", torch.stack(norms).norm())

    def validation_step(self, batch: dict[str, Any], batch_idx: int, dataloader_idx: int = 0) -> None:
        if dataloader_idx:
            self._measure_forgetting(batch)
            return
        step = max(self.global_step, *self.combined.start_steps.values(), 0)
        terms = self.terms(batch, seed=derive_seed(0, "joint-validation", batch_idx), step=step)
        total, _ = self.combined(terms, step)
        logged = {"val/loss": total, **{f"val/{name}": term for name, term in terms.items()}}
        self._log_held_out(logged, prog_bar=True, batch_size=len(batch["ids"]))

    def _measure_forgetting(self, batch: dict[str, Any]) -> None:
        """Log the negative log-likelihood of other texts, in nats a token, now and before any tuning."""
        for name, model in (("nll", self.text), ("nll_before", self.text.original)):
            states = model(batch["lower"], batch["mask"])
            tokens, truth = self._next_tokens(states, batch, batch["mask"][:, 1:])
            loss = F.nll_loss(tokens, truth)
            self._log_held_out({f"general/{name}": loss}, batch_size=len(truth))

    def _log_held_out(self, logged: dict[str, Tensor], **options: Any) -> None:
        self.log_dict(logged, add_dataloader_idx=False, sync_dist=True, **options)

    def paint(self, batch: dict[str, Any]) -> Tensor:
        """Paint every text of a batch, ``[B, 3, H, W]`` in [0, 1], always from the same noise."""
        states = self.text(batch["lower"], batch["mask"])
        return self.image.paint(self.image.told(states, batch["mask"], batch["caption_mask"]))

    def sing(self, batch: dict[str, Any], plans: Sequence[Plan | None]) -> list[Tune | None]:
        """A tune after each text's plan, always with the same random numbers; None where there is no plan."""
        return self.music.sing(self.text(batch["lower"], batch["mask"]), batch["mask"], plans)

    @property
    def text_source(self) -> str:
        """Of the language model, as the painter and the melody model that are exported beside it name it."""
        return self.text.source if self.text.method == "frozen" else "file:../text"

    def configure_optimizers(self) -> dict[str, Any]:
        decay = self.hparams.weight_decay or {}
        groups = [
            {"params": parameters, "lr": self.hparams.lr[stage], "weight_decay": decay.get(stage, 0.0)}
            for stage, parameters in self.stages().items()
            if parameters
        ]
        if self.judged.critic is not None:
            critic = {"lr": self.hparams.lr.get("critic", 2e-4), "weight_decay": decay.get("critic", 0.0)}
            groups.append({"params": [*self.judged.parameters()], **critic})
        if scales := [*self.combined.parameters()]:
            groups.append({"params": scales, "lr": 0.01, "weight_decay": 0.0})
        optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.99))
        return scheduled(optimizer, self.lr_factor)

    def lr_factor(self, step: int) -> float:
        p = self.hparams
        return warm_up_cosine(step, warmup_steps=p.warmup_steps, max_steps=p.max_steps, least=p.final_lr)

    def export(self, folder: str | Path) -> None:
        """Write `text` (adapters, or the model), `painter` (a diffusers pipeline that reads it), `melody`."""
        folder = Path(folder)
        if self.text.method != "frozen":
            self.text.export(folder / "text")
        self.image.export(folder / "painter", text_source=self.text_source)
        self.music.export(folder / "melody", text_source=self.text_source)
