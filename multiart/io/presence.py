"""Whether the files of finished works are still there and unchanged: by size and time, then by sha256."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from multiart.models.hashing import read_sha256


def describe_works(folders: Iterable[Path], manifests: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Size, sha256 and time of modification of all files that manifests tell of.

    Args:
        folders: of the works, all in one folder.
        manifests: theirs; the sizes and sha256 are taken from them.

    Returns:
        ``{"<folder>/<name>": [bytes, sha256, nanoseconds]}``.
    """
    files = {}
    for folder, manifest in zip(folders, manifests, strict=True):
        for name, told in manifest["files"].items():
            time = (folder / name).stat().st_mtime_ns
            files[f"{folder.name}/{name}"] = [told["bytes"], told["sha256"], time]
    return files


def are_unchanged(parent: Path, files: Mapping[str, Any]) -> bool:
    """Whether every file is as it was described; one of another time but the same content is."""
    for name, (size, sha256, time) in files.items():
        path = parent / name
        try:
            stat = path.stat()
        except OSError:
            return False
        if stat.st_size != size or (stat.st_mtime_ns != time and read_sha256(path) != sha256):
            return False
    return True
