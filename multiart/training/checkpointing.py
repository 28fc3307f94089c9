"""Checkpoints that are written whole or not at all, and that training resumes from exactly."""

import os
import pickle
import signal
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.fabric.plugins import CheckpointIO
from lightning.pytorch.callbacks import Checkpoint
from lightning.pytorch.utilities.exceptions import SIGTERMException
from torch import Tensor

from multiart.errors import MultiartError
from multiart.io.atomic import atomic_path

LAST = "last.ckpt"


class AtomicCheckpointIO(CheckpointIO):
    """Write a checkpoint to a temporary file beside it, sync it, then rename it; read tensors only."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None
    ) -> None:
        """Write `checkpoint`; `path` keeps its old content until the new one is on disk.

        Raises:
            MultiartError: if the disk is full or the folder may not be written.
        """
        with atomic_path(path) as temporary:
            try:
                torch.save(checkpoint, temporary)
            except RuntimeError as error:  # PyTorch's writer hides the OSError
                raise MultiartError(f"cannot write the checkpoint {path}: {error}") from error

    def load_checkpoint(
        self, path: str | Path, map_location: Any = "cpu", weights_only: bool | None = True
    ) -> dict[str, Any]:
        """Read a checkpoint; whatever `weights_only` says, nothing but tensors and plain values is unpickled.

        Raises:
            MultiartError: if the file is missing, cut short, or holds anything else.
        """
        try:
            return torch.load(path, map_location=map_location, weights_only=True)
        except FileNotFoundError as error:
            raise MultiartError(f"there is no checkpoint {path}") from error
        except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
            raise MultiartError(
                f"the checkpoint {path} cannot be read: it is cut short, corrupt, or holds more than tensors"
                " and plain values. Give ckpt_path= another one of its folder, or ckpt_path=last."
            ) from error

    def remove_checkpoint(self, path: str | Path) -> None:
        """Delete a checkpoint if it is there."""
        Path(path).unlink(missing_ok=True)


class DurableCheckpoint(Checkpoint):
    """Save every few minutes, at SIGTERM, at the end and at an early stop, always between two batches.

    Files are named `step-00001200.ckpt`; `last.ckpt` is a link to the newest. An exception other than
    SIGTERM saves nothing: it may have come in the middle of a step, and the file before it stays good.

    Args:
        folder: where the files go.
        every_minutes: wall time between two checkpoints; 0 saves after every step.
        keep: how many of the newest to keep, 1 or more.

    Raises:
        ValueError: if a number is out of range.
    """

    def __init__(self, *, folder: str, every_minutes: float = 10.0, keep: int = 2) -> None:
        if every_minutes < 0 or keep < 1:
            raise ValueError(
                f"every_minutes must be 0 or more and keep 1 or more, got {every_minutes} and {keep}"
            )
        self.folder = Path(folder)
        self.every_minutes = every_minutes
        self.keep = keep
        self._saved_step: int | None = None
        self._saved_at = 0.0
        self._step_before = 0
        self._gradients: dict[str, Tensor] = {}

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._saved_step = trainer.global_step
        self._saved_at = time.monotonic()
        for name, parameter in pl_module.named_parameters():
            if name in self._gradients:
                parameter.grad = self._gradients[name].to(parameter.device)
        self._gradients = {}

    def on_train_batch_start(self, trainer: pl.Trainer, *_: Any) -> None:
        self._step_before = trainer.global_step

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self._step_before:  # gradients of this batch wait for the next ones
            return
        due = time.monotonic() - self._saved_at >= 60 * self.every_minutes
        due = trainer.strategy.reduce_boolean_decision(due, all=False)  # every process saves, or none
        if due or trainer.should_stop or trainer.global_step == trainer.max_steps:
            self.save(trainer)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.current_epoch + 1 == trainer.max_epochs:
            self.save(trainer)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.should_stop and trainer.global_step:  # by what was measured
            self.save(trainer)

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        if isinstance(exception, SIGTERMException):
            self._saved_step = None if trainer.global_step == self._step_before else self._saved_step
            self.save(trainer)

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Keep the gradients too where a step is only half added up (`accumulate_grad_batches`)."""
        if trainer.global_step == self._step_before:
            named = pl_module.named_parameters()
            checkpoint["gradients"] = {name: p.grad for name, p in named if p.grad is not None}

    def on_load_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        self._gradients = checkpoint.get("gradients", {})

    def save(self, trainer: pl.Trainer) -> None:
        """Write a checkpoint of this step, unless it is there."""
        step = trainer.global_step
        if step == self._saved_step or trainer.fast_dev_run:
            return
        path = self.folder / f"step-{step:08d}.ckpt"
        trainer.save_checkpoint(path, weights_only=False)  # the optimiser's state too
        self._saved_step, self._saved_at = step, time.monotonic()
        if trainer.is_global_zero:
            self._tidy(path)

    def _tidy(self, newest: Path) -> None:
        """Point `last.ckpt` at `newest` and delete all but the newest `keep`."""
        with_new_name = self.folder / f".{LAST}.{os.getpid()}"
        with_new_name.unlink(missing_ok=True)
        with_new_name.symlink_to(newest.name)
        with_new_name.replace(self.folder / LAST)
        for old in _newest_first(self.folder)[self.keep :]:
            old.unlink(missing_ok=True)


def find_last(folder: str | Path) -> Path | None:
    """The newest checkpoint of a folder that can be read to its end, or None."""
    return next((path for path in _newest_first(Path(folder)) if _is_whole(path)), None)


@contextmanager
def interrupt_as_sigterm() -> Iterator[None]:
    """Let the first Ctrl-C end training as SIGTERM does: after the step in hand, with a checkpoint.

    Raises:
        KeyboardInterrupt: once training has ended because of Ctrl-C.
    """
    interrupted = False

    def handle(*_: Any) -> None:
        nonlocal interrupted
        interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second Ctrl-C ends it at once
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    except SIGTERMException as stopped:
        if interrupted:
            raise KeyboardInterrupt from stopped
        raise SystemExit(128 + signal.SIGTERM) from stopped
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def explained_mismatch(path: str | None) -> Iterator[None]:
    """Word the error about a checkpoint whose weights are not those of the module that resumes from it.

    Raises:
        MultiartError: naming the first weight that does not fit.
    """
    try:
        yield
    except RuntimeError as error:
        heading, *lines = str(error).splitlines()
        if "loading state_dict" not in heading:
            raise
        raise MultiartError(
            f"the checkpoint {path} is of another version or of other models: {lines[0].strip()}"
        ) from error


def _newest_first(folder: Path) -> list[Path]:
    def age(path: Path) -> tuple[int, str]:
        return path.stat().st_mtime_ns, path.name

    return sorted(folder.glob("step-*.ckpt"), key=age, reverse=True)


def _is_whole(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError):
        return False
