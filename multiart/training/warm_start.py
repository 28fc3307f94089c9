"""Weights of another network to begin with, where they fit, and in the mean with those trained."""

import re
from collections.abc import Iterable

from torch import Tensor, nn


def take_over(network: nn.Module, weights: dict[str, Tensor]) -> int:
    """Copy weights of the same name and shape, and say how many.

    Names may begin with ``unet.``, as in a checkpoint of something that holds the network. Weights of a U-Net
    with fewer levels go to the lowest ones.

    Raises:
        ValueError: if there are none.
    """
    own = network.state_dict()
    weights = {name.removeprefix("unet."): weight for name, weight in weights.items()}
    more = _levels(own) - _levels(weights)
    weights = {
        re.sub(r"^down_blocks\.(\d+)", lambda level: f"down_blocks.{int(level[1]) + more}", name): weight
        for name, weight in weights.items()
    }
    found = {
        name: weights[name]
        for name, weight in own.items()
        if name in weights and weights[name].shape == weight.shape
    }
    if not found:
        raise ValueError("warm_start: the file has no weight of the network's names and shapes")
    network.load_state_dict(found, strict=False)
    return len(found)


def check_keep_start(keep_start: float, init_from: str | None) -> None:
    """Refuse a share of weights that is none, or that has no weights to be of."""
    if not 0 <= keep_start < 1 or (keep_start and init_from is None):
        raise ValueError(
            "keep_start must be at least 0 and less than 1, and 0 without init_from;"
            f" got {keep_start} and {init_from}"
        )


def keep_some(start: nn.Module, trained: nn.Module, *, share: float) -> None:
    """Make of ``start`` the mean of both networks' weights, in which its own count ``share``.

    The mean often knows both what was and what is learnt (Wortsman et al. 2022, eq. 1).
    """
    for kept, learnt in zip(start.parameters(), trained.parameters(), strict=True):
        kept.data.lerp_(learnt.data.to(kept), 1 - share)


def _levels(weights: Iterable[str]) -> int:
    """Levels of a U-Net with these weights."""
    return len({name.split(".")[1] for name in weights if name.startswith("down_blocks.")})
