"""The model card beside exported weights: how they came about."""

import re
import shlex
import sys
from pathlib import Path

import lightning.pytorch as pl
from omegaconf import DictConfig, OmegaConf

from multiart.io.atomic import atomic_write
from multiart.training.watch import History


def write_card(folder: Path, *, cfg: DictConfig, trainer: pl.Trainer, module: pl.LightningModule) -> None:
    """Write `README.md`: what the module says of itself, command, seed, time, losses and the whole config.

    Args:
        folder: where the weights were exported to.
        cfg: the config of the run.
        trainer, module: after `fit`; a text in `module.card` opens the card.
    """
    history = next((c for c in trainer.callbacks if isinstance(c, History)), History())
    about = getattr(module, "card", "")
    settings = OmegaConf.to_yaml(
        OmegaConf.masked_copy(cfg, ["seed", "data", "train", "trainer", "callbacks"])
    )
    parts = [
        f"# {cfg.task_name}",
        about,
        f"- command: `python -m multiart {command_line(sys.argv[1:])}`",
        f"- seed: {cfg.seed}",
        f"- steps: {trainer.global_step}",
        f"- training time: {history.seconds / 60:.1f} minutes, {trainer.precision}, {devices(trainer)}",
        f"- trainable parameters: {sum(p.numel() for p in module.parameters() if p.requires_grad):,}",
        losses(history.rows(trainer.global_step)),
        f"## Settings\n\n```yaml\n{settings}```",
        "Trained by multiart; MIT licence.",
    ]
    text = "\n\n".join(part for part in parts if part)
    atomic_write(folder / "README.md", text.replace("\n\n- ", "\n- ") + "\n")


def command_line(args: list[str]) -> str:
    """The arguments as typed, before the command line rewrote and quoted them for Hydra."""
    typed = [re.sub(r"='([^'\\]*)'$", r"=\1", arg.removeprefix("--config-name=")) for arg in args]
    return shlex.join(typed)


def devices(trainer: pl.Trainer) -> str:
    return f"{trainer.num_devices} x {trainer.strategy.root_device.type}"


def losses(rows: list[tuple[int, float]]) -> str:
    """A table of the mean training loss up to each mark."""
    head = ["## Losses", "", "| step | mean loss since the row above |", "|---|---|"]
    return "\n".join(head + [f"| {step:,} | {loss:.4f} |" for step, loss in rows]) if rows else ""
