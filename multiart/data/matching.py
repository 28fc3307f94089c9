"""Captions, each with a picture of what it says and one that differs in a single thing: the critic's data."""

import random
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from multiart.data.captions import SYNONYMS
from multiart.data.painted import PaintedDataset, PaintedScenes, collate
from multiart.data.sampler import training_loader
from multiart.data.scenes.easel import SINGLE
from multiart.data.scenes.paint import paint, paint_twice
from multiart.data.scenes.spec import SceneSpec
from multiart.fitting import fits
from multiart.pictures import channels_first
from multiart.seeding import derive_seed
from multiart.vocabulary import ATTRIBUTES, SUBJECTS

TRIES = 8
DOUBLED = 0.3  # of the wrong pictures of scenes that have one of something


class MatchingDataset(PaintedDataset):
    """Items of `PaintedDataset`, with `wrong`: a picture of a scene that the caption does not fit."""

    def __getitem__(self, item: int) -> dict[str, Any]:
        layout, index = divmod(item, len(self.captions))
        spec, caption = self.captions.specs[index], self.captions.captions[index]
        wrong = paint_altered(spec, caption, derive_seed(spec.seed, "altered", layout), self.size)
        return {**super().__getitem__(item), "wrong": wrong}


def paint_altered(spec: SceneSpec, caption: str, seed: int, size: int) -> Tensor:
    """Paint a scene that differs from ``spec`` in one thing that ``caption`` names: uint8 ``[3, S, S]``.

    Where the scene has one of something, it is sometimes painted twice.
    """
    rng = random.Random(seed)
    once = [subject for subject in spec.subjects if subject in SINGLE]
    for _ in range(TRIES):
        if once and rng.random() < DOUBLED:
            subject = rng.choice(once)
            picture, is_wrong = paint_twice(replace(spec, seed=rng.randrange(2**31)), subject, size)
        else:
            picture, seen = paint(replace(altered(spec, caption, rng), seed=rng.randrange(2**31)), size)
            is_wrong = bool(says(spec, caption) - says(seen, caption))
        if is_wrong:
            break
    return channels_first(picture)


def says(spec: SceneSpec, caption: str) -> set[str]:
    """What ``spec`` shows of what a caption can name: its subjects, and its attributes named there."""
    return {*spec.subjects, *_named(spec, caption).values()}


def altered(spec: SceneSpec, caption: str, rng: random.Random) -> SceneSpec:
    """Change an attribute that the caption names, or take a subject away or exchange it."""
    attributes = _named(spec, caption)
    choice = rng.choice([*attributes, *spec.subjects])
    if choice in attributes:
        others = [word for word in ATTRIBUTES[choice] if word != attributes[choice]]
        return replace(spec, **{choice: rng.choice(others)})
    left = tuple(subject for subject in spec.subjects if subject != choice)
    traits = {name: getattr(spec, name) for name in ATTRIBUTES}
    others = [word for word in SUBJECTS if word not in spec.subjects and fits(word, **traits)]
    return replace(spec, subjects=(*left, rng.choice(others)) if others and rng.random() < 0.5 else left)


def _named(spec: SceneSpec, caption: str) -> dict[str, str]:
    """The attributes of ``spec`` that its caption names, by name."""
    values = {name: getattr(spec, name) for name in ATTRIBUTES}
    return {
        name: word
        for name, word in values.items()
        if any(said in caption for said in (word, *SYNONYMS[word]))
    }


def collate_matching(items: list[dict[str, Any]]) -> dict[str, Tensor]:
    """As `multiart.data.painted.collate`, with ``wrong`` and the captions' own ``caption_mask``."""
    batch = collate(items)
    lengths = torch.tensor([[item["caption_length"]] for item in items])
    batch["caption_mask"] = torch.arange(batch["embeds"].shape[1]) < lengths
    return {**batch, "wrong": torch.stack([item["wrong"] for item in items])}


class MatchingScenes(PaintedScenes):
    """Painted scenes for `multiart.training.matching.CriticModule`; arguments as of `PaintedScenes`."""

    def setup(self, stage: str | None = None) -> None:
        super().setup(stage)
        p = self.hparams
        self.training = MatchingDataset(self.training.captions, layouts=p.layouts, size=p.size)
        self.validation = MatchingDataset(self.validation.captions, layouts=1, size=p.size)

    def train_dataloader(self) -> DataLoader:
        p = self.hparams
        return training_loader(
            self.training, self.trainer, batch_size=p.batch_size, seed=p.seed, collate_fn=collate_matching
        )

    def val_dataloader(self) -> DataLoader:
        return DataLoader(self.validation, batch_size=self.hparams.batch_size, collate_fn=collate_matching)
