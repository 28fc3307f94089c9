"""`torch.compile` where it can be had, plain PyTorch where it cannot."""

import os
import shutil
import warnings
from typing import Any

import torch
from torch import nn

from multiart.errors import unknown

CHOICES = ("auto", "true", "false")


def compile_or_eager(module: nn.Module, enabled: bool | str = "auto") -> nn.Module:
    """Compile `module` in place; without a C++ compiler, or if compiling fails, it runs as it was.

    Args:
        module: a network; its parameters keep their names.
        enabled: True, False, or "auto" for only on a GPU, where minutes of compiling pay off.

    Returns:
        `module`. Where compiling was asked for and cannot be done there is one warning.

    Raises:
        ValueError: for any other `enabled`.
    """
    enabled = str(enabled).lower()
    if enabled not in CHOICES:
        raise ValueError(unknown("train.compile", enabled, CHOICES))
    if enabled == "false" or enabled == "auto" and not torch.cuda.is_available():
        return module
    if shutil.which(os.environ.get("CXX", "g++")) is None and shutil.which("clang++") is None:
        warnings.warn("no C++ compiler (g++) found: training runs without torch.compile", stacklevel=2)
        return module
    compiled = torch.compile(module._call_impl)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return compiled(*args, **kwargs)
        except torch._dynamo.exc.TorchDynamoException as error:
            module._compiled_call_impl = None
            reason = str(error).strip().splitlines()[0]
            warnings.warn(f"torch.compile failed, training goes on without it: {reason}", stacklevel=2)
            return module(*args, **kwargs)

    module._compiled_call_impl = call
    return module
