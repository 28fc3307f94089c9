"""Several losses made one: their weights, and what happens where their gradients meet."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch import distributed as dist

from multiart.errors import unknown

WEIGHTINGS = ("fixed", "schedule", "uncertainty", "shares")
LIKELIHOODS = (
    "text",
    "text_kl",
    "music",
)  # negative log-likelihoods; the others are squared errors and the like


class CombinedLoss(nn.Module):
    """The weighted sum of named loss terms.

    Args:
        weights: of each term, 0 or more; a term of weight 0 is not computed at all.
        weighting: `fixed` takes the weights as they are; `schedule` multiplies them by `schedule`;
            `uncertainty` learns the scale of each term (Kendall et al. 2018, eq. 7): ``w (exp(-s) L / 2 + s
            / 2)`` for a squared error and ``w (exp(-s) L + s / 2)`` for a likelihood, with one learned ``s``
            a term; `shares` leaves the sum as `fixed` does but gives each term the share ``w / sum(w)`` of
            the gradient that reaches the tensor they meet in, whatever its size (Défossez et al. 2022, eq.
            6): see `Meeting`.
        start_steps: optimiser steps before which a term's weight is 0; 0 for a term not named.
        schedule: for each term points ``{step: factor}``; the factor is linear between them and constant
            outside, 1 for a term not named.

    Raises:
        ValueError: for a negative weight, all weights 0, an unknown weighting or term.
    """

    def __init__(
        self,
        *,
        weights: Mapping[str, float],
        weighting: str = "fixed",
        start_steps: Mapping[str, int] | None = None,
        schedule: Mapping[str, Mapping[int, float]] | None = None,
    ) -> None:
        super().__init__()
        if weighting not in WEIGHTINGS:
            raise ValueError(unknown("train.loss.weighting", weighting, WEIGHTINGS))
        for name, weight in weights.items():
            if not weight >= 0:
                raise ValueError(f"train.loss.weights.{name} must be 0 or more, got {weight}")
        if not any(weights.values()):
            raise ValueError(f"train.loss.weights must not all be 0: {', '.join(weights)}")
        for key, given in (("start_steps", start_steps or {}), ("schedule", schedule or {})):
            for name in given:
                if name not in weights:
                    raise ValueError(unknown(f"train.loss.{key} entry", name, [*weights]))
        self.weights = {name: float(weight) for name, weight in weights.items()}
        self.weighting = weighting
        self.start_steps = dict(start_steps or {})
        self.schedule = {
            name: sorted((int(step), float(factor)) for step, factor in points.items())
            for name, points in (schedule or {}).items()
        }
        scales = {name: nn.Parameter(torch.zeros(())) for name, weight in self.weights.items() if weight}
        self.log_scales = nn.ParameterDict(scales if weighting == "uncertainty" else {})

    def weight(self, name: str, step: int) -> float:
        """The weight of a term at an optimiser step; 0 means that it need not be computed."""
        if step < self.start_steps.get(name, 0):
            return 0.0
        factor = (
            interpolate(self.schedule[name], step)
            if self.weighting == "schedule" and name in self.schedule
            else 1
        )
        return self.weights.get(name, 0.0) * factor

    def forward(self, terms: Mapping[str, Tensor], step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Combine scalar terms; returns the sum and what each contributes to it."""
        shares = {name: self._weighted(name, loss, self.weight(name, step)) for name, loss in terms.items()}
        return torch.stack([*shares.values()]).sum(), shares

    def _weighted(self, name: str, loss: Tensor, weight: float) -> Tensor:
        if self.weighting != "uncertainty":
            return weight * loss
        scale = self.log_scales[name]
        half = 1.0 if name in LIKELIHOODS else 0.5
        return weight * (half * torch.exp(-scale) * loss + scale / 2)


def interpolate(points: Sequence[tuple[int, float]], step: int) -> float:
    """The value at `step` of the line through ``(step, value)`` points, constant before and after them."""
    if step <= points[0][0]:
        return points[0][1]
    for (start, low), (end, high) in zip(points, points[1:], strict=False):
        if step <= end:
            return low + (high - low) * (step - start) / (end - start)
    return points[-1][1]


