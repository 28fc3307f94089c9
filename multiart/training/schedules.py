"""Learning rates over the steps of a training, as shares of the peak."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Timer


def warm_up_stay_decay(
    step: int, *, warmup_steps: int, decay_steps: int, max_steps: int | None, least: float
) -> float:
    """Rise linearly over the first steps, stay, and fall linearly over the last ones.

    Args:
        step: optimiser step, from 0.
        warmup_steps: of the rise.
        decay_steps: of the fall, which ends at `max_steps`; 0 never falls.
        max_steps: of the training; read only where it falls.
        least: share of the peak below which it never falls.
    """
    factor = min(1.0, (step + 1) / max(1, warmup_steps))
    if decay_steps:
        factor *= min(1.0, max(least, (max_steps - step) / decay_steps))
    return factor


def warm_up_cosine(step: int, *, warmup_steps: int, max_steps: int | None, least: float) -> float:
    """Rise linearly over the first steps, and fall as a cosine until the last.

    Args:
        step: optimiser step, from 0.
        warmup_steps: of the rise.
        max_steps: of the training; None, 0 or less never falls.
        least: share of the peak at the end.
    """
    factor = min(1.0, (step + 1) / max(1, warmup_steps))
    if max_steps is not None and max_steps > 0:
        done = min(1.0, step / max_steps)
        factor *= least + (1 - least) * (1 + math.cos(math.pi * done)) / 2
    return factor


def check_decay(decay_steps: int, max_steps: int | None) -> None:
    """Check that the fall of `warm_up_stay_decay` has an end to fall to.

    Raises:
        ValueError: if it has not.
    """
    if decay_steps and (max_steps is None or max_steps < decay_steps):
        raise ValueError(f"decay_steps ({decay_steps}) must fit into max_steps ({max_steps})")


def stay_decay(settings: Mapping[str, Any], step: int, *, least: float = 0.05) -> float:
    """`warm_up_stay_decay` by a module's own ``warmup_steps``, ``decay_steps`` and ``max_steps``."""
    names = ("warmup_steps", "decay_steps", "max_steps")
    return warm_up_stay_decay(step, **{name: settings[name] for name in names}, least=least)


def decay_in_time(left: float | None, decay_minutes: float, *, least: float = 0.05) -> float:
    """Share of the peak with ``left`` minutes to go: falls linearly over the last ``decay_minutes``.

    Where no end is set (None) it never falls.
    """
    return 1.0 if left is None or not decay_minutes else min(1.0, max(least, left / decay_minutes))


def minutes_left(trainer: pl.Trainer | None) -> float | None:
    """Minutes until a trainer's time is up, or None if it has no limit."""
    timers = [timer for timer in (trainer.callbacks if trainer else ()) if isinstance(timer, Timer)]
    seconds = [timer.time_remaining() for timer in timers]
    return min((left / 60 for left in seconds if left is not None), default=None)


def scheduled(optimizer: torch.optim.Optimizer, factor: Callable[[int], float]) -> dict[str, Any]:
    """What `configure_optimizers` returns for rates that follow ``factor`` from step to step."""
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
