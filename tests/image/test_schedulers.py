"""Schedulers of the painter: what they have in common."""

import pytest
import torch
from diffusers import DPMSolverMultistepScheduler

from multiart.image.schedulers import SCHEDULERS, like, make_scheduler, set_steps, take_step
from tests.image.tiny import generators


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_shift_takes_more_steps_where_there_is_much_noise(name):
    def sigmas(shift):
        scheduler = make_scheduler(name, flow_shift=shift)
        set_steps(scheduler, 8)
        return torch.as_tensor(scheduler.timesteps).float() / 1000

    equal = sigmas(1.0)
    torch.testing.assert_close(sigmas(3.0), 3 * equal / (1 + 2 * equal), atol=2e-3, rtol=0)
    assert (sigmas(3.0) > 0.5).sum() > (equal > 0.5).sum()


@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_scheduler_takes_the_place_of_one_that_adds_noise(name):
    scheduler = like(DPMSolverMultistepScheduler(algorithm_type="sde-dpmsolver++"), name)
    scheduler.set_timesteps(4)
    noisy = torch.randn(2, 4, 8, 8)
    moved = take_step(scheduler, torch.zeros_like(noisy), scheduler.timesteps[0], noisy, generators(0, 1))
    assert moved.shape == noisy.shape and moved.isfinite().all()


def test_an_unknown_scheduler_names_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'euler'"):
        make_scheduler("eular")
