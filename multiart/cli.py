"""Command line: ``python -m multiart COMMAND [+task=NAME] [key=value ...]``."""

import functools
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

from multiart.errors import ConfigError, MultiartError, unknown

COMMANDS = {
    "run": "make one work from a text",
    "render": "make many works, one a poem; skips what is complete",
    "train": "fine-tune a model; resumes exactly with ckpt_path=last",
    "evaluate": "measure a trained model",
    "export": "write what a joint training made: adapters or merged, smaller if you like",
    "triples": "write generated works: text, painting and tune, to train on",
    "replay": "make a work again from its manifest, and say what differs",
    "verify": "check works against their manifests: files, lineage, weights",
    "diff": "show the settings and pictures of two works side by side",
    "gallery": "write a page to look through many works",
    "models": "list the weights that can be used",
    "doctor": "show what this machine has and lacks",
}
PATHS = {
    "export": ("folder",),
    "triples": ("folder",),
    "replay": ("work",),
    "verify": ("work",),
    "diff": ("work", "other"),
    "gallery": ("folder",),
}
"""The keys that a command's bare arguments are the values of."""

HYDRA_FLAGS = ("--multirun", "--cfg", "--resolve", "--package", "--info", "--config-dir")


def main() -> None:
    """Run the command named by ``sys.argv[1]``; every other argument goes to Hydra.

    The command is rewritten in place to ``--config-name=COMMAND``, so that ``sys.argv`` stays a
    complete command line: Lightning's DDP launcher re-executes it to start the other ranks.
    """
    try:
        _main()
    except KeyboardInterrupt:
        print("multiart: interrupted", file=sys.stderr)
        sys.exit(130)
    except (MultiartError, ValueError, OSError) as error:
        fail(error)


def _main() -> None:
    args = sys.argv[1:]
    if not args or args[0] in ("-h", "--help", "help"):
        from multiart.help import overview

        print(overview(COMMANDS))
    elif not args[0].startswith("--config-name=") and args[0] not in COMMANDS:
        raise ConfigError(unknown("command", args[0], [*COMMANDS]))
    elif {"-h", "--help"} & {*args[1:]}:
        from multiart.help import page

        print(page(args[0], COMMANDS[args[0]], PATHS.get(args[0], ())))
    else:
        sys.argv[1:] = to_hydra_args(args)
        _run_hydra(*sys.argv[1:])


def to_hydra_args(args: list[str]) -> list[str]:
    """Turn ``run task=x prompt=a, b`` into ``--config-name=run +task=x prompt='a, b'``.

    Raises:
        ConfigError: for a flag that is not taken, or a text that is not valid UTF-8.
    """
    from multiart.overrides import prepare

    command, *rest = args
    if command.startswith("--config-name="):  # a child of Lightning's launcher: done by its parent
        return args
    for flag in rest:
        if flag.startswith("-") and flag not in ("-m", "-c") and flag.partition("=")[0] not in HYDRA_FLAGS:
            raise ConfigError(unknown("flag", flag, ["-m", *HYDRA_FLAGS]))
    rest = name_paths(command, rest)
    return [f"--config-name={command}", *prepare(rest, multirun="-m" in rest or "--multirun" in rest)]


def name_paths(command: str, args: list[str]) -> list[str]:
    """Turn ``verify outputs/run`` into ``verify work=outputs/run``, for the commands that take paths.

    What is on disk is a path, with "=" in its name too; so is whatever has no "=".
    """
    keys = [key for key in PATHS.get(command, ()) if not any(arg.startswith(f"{key}=") for arg in args)]
    return [f"{keys.pop(0)}={arg}" if keys and _is_path(command, arg) else arg for arg in args]


def _is_path(command: str, arg: str) -> bool:
    if arg.startswith("-") or arg.partition("=")[0] in PATHS[command]:
        return False
    return "=" not in arg or os.path.exists(arg)


def _run_hydra(config_name: str, *args: str) -> None:
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra raises its errors, so that they are worded here
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    from multiart.commands.sweeping import told_at_the_end
    from multiart.schema import conf_dir  # registers the root's schema

    try:
        with told_at_the_end():
            hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name="run")(dispatch)()
    except (HydraException, OmegaConfBaseException) as error:
        from multiart.complaints import explain

        raise ConfigError(explain(error, config_name.partition("=")[2], [*args])) from error


def dispatch(cfg: Any) -> float | None:
    """Call the command that the composed config names; its result is what a sweeper optimises."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    from multiart.commands.sweeping import run_job
    from multiart.config import check, use_models
    from multiart.paths import options

    job = HydraConfig.get()
    is_sweep = job.mode == RunMode.MULTIRUN
    if is_sweep:
        cfg.paths.run_dir = job.runtime.output_dir
    try:
        if cfg.command in ("run", "render") and cfg.task_name == "untitled":
            raise ConfigError(f"no task: add +task=NAME, one of: {', '.join(options('task'))}.")
        check(use_models(cfg))
        work = functools.partial(_work, cfg)
        return run_job(cfg, list(job.overrides.task), work) if is_sweep else work()
    except (MultiartError, ValueError, OSError) as error:
        if not is_sweep:
            fail(error)
        print(f"multiart: job {job.job.num} failed: {error}", file=sys.stderr)
        raise


def _work(cfg: Any) -> float | None:
    return import_module(f"multiart.commands.{cfg.command}").main(cfg)


def fail(error: Exception) -> NoReturn:
    """End with one line about the error, or with its traceback if ``MULTIART_DEBUG`` is set."""
    if os.environ.get("MULTIART_DEBUG"):
        raise error
    print(f"multiart: error: {error}", file=sys.stderr)
    sys.exit(1)
