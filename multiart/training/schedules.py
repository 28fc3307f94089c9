"""Learning rates over the steps of a training, as shares of the peak."""

import math


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
