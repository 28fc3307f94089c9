"""Pairs for the refiner: a small picture as a painter might spoil it, and the scene in a medium."""

import hashlib
import random
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import lightning.pytorch as pl
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from multiart.data.degrading import degrade
from multiart.data.sampler import training_loader
from multiart.errors import MultiartError, unknown
from multiart.io.atomic import atomic_path
from multiart.models.refiner import SCALE
from multiart.pictures import channels_first, load_picture, scale_to
from multiart.seeding import derive_seed
from multiart.vocabulary import MEDIA, PLACES, PLAIN, TIMES, WEATHERS

TRAINING_SEED = 4_000_000_000  # beyond the scenes of all others
VALIDATION_SEED = 5_000_000_000
CROPS = 1000  # of each scene in each medium in an epoch
SEARCHED = 100_000  # seeds tried for each scene
MOST_SCENES = (VALIDATION_SEED - TRAINING_SEED) // SEARCHED
_ALL = (PLAIN, *MEDIA)


def scene_seeds(first: int, count: int) -> list[int]:
    """Seeds of scenes that go round all places, hours and weathers."""
    from multiart.data.scenes.spec import sample_spec

    kinds = list(product(PLACES, TIMES, WEATHERS))
    random.Random(0).shuffle(kinds)
    seeds = []
    for number in range(count):
        start = first + number * SEARCHED
        for seed in range(start, start + SEARCHED):
            spec = sample_spec(seed)
            if (spec.place, spec.time_of_day, spec.weather) == kinds[number % len(kinds)]:
                seeds.append(seed)
                break
    return seeds


class MediumScenes:
    """Painted scenes in several media, made once and kept on disk, a file for each scene in each medium.

    A folder of files belongs to the code that painted them; other code starts another one.

    Args:
        cache_dir: where these folders are.
        seeds: of the scenes.
        size: sides of the small pictures in pixels; the large ones have `SCALE` times as many.
        media: words of `multiart.vocabulary.MEDIA`, and "plain" for the scene as it is.
    """

    def __init__(
        self, cache_dir: str | Path, seeds: list[int], *, size: int, media: Sequence[str] = _ALL
    ) -> None:
        from rich.progress import track

        self.folder = Path(cache_dir) / "refiner" / f"{size}-{_code()}"
        self.seeds, self.size, self.media = seeds, size, tuple(media)
        for seed in track(seeds, description="painting scenes", transient=True):
            for medium in self.media:
                if not self._path(seed, medium).exists():
                    self._make(seed, medium)

    def __len__(self) -> int:
        return len(self.seeds)

    def small(self, number: int) -> Tensor:
        """A scene as it is, ``[3, size, size]`` in [0, 1]."""
        with safe_open(self._path(self.seeds[number], self.media[0]), "pt") as file:
            return file.get_tensor("small").float() / 255

    def large(self, number: int, medium: str, top: int, left: int, side: int) -> Tensor:
        """A square of it in a medium: uint8 ``[3, side, side]``; what is not in it is not read."""
        with safe_open(self._path(self.seeds[number], medium), "pt") as file:
            return file.get_slice("large")[:, top : top + side, left : left + side]

    def _path(self, seed: int, medium: str) -> Path:
        return self.folder / medium / f"{seed}.safetensors"

    def _make(self, seed: int, medium: str) -> None:
        from multiart.data.media import render
        from multiart.data.scenes.paint import paint
        from multiart.data.scenes.spec import sample_spec

        picture, _ = paint(sample_spec(seed), SCALE * self.size)
        small = scale_to(channels_first(picture).float() / 255, self.size, self.size)
        if medium != PLAIN:
            picture = render(picture, medium, seed=derive_seed(seed, medium))
        tensors = {"small": (small * 255).round().to(torch.uint8), "large": channels_first(picture)}
        with atomic_path(self._path(seed, medium)) as temporary:
            save_file(tensors, temporary)


