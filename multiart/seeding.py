"""One seed makes every random choice; each stage and variation has a stream of its own."""

import hashlib

import torch


def derive_seed(seed: int, *path: str | int) -> int:
    """Hash ``seed`` with a path of names and numbers to a seed of 63 bits.

    The streams of two different paths are independent, so adding a stage, or a variation,
    never changes what another one draws.
    """
    text = "/".join([str(int(seed)), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator_for(seed: int, stage: str, variation: int = 0) -> torch.Generator:
    """A CPU generator for one stage of one variation of a work."""
    return torch.Generator("cpu").manual_seed(derive_seed(seed, stage, variation))
