"""Which number formats a device computes with at full speed."""

import torch


def supports_bfloat16(device: torch.device | str = "cpu") -> bool:
    """Whether bfloat16 is native to ``device``; where it is not, it can be hundreds of times slower."""
    kind = torch.device(device).type
    if kind == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def resolve_dtype(dtype: torch.dtype | str, device: torch.device | str = "cpu") -> torch.dtype:
    """Turn a name into a dtype; ``auto`` is bfloat16 where that is native, and float32 elsewhere."""
    if isinstance(dtype, torch.dtype):
        return dtype
    if dtype == "auto":
        return torch.bfloat16 if supports_bfloat16(device) else torch.float32
    allowed = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
    if dtype not in allowed:
        raise ValueError(f"dtype must be one of auto, {', '.join(allowed)}; got {dtype!r}")
    return allowed[dtype]