class Meeting(nn.Module):
    """Where the gradients of several branches meet in one tensor, e.g. the language model's states.

    `split` gives every branch the tensor; on the way back the gradient of each is measured, and they are
    added, as they are or, with `shares`, each scaled to its share of their norms' sum. The norms are those of
    earlier steps, so that all processes scale alike: `settle` counts those of a step after its backward pass.
    Until a branch has sent a gradient, nothing is scaled.

    Args:
        shares: weight of each branch in the sum, or None to add gradients as they are.
        decay: of the moving average of each branch's gradient norm.
    """

    def __init__(self, *, shares: Mapping[str, float] | None = None, decay: float = 0.9) -> None:
        super().__init__()
        self.shares, self.decay = shares, decay
        self.norms: dict[str, float] = {}
        self.average: dict[str, float] = {}

    def get_extra_state(self) -> dict[str, float]:
        """The averages, for an exact resume."""
        return dict(self.average)

    def set_extra_state(self, state: dict[str, float]) -> None:
        self.average = dict(state)

    def split(self, tensor: Tensor, branches: Sequence[str]) -> dict[str, Tensor]:
        """The tensor for each branch; the gradient of one that is not used counts as 0."""
        self.norms = {}
        if not tensor.requires_grad:
            return dict.fromkeys(branches, tensor)
        return dict(zip(branches, _Split.apply(tensor, self._joined, tuple(branches)), strict=True))

    def settle(self, device: torch.device | str = "cpu") -> None:
        """Count the last backward pass's norms, of all processes' gradients together, in the averages."""
        if self.shares is None:
            return
        squares = torch.tensor([self.norms.get(name, 0.0) ** 2 for name in self.shares])
        if dist.is_initialized():
            squares = squares.to(device)
            dist.all_reduce(squares)
            squares = squares / dist.get_world_size() ** 2  # each process's loss stands for all of theirs
        for name, norm in zip(self.shares, squares.sqrt().tolist(), strict=True):
            if 0 < norm < math.inf:  # one bad step must not spoil those after it
                self.average[name] = self.decay * self.average.get(name, norm) + (1 - self.decay) * norm

    def _joined(self, gradients: dict[str, Tensor]) -> Tensor:
        self.norms = {name: float(gradient.norm()) for name, gradient in gradients.items()}
        scales = dict.fromkeys(gradients, 1.0)
        if self.shares is not None and all(name in self.average for name in gradients):
            total, whole = (sum(of[name] for name in gradients) for of in (self.average, self.shares))
            scales = {name: self.shares[name] / whole * total / self.average[name] for name in gradients}
        return torch.stack([scales[name] * gradient for name, gradient in gradients.items()]).sum(0)


class _Split(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor, joined: Callable, names: tuple[str, ...]) -> tuple[Tensor, ...]:
        ctx.joined, ctx.names = joined, names
        ctx.set_materialize_grads(False)
        return tuple(tensor.view_as(tensor) for _ in names)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, None, None]:
        used = {name: g for name, g in zip(ctx.names, gradients, strict=True) if g is not None}
        return ctx.joined(used) if used else None, None, None


def gradient_norms(
    terms: Mapping[str, Tensor], stages: Mapping[str, list[nn.Parameter]]
) -> dict[str, Tensor]:
    """The norm of the gradient that each term alone sends into each stage, ``gradient/<term>/<stage>``.

    A stage that a term does not reach is left out.
    """
    norms = {}
    for term, loss in terms.items():
        for stage, parameters in stages.items():
            if not parameters or not loss.requires_grad:
                continue
            gradients = torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True)
            reached = [gradient.norm() for gradient in gradients if gradient is not None]
            if reached:
                norms[f"gradient/{term}/{stage}"] = torch.stack(reached).norm()
    return norms


def some_of_each(counted: Tensor, share: float, seeds: Sequence[int]) -> Tensor:
    """A share of the places that count in each row, drawn by the row's seed.

    Args:
        counted: bool ``[B, T]``.
        share: more than 0 and at most 1; `number_of_each` tells how many that are.
        seeds: B of them.

    Returns:
        bool ``[B, T]``.
    """
    if share == 1:
        return counted
    some = torch.zeros_like(counted)
    for row, (number, seed) in enumerate(zip(number_of_each(counted, share).tolist(), seeds, strict=True)):
        there = counted[row].nonzero().squeeze(1)
        order = torch.randperm(len(there), generator=torch.Generator().manual_seed(seed))[:number]
        some[row, there[order.to(there.device)]] = True
    return some


def number_of_each(counted: Tensor, share: float) -> Tensor:
    """How many places of each row `some_of_each` takes, ``[B]``: rounded, and one where there is any."""
    there = counted.sum(1)
    return (there * share).round().long().clamp(min=1).minimum(there)
