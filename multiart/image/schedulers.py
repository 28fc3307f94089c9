"""Noise schedulers by name; the painter's integrate one flow, from noise at sigma 1 to a picture at 0."""

import inspect
from collections.abc import Sequence

import diffusers
import torch
from diffusers import SchedulerMixin
from torch import Tensor

from multiart.errors import unknown

_FLOW = {"use_flow_sigmas": True, "prediction_type": "flow_prediction"}
_SCHEDULERS = {
    "euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "dpmpp": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++"}),
    "dpmpp_sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "unipc": ("UniPCMultistepScheduler", {}),
}  # class, settings
SCHEDULERS = tuple(_SCHEDULERS)
DEFAULT = "dpmpp_sde"  # its pictures come nearest to true scenes: `benchmarks/sampling.py`
DETERMINISTIC = "unipc"  # adds no noise on the way: a picture follows from the noise it begins with
FLOW_SHIFT = 3.0  # pictures are nearer to true scenes than with equal steps
_DIFFUSION = {"euler": "EulerDiscreteScheduler"}  # where it has another class than that of a flow


def set_steps(scheduler: SchedulerMixin, num_inference_steps: int) -> None:
    """Part the way from noise to picture into steps equal but for a shift, ending at sigma 0."""
    if isinstance(
        scheduler, diffusers.FlowMatchEulerDiscreteScheduler
    ):  # its own spacing wastes the last step
        sigmas = torch.linspace(1, 1 / num_inference_steps, num_inference_steps)
        scheduler.set_timesteps(sigmas=sigmas.tolist())
    else:
        scheduler.set_timesteps(num_inference_steps)


def make_scheduler(name: str = DEFAULT, *, flow_shift: float = FLOW_SHIFT) -> SchedulerMixin:
    """Build the diffusers scheduler called ``name``.

    Args:
        name: one of `SCHEDULERS`.
        flow_shift: equal steps of sigma become ``shift sigma / (1 + (shift - 1) sigma)`` (Esser et al. 2024,
            eq. 23): more than 1 takes more of them where there is much noise.

    Raises:
        ValueError: if the name is not one of `SCHEDULERS`.
    """
    if name not in _SCHEDULERS:
        raise ValueError(unknown("image.scheduler", name, SCHEDULERS))
    class_name, settings = _SCHEDULERS[name]
    flow = {"shift": flow_shift} if name == "euler" else {**_FLOW, "flow_shift": flow_shift}
    return getattr(diffusers, class_name)(num_train_timesteps=1000, **flow, **settings)


def like(scheduler: SchedulerMixin, name: str) -> SchedulerMixin:
    """The scheduler called ``name`` for a diffusion model, with the noise of the one it came with.

    Raises:
        ValueError: if the name is not one of `SCHEDULERS`.
    """
    if name not in _SCHEDULERS:
        raise ValueError(unknown("image.scheduler", name, SCHEDULERS))
    class_name, settings = _SCHEDULERS[name]
    return getattr(diffusers, _DIFFUSION.get(name, class_name)).from_config(scheduler.config, **settings)


def take_step(
    scheduler: SchedulerMixin,
    predicted: Tensor,
    timestep: Tensor,
    noisy: Tensor,
    generators: Sequence[torch.Generator],
) -> Tensor:
    """One step of a scheduler; if it adds noise, each picture's comes from its own generator.

    Args:
        scheduler: that has its steps set.
        predicted: by the network, ``[B, C, h, w]``.
        timestep: of the scheduler's.
        noisy: ``[B, C, h, w]``.
        generators: B of them, on the CPU.

    Returns:
        ``[B, C, h, w]``.
    """
    takes = inspect.signature(scheduler.step).parameters
    noise = {"generator": [*generators]} if "generator" in takes else {}
    return scheduler.step(predicted, timestep, noisy, return_dict=False, **noise)[0]
