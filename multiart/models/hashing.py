"""sha256 of weights files and folders, remembered in memory for as long as a file does not change."""

import hashlib
from pathlib import Path

_known: dict[tuple[Path, int, int], str] = {}


def sha256_of(path: Path) -> str:
    """The sha256 of a file, or of a folder as a whole.

    A folder's is taken over the sorted names of its files, relative to it, each with the file's sha256; what
    is hidden does not count. A file is read again only when its time of modification or size has changed.
    """
    if path.is_dir():
        names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        shown = [name for name in names if not any(part.startswith(".") for part in name.split("/"))]
        lines = "".join(f"{sha256_of(path / name)}  {name}\n" for name in shown)
        return hashlib.sha256(lines.encode()).hexdigest()
    key = _key(path)
    if key not in _known:
        _known[key] = read_sha256(path)
    return _known[key]


def read_sha256(path: Path) -> str:
    """The sha256 of a file's bytes as they are now, whatever is remembered."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remember(path: Path, sha256: str) -> None:
    """Take a sha256 that was found before, by another process, for the file as it is now."""
    _known[_key(path)] = sha256


def _key(path: Path) -> tuple[Path, int, int]:
    stat = path.stat()
    return path, stat.st_mtime_ns, stat.st_size
