"""Sweeps through the whole command line, with a command that only looks at its configuration."""

import csv
import json
from unittest.mock import Mock

import pytest
from omegaconf import OmegaConf

from multiart import cli, config
from multiart.commands import sweeping
from multiart.commands.sweeping import run_job
from multiart.config import plain
from multiart.errors import MultiartError
from tests.test_cli import POEM, one_line


def test_a_sweep_keeps_the_text_whole_and_gives_each_job_a_folder(multiart, command, in_tmp):
    args = ["run", "-m", "task=poem_to_painting", f"prompt={POEM}", "seed=1,2", "style=null,auto"]
    assert multiart(*args) == 0
    assert [cfg["prompt"] for cfg in command.seen] == [POEM] * 4
    assert [(cfg["seed"], cfg["style"] is None) for cfg in command.seen] == [
        (1, True),
        (1, False),
        (2, True),
        (2, False),
    ]
    folders = sorted(path for path in in_tmp.glob("outputs/multirun/*/*") if path.is_dir())
    assert [cfg["paths"]["run_dir"] for cfg in command.seen] == [str(folder) for folder in folders]
    (saved,) = in_tmp.glob("outputs/multirun/*/multirun.yaml")
    assert OmegaConf.load(saved).prompt == POEM


def test_a_sweep_can_come_from_a_file(multiart, command):
    assert multiart("run", "sweep=guidance", "task=poem_to_painting", "prompt=a") == 0
    assert len(command.seen) == 6


def test_a_failing_job_does_not_stop_a_sweep(multiart, command, capsys):
    command.error = MultiartError("too dark")
    assert multiart("run", "-m", "task=poem_to_painting", "prompt=a", "seed=0,1") == 1
    assert [cfg["seed"] for cfg in command.seen] == [0, 1]
    assert "job 0 failed: too dark" in capsys.readouterr().err


def jobs(in_tmp):
    return {path.name: json.loads(path.read_text()) for path in sorted(in_tmp.glob("sweep/*.job.json"))}


def test_a_sweep_that_is_run_again_skips_what_is_done_and_tries_what_failed(
    multiart, command, in_tmp, capsys
):
    words = ["run", "-m", "task=poem_to_painting", "prompt=a, b", "seed=0,1,2", "hydra.sweep.dir=sweep"]
    command.error = MultiartError("too dark")
    assert multiart(*words) == 1
    assert [job["state"] for job in jobs(in_tmp).values()] == ["failed", "done", "done"]
    command.error = None
    assert multiart(*words) == 0
    assert [cfg["seed"] for cfg in command.seen] == [0, 1, 2, 0]
    assert [job["result"] for job in jobs(in_tmp).values()] == [0.0, 1.0, 2.0]
    capsys.readouterr()
    assert multiart(*words) == 0
    assert len(command.seen) == 4
    table = list(csv.DictReader((in_tmp / "sweep" / "sweep.csv").open()))
    assert [(row["job"], row["seed"], row["state"]) for row in table] == [
        ("0", "0", "done"),
        ("1", "1", "done"),
        ("2", "2", "done"),
    ]
    assert "prompt" not in table[0]
    assert "done before" in capsys.readouterr().out


def test_a_job_that_was_killed_is_cleared_and_run_again(multiart, command, in_tmp):
    words = ["run", "-m", "task=poem_to_painting", "prompt=a", "seed=1,2", "hydra.sweep.dir=sweep"]
    assert multiart(*words) == 0
    note = in_tmp / "sweep" / "1.job.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"state": "running"}))
    (in_tmp / "sweep" / "1" / "painting.png").write_text("half")
    assert multiart(*words) == 0
    assert [cfg["seed"] for cfg in command.seen] == [1, 2, 2]
    assert list((in_tmp / "sweep" / "1").iterdir()) == []


