"""A module small enough to train in milliseconds, with everything that makes an exact resume hard."""

import lightning.pytorch as pl
import torch
from torch import nn
from torch.utils.data import TensorDataset

from multiart.data.sampler import EpochSampler, ResumableLoader
from multiart.training.checkpointing import AtomicCheckpointIO, DurableCheckpoint
from multiart.training.ema import EMA
from multiart.training.watch import StepSeed


class TinyModule(pl.LightningModule):
    """Regression with dropout, noise from the step's seed, Adam and a falling learning rate."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.Linear(8, 1))
        self.seen: list[list[float]] = []

    def training_step(self, batch, batch_idx):
        (x,) = batch
        self.seen.append(x[:, 0].tolist())
        return (self.net(x + 0.1 * torch.randn(x.shape)) - x.sum(1, keepdim=True)).square().mean()

    def validation_step(self, batch, batch_idx):
        self.log("val/loss", self.net(batch[0]).square().mean())

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=0.05)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 15)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def quiet_trainer(folder, steps: int, **options) -> pl.Trainer:
    """A trainer that logs, shows and keeps nothing."""
    return pl.Trainer(
        max_steps=steps,
        accelerator="cpu",
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
        default_root_dir=folder,
        **options,
    )


def tiny_loader(num_workers: int = 0) -> ResumableLoader:
    """Five batches an epoch; the first number of an item is its index."""
    x = torch.stack([torch.arange(11.0), torch.linspace(-1, 1, 11), torch.linspace(2, 0, 11)], dim=1)
    return ResumableLoader(TensorDataset(x), EpochSampler(11, batch_size=2, seed=4), num_workers=num_workers)


def tiny_trainer(folder, *, callbacks=(), every_minutes: float = 0.0, keep=99, **options) -> pl.Trainer:
    return pl.Trainer(
        accelerator="cpu",
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        plugins=[AtomicCheckpointIO()],
        callbacks=[
            StepSeed(seed=3),
            EMA(decay=0.5),
            *callbacks,
            DurableCheckpoint(folder=str(folder), every_minutes=every_minutes, keep=keep),
        ],
        default_root_dir=folder,
        **{"max_epochs": 3, **options},
    )