class RefinerCrops(Dataset):
    """Squares out of scenes: the medium changes fastest, then the scene, then the place of the square.

    The first medium takes the place of others in so many squares that it has ``first_share`` of all.

    Args:
        scenes: in every medium.
        crop: side of a small square in pixels.
        crops: squares of each scene in each medium.
        strength: the most that a small picture is spoilt, see `degrade`.
        seed: of the places and of what is spoilt; with the item's number it decides all.
        inputs: pictures by the scene's seed, of the scenes' small size, to take instead of a spoilt scene.
        inputs_share: how often.
        first_share: share of squares that are in the first medium; its equal part where that is more.
    """

    def __init__(
        self,
        scenes: MediumScenes,
        *,
        crop: int,
        crops: int,
        strength: float,
        seed: int,
        inputs: dict[int, list[Path]] | None = None,
        inputs_share: float = 0.0,
        first_share: float = 0.0,
    ) -> None:
        self.scenes, self.crop, self.crops = scenes, crop, crops
        self.strength, self.seed = strength, seed
        equal = 1 / len(scenes.media)
        self.replaced = max(0.0, first_share - equal) / (1 - equal) if equal < 1 else 0.0
        self.inputs, self.inputs_share = inputs or {}, inputs_share

    def __len__(self) -> int:
        return self.crops * len(self.scenes) * len(self.scenes.media)

    def __getitem__(self, item: int) -> dict[str, Tensor | int]:
        """``small`` float32 [3, crop, crop] in [0, 1], ``target`` uint8 [3, 4 crop, 4 crop], ``medium``."""
        media = self.scenes.media
        medium, number = item % len(media), item // len(media) % len(self.scenes)
        generator = torch.Generator().manual_seed(derive_seed(self.seed, "crop", item))
        if self.replaced and torch.rand((), generator=generator) < self.replaced:
            medium = 0
        small = self._small(number, generator)
        top, left = torch.randint(self.scenes.size - self.crop + 1, (2,), generator=generator).tolist()
        target = self.scenes.large(number, media[medium], SCALE * top, SCALE * left, side=SCALE * self.crop)
        small = small[:, top : top + self.crop, left : left + self.crop].contiguous()
        return {"small": small, "target": target, "medium": medium}

    def _small(self, number: int, generator: torch.Generator) -> Tensor:
        made = self.inputs.get(self.scenes.seeds[number], [])
        if made and torch.rand((), generator=generator) < self.inputs_share:
            path = made[int(torch.randint(len(made), (), generator=generator))]
            return load_input(path, self.scenes.size)
        strength = self.strength * torch.rand((), generator=generator).item()
        return degrade(self.scenes.small(number), strength, generator=generator)


def find_inputs(folder: str | Path) -> dict[int, list[Path]]:
    """The pictures `<seed>.png` and `<seed>-<anything>.png` of a folder, by the seed of their scene.

    Raises:
        MultiartError: if it is no folder, or holds none.
    """
    found: dict[int, list[Path]] = {}
    for path in sorted(Path(folder).expanduser().glob("*.png")):
        seed = path.stem.partition("-")[0]
        if seed.isdecimal():
            found.setdefault(int(seed), []).append(path)
    if not found:
        raise MultiartError(f"{folder} holds no pictures named by a scene, <seed>.png")
    return found


def load_input(path: Path, size: int) -> Tensor:
    """A picture made by a painter, ``[3, size, size]`` in [0, 1].

    Raises:
        MultiartError: if it cannot be read, or has another size.
    """
    pixels = load_picture(path).pixels
    if pixels.shape != (3, size, size):
        raise MultiartError(f"{path} must have {size}x{size} pixels, got {list(pixels.shape[1:])}")
    return pixels


def _code() -> str:
    """A hash of the code that paints scenes and media."""
    here = Path(__file__).parent
    paths = sorted([*(here / "scenes").glob("*.py"), *(here / "media").glob("*.py")])
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:12]


