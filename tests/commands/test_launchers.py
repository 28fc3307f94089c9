"""Sweeps in processes of their own: joblib, submitit; values drawn by Optuna. The command is a stand-in."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAND_IN = """
import sys, types
from pathlib import Path

def main(cfg):
    from multiart.errors import MultiartError
    with open(Path(cfg.paths.run_dir).parent / "made.txt", "a") as file:
        file.write(f"{cfg.seed}\\n")
    if cfg.seed == 2 and not Path("mended").exists():
        raise MultiartError("too [dark]")
    Path(cfg.paths.run_dir, "work.txt").write_text(cfg.prompt)
    return float((cfg.image.guidance_scale - 3) ** 2 + cfg.seed)

module = types.ModuleType("multiart.commands.run")
module.main = main
sys.modules["multiart.commands.run"] = module
"""
POEM = 'it\'s "night", ${oc.env:HOME}'


@pytest.fixture
def sweep(tmp_path):
    """Sweep in a process; returns what it ended with."""
    (tmp_path / "sitecustomize.py").write_text(STAND_IN)  # read by every Python process, jobs included

    def call(*words, folder="sweep"):
        command = [
            sys.executable,
            "-m",
            "multiart",
            "run",
            "-m",
            "task=poem_to_painting",
            f"prompt={POEM}",
            *words,
        ]
        env = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
        if folder is not None:
            command.append(f"hydra.sweep.dir={folder}")
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    return call


def table(folder):
    return list(csv.DictReader((folder / "sweep.csv").open()))


@pytest.mark.parametrize("launcher", ["joblib", "submitit"])
def test_jobs_run_in_processes_and_a_failed_one_is_made_again(sweep, tmp_path, launcher):
    if launcher == "submitit":
        pytest.importorskip("submitit")
    words = [f"launcher={launcher}", "seed=1,2,3", "image.guidance_scale=4"]
    ended = sweep(*words)
    assert ended.returncode == 1 and "too [dark]" in ended.stderr, ended.stderr
    assert [row["state"] for row in table(tmp_path / "sweep")] == ["done", "failed", "done"]
    (tmp_path / "mended").touch()
    assert sweep(*words).returncode == 0
    assert [(row["state"], row["result"]) for row in table(tmp_path / "sweep")] == [
        ("done", "2.0"),
        ("done", "3.0"),
        ("done", "4.0"),
    ]
    assert sorted((tmp_path / "sweep" / "made.txt").read_text().split()) == ["1", "2", "2", "3"]
    assert {path.read_text() for path in (tmp_path / "sweep").glob("*/work.txt")} == {POEM}


def test_optuna_draws_values_and_goes_on_with_its_study(sweep, tmp_path):
    pytest.importorskip("optuna")
    words = ["sweep=optuna", "hydra.sweeper.n_trials=3", "image.guidance_scale=interval(1.0,6.0)"]
    words += ["seed=choice(1,4)", "hydra/sweeper/sampler=random"]
    ended = sweep(*words, folder=None)
    assert ended.returncode == 0, ended.stderr
    folder = tmp_path / "outputs" / "multirun" / "optuna" / "poem_to_painting"
    assert len(table(folder)) == 3 and (folder / "optimization_results.yaml").is_file()
    assert sweep(*words, folder=None).returncode == 0
    rows = table(folder)
    assert len({row["image.guidance_scale"] for row in rows}) == len(rows) == 6
    for row in rows:
        asked = (float(row["image.guidance_scale"]) - 3) ** 2 + int(row["seed"])
        assert float(row["result"]) == pytest.approx(asked)
    with sqlite3.connect(folder / "optuna.db") as study:
        assert study.execute("select count(*) from trials where state = 'COMPLETE'").fetchone() == (6,)
    notes = [json.loads(path.read_text()) for path in folder.rglob("*.job.json")]
    assert {note["metric"] for note in notes} == {"result"}


def test_a_trial_that_fails_does_not_stop_optuna_and_the_status_tells(sweep, tmp_path):
    pytest.importorskip("optuna")
    ended = sweep(
        "sweep=optuna", "hydra.sweeper.n_trials=2", "seed=2", "image.guidance_scale=interval(1.0,6.0)"
    )
    assert ended.returncode == 1
    assert [row["state"] for row in table(tmp_path / "sweep")] == ["failed"] * 2
