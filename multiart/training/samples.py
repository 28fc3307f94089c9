"""Pictures of held-out texts while a model trains."""

from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch

from multiart.io.pictures import save_png
from multiart.records import Picture


class SampleSheets(pl.Callback):
    """Paint the first held-out texts at every validation, by the averaged weights.

    Each sheet, `step-00000250.png`, has the true pictures above the painted ones; the noise is the same every
    time. Modules that cannot `sample` are left alone.

    Args:
        folder: where the sheets go.
        count: pictures on a sheet.
    """

    def __init__(self, *, folder: str, count: int = 8) -> None:
        if count < 1:
            raise ValueError(f"callbacks.samples.count must be 1 or more, got {count}")
        self.folder, self.count = Path(folder), count

    @torch.no_grad()
    def on_validation_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        if batch_idx or dataloader_idx or not trainer.is_global_zero or not hasattr(pl_module, "sample"):
            return
        painted, true = pl_module.sample(batch, count=self.count)
        rows = [torch.cat(list(pictures.float().cpu().clamp(0, 1)), dim=2) for pictures in (true, painted)]
        sheet = Picture(pixels=torch.cat(rows, dim=1))
        save_png(
            sheet, self.folder / f"step-{trainer.global_step:08d}.png", {"step": str(trainer.global_step)}
        )
