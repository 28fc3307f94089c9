"""Pictures painted several at once, each as if it were painted alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from multiart.image.diffusion import PromptStates

TOKENS_PADDED = 256
"""In a micro-batch every text is padded to a multiple of this: nearly all are of one shape then."""


@dataclass
class Unpainted:
    """A picture that is to be painted.

    Attributes:
        states: of its text.
        seed: of its noise.
        history: what the network has predicted of it so far, ``[C, h, w]`` a step, see `integrate`.
    """

    states: PromptStates
    seed: int
    history: list[Tensor] = field(default_factory=list)


def paint_in_batches(
    wanted: Sequence[Unpainted],
    size: int,
    paint: Callable[..., Tensor],
) -> list[Tensor]:
    """Paint ``size`` pictures at once; a batch that is not full is filled up, so that all are of one shape.

    Args:
        wanted: the pictures; their histories grow by what is predicted.
        size: 1 paints them one by one, their texts as long as they are.
        paint: called with B texts' states, B seeds and ``history``, ``[B, C, h, w]`` a step, to which it adds
            what it predicts; gives B pictures ``[B, 3, H, W]``.

    Returns:
        ``[3, H, W]`` each, in the order of ``wanted``.
    """
    alike: dict[tuple[int, int], list[int]] = {}
    for index, one in enumerate(wanted):
        length = one.states.embeds.shape[1]
        if size > 1:
            length += -length % TOKENS_PADDED
        alike.setdefault((length, len(one.history)), []).append(index)
    painted: dict[int, Tensor] = {}
    for (length, _), indices in alike.items():
        for start in range(0, len(indices), size):
            chosen = indices[start : start + size]
            rows = [wanted[index] for index in [*chosen, *[chosen[0]] * (size - len(chosen))]]
            history = [torch.stack(step) for step in zip(*(row.history for row in rows), strict=True)]
            prompt = PromptStates.stacked([row.states.padded(length) for row in rows])
            pictures = paint(prompt, [row.seed for row in rows], history=history)
            for place, index in enumerate(chosen):  # without what only filled the batch up
                painted[index] = pictures[place]
                wanted[index].history = [step[place] for step in history]
    return [painted[index] for index in range(len(wanted))]
