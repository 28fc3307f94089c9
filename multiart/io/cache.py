"""What stages made, kept by all that it depends on: change the style, and only the style runs."""

import hashlib
import inspect
import json
import os
import warnings
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from multiart import records
from multiart.errors import MultiartError
from multiart.io.atomic import atomic_write
from multiart.io.manifest import CODE, environment, hash_json
from multiart.models.hashing import sha256_of
from multiart.models.precision import prefers_bfloat16
from multiart.models.store import current_sha256
from multiart.records import StageResult

FORMAT = 1
"""Of the files; another one is never read."""
FULL = 0.9
"""Of the bound: what is left when the oldest entries have gone."""


class StageCache:
    """Results of stages in files, one an entry; the least used go when there are too many.

    Several processes may use one folder: an entry is written whole or not at all, and read or made again.

    Args:
        dir: the folder.
        max_gb: how large it may grow, in 10^9 bytes.

    Raises:
        ValueError: if `max_gb` is not positive.
    """

    def __init__(self, *, dir: str | Path, max_gb: float = 2.0) -> None:
        if not max_gb > 0:
            raise ValueError(f"cache.max_gb must be more than 0, got {max_gb}; cache=null switches it off")
        self.dir, self.max_bytes = Path(dir), int(max_gb * 1e9)
        self._bytes: int | None = None  # not counted yet

    @staticmethod
    def key(name: str, stage: object, settings: Any, inputs: Any, seed: int) -> str:
        """Hash what a stage's result depends on, but for its weights, which `get` compares.

        Args:
            name: "text", "image", "style" or "music".
            stage: the stage itself, for its code.
            settings: the node it was built from, in plain containers.
            inputs: the records it is given.
            seed: of its generator.
        """
        tree, tensors = _encode(inputs)
        told = {
            "format": FORMAT,
            "stage": f"{type(stage).__module__}.{type(stage).__qualname__}",
            "settings": settings,
            "files": _files_in(settings),
            "inputs": [tree, [_hash_tensor(tensor) for tensor in tensors]],
            "seed": seed,
            "environment": _relevant(_environment(torch.get_num_threads()), name, type(stage)),
        }
        return hash_json(told)

    def get(self, key: str) -> tuple[StageResult, dict[str, str]] | None:
        """The result of an entry, and source and sha256 of the weights that made it; None if there is none.

        An entry that other weights have made than there are now is none.
        """
        path = self._path(key)
        try:
            with safe_open(path, framework="pt") as file:
                told = json.loads(file.metadata()["multiart"])
                tensors = [file.get_tensor(str(number)) for number in range(len(told["tensors"]))]
            os.utime(path)  # used just now
        except FileNotFoundError:
            return None
        except (SafetensorError, OSError, RuntimeError, ValueError, KeyError, TypeError):
            # cut short, or removed by another process as it was being opened: made again
            path.unlink(missing_ok=True)
            return None
        if [_hash_tensor(tensor) for tensor in tensors] != told["tensors"]:
            return None
        if any(current_sha256(source) != sha256 for source, sha256 in told["weights"].items()):
            return None
        return _decode(told["result"], tensors), told["weights"]

    def put(self, key: str, result: StageResult, weights: dict[str, str]) -> None:
        """Keep a result; where that is not possible, warn and go on without."""
        try:
            tree, tensors = _encode(result)
            told = {
                "result": tree,
                "tensors": [_hash_tensor(tensor) for tensor in tensors],
                "weights": weights,
            }
            named = {str(number): tensor.contiguous() for number, tensor in enumerate(tensors)}
            data = save(named, metadata={"multiart": json.dumps(told)})
            atomic_write(self._path(key), data)
            self._make_room(len(data))
        except (MultiartError, OSError, TypeError) as error:
            warnings.warn(f"a result was not kept in {self.dir}: {error}", stacklevel=2)

    def _path(self, key: str) -> Path:
        return self.dir / key[:2] / f"{key}.safetensors"

    def _make_room(self, added: int) -> None:
        """Remove the least used entries if there are too many, other processes' included."""
        if self._bytes is not None and self._bytes + added <= self.max_bytes:
            self._bytes += added
            return
        entries = sorted((stat.st_mtime_ns, stat.st_size, path) for path, stat in self._entries())
        self._bytes = sum(size for _, size, _ in entries)
        if self._bytes <= self.max_bytes:
            return
        for _, size, path in entries:
            path.unlink(missing_ok=True)
            self._bytes -= size
            if self._bytes <= self.max_bytes * FULL:
                return

    def _entries(self):
        for path in self.dir.glob("??/*.safetensors"):
            try:
                yield path, path.stat()
            except FileNotFoundError:  # another process was faster
                continue


