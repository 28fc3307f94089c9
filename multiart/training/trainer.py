"""The Lightning trainer of the `train` command."""

import sys
from collections.abc import Sequence

import lightning.pytorch as pl
import torch
from lightning.pytorch.loggers import Logger
from lightning.pytorch.strategies import Strategy
from lightning.pytorch.utilities.exceptions import MisconfigurationException

from multiart.errors import MultiartError
from multiart.models.precision import prefers_bfloat16
from multiart.training.checkpointing import AtomicCheckpointIO


def build_trainer(
    *,
    max_steps: int = -1,
    max_epochs: int | None = -1,
    max_minutes: float | None = None,
    accelerator: str = "auto",
    devices: int | str = 1,
    strategy: str | Strategy = "auto",
    precision: str = "auto",
    gradient_clip_val: float | None = 1.0,
    accumulate_grad_batches: int = 1,
    val_check_interval: int | None = None,
    limit_val_batches: int | float | None = None,
    log_every_n_steps: int = 20,
    progress_bar: bool = True,
    run_dir: str | None = None,
    callbacks: Sequence[pl.Callback] = (),
    loggers: Sequence[Logger] = (),
) -> pl.Trainer:
    """Build a trainer whose checkpoints are atomic and whose data order is our own.

    Args:
        max_steps: optimiser steps in all; -1 for no limit.
        max_epochs: epochs in all; -1 for no limit.
        max_minutes: minutes in all, those before a resume included; None for no limit.
        accelerator, devices, strategy: as Lightning takes them.
        precision: "auto" is bf16-mixed where bfloat16 is quicker, else 32-true.
        gradient_clip_val: largest norm of all gradients together, or None.
        accumulate_grad_batches: batches a step.
        val_check_interval: batches between two validations, of which a run of fewer steps has one at its
            end; None validates after every epoch.
        limit_val_batches: batches a validation, all if None.
        log_every_n_steps: steps between two log rows.
        progress_bar: whether to show one on a terminal.
        run_dir: where Lightning may write.
        callbacks, loggers: passed on.

    Raises:
        MultiartError: if this machine has no such devices, or the strategy is not for them.
    """
    if precision == "auto":
        device = "cuda" if accelerator != "cpu" and torch.cuda.is_available() else "cpu"
        precision = "bf16-mixed" if prefers_bfloat16(device) else "32-true"
    batches = max_steps * accumulate_grad_batches
    if val_check_interval is not None and batches > 0:
        val_check_interval = min(val_check_interval, batches)
    try:
        return pl.Trainer(
            max_steps=max_steps,
            max_epochs=max_epochs,
            max_time=None if max_minutes is None else {"seconds": 60 * max_minutes},
            accelerator=accelerator,
            devices=devices,
            strategy=strategy,
            precision=precision,
            gradient_clip_val=gradient_clip_val,
            accumulate_grad_batches=accumulate_grad_batches,
            val_check_interval=val_check_interval,
            check_val_every_n_epoch=1 if val_check_interval is None else None,
            limit_val_batches=limit_val_batches,
            log_every_n_steps=log_every_n_steps,
            enable_progress_bar=progress_bar and sys.stderr.isatty(),
            default_root_dir=run_dir,
            callbacks=list(callbacks),
            logger=list(loggers),
            plugins=[AtomicCheckpointIO()],
            use_distributed_sampler=False,
            num_sanity_val_steps=0,
            enable_model_summary=False,
        )
    except MisconfigurationException as error:
        asked = f"trainer.accelerator={accelerator} and trainer.devices={devices}"
        raise MultiartError(f"no training with {asked} here: {error}") from error
