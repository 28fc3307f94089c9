"""Descending a loss over the pixels of a picture, for `style=gatys`."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

FIRST_MOMENT, SECOND_MOMENT = 0.9, 0.999  # what Adam's averages keep of themselves in a step
GROW, SHRINK = 1.4, 0.4  # of the steps' length, after one that lowered the loss and after one taken back

Loss = Callable[[Tensor], Tensor]
Descent = tuple[Tensor, list[float]]
"""The picture with the lowest loss that was met, ``[3, H, W]`` in [0, 1], and the loss at each step."""


def descend_adam(
    loss: Loss, start: Tensor, steps: int, told: Callable[[float], None], *, length: float
) -> Descent:
    """Adam (Kingma and Ba 2015) whose steps find their own length.

    How far a picture's grain must move differs a hundredfold between styles, and there is time for a dozen
    steps at the largest size. So steps grow while they lower the loss (Vogl et al. 1988); one that raises it
    is taken back, and from there Adam begins anew in shorter ones.

    Args:
        loss: of ``[1, 3, H, W]`` in [0, 1], a scalar.
        start: ``[3, H, W]`` in [0, 1].
        steps: how often the loss is computed.
        told: is called with each loss.
        length: of the first step, the same for every pixel.
    """
    pixels, lowest, age, curve = start[None], math.inf, 0, []
    for step in range(steps):
        pixels = pixels.clamp(0, 1).requires_grad_()
        value = _gradient(loss, pixels)
        told(value)
        curve.append(value)
        if step == 0 or value < lowest:
            lowest, best, gradient = value, pixels.detach(), pixels.grad
            length, age = length * (GROW if step else 1), age + 1
        else:
            length, age = length * SHRINK, 1
        if age == 1:
            first, second = torch.zeros_like(best), torch.zeros_like(best)
        first = torch.lerp(gradient, first, FIRST_MOMENT)
        second = torch.lerp(gradient.square(), second, SECOND_MOMENT)
        mean = first / (1 - FIRST_MOMENT**age)
        square = second / (1 - SECOND_MOMENT**age)
        pixels = best - length * mean / (square.sqrt() + 1e-8)
    return best[0], curve


def descend_lbfgs(loss: Loss, start: Tensor, steps: int, told: Callable[[float], None]) -> Descent:
    """L-BFGS without a line search; see `descend_adam` for the arguments."""
    pixels, curve = start[None].clone().requires_grad_(), []
    optimizer = torch.optim.LBFGS(
        [pixels], max_iter=steps, max_eval=steps, history_size=10, tolerance_grad=0, tolerance_change=0
    )

    def closure() -> float:
        with torch.no_grad():
            pixels.clamp_(0, 1)
        pixels.grad = None
        curve.append(_gradient(loss, pixels))
        told(curve[-1])
        return curve[-1]

    optimizer.step(closure)
    return pixels.detach()[0].clamp(0, 1), curve


def _gradient(loss: Loss, pixels: Tensor) -> float:
    """The loss; its gradient is left in ``pixels.grad``."""
    value = loss(pixels)
    value.backward()
    return value.item()
