"""Writing files so that a reader sees the old file or the new one, never half of one."""

import errno
import os
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


@contextmanager
def explained_errors(path: str | Path) -> Iterator[None]:
    """Turn a full disk or a folder that cannot be written into an error that names the path.

    Args:
        path: what is being written, for the message.

    Raises:
        MultiartError: for a full disk, a used-up quota, a read-only or forbidden folder, a file in the way.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS:
            raise
        raise MultiartError(f"cannot write {path}: {_REASONS[error.errno]}") from error


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