def _encode(value: Any) -> tuple[Any, list[Tensor]]:
    """Turn records, containers and tensors into plain JSON and a list of the tensors.

    Raises:
        TypeError: for anything else.
    """
    tensors: list[Tensor] = []

    def encoded(value: Any) -> Any:
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, Tensor):
            tensors.append(value)
            return {"tensor": len(tensors) - 1}
        if type(value) in (list, tuple):
            return {type(value).__name__: [encoded(item) for item in value]}
        if type(value) is dict:
            return {"dict": [[encoded(key), encoded(item)] for key, item in value.items()]}
        if is_dataclass(value) and getattr(records, type(value).__name__, None) is type(value):
            named = {field.name: encoded(getattr(value, field.name)) for field in fields(value)}
            return {"record": type(value).__name__, "fields": named}
        raise TypeError(f"a {type(value).__name__} cannot be kept")

    return encoded(value), tensors


def _decode(tree: Any, tensors: list[Tensor]) -> Any:
    """The other way round of `_encode`; nothing but the project's own records is built."""
    if not isinstance(tree, dict):
        return tree
    if "tensor" in tree:
        return tensors[tree["tensor"]]
    if "list" in tree:
        return [_decode(item, tensors) for item in tree["list"]]
    if "tuple" in tree:
        return tuple(_decode(item, tensors) for item in tree["tuple"])
    if "dict" in tree:
        return {_decode(key, tensors): _decode(item, tensors) for key, item in tree["dict"]}
    record = getattr(records, tree["record"])
    return record(**{name: _decode(item, tensors) for name, item in tree["fields"].items()})


def _hash_tensor(tensor: Tensor) -> str:
    data = tensor.detach().cpu().contiguous()
    shape = f"{data.dtype} {list(data.shape)} ".encode()
    return hashlib.sha256(shape + data.view(-1).view(torch.uint8).numpy().tobytes()).hexdigest()


def _files_in(settings: Any) -> dict[str, str]:
    """The sha256 of every file that settings name: a picture to take the style of, a checkpoint."""
    if isinstance(settings, dict):
        settings = [*settings, *settings.values()]  # a mixture names pictures by its keys
    if isinstance(settings, list):
        return {name: sha256 for item in settings for name, sha256 in _files_in(item).items()}
    if isinstance(settings, str) and 0 < len(settings) < 1000 and "\0" not in settings:
        path = Path(settings).expanduser()
        return {settings: sha256_of(path)} if path.is_file() else {}
    return {}


@cache
def _environment(threads: int) -> dict[str, Any]:
    return environment() | {"bfloat16": prefers_bfloat16()}


def _relevant(environment: dict[str, Any], name: str, stage: type) -> dict[str, Any]:
    """What may change a stage's result, of the code only its own and what all share."""
    code = {part: sha for part, sha in environment["code"].items() if part in (name, "models", "multiart")}
    if not stage.__module__.startswith(tuple(f"multiart.{part}." for part in CODE)):
        code["stage"] = _code_of(stage)
    return environment | {"code": code}


@cache
def _code_of(stage: type) -> str:
    """A hash of the module that defines a stage of somebody else's."""
    return hashlib.sha256(Path(inspect.getfile(stage)).read_bytes()).hexdigest()
