"""Which dtype is chosen."""

import pytest
import torch

from multiart.models import precision
from multiart.models.precision import resolve_dtype, supports_bfloat16


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_auto_is_bfloat16_only_where_it_is_native(monkeypatch, native, expected):
    monkeypatch.setattr(precision, "supports_bfloat16", lambda device: native)
    assert resolve_dtype("auto") == expected


def test_a_processor_without_bfloat16_is_seen(monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    assert supports_bfloat16("cpu") is False
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert supports_bfloat16(torch.device("cpu")) is True


def test_names_and_dtypes_are_taken_and_others_refused():
    assert resolve_dtype("float16") == resolve_dtype(torch.float16) == torch.float16
    with pytest.raises(ValueError, match="float32, bfloat16, float16; got 'int8'"):
        resolve_dtype("int8")
