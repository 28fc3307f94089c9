"""A tiny perceptual encoder with random weights, in memory and as a file in the published format."""

from pathlib import Path

import torch

from multiart.style.vgg import LAYERS, VGG16

WIDTHS = (4, 6, 8, 8, 8)


def tiny_encoder() -> VGG16:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = VGG16(widths=WIDTHS)
        for convolution in encoder.convolutions.values():  # so that the deepest layer still sees the picture
            torch.nn.init.kaiming_normal_(convolution.weight)
            torch.nn.init.zeros_(convolution.bias)
    return encoder


def save_published(encoder: VGG16, path: Path) -> None:
    """Write the encoder as the package on PyPI does, which numbers what is between convolutions too."""
    state = {}
    number = 0
    for layer in LAYERS:
        block = layer[len("relu")]
        if layer.endswith("_1") and block != "1":
            number += 2  # a maximum and a blur
            state[f"net.slice{block}.{number - 1}.filt"] = torch.zeros(1)
        for kind, value in encoder.convolutions[layer].state_dict().items():
            state[f"net.slice{block}.{number}.{kind}"] = value
        number += 2
    for number, head in enumerate(encoder.heads):
        state[f"lin{number}.model.1.weight"] = head.view(1, -1, 1, 1)
    torch.save(state, path)
