"""`python -m multiart train +experiment=NAME`: train a model; resume it exactly with `ckpt_path=last`."""

import contextlib
import logging
import sys
import time
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from multiart.errors import MultiartError

WHOLE = {
    "callbacks.ema": "null",
    "callbacks.samples": "null",
    "train.compile": "false",
    "train.export": "null",
    "train.module.gradients_every": "0",
    "trainer.gradient_clip_val": "null",
}
"""What needs parameters whole, and the value that does without."""


def main(cfg: DictConfig) -> float | None:
    """Build everything from the config, fit, and export what was trained.

    Returns:
        The metric named by `optimized_metric`, or `val/loss` if that was logged, for a sweeper.

    Raises:
        MultiartError: if no experiment was chosen, `ckpt_path` names no whole checkpoint or one made with
            other settings, several devices are asked for in a sweep, or FSDP for what it cannot do.
    """
    if cfg.train is None or cfg.data is None:
        with contextlib.suppress(OSError):
            Path(cfg.paths.run_dir).rmdir()  # Hydra has made it, empty
        raise MultiartError("train needs an experiment: python -m multiart train +experiment=painter")
    refuse_whole_parameters(cfg)
    import torch

    from multiart.config import build, plain
    from multiart.seeding import derive_seed
    from multiart.training.card import command_line, write_card
    from multiart.training.checkpointing import explained_mismatch, interrupt_as_sigterm
    from multiart.training.compiling import compile_or_eager
    from multiart.training.report import use_of, write_report
    from multiart.training.settings import Settings

    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    torch.set_flush_denormal(True)  # a CPU is ten times slower on gradients too small to matter
    run_dir = Path(cfg.paths.run_dir)
    ckpt_path = resume_from(cfg.ckpt_path, run_dir / "checkpoints")
    settings = Settings(plain(cfg))
    if ckpt_path is not None:
        settings.compare(ckpt_path, force=cfg.resume.force)

    torch.manual_seed(derive_seed(cfg.seed, "init"))
    datamodule = build(cfg.data)
    module = build(cfg.train.module)
    for network in getattr(module, "networks", module.children()):
        compile_or_eager(network, cfg.train.compile)
    callbacks = [settings, *build_all(cfg.callbacks)]
    loggers = build_all(cfg.logger)
    trainer = build(cfg.trainer, callbacks=callbacks, loggers=loggers)
    refuse_devices_in_sweep(trainer.world_size)

    with interrupt_as_sigterm(), explained_mismatch(ckpt_path):
        trainer.fit(module, datamodule, ckpt_path=ckpt_path)
    if cfg.train.export is not None and trainer.is_global_zero:
        module.export(cfg.train.export)
        write_card(Path(cfg.train.export), cfg=cfg, trainer=trainer, module=module)
        print(cfg.train.export)
    if trainer.is_global_zero:
        used = None if cfg.train.export is None else use_of(Path(cfg.train.export))
        command = f"python -m multiart {command_line(sys.argv[1:])}"
        print(write_report(run_dir, title=cfg.task_name, command=command, use=used))
    return metric(trainer.callback_metrics, cfg.optimized_metric)


def build_all(group: DictConfig | None) -> list:
    """Build every node of a group; one set to null is left out."""
    from multiart.config import build

    return [build(node) for node in (group or {}).values() if node is not None]


def resume_from(ckpt_path: str | None, folder: Path) -> str | None:
    """Find the checkpoint to go on from.

    Args:
        ckpt_path: "last" for the newest whole one of `folder`, a path, or None to start anew; then
            checkpoints that are there already are set aside, not mixed with the new run's.

    Raises:
        MultiartError: if the path given is no file.
    """
    from multiart.training.checkpointing import find_last

    if ckpt_path is None:
        if folder.exists():
            aside = folder.with_name(f"{folder.name}-until-{time.strftime('%Y-%m-%d_%H-%M-%S')}")
            folder.rename(aside)
            tell(f"starting anew; the checkpoints of the run before are in {aside}")
        return None
    if ckpt_path == "last":
        found = find_last(folder)
        tell(f"no checkpoint in {folder} yet: starting anew" if found is None else f"resuming from {found}")
        return None if found is None else str(found)
    if not Path(ckpt_path).is_file():
        raise MultiartError(f"ckpt_path must be a checkpoint file, 'last' or null, got {ckpt_path!r}")
    return str(ckpt_path)


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def refuse_devices_in_sweep(world_size: int) -> None:
    """Several devices under `-m` would start a second, ghost sweep.

    Raises:
        MultiartError: if they are asked for.
    """
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    sweeping = HydraConfig.initialized() and HydraConfig.get().mode == RunMode.MULTIRUN
    if sweeping and world_size > 1:
        raise MultiartError(
            f"a sweep (-m) trains on one device a job, got {world_size}: set trainer.devices=1,"
            " or run the jobs one by one without -m"
        )


def refuse_whole_parameters(cfg: DictConfig) -> None:
    """Where parameters are spread over the devices, nothing may need one of them whole.

    Raises:
        MultiartError: naming the settings that do.
    """
    if "fsdp" not in str(cfg.trainer.strategy):
        return
    needed = [key for key in WHOLE if OmegaConf.select(cfg, key)]
    if needed:
        changes = " ".join(f"{key}={WHOLE[key]}" for key in needed)
        raise MultiartError(f"trainer=fsdp spreads every parameter over the devices: add {changes}")


def metric(metrics: dict, name: str | None) -> float | None:
    """The metric a sweeper optimises.

    Raises:
        MultiartError: if it was not logged.
    """
    if name is None:
        return float(metrics["val/loss"]) if "val/loss" in metrics else None
    if name not in metrics:
        raise MultiartError(f"optimized_metric {name!r} was not logged; logged: {', '.join(sorted(metrics))}")
    return float(metrics[name])
