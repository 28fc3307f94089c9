"""Descending a loss over pixels."""

import pytest
import torch

from multiart.style.descent import descend_adam, descend_lbfgs

START = torch.full((3, 4, 4), 0.5)
TARGET = torch.rand(1, 3, 4, 4, generator=torch.Generator().manual_seed(0))


def distance(pixels):
    return (pixels - TARGET).square().sum()


@pytest.mark.parametrize("length", [1e-5, 1e-3, 0.1, 1.0])
def test_adam_finds_how_long_its_steps_must_be(length):
    told = []
    painted, curve = descend_adam(distance, START, 60, told.append, length=length)
    assert told == curve and len(curve) == 60
    assert distance(painted).item() == pytest.approx(min(curve), rel=1e-3)
    assert min(curve) < 0.02 * curve[0]


def test_a_step_that_raises_the_loss_is_taken_back():
    start = (TARGET[0] + 0.01).clamp(0, 1)
    painted, curve = descend_adam(distance, start, 2, lambda loss: None, length=0.5)
    assert curve[1] > curve[0] and torch.equal(painted, start)


def test_what_is_painted_stays_in_range():
    for painted, _ in (
        descend_adam(lambda p: -p.sum(), START, 5, lambda loss: None, length=1.0),
        descend_lbfgs(lambda p: -p.sum(), START, 5, lambda loss: None),
    ):
        assert painted.min() >= 0 and painted.max() <= 1


def test_lbfgs_reaches_a_quadratic_minimum():
    painted, curve = descend_lbfgs(distance, START, 20, lambda loss: None)
    assert len(curve) <= 20 and torch.allclose(painted, TARGET[0], atol=1e-3)
