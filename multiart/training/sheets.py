"""Held-out works while all models train together: poem, painting and tune, beside those of before."""

from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from multiart.data.works import Work, collate
from multiart.io.fonts import chinese_font, serif_font
from multiart.io.pictures import save_png
from multiart.music.describe import plan_of
from multiart.music.tune import Tune
from multiart.pictures import from_uint8, to_uint8
from multiart.records import Picture
from multiart.text.modes import detect_language

SIDE = 192  # of a picture, pixels
ROLL = 96  # height of a tune
GAP = 12
HEADINGS = ("poem", "as it is", "untrained", "step {step}")
UNTRAINED = "untrained.png"
INK, PAPER, BLANK = (40, 40, 40), (255, 253, 248), (238, 234, 226)


class WorkSheets(pl.Callback):
    """Paint and compose the first held-out texts at every validation, by the averaged weights.

    Each sheet, `step-00000250.png`, has a row a work: its poem, its own picture and tune, those that the
    models made before training, and those that they make now. Noise and plan are the same every time. The
    data module has its works in ``validation.works``.

    Args:
        folder: where the sheets go, and what the untrained models made, for a resumed run.
        count: works on a sheet.
    """

    def __init__(self, *, folder: str, count: int = 4) -> None:
        if count < 1:
            raise ValueError(f"callbacks.samples.count must be 1 or more, got {count}")
        self.folder, self.count = Path(folder), count

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.global_step == 0 and trainer.is_global_zero:
            pl_module.eval()
            self._save(self._made(trainer, pl_module), UNTRAINED, 0)
            pl_module.train()

    def on_validation_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        if batch_idx or dataloader_idx or not trainer.is_global_zero:
            return
        works = self._works(trainer)
        untrained = self.folder / UNTRAINED
        columns = [
            stacked([written(work.text or work.caption) for work in works]),
            stacked([shown(work.picture and work.picture(0).float() / 255, work.tune) for work in works]),
            Image.open(untrained) if untrained.exists() else None,
            self._made(trainer, pl_module),
        ]
        step = trainer.global_step
        words = [word.format(step=step) for word in HEADINGS]
        sheet = headed([*zip(words, columns, strict=True)])
        self._save(sheet, f"step-{step:08d}.png", step)

    def _save(self, image: Image.Image, name: str, step: int) -> None:
        save_png(from_uint8(np.asarray(image)), self.folder / name, {"step": str(step)})

    def _works(self, trainer: pl.Trainer) -> list[Work]:
        return [*trainer.datamodule.validation.works[: self.count]]

    @torch.no_grad()
    def _made(self, trainer: pl.Trainer, module: pl.LightningModule) -> Image.Image:
        """What the models make of the texts now, one below the other."""
        data, works = trainer.datamodule.validation, self._works(trainer)
        batch = collate([data[number] for number in range(len(works))])
        batch = module.transfer_batch_to_device(batch, module.device, 0)
        painted = module.paint(batch)
        tunes = module.sing(batch, [work.tune and plan_of(work.tune) for work in works])
        return stacked([shown(picture, tune) for picture, tune in zip(painted, tunes, strict=True)])


def shown(picture: Tensor | None, tune: Tune | None) -> Image.Image:
    """A picture ``[3, H, W]`` in [0, 1] above the piano roll of a tune; what is None stays blank."""
    cell = Image.new("RGB", (SIDE, SIDE + ROLL), BLANK)
    if picture is not None:
        pixels = to_uint8(Picture(pixels=picture.float().cpu().clamp(0, 1)))
        cell.paste(Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    if tune is not None:
        cell.paste(piano_roll(tune), (0, SIDE))
    return cell


def piano_roll(tune: Tune) -> Image.Image:
    """The notes of a tune as bars: time to the right, pitch upwards."""
    roll = Image.new("RGB", (SIDE, ROLL), PAPER)
    draw = ImageDraw.Draw(roll)
    pitches = [note.pitch for note in tune.notes]
    low, span = min(pitches), max(12, max(pitches) - min(pitches)) + 1
    wide, high = SIDE / sum(event.duration for event in tune.events), (ROLL - 8) / span
    at = 0
    for event in tune.events:
        if event.pitch is not None:
            top = ROLL - 4 - (event.pitch - low + 1) * high
            left, right = at * wide, (at + event.duration) * wide - 1
            draw.rectangle((left, top, max(left, right), top + high - 1), fill=INK)
        at += event.duration
    return roll


def written(text: str) -> Image.Image:
    """A poem, as far as it fits."""
    cell = Image.new("RGB", (SIDE, SIDE + ROLL), PAPER)
    chinese = detect_language(text) == "zh"
    path = chinese_font() if chinese else serif_font()
    font = ImageFont.load_default(13) if path is None else ImageFont.truetype(str(path), 13)
    draw, between, lines = ImageDraw.Draw(cell), "" if chinese else " ", []
    for line in text.splitlines():
        lines.append("")
        for word in line if chinese else line.split():
            longer = f"{lines[-1]}{between}{word}".strip()
            if lines[-1] and draw.textlength(longer, font) > SIDE:
                lines.append(word)
            else:
                lines[-1] = longer
    draw.multiline_text((0, 0), "\n".join(lines[: (SIDE + ROLL) // 20]), fill=INK, font=font, spacing=4)
    return cell


def stacked(cells: list[Image.Image]) -> Image.Image:
    """Cells of one size below each other."""
    column = Image.new("RGB", (SIDE, len(cells) * (SIDE + ROLL + GAP)), PAPER)
    for number, cell in enumerate(cells):
        column.paste(cell, (0, number * (SIDE + ROLL + GAP)))
    return column


def headed(columns: list[tuple[str, Image.Image | None]]) -> Image.Image:
    """Columns beside each other, each below its word; one that is None is left out."""
    there = [(word, column) for word, column in columns if column is not None]
    sheet = Image.new("RGB", (len(there) * (SIDE + GAP) + GAP, there[0][1].height + 2 * GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (word, column) in enumerate(there):
        left = GAP + number * (SIDE + GAP)
        draw.text((left, 4), word, fill=INK)
        sheet.paste(column, (left, 2 * GAP))
    return sheet
