"""The train command, whole, at a tiny size."""

import json

import pytest

from multiart.commands import train
from multiart.config import check, compose
from multiart.errors import MultiartError

pytestmark = pytest.mark.filterwarnings("ignore")


def detector_config(folder, *more: str):
    tiny = [
        "data.num_scenes=16",
        "data.num_heldout=4",
        "data.batch_size=4",
        "data.size=16",
        "trainer.max_steps=6",
    ]
    quiet = ["trainer.accelerator=cpu", "logger.tensorboard=null", f"paths.run_dir={folder}"]
    cfg = compose("train", ["experiment=detector", *tiny, *quiet, *more])
    check(cfg)
    return cfg


def test_trains_exports_and_resumes(tmp_path, capsys):
    pytest.importorskip("skia", reason="needs skia-python: pip install multiart[train]")
    train.main(detector_config(tmp_path, "trainer.log_every_n_steps=1"))
    exported = tmp_path / "exported"
    assert sorted(p.name for p in exported.iterdir()) == ["README.md", "ceiling.json", "model.safetensors"]
    assert json.loads((exported / "ceiling.json").read_text())["pictures"] == 4
    assert "- steps: 6" in (exported / "README.md").read_text()
    assert "train/loss" in (tmp_path / "csv" / "version_0" / "metrics.csv").read_text()
    before = (exported / "model.safetensors").read_bytes()
    train.main(detector_config(tmp_path, "ckpt_path=last"))  # nothing is left to do
    assert (exported / "model.safetensors").read_bytes() == before
    assert "resuming from" in capsys.readouterr().err
    with pytest.raises(MultiartError, match=r"data\.size: 16 -> 32"):
        train.main(detector_config(tmp_path, "ckpt_path=last", "data.size=32"))


def test_starting_anew_sets_old_checkpoints_aside(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    assert train.resume_from(None, tmp_path / "checkpoints") is None
    assert [p.name.startswith("checkpoints-until-") for p in tmp_path.iterdir()] == [True]


def test_ckpt_path(tmp_path):
    assert train.resume_from("last", tmp_path / "checkpoints") is None
    with pytest.raises(MultiartError, match="nowhere.ckpt"):
        train.resume_from(str(tmp_path / "nowhere.ckpt"), tmp_path)


def test_what_is_missing_is_named_and_leaves_no_folder(tmp_path):
    (tmp_path / "untitled").mkdir()
    with pytest.raises(MultiartError, match=r"\+experiment=painter"):
        train.main(compose("train", [f"paths.run_dir={tmp_path / 'untitled'}"]))
    assert not (tmp_path / "untitled").exists()


def test_several_devices_in_a_sweep_are_refused(monkeypatch):
    from types import SimpleNamespace

    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    monkeypatch.setattr(HydraConfig, "initialized", staticmethod(lambda: True))
    monkeypatch.setattr(HydraConfig, "get", staticmethod(lambda: SimpleNamespace(mode=RunMode.MULTIRUN)))
    train.refuse_devices_in_sweep(1)
    with pytest.raises(MultiartError, match=r"trainer\.devices=1"):
        train.refuse_devices_in_sweep(2)


def test_what_needs_parameters_whole_is_refused_where_they_are_spread():
    joint = ["experiment=joint", "paths.run_dir=out"]
    spread = [*joint, "trainer=fsdp"]
    train.refuse_whole_parameters(compose("train", joint))
    with pytest.raises(MultiartError, match=r"callbacks\.ema=null .*train\.module\.gradients_every=0$"):
        train.refuse_whole_parameters(compose("train", spread))
    without = [f"{key}={value}" for key, value in train.WHOLE.items()]
    train.refuse_whole_parameters(compose("train", [*spread, *without]))
    with pytest.raises(MultiartError, match=r"add trainer\.gradient_clip_val=null$"):
        more = [*without[:-1], "trainer.gradient_clip_val=1"]
        train.refuse_whole_parameters(compose("train", [*spread, *more]))


def test_the_metric_for_a_sweeper():
    assert train.metric({"val/loss": 0.5}, "val/loss") == 0.5
    assert train.metric({}, None) is None and train.metric({"val/loss": 0.5}, None) == 0.5
    with pytest.raises(MultiartError, match="logged: val/loss"):
        train.metric({"val/loss": 0.5}, "loss")
