"""The perceptual encoder: VGG-16 features of pictures, all wanted layers in one pass."""

import pickle
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from multiart.errors import ModelUnavailable, unknown
from multiart.models.store import fetch

SOURCE = "pypi:stlpips-pytorch"
CONVOLUTIONS = (2, 2, 3, 3, 3)  # in each of the five blocks
LAYERS = tuple(f"relu{block}_{n + 1}" for block, count in enumerate(CONVOLUTIONS, 1) for n in range(count))
LPIPS_LAYERS = tuple(f"relu{block}_{count}" for block, count in enumerate(CONVOLUTIONS, 1))
_FIRST = (0, 6, 12, 20, 28)  # the number of a block's first convolution in the published file


class VGG16(nn.Module):
    """VGG-16 without its classifier, as published with the shift-tolerant LPIPS; frozen.

    Simonyan and Zisserman 2015, "Very deep convolutional networks". Pooling is that of Ghildyal and Liu 2022,
    "Shift-tolerant perceptual similarity metric": the maximum of 2x2 pixels at every pixel, two reflected
    pixels around it, a 3x3 binomial blur, every second pixel. ImageNet's statistics are known only here.

    Args:
        widths: channels of the five blocks.

    Attributes:
        heads: weights of the channels of each of `LPIPS_LAYERS`, learnt from human judgements (Zhang et al.
            2018), ``[C]`` each, not negative.
    """

    def __init__(self, *, widths: Sequence[int] = (64, 128, 256, 512, 512)) -> None:
        super().__init__()
        inputs = 3
        self.convolutions = nn.ModuleDict()
        for layer in LAYERS:
            width = widths[_block(layer) - 1]
            self.convolutions[layer] = nn.Conv2d(inputs, width, 3, padding=1)
            inputs = width
        self.heads = nn.ParameterList(torch.full((width,), 1 / width) for width in widths)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1), persistent=False)
        self.eval().requires_grad_(False).to(
            memory_format=torch.channels_last
        )  # faster than the other format

    def forward(self, pictures: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """The features of pictures, computed no deeper than the deepest wanted layer.

        Args:
            pictures: ``[B, 3, H, W]`` in ``[0, 1]``.
            layers: names in `LAYERS`.

        Returns:
            By layer ``[B, C, h, w]``, 0 or more; each block after the first halves ``h`` and ``w``, plus one.

        Raises:
            ValueError: an unknown layer, or pictures too small for the deepest (32 pixels a side do for all).
        """
        wanted = check_layers("layers", layers)
        found: dict[str, Tensor] = {}
        hidden = (pictures - self.mean) / self.std
        for layer, convolution in self.convolutions.items():
            if len(found) == len(wanted):
                break
            if layer.endswith("_1") and layer != LAYERS[0]:
                hidden = _pool(hidden)
            hidden = functional.relu_(convolution(hidden))
            if layer in wanted:
                found[layer] = hidden
        return found


def check_layers(key: str, layers: Iterable[str]) -> tuple[str, ...]:
    """Check that all are `LAYERS`, and give each once, from first to deepest; ``key`` is for the error."""
    layers = set(layers)
    for layer in sorted(layers - set(LAYERS)):
        raise ValueError(unknown(key, layer, LAYERS))
    return tuple(layer for layer in LAYERS if layer in layers)


@lru_cache(maxsize=2)
def load_encoder(source: str = SOURCE) -> VGG16:
    """Load an encoder from a file in the published format, once in a process.

    Raises:
        ModelUnavailable: the weights cannot be had, or are not those of such a network.
    """
    path = fetch(source).path
    try:
        # Weights made in a caller's inference mode could not be part of a training.
        with torch.inference_mode(False):
            state = torch.load(path, map_location="cpu", weights_only=True)
            widths = [state[f"lin{block}.model.1.weight"].numel() for block in range(len(CONVOLUTIONS))]
            encoder = VGG16(widths=widths)
            encoder.load_state_dict(_renamed(state))
    except (
        RuntimeError,
        KeyError,
        TypeError,
        AttributeError,
        EOFError,
        OSError,
        pickle.UnpicklingError,
    ) as error:
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ModelUnavailable(f"{source} holds no VGG-16 with LPIPS heads: {reason}") from error
    return encoder


def _renamed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The published tensors by this module's names."""
    renamed = {}
    for layer in LAYERS:
        block, number = _block(layer), int(layer[-1])
        published = f"net.slice{block}.{_FIRST[block - 1] + 2 * (number - 1)}"
        for kind in ("weight", "bias"):
            renamed[f"convolutions.{layer}.{kind}"] = state[f"{published}.{kind}"]
    heads = {f"heads.{n}": state[f"lin{n}.model.1.weight"].flatten() for n in range(len(CONVOLUTIONS))}
    return renamed | heads


def _block(layer: str) -> int:
    return int(layer[len("relu")])


def _pool(hidden: Tensor) -> Tensor:
    if min(hidden.shape[-2:]) < 4:
        raise ValueError(
            "the picture is too small for the layers asked for; 32 pixels a side do for all of them"
        )
    hidden = functional.pad(functional.max_pool2d(hidden, 2, stride=1), (2, 2, 2, 2), mode="reflect")
    # The 3x3 binomial filter is two means of 2x2 pixels, one after the other.
    return functional.avg_pool2d(functional.avg_pool2d(hidden, 2, stride=1), 2, stride=2)
