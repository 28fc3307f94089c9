"""Callbacks that watch a run: seeds tied to the step, an end to a loss that is not a number, a history."""

import sys
import time
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
        finite = bool(torch.isfinite(torch.nn.utils.get_total_norm(gradients)))
        if trainer.strategy.reduce_boolean_decision(finite):  # of all processes, should each have a shard
            self._in_a_row = 0
            return
        optimizer.zero_grad(set_to_none=True)
        self._in_a_row += 1
        if self._in_a_row >= self.patience:
            raise MultiartError(
                f"the loss or its gradients were not finite for {self._in_a_row} steps in a row, up to step"
                f" {trainer.global_step}. Lower the learning rate, or resume from a checkpoint before it."
            )


class History(pl.Callback):
    """What the model card tells: the time spent and the mean loss on the way, over all resumes.

    Args:
        every_minutes: wall time between two lines on the console; None prints none.
    """

    def __init__(self, *, every_minutes: float | None = None) -> None:
        self.every_minutes = every_minutes
        self.seconds = 0.0
        self.losses: list[tuple[int, float]] = []
        self._sum, self._count = 0.0, 0
        self._clock = self._told = time.monotonic()

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._clock = self._told = time.monotonic()

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        now = time.monotonic()
        self.seconds += now - self._clock
        self._clock = now
        loss = (outputs or {}).get("loss")
        if loss is None:  # the batch taught nothing
            return
        self._sum, self._count = self._sum + float(loss), self._count + 1
        step = trainer.global_step
        due = self.every_minutes is not None and now - self._told >= 60 * self.every_minutes
        if due and trainer.is_global_zero:
            self._told = now
            said = f"step {step}: loss {self._sum / self._count:.4f}, {self.seconds / 60:.1f} min"
            print(said, file=sys.stderr, flush=True)
        if step == self._next_mark():
            self.losses.append((step, self._sum / self._count))
            self._sum, self._count = 0.0, 0

    def rows(self, step: int) -> list[tuple[int, float]]:
        """The marked steps and losses, and the mean since the last mark up to ``step``."""
        return self.losses + ([(step, self._sum / self._count)] if self._count else [])

    def _next_mark(self) -> int:
        """Steps 100, 200, 400, ... are marked."""
        return 2 * self.losses[-1][0] if self.losses else 100

    def state_dict(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "losses": self.losses, "sum": self._sum, "count": self._count}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.seconds, self.losses = state["seconds"], list(state["losses"])
        self._sum, self._count = state["sum"], state["count"]
