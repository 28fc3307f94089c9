"""Train the detector."""

import json
from pathlib import Path

import lightning.pytorch as pl
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import Dataset

from multiart.io.atomic import atomic_write
from multiart.metrics.concepts import COLUMNS, best_thresholds
from multiart.metrics.detector import Detector, DetectorNet
from multiart.metrics.painter_suite import detected
from multiart.seeding import derive_seed
from multiart.vocabulary import ATTRIBUTES


def concept_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of every attribute, and as much weight again for the subjects' binary cross-entropy.

    Args:
        logits, truth: ``[B, len(CONCEPTS)]``.
    """
    words = sum(F.cross_entropy(logits[:, COLUMNS[n]], truth[:, COLUMNS[n]]) for n in ATTRIBUTES)
    subjects = COLUMNS["subjects"]
    return words + len(ATTRIBUTES) * F.binary_cross_entropy_with_logits(
        logits[:, subjects], truth[:, subjects]
    )


def augment(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Make painted pictures as imperfect as generated ones: mirrored, blurred, noisy, slightly off in colour.

    Args:
        pictures: ``[B, 3, S, S]`` in [0, 1].
        generator: on the CPU.
    """

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return (low + (high - low) * torch.rand(shape, generator=generator)).to(pictures.device)

    size, count = pictures.shape[-1], len(pictures)
    mirrored = uniform(0, 1, count, 1, 1, 1) < 0.5
    pictures = torch.where(mirrored, pictures.flip(-1), pictures)
    smaller = int(size * uniform(0.6, 1.0))
    blurred = F.interpolate(pictures, size=smaller, mode="bilinear", antialias=True)
    blurred = F.interpolate(blurred, size=size, mode="bilinear")
    pictures = torch.where(uniform(0, 1, count, 1, 1, 1) < 0.5, blurred, pictures)
    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * uniform(0.85, 1.15, count, 1, 1, 1)
    mean = pictures.mean((1, 2, 3), keepdim=True)
    pictures = (
        mean + (pictures - mean) * uniform(0.9, 1.1, count, 1, 1, 1) + uniform(-0.04, 0.04, count, 3, 1, 1)
    )
    noise = torch.randn(pictures.shape, generator=generator).to(pictures.device)
    return (pictures + noise * uniform(0, 0.05, count, 1, 1, 1)).clamp(0, 1)


class DetectorModule(pl.LightningModule):
    """Multi-task classification of painted scenes.

    Args:
        size: side of the pictures in pixels.
        lr: peak learning rate of AdamW; it rises over the first 5 % of ``max_steps``, then falls as a cosine.
        weight_decay: of AdamW.
        max_steps: optimiser steps in all.
        seed: of weights and augmentation.
    """

    card = "The detector says which season, time of day, weather, place and subjects a picture shows."

    def __init__(
        self, *, size: int = 64, lr: float = 2e-3, weight_decay: float = 0.01, max_steps: int, seed: int = 0
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        torch.manual_seed(derive_seed(seed, "detector-init"))
        self.net = DetectorNet(size=size)

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        generator = torch.Generator().manual_seed(
            derive_seed(self.hparams.seed, "detector", self.global_step)
        )
        pictures, truth = augment(batch[0] / 255, generator), batch[1]
        loss = concept_loss(self.net(pictures * 2 - 1).float(), truth)
        self.log("train/loss", loss, prog_bar=True)
        return loss

    def configure_optimizers(self) -> dict:
        p = self.hparams
        optimizer = torch.optim.AdamW(self.parameters(), lr=p.lr, weight_decay=p.weight_decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, p.lr, total_steps=p.max_steps, pct_start=0.05
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def export(self, folder: str | Path) -> None:
        """Calibrate the thresholds, measure the ceiling, and write `model.safetensors` and `ceiling.json`."""
        data = self.trainer.datamodule
        detector = Detector(self.net.cpu(), thresholds=[])
        pictures, truth = stacked(data.calibration)
        detector.thresholds = best_thresholds(detector.detect(pictures), truth)
        ceiling = detected(detector, *stacked(data.ceiling))
        atomic_write(Path(folder) / "ceiling.json", json.dumps(ceiling, indent=1))
        detector.save(folder)


def stacked(scenes: Dataset) -> tuple[Tensor, Tensor]:
    """All pictures in [0, 1] ``[N, 3, S, S]`` and all rows ``[N, len(CONCEPTS)]`` of a data set."""
    pictures, rows = zip(*(scenes[i] for i in range(len(scenes))), strict=True)
    return torch.stack(pictures).float() / 255, torch.stack(rows)
