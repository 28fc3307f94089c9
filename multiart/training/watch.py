"""Callbacks that watch a run: randomness tied to the step, and an end to a loss that is not a number."""

from typing import Any

import lightning.pytorch as pl
import torch

from multiart.errors import MultiartError
from multiart.seeding import derive_seed


class StepSeed(pl.Callback):
    """Seed PyTorch anew before every batch, so that a resumed run draws what the unbroken one does.

    A Lightning checkpoint holds no random state. Modules draw their noise from a generator of their own;
    this is for what they cannot reach, such as dropout inside a model from a hub.
    """

    def __init__(self, *, seed: int) -> None:
        self.seed = seed

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        torch.manual_seed(derive_seed(self.seed, "step", trainer.global_step, batch_idx, trainer.global_rank))


class NonFiniteGuard(pl.Callback):
    """Leave out a step whose gradients are not finite, and end training after too many in a row.

    Args:
        patience: how many steps in a row may be left out before training ends, 1 or more.

    Raises:
        MultiartError: from `fit`, naming the step; the checkpoints before it are untouched.
    """

    def __init__(self, *, patience: int = 10) -> None:
        if patience < 1:
            raise ValueError(f"patience must be 1 or more, got {patience}")
        self.patience = patience
        self._in_a_row = 0

    def on_before_optimizer_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, optimizer: torch.optim.Optimizer
    ) -> None:
        gradients = [p.grad for p in pl_module.parameters() if p.grad is not None]
        if torch.isfinite(torch.nn.utils.get_total_norm(gradients)):
            self._in_a_row = 0
            return
        optimizer.zero_grad(set_to_none=True)
        self._in_a_row += 1
        if self._in_a_row >= self.patience:
            raise MultiartError(
                f"the loss or its gradients were not finite for {self._in_a_row} steps in a row, up to step"
                f" {trainer.global_step}. Lower the learning rate, or resume from a checkpoint before it."
            )
