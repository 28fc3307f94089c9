"""Pictures to learn a style on: painted scenes, or a folder of the user's own."""

import random
from pathlib import Path

import lightning.pytorch as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from multiart.data.sampler import training_loader
from multiart.errors import MultiartError
from multiart.pictures import channels_first, load_picture, scale_to
from multiart.seeding import derive_seed

FIRST_SEED = 2_000_000_000  # beyond the scenes of the painter and of the detector
NUM_SCENES = 100_000
CROPS = 200  # of each picture of a folder in an epoch
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".ppm")


class SceneCrops(Dataset):
    """Item k is a square cut out of painted scene k at ``zoom`` times the size."""

    def __init__(self, *, size: int, zoom: int = 2) -> None:
        self.size, self.zoom = size, zoom

    def __len__(self) -> int:
        return NUM_SCENES

    def __getitem__(self, item: int) -> Tensor:
        """uint8 ``[3, size, size]``."""
        from multiart.data.scenes.paint import paint
        from multiart.data.scenes.spec import sample_spec

        picture, _ = paint(sample_spec(FIRST_SEED + item), self.zoom * self.size)
        return cut(channels_first(picture), self.size, item)


class FolderCrops(Dataset):
    """Item k is a square cut out of picture ``k mod n`` of a folder, at a size of its own.

    Raises:
        MultiartError: the folder is missing or holds no picture; from an item, its picture cannot be read.
    """

    def __init__(self, folder: str | Path, *, size: int) -> None:
        folder = Path(folder).expanduser()
        if not folder.is_dir():
            raise MultiartError(f"data.folder must be a folder of pictures, got {str(folder)!r}")
        self.paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        if not self.paths:
            raise MultiartError(f"data.folder: {folder} holds no picture ({', '.join(SUFFIXES)})")
        self.size = size

    def __len__(self) -> int:
        return CROPS * len(self.paths)

    def __getitem__(self, item: int) -> Tensor:
        """uint8 ``[3, size, size]``."""
        pixels = load_picture(self.paths[item % len(self.paths)]).pixels
        shorter = self.size * random.Random(derive_seed(item, "scale")).uniform(1, 2)
        scale = shorter / min(pixels.shape[1:])
        height, width = (max(self.size, round(side * scale)) for side in pixels.shape[1:])
        return cut((scale_to(pixels, height, width) * 255).round().to(torch.uint8), self.size, item)


def cut(pixels: Tensor, size: int, seed: int) -> Tensor:
    """A square of ``size`` pixels a side out of ``[3, H, W]``, at a place drawn from ``seed``."""
    rng = random.Random(derive_seed(seed, "cut"))
    top, left = (rng.randint(0, side - size) for side in pixels.shape[1:])
    return pixels[:, top : top + size, left : left + size].contiguous()


class StyleContents(pl.LightningDataModule):
    """Contents for `StyleModule`.

    Args:
        folder: of pictures, those in its folders included; None paints scenes by code, which needs the extra
            `train`.
        size: height and width in pixels, a multiple of 4 and 64 or more.
        batch_size: pictures a step.
        seed: of the order.
    """

    def __init__(
        self, *, folder: str | None = None, size: int = 192, batch_size: int = 2, seed: int = 0
    ) -> None:
        super().__init__()
        if size < 64 or size % 4:
            raise ValueError(f"data.size must be a multiple of 4 and 64 or more, got {size}")
        self.batch_size, self.seed = batch_size, seed
        self.training = SceneCrops(size=size) if folder is None else FolderCrops(folder, size=size)

    def train_dataloader(self) -> DataLoader:
        return training_loader(self.training, self.trainer, batch_size=self.batch_size, seed=self.seed)
