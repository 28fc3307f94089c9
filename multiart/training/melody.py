"""Train the melody model: the likelihood of each note, its pitch and then its duration."""

from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor

from multiart.music.events import ALL_STYLES, CONTROL_SIZES, UNKNOWN_FORM
from multiart.music.melodist import Melodist, load_melodist, save_melodist
from multiart.music.network import MelodyNetwork, note_losses
from multiart.music.screening import KnownRuns
from multiart.seeding import derive_seed
from multiart.training.schedules import check_decay, scheduled, stay_decay


def drop_controls(batch: dict[str, Tensor], *, share: float, generator: torch.Generator) -> dict[str, Tensor]:
    """Leave out each control, and what repeats what, in a share of the tunes, so that none must be given."""
    controls, features = batch["controls"], batch["features"].clone()
    device = controls.device
    dropped = torch.rand(controls.shape, generator=generator) < share
    controls = torch.where(dropped.to(device), torch.tensor(CONTROL_SIZES, device=device), controls)
    formless = (torch.rand(len(features), 1, generator=generator) < share).to(device)
    for column, unknown in UNKNOWN_FORM.items():
        features[..., column] = features[..., column].masked_fill(formless, unknown)
    return {**batch, "controls": controls, "features": features}


class MelodyModule(pl.LightningModule):
    """Maximum likelihood of folk melodies; which controls are left out follows from (seed, step).

    Args:
        network: constructor arguments of `MelodyNetwork`; its defaults where empty.
        lr: peak learning rate of AdamW.
        weight_decay: of AdamW, on matrices.
        warmup_steps: optimiser steps of linear warm-up.
        decay_steps: the learning rate falls linearly to 2 % over the last so many of ``max_steps``.
        max_steps: optimiser steps in all, for the decay.
        drop_control: share of tunes trained without each of the controls.
        seed: of weights and what is left out.
        init_from: an exported melody model to start from, or None to start from random weights.
    """

    card = (
        "The melody model composes folk tunes note by note: pitch relative to the tonic, then duration, in a"
        " mode, metre and style, with a given number of notes in each phrase and a plan of which phrase"
        " repeats which. It was trained on tunes in the public domain: O'Neill's Music of Ireland (1903),"
        " Ryan's Mammoth Collection (1883), Aird's Airs (1782-1801), Northumbrian Minstrelsy (1882) and"
        " American fife tunes, as transcribed by volunteers and carried by the package music21. No lyrics"
        " were seen. Weights are the moving average, in half precision; beside them lie hashes of the"
        " training tunes' runs of 16 notes, by which quotations are found."
    )

    def __init__(
        self,
        *,
        network: dict[str, Any] | None = None,
        lr: float = 2.5e-3,
        weight_decay: float = 0.05,
        warmup_steps: int = 100,
        decay_steps: int = 0,
        max_steps: int = -1,
        drop_control: float = 0.1,
        seed: int = 0,
        init_from: str | None = None,
    ) -> None:
        super().__init__()
        if not 0 <= drop_control < 1:
            raise ValueError(f"drop_control must be at least 0 and less than 1, got {drop_control}")
        check_decay(decay_steps, max_steps)
        self.save_hyperparameters()
        torch.manual_seed(derive_seed(seed, "melody-init"))
        self.network = (
            MelodyNetwork(**(network or {}))
            if init_from is None
            else load_melodist(init_from).network.train()
        )

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        generator = torch.Generator().manual_seed(
            derive_seed(self.hparams.seed, "melody", self.global_step, batch_idx)
        )
        batch = drop_controls(batch, share=self.hparams.drop_control, generator=generator)
        pitch, duration, count = note_losses(self.network, batch)
        loss = (pitch + duration) / count
        self.log("train/loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        pitch, duration, count = note_losses(self.network, batch)
        losses = {"val/loss": pitch + duration, "val/pitch": pitch, "val/duration": duration}
        self.log_dict({name: nats / count for name, nats in losses.items()}, batch_size=int(count))

    def configure_optimizers(self) -> dict[str, Any]:
        matrices = [p for p in self.network.parameters() if p.dim() > 1]
        others = [p for p in self.network.parameters() if p.dim() < 2]
        optimizer = torch.optim.AdamW(
            [{"params": matrices}, {"params": others, "weight_decay": 0.0}],
            lr=self.hparams.lr,
            betas=(0.9, 0.98),
            weight_decay=self.hparams.weight_decay,
        )
        return scheduled(optimizer, self.lr_factor)

    def lr_factor(self, step: int) -> float:
        """Warm up, stay, decay."""
        return stay_decay(self.hparams, step, least=0.02)

    def export(self, folder: str | Path) -> None:
        """Write the weights with what the composer needs beside them."""
        tunes = self.trainer.datamodule.tunes["train"]
        present = {tune.style for tune in tunes}
        melodist = Melodist(
            network=self.network,
            known=KnownRuns.of(tune.notes for tune in tunes),
            styles=tuple(style for style in ALL_STYLES if style in present),
        )
        save_melodist(folder, melodist)
