"""Which number formats a device computes with at full speed."""

import platform
from functools import cache
from pathlib import Path

import torch

CPUINFO = Path("/proc/cpuinfo")


def prefers_bfloat16(device: torch.device | str = "cpu") -> bool:
    """Whether ``device`` is quicker in bfloat16 than in float32.

    Emulated, it can be hundreds of times slower. A processor needs tiles of it (AMX), or AVX-512's dot
    products at AMD's rate, twice that of float32. Intel's have the same rate, and conversions come on top:
    without tiles the painter takes 1.4 times as long.
    """
    kind = torch.device(device).type
    if kind == "cpu":
        return torch.cpu._is_amx_tile_supported() or (torch.cpu._is_avx512_bf16_supported() and is_amd())
    return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


@cache
def is_amd() -> bool:
    """Whether this machine's processor is one of AMD's."""
    told = CPUINFO.read_text("utf-8", "replace") if CPUINFO.is_file() else platform.processor()
    return "AuthenticAMD" in told


def resolve_dtype(dtype: torch.dtype | str, device: torch.device | str = "cpu") -> torch.dtype:
    """Turn a name into a dtype; ``auto`` is bfloat16 where that is quicker, and float32 elsewhere."""
    if isinstance(dtype, torch.dtype):
        return dtype
    if dtype == "auto":
        return torch.bfloat16 if prefers_bfloat16(device) else torch.float32
    allowed = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
    if dtype not in allowed:
        raise ValueError(f"dtype must be one of auto, {', '.join(allowed)}; got {dtype!r}")
    return allowed[dtype]
