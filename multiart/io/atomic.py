"""Writing files so that a reader sees the old file or the new one, never half of one."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from multiart.errors import MultiartError

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "operation not permitted",
    errno.EEXIST: "a file is in the way of a folder",
    errno.ENOTDIR: "a file is in the way of a folder",
}
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskFull(MultiartError):
    """There is no room for more files."""


def check_free(folder: Path, *, takes_mb: float, min_free_mb: float) -> None:
    """Check that a disk has room for what is about to be made.

    Args:
        folder: on the disk; it or one above it is there.
        takes_mb: what is about to be written, in 10^6 bytes.
        min_free_mb: what has to be left over.

    Raises:
        DiskFull: if it has not.
    """
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
    free = shutil.disk_usage(there).free / 1e6
    if free < takes_mb + min_free_mb:
        takes = f"a work takes {takes_mb:.0f} MB and " if takes_mb else ""
        raise DiskFull(
            f"only {free:.0f} MB are free on the disk of {folder}, {takes}min_free_mb={min_free_mb:.0f}: "
            "free some space and run the same command again."
        )


@contextmanager
def explained_errors(path: str | Path) -> Iterator[None]:
    """Turn a full disk or a folder that cannot be written into an error that names the path.

    Args:
        path: what is being written, for the message.

    Raises:
        DiskFull: for a full disk or a used-up quota.
        MultiartError: for a read-only or forbidden folder, a file in the way.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS:
            raise
        kind = DiskFull if error.errno in _FULL else MultiartError
        raise kind(f"cannot write {path}: {_REASONS[error.errno]}") from error


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success it is synced to disk and takes its name.

    Args:
        path: the file to write; missing parent folders are made.

    Yields:
        The temporary path (`.<name>.<random>.tmp`, in the same folder). If the block raises, it is
        removed and `path` stays as it was.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    path = Path(path)
    with explained_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".tmp", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            _finish(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def atomic_write(path: str | Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8, line ends as they are) to `path` in one step.

    Args:
        path: the file to write; missing parent folders are made.
        data: the whole content.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)


def _finish(temporary: Path, path: Path) -> None:
    umask = os.umask(0)
    os.umask(umask)
    os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes files only their owner may read
    _sync(temporary, os.O_RDWR)
    os.replace(temporary, path)
    _sync(path.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path, *, deep: bool = False) -> None:
    """Remove the temporary files directly in `folder`, or at any depth, that a killed process has left."""
    for path in folder.rglob(".*.tmp") if deep else folder.glob(".*.tmp"):
        path.unlink(missing_ok=True)
