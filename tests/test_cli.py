"""The command line in one process, with a command that only looks at its configuration."""

import csv
import io
import json
import subprocess
import sys
from types import ModuleType
from unittest.mock import Mock

import pytest
from omegaconf import OmegaConf

from multiart import cli, config, schema
from multiart.commands import sweeping
from multiart.commands.sweeping import run_job
from multiart.config import plain, read_prompt
from multiart.errors import MultiartError

POEM = 'it\'s "night",\n床前明月光; ${oc.env:HOME} [x] \\'


class Command:
    """Stands in for `multiart.commands.run`."""

    def __init__(self):
        self.seen, self.error = [], None

    def main(self, cfg):
        self.seen.append(plain(cfg))
        if self.error is not None and cfg.seed == 0:
            raise self.error
        return float(cfg.seed)


@pytest.fixture
def command(monkeypatch, in_tmp):
    fake, module = Command(), ModuleType("multiart.commands.run")
    module.main = fake.main
    monkeypatch.setitem(sys.modules, "multiart.commands.run", module)
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")  # so that what main() sets is undone
    monkeypatch.delenv("MULTIART_DEBUG", raising=False)
    return fake


@pytest.fixture
def multiart(monkeypatch):
    def call(*args):
        monkeypatch.setattr(sys, "argv", ["multiart", *args])
        try:
            cli.main()
        except SystemExit as end:
            return end.code
        return 0

    return call


def one_line(text):
    assert text.count("\n") == 1, text
    return text


@pytest.mark.parametrize("args", [[], ["--help"], ["-h"]])
def test_help_lists_every_command(multiart, capsys, args):
    assert multiart(*args) == 0
    page = capsys.readouterr().out
    assert all(f"\n  {name} " in page for name in cli.COMMANDS)


def test_help_of_a_command_lists_tasks_groups_and_keys(multiart, capsys):
    assert multiart("run", "--help") == 0
    page = capsys.readouterr().out
    for words in ("+task=", "poem_to_painting", "image=", "painter", "num_variations", "-m"):
        assert words in page
    assert page.count("\n") < 50


def test_help_of_a_command_that_takes_paths_is_short(multiart, capsys):
    assert multiart("diff", "--help") == 0
    page = capsys.readouterr().out
    assert (
        "diff WORK OTHER" in page and "paths.run_dir" in page and "task" not in page and "threads" not in page
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["rum"], "unknown command 'rum'. Did you mean 'run'?"),
        (["run", "task=poem_to_paintng"], "unknown task 'poem_to_paintng'. Did you mean 'poem_to_painting'?"),
        (["run", "prompt=a"], "no task: add +task=NAME, one of: lyrics_to_song, poem_to_painting"),
        (["run", "+task=poem_to_painting", "image.sise=3"], "Did you mean 'size'?"),
        (["run", "+task=poem_to_painting", "seed=abc"], "seed must be a whole number"),
        (["run", "-m", "+task=poem_to_painting", "seed=0,abc"], "seed must be a whole number"),
        (["run", "--sed", "3"], "unknown flag '--sed'."),
        (["run", "--experimental-rerun", "x.pickle"], "unknown flag '--experimental-rerun'."),
        (["run", "--config-dir=nowhere"], "nowhere' not found"),
    ],
)
def test_a_mistake_gives_one_line_and_status_1(multiart, command, capsys, args, message):
    assert multiart(*args) == 1
    assert message in one_line(capsys.readouterr().err)
    assert command.seen == []


def test_text_reaches_the_command_unchanged_and_nothing_is_written(multiart, command, in_tmp):
    assert multiart("run", "task=poem_to_painting", f"prompt={POEM}", f"image.negative_prompt={POEM}") == 0
    assert command.seen[0]["prompt"] == command.seen[0]["image"]["negative_prompt"] == POEM
    assert command.seen[0]["paths"]["run_dir"] is None
    assert list(in_tmp.iterdir()) == []


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


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (MultiartError("too dark"), 1, "multiart: error: too dark\n"),
        (ValueError("size must be 64 or more"), 1, "multiart: error: size must be 64 or more\n"),
        (PermissionError(13, "Permission denied", "works"), 1, "[Errno 13] Permission denied: 'works'\n"),
        (KeyboardInterrupt(), 130, "multiart: interrupted\n"),
    ],
)
def test_what_a_command_raises_becomes_one_line(multiart, command, capsys, error, status, line):
    command.error = error
    assert multiart("run", "task=poem_to_painting", "prompt=a") == status
    assert one_line(capsys.readouterr().err).endswith(line)


def test_a_bug_keeps_its_traceback(multiart, command):
    command.error = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        multiart("run", "task=poem_to_painting", "prompt=a")


def test_debug_shows_the_traceback_of_any_error(multiart, command, monkeypatch):
    monkeypatch.setenv("MULTIART_DEBUG", "1")
    command.error = MultiartError("too dark")
    with pytest.raises(MultiartError):
        multiart("run", "task=poem_to_painting", "prompt=a")


def test_the_command_line_stays_whole_for_other_ranks(multiart, command):
    multiart("run", "task=poem_to_painting", "prompt=a, b")
    assert sys.argv[1:] == ["--config-name=run", "+task=poem_to_painting", "prompt='a, b'"]
    assert cli.to_hydra_args(sys.argv[1:]) == sys.argv[1:]


def test_standard_input_is_read_once_for_all_jobs(monkeypatch, in_tmp):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("moon ${x}\n光".encode())))
    config._standard_input.cache_clear()
    cfg = config.compose("run", ["prompt=-"])
    assert [read_prompt(cfg), read_prompt(cfg)] == ["moon ${x}\n光"] * 2
    config._standard_input.cache_clear()


def test_the_module_runs_as_a_process():
    command = [sys.executable, "-m", "multiart", "rum"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "Did you mean 'run'?" in one_line(result.stderr)


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["verify", "outputs/run, [x]"], ["work=outputs/run, [x]"]),
        (["verify", "work=a"], ["work=a"]),
        (["verify", "seed=1"], ["work=seed=1"]),
        (["verify", "nowhere=1"], ["nowhere=1"]),
        (["diff", "a", "b"], ["work=a", "other=b"]),
        (["diff", "other=b", "a"], ["other=b", "work=a"]),
        (["diff", "a", "b", "c"], ["work=a", "other=b", "c"]),
        (["run", "a"], ["a"]),
    ],
)
def test_a_bare_path_is_named(in_tmp, args, named):
    (in_tmp / "seed=1").mkdir()
    assert cli.name_paths(args[0], args[1:]) == named


def test_any_path_can_be_named(in_tmp):
    path = 'it\'s "a" $x [1], {b}=c'
    (in_tmp / path).mkdir()
    (config_name, work) = cli.to_hydra_args(["verify", path])
    assert schema.compose_prepared("verify", [work]).work == path


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
