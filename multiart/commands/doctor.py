"""`python -m multiart doctor`: what this machine has and lacks."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from omegaconf import DictConfig

PACKAGES = ("torch", "torchaudio", "transformers", "diffusers", "lightning", "hydra-core", "onnxruntime")
WANTED_DISK = 2e9  # bytes, for weights and works
WANTED_MEMORY = 3e9  # bytes, of a run

Row = tuple[str, bool, str]
"""What was looked at, whether it will do, and what was found."""


def main(cfg: DictConfig) -> None:
    """Print a table: versions, devices, threads, number formats, disk, memory, weights, folders."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "", "found", box=None, pad_edge=False)
    for name, is_good, found in rows(Path(cfg.paths.outputs)):
        table.add_row(name, "[green]ok[/]" if is_good else "[yellow]note[/]", found)
    Console(highlight=False).print(table)


def rows(outputs: Path) -> list[Row]:
    """Look at everything; what cannot be looked at is a note, never an error."""
    looks: list[Callable[[], Iterator[Row]]] = [
        versions,
        devices,
        lambda: space(outputs),
        weights,
        training_extra,
    ]
    return [row for look in looks for row in look()]


def versions() -> Iterator[Row]:
    yield "python", True, f"{platform.python_version()} on {platform.platform(terse=True)}"
    for package in PACKAGES:
        try:
            yield package, True, metadata.version(package)
        except metadata.PackageNotFoundError:
            yield package, False, "not installed"


def devices() -> Iterator[Row]:
    import torch

    from multiart.models.precision import prefers_bfloat16

    yield "processor", True, f"{os.cpu_count()} cores, threads used by torch: {torch.get_num_threads()}"
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        yield "graphics", True, ", ".join(names)
    else:
        has_mps = torch.backends.mps.is_available()
        yield "graphics", True, "Apple (mps)" if has_mps else "none: the processor does it all"
    device = "cuda" if torch.cuda.is_available() else "cpu"
    quick = prefers_bfloat16(device)
    yield "bfloat16", quick, f"used on {device}" if quick else f"no quicker on {device}: float32 is used"


def space(outputs: Path) -> Iterator[Row]:
    """Memory, disk, and whether works can be written."""
    from multiart.models.store import home

    memory = _free_memory()
    if memory is not None:
        yield "memory", memory >= WANTED_MEMORY, f"{memory / 1e9:.1f} GB free, a run takes up to 3 GB"
    for name, folder in (("works", outputs.absolute()), ("weights cache", home())):
        there = next(path for path in (folder, *folder.parents) if path.is_dir())
        free = shutil.disk_usage(there).free
        found = f"{folder}: {free / 1e9:.1f} GB free"
        if not _is_writable(there):
            yield name, False, f"{folder}: cannot be written to"
        else:
            yield name, free >= WANTED_DISK, found


def _free_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:  # not Linux
        return None
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def weights() -> Iterator[Row]:
    from multiart.commands.models import table

    for row in table():
        found = "on this machine" if row.cached else f"not here: {row.size / 1e6:.0f} MB when first needed"
        yield row.source, row.cached, found


def training_extra() -> Iterator[Row]:
    try:
        import skia

        yield "skia-python", True, f"{skia.__version__}, to paint scenes to train on"
    except ImportError as error:
        yield "skia-python", False, f"training alone needs it, with libegl1 and libgl1: {error}"
