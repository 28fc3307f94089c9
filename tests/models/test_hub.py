"""The hub, with its download replaced: what is asked of it, and what is said when it fails."""

import pytest

from multiart.errors import ModelUnavailable
from multiart.models import store


@pytest.fixture
def hub(home, monkeypatch, tmp_path):
    """Records how `snapshot_download` is called; its answer is a folder that holds `hub["files"]`."""
    monkeypatch.setenv("MULTIART_OFFLINE", "")
    record = {"files": ["model.safetensors", "config.json"]}

    def download(repo, **options):
        record.update(options, repo=repo)
        for name in record["files"]:
            (tmp_path / name).write_text(name)
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    return record


def test_a_revision_is_passed_on_and_pickles_are_never_asked_for(hub, tmp_path):
    assert store.fetch("hub:org/name@v2").path == tmp_path
    assert hub["repo"] == "org/name" and hub["revision"] == "v2" and not hub["local_files_only"]
    assert not any(pattern.endswith((".bin", ".pt", ".pth", ".py")) for pattern in hub["allow_patterns"])


def test_without_a_revision_the_newest_is_asked_for(hub):
    store.fetch("hub:org/name")
    assert hub["revision"] is None


def test_a_repository_without_safetensors_is_refused(hub):
    hub["files"] = ["config.json"]
    with pytest.raises(ModelUnavailable, match="hub:org/name has no .safetensors"):
        store.fetch("hub:org/name")


def test_offline_says_how_to_get_it(home, monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(ModelUnavailable) as error:
        store.fetch("hub:org/name@v2")
    said = str(error.value)
    assert "org/name at v2" in said and "MULTIART_OFFLINE is set" in said
    assert "hf download org/name --revision v2" in said
    assert f"models--org--name from there into {tmp_path / 'hub'}" in said


def test_a_name_the_hub_cannot_have_is_one_clear_error(hub, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("MULTIART_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="not a repo"):
        store.fetch("hub:not a repo")
