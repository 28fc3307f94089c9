"""Weights in eight bits: every row of a matrix as whole numbers from -127 to 127 and one scale."""

from collections.abc import Mapping

import torch
from torch import Tensor

SCALE = ".int8_scale"
FILE = "int8.safetensors"  # in the place of a component's own file, which diffusers would misread


def packed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Round matrices and kernels to eight bits; what has one dimension, or whole numbers, stays as it is."""
    out = {}
    for name, weight in state.items():
        out[name] = weight.contiguous()
        if weight.dim() > 1 and weight.is_floating_point():
            rows = weight.float().flatten(1)
            scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
            out[name] = (rows / scale).round().to(torch.int8).view(weight.shape)
            out[name + SCALE] = scale.flatten()
    return out


def unpacked(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `packed` was given, rounded; anything else comes back as it is."""
    out = {}
    for name, weight in state.items():
        if name.endswith(SCALE):
            continue
        scale = state.get(name + SCALE)
        if scale is not None:
            weight = weight.float() * scale.view(-1, *[1] * (weight.dim() - 1))
        out[name] = weight
    return out