def test_a_sweep_leaves_the_folder_of_another_alone(multiart, command, in_tmp, capsys):
    words = ["run", "-m", "task=poem_to_painting", "prompt=a", "hydra.sweep.dir=sweep"]
    assert multiart(*words, "seed=1,2") == 0
    assert multiart(*words, "seed=1,3") == 1
    assert "job 1 failed: " in (said := capsys.readouterr().err) and "holds another job" in said
    assert [cfg["seed"] for cfg in command.seen] == [1, 2]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("image.size=64,lots,128", "image.size must be a whole number, got 'lots'."),
        ("style=auto,none,gatis", "unknown style 'gatis'. Did you mean 'gatys'?"),
        ("image.sise=1,2,3", "Did you mean 'size'?"),
        ("scene.place=lake,sea,moon", "unknown scene.place 'moon'"),
        ("image.size=range(3,3)", "image.size=range(3,3) gives no values: nothing to sweep."),
    ],
)
def test_every_job_of_a_sweep_is_checked_before_the_first_starts(multiart, command, capsys, bad, message):
    words = ["run", "-m", "task=poem_to_painting", "prompt=a", "seed=0,1,2,3", bad]
    assert multiart(*words) == 1
    assert message in one_line(capsys.readouterr().err)
    assert command.seen == []


def test_values_that_do_not_go_together_are_found_before_the_first_job(multiart, command, capsys):
    words = ["run", "-m", "task=poem_to_painting", "prompt=a", "style.painter=great_wave,ember"]
    assert multiart(*words, "style=painters,auto") == 1
    assert "unknown key of style 'painter'." in one_line(capsys.readouterr().err)
    assert command.seen == []


def test_a_job_is_checked_with_the_configuration_that_hydra_gives_it(multiart, command, monkeypatch):
    checked = []
    monkeypatch.setattr(sweeping, "check", lambda cfg: checked.append(plain(cfg) | {"paths": None}))
    words = ["run", "-m", "task=poem_to_painting", f"prompt={POEM}", "seed=3", "style=none,auto"]
    assert multiart(*words, "++image.size=64", "scene={place:lake}") == 0
    assert [cfg | {"paths": None} for cfg in command.seen] == checked and len(checked) == 2


def test_a_finished_sweep_starts_no_job_again(multiart, command, monkeypatch, capsys):
    words = ["run", "-m", "task=poem_to_painting", "prompt=a", "seed=0,1", "hydra.sweep.dir=sweep"]
    assert multiart(*words) == 0
    monkeypatch.setattr(cli, "dispatch", Mock(side_effect=AssertionError("a job was started")))
    capsys.readouterr()
    assert multiart(*words) == 0
    told = capsys.readouterr().out
    assert "all jobs were done before" in told and "sweep/sweep.csv" in told and "sweep/index.html" in told


def test_a_sweep_whose_jobs_failed_ends_with_its_table_too(multiart, command, in_tmp):
    command.error = MultiartError("too [dark]")
    words = ["run", "-m", "task=poem_to_painting", "prompt=a", "hydra.sweep.dir=sweep"]
    assert multiart(*words, "seed=0,1") == 1
    table = list(csv.DictReader((in_tmp / "sweep" / "sweep.csv").open()))
    assert [(row["state"], row["reason"]) for row in table] == [("failed", "too [dark]"), ("done", "")]
    assert "2 jobs: 1 done, 1 failed" in (in_tmp / "sweep" / "index.html").read_text()


def test_a_training_that_was_stopped_goes_on_from_its_checkpoint(in_tmp):
    cfg = config.compose("train", ["experiment=painter", f"paths.run_dir={in_tmp}/sweep/0"])
    with pytest.raises(KeyboardInterrupt):
        run_job(cfg, [], Mock(side_effect=KeyboardInterrupt))
    checkpoint = in_tmp / "sweep" / "0" / "checkpoints" / "last.ckpt"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_text("")
    run_job(cfg, [], lambda: None)
    assert cfg.ckpt_path == "last" and checkpoint.is_file()