class RefiningScenes(pl.LightningDataModule):
    """Pairs for `multiart.training.refiner.RefinerModule`.

    Args:
        cache_dir: where scenes are kept, 0.8 MB for each in each medium.
        media: what they are painted in: words of `multiart.vocabulary.MEDIA`, and "plain" for no medium.
        painter: an exported painter, as the model store names it, or a checkpoint (`.ckpt`) that paints every
            scene again, see `repaint_scenes`; the refiner learns from its faults too. None leaves it out.
        inputs_share: share of pairs that take one of its pictures.
        first_share: share of pairs in the first of ``media``; its equal part where that is more.
        num_scenes: scenes to cut squares from.
        num_validation: held-out scenes, each in one medium.
        size: sides of the small pictures in pixels.
        crop: sides of their squares; held-out ones are twice as large.
        strength: the most that a small picture is spoilt, see `degrade`.
        batch_size: pairs a step.
        seed: of squares, of what is spoilt, and of the order.
    """

    def __init__(
        self,
        *,
        cache_dir: str,
        media: Sequence[str] = _ALL,
        painter: str | None = None,
        inputs_share: float = 0.5,
        first_share: float = 0.0,
        num_scenes: int = 150,
        num_validation: int = 8,
        size: int = 128,
        crop: int = 32,
        strength: float = 0.4,
        batch_size: int = 4,
        seed: int = 0,
    ) -> None:
        super().__init__()
        limits = {
            "inputs_share": (inputs_share, 0, 1),
            "first_share": (first_share, 0, 1),
            "num_scenes": (num_scenes, 1, MOST_SCENES),
            "num_validation": (num_validation, 1, MOST_SCENES),
            "crop": (crop, 8, size),
            "strength": (strength, 0, 4),
        }
        for name, (value, low, high) in limits.items():
            if not low <= value <= high:
                raise ValueError(f"data.{name} must be from {low} to {high}, got {value}")
        for medium in media:
            if medium not in _ALL:
                raise ValueError(unknown("data.media entry", medium, _ALL))
        if not media:
            raise ValueError(f"data.media must name at least one of {', '.join(_ALL)}")
        self.save_hyperparameters()

    def setup(self, stage: str | None = None) -> None:
        p = self.hparams

        def scenes(first: int, count: int) -> MediumScenes:
            return MediumScenes(p.cache_dir, scene_seeds(first, count), size=p.size, media=p.media)

        training = scenes(TRAINING_SEED, p.num_scenes)
        self.training = RefinerCrops(
            training,
            crop=p.crop,
            crops=CROPS,
            strength=p.strength,
            seed=p.seed,
            inputs=None if p.painter is None else self._repainted(training),
            inputs_share=p.inputs_share,
            first_share=p.first_share,
        )
        held_out = scenes(VALIDATION_SEED, p.num_validation)
        whole = RefinerCrops(held_out, crop=min(p.size, 2 * p.crop), crops=1, strength=p.strength, seed=0)
        each = [number * len(p.media) + number % len(p.media) for number in range(len(held_out))]
        self.validation = torch.utils.data.Subset(whole, each)

    def _repainted(self, scenes: MediumScenes) -> dict[int, list[Path]]:
        """The scenes as the painter paints them, by their seeds."""
        from multiart.data.repainting import repaint_scenes
        from multiart.image.painter import Painter

        p = self.hparams
        source = "ckpt" if p.painter.endswith(".ckpt") else "source"
        painter = Painter(**{source: p.painter}, best_of=1, enlarge="smooth")  # nothing is chosen or refined
        key = hashlib.sha256("".join(painter.weights.values()).encode()).hexdigest()[:12]
        folder = scenes.folder.with_name(f"{scenes.folder.name}-by-{key}")
        return find_inputs(repaint_scenes(painter, scenes.seeds, folder=folder, size=p.size))

    def train_dataloader(self) -> DataLoader:
        return training_loader(
            self.training, self.trainer, batch_size=self.hparams.batch_size, seed=self.hparams.seed
        )

    def val_dataloader(self) -> DataLoader:
        return DataLoader(self.validation, batch_size=self.hparams.num_validation)
