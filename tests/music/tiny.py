"""A composer small enough to be made in milliseconds; its tunes follow their plans but please nobody."""

import torch

from multiart.music.composer import Composer
from multiart.music.melodist import Melodist
from multiart.music.network import MelodyNetwork
from multiart.music.screening import KnownRuns
from multiart.music.tune import STYLES

NETWORK = {"width": 16, "depth": 1, "heads": 2, "text_dim": 12}


def tiny_composer(seed: int = 0) -> Composer:
    """A composer with random weights, loaded from no file."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = MelodyNetwork(**NETWORK).eval()
    return Composer(melodist=Melodist(network=network, known=KnownRuns.of([]), styles=STYLES))
