"""The configuration kept in each checkpoint, and what differs from it when a run is resumed."""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import lightning.pytorch as pl

from multiart.errors import MultiartError
from multiart.training.checkpointing import AtomicCheckpointIO

GROUPS = ("seed", "data", "train", "trainer", "callbacks")
FREE = (  # of which a run may change its mind on the way: how long, how often it is looked at, where files go
    "*.max_steps",
    "trainer.max_epochs",
    "trainer.max_minutes",
    "trainer.val_check_interval",
    "trainer.limit_val_batches",
    "trainer.accelerator",
    "trainer.strategy",
    "trainer.log_every_n_steps",
    "trainer.progress_bar",
    "train.module.gradients_every",
    "train.export",
    "callbacks.checkpoint*",
    "callbacks.history*",
    "callbacks.samples*",
    "callbacks.guard*",
    "callbacks.early_stop*",
    "*.run_dir",
    "*.cache_dir",
)
KEY = "settings"


class Settings(pl.Callback):
    """Keep the configuration in every checkpoint.

    Args:
        config: in plain containers; what is outside `GROUPS` is left out.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = {name: config[name] for name in GROUPS if name in config}

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        checkpoint[KEY] = json.dumps(self.config)

    def compare(self, path: str | Path, *, force: bool) -> None:
        """Refuse to go on from a checkpoint that was made with other settings.

        Args:
            path: of the checkpoint; one without settings is taken as it is.
            force: take it all the same.

        Raises:
            MultiartError: naming each key that differs, with what it was and what it is.
        """
        said = AtomicCheckpointIO().load_checkpoint(path).get(KEY)
        lines = differences(json.loads(said), json.loads(json.dumps(self.config))) if said else []
        if lines and not force:
            shown = "".join(f"\n  {line}" for line in lines)
            raise MultiartError(
                f"{path} was made with other settings; resume.force=true goes on with the new ones:{shown}"
            )


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Lines ``key: old -> new`` of two configurations, but for the keys of `FREE`."""
    before, after = dict(_flat(old, "")), dict(_flat(new, ""))
    keys = [key for key in {**before, **after} if not any(fnmatch(key, pattern) for pattern in FREE)]
    return [
        f"{key}: {_said(before, key)} -> {_said(after, key)}"
        for key in sorted(keys)
        if _said(before, key) != _said(after, key)
    ]


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The leaves of nested mappings, by dotted keys."""
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _flat(child, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def _said(values: Mapping[str, Any], key: str) -> str:
    return json.dumps(values[key], ensure_ascii=False) if key in values else "not given"
