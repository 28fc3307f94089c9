"""The command line in one process, with a command that only looks at its configuration."""

import io
import subprocess
import sys

import pytest

from multiart import cli, config, schema
from multiart.config import read_prompt
from multiart.errors import MultiartError

POEM = 'it\'s "night",\n床前明月光; ${oc.env:HOME} [x] \\'


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
