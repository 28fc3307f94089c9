"""Which dtype is chosen."""

import platform

import pytest
import torch

from multiart.models import precision
from multiart.models.precision import prefers_bfloat16, resolve_dtype


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_auto_is_bfloat16_only_where_it_is_quicker(monkeypatch, native, expected):
    monkeypatch.setattr(precision, "prefers_bfloat16", lambda device: native)
    assert resolve_dtype("auto") == expected


def test_a_processor_without_bfloat16_is_seen(monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    assert prefers_bfloat16("cpu") is False
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert prefers_bfloat16(torch.device("cpu")) is True


@pytest.mark.parametrize(("vendor", "expected"), [("AuthenticAMD", True), ("GenuineIntel", False)])
@pytest.mark.parametrize("linux", [True, False])
def test_dot_products_without_tiles_are_quicker_on_amd_alone(monkeypatch, tmp_path, vendor, expected, linux):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    monkeypatch.setattr(precision, "CPUINFO", tmp_path / "cpuinfo")
    if linux:
        (tmp_path / "cpuinfo").write_text(f"vendor_id : {vendor}\n")
    else:
        monkeypatch.setattr(platform, "processor", lambda: f"x86 Family 25 Model 97, {vendor}")
    precision.is_amd.cache_clear()
    assert prefers_bfloat16("cpu") is expected
    precision.is_amd.cache_clear()


def test_names_and_dtypes_are_taken_and_others_refused():
    assert resolve_dtype("float16") == resolve_dtype(torch.float16) == torch.float16
    with pytest.raises(ValueError, match="float32, bfloat16, float16; got 'int8'"):
        resolve_dtype("int8")
