"""Painted scenes with the list of what they show: the detector's training data."""

import lightning.pytorch as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from multiart.data.sampler import training_loader
from multiart.data.scenes.paint import paint
from multiart.data.scenes.spec import sample_spec
from multiart.metrics.concepts import to_row
from multiart.metrics.detector import shrink
from multiart.pictures import channels_first

TRAINING_SEED = 1_000_000_000  # the painter's own scenes have seeds below 10,000,000
CALIBRATION_SEED = 1_800_000_000
CEILING_SEED = 1_900_000_000
PAINTED_SIZE = 128


class LabelledScenes(Dataset):
    """Item i is scene ``first_seed + i``, painted when first asked for and kept in memory.

    Args:
        first_seed: seed of the first scene.
        count: how many scenes.
        size: side of the pictures in pixels; they are painted at 128 and made smaller.
    """

    def __init__(self, first_seed: int, count: int, *, size: int) -> None:
        self.first_seed, self.count, self.size = first_seed, count, size
        self._painted: dict[int, tuple[Tensor, Tensor]] = {}

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, item: int) -> tuple[Tensor, Tensor]:
        """The picture, uint8 ``[3, size, size]``, and its row of what can be seen, ``[len(CONCEPTS)]``."""
        if item not in self._painted:
            picture, seen = paint(sample_spec(self.first_seed + item), PAINTED_SIZE)
            pixels = channels_first(picture)[None].float() / 255
            small = (shrink(pixels, self.size)[0] * 255).round().to(torch.uint8)
            self._painted[item] = small, to_row(seen)
        return self._painted[item]


class DetectionScenes(pl.LightningDataModule):
    """Scenes for `DetectorModule`: for training, to calibrate thresholds, and to measure the ceiling.

    Args:
        num_scenes: scenes to train on.
        num_heldout: scenes to calibrate on, and as many again for the ceiling.
        size: side of the pictures in pixels.
        batch_size: pictures a step.
        seed: of the order.
    """

    def __init__(
        self, *, num_scenes: int, num_heldout: int = 1000, size: int = 64, batch_size: int = 64, seed: int = 0
    ) -> None:
        super().__init__()
        self.batch_size, self.seed = batch_size, seed
        self.training = LabelledScenes(TRAINING_SEED, num_scenes, size=size)
        self.calibration = LabelledScenes(CALIBRATION_SEED, num_heldout, size=size)
        self.ceiling = LabelledScenes(CEILING_SEED, num_heldout, size=size)

    def train_dataloader(self) -> DataLoader:
        return training_loader(self.training, self.trainer, batch_size=self.batch_size, seed=self.seed)
