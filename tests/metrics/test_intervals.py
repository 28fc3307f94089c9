"""Intervals of means."""

import math

import numpy as np
import pytest

from multiart.metrics.intervals import interval


def test_the_interval_holds_the_mean_and_narrows():
    values = [math.sin(n) for n in range(100)]
    mean, low, high = interval(values)
    assert low < mean < high and mean == pytest.approx(np.mean(values))
    _, low_more, high_more = interval(values * 16)
    assert high_more - low_more < (high - low) / 3
