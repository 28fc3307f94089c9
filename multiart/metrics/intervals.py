"""How sure a mean is."""

from collections.abc import Sequence

import numpy as np


def interval(values: Sequence[float], *, draws: int = 1000, seed: int = 0) -> tuple[float, float, float]:
    """The mean, and the 95 % interval of it by bootstrap."""
    data = np.asarray(values, float)
    rng = np.random.default_rng(seed)
    means = data[rng.integers(0, len(data), (draws, len(data)))].mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(data.mean()), float(low), float(high)
