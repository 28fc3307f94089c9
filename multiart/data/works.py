"""Works to learn from: a text, and a picture and a tune for it, or only some of these."""

import hashlib
import itertools
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.utils.data import Dataset

from multiart.data.melodies import Item, parts
from multiart.data.melodies import collate as collate_melodies
from multiart.io.atomic import atomic_path
from multiart.models.text_states import TextEncoder
from multiart.music.describe import plan_of
from multiart.music.tune import Tune
from multiart.seeding import derive_seed

BLOCK = 250  # texts a cache file
CACHE_VERSION = 1
NOTES = 96  # steps of a tune, at most


@dataclass(frozen=True, kw_only=True)
class Work:
    """One work.

    Attributes:
        caption: what the picture shows, in a sentence; the text that both painting and tune answer begins
            with it.
        text: the poem; "" where the caption is all there is, e.g. plain prose.
        picture: gives the picture, uint8 ``[3, S, S]``, in one of many layouts by number; or None.
        tune: what it is sung to, or None.
        wordings: other captions and texts that say the same.
    """

    caption: str
    text: str
    picture: Callable[[int], Tensor] | None = None
    tune: Tune | None = None
    wordings: tuple[tuple[str, str], ...] = ()


class WorkDataset(Dataset):
    """Works whose texts have gone through the language model's lower layers, which do not change.

    Item ``layout * len(works) + number`` is a work in a layout of its picture; in layouts after the first,
    which wording it has follows from (seed, item).

    Args:
        works: what it holds.
        folder: where the states are kept.
        encoder: gives the states; its layer is the first that is tuned.
        layouts: in how many ways each picture is taken.
        seed: of the wordings.
    """

    def __init__(
        self,
        works: Sequence[Work],
        *,
        folder: Path,
        encoder: TextEncoder,
        layouts: int = 1,
        seed: int = 0,
    ) -> None:
        self.works, self.layouts, self.seed = works, layouts, seed
        texts = [((work.caption, work.text), *work.wordings) for work in works]
        self.first = [0, *itertools.accumulate(map(len, texts))]  # number of each work's first text
        self.tokens = [encoder.tokens(*text) for wordings in texts for text in wordings]
        self.melodies = [work.tune and next(parts(work.tune, plan_of(work.tune))) for work in works]
        self.lower: list[Tensor] = []
        blocks = range(0, len(self.tokens), BLOCK)
        for start in track(blocks, description="encoding texts", transient=True):
            self.lower += self._block(folder, self.tokens[start : start + BLOCK], encoder)

    @staticmethod
    def _block(folder: Path, tokens: Sequence[tuple[list[int], int]], encoder: TextEncoder) -> list[Tensor]:
        """States ``[T, D]`` of some texts, computed once."""
        ids = [row for row, _ in tokens]
        said = json.dumps([CACHE_VERSION, encoder.source, encoder.sha256, encoder.layer, ids])
        path = folder / f"texts-{hashlib.sha256(said.encode()).hexdigest()[:16]}.safetensors"
        if not path.exists():
            rows = [encoder.forward([row])[0].half() for row in ids]
            with atomic_path(path) as temporary:
                save_file({"states": torch.cat(rows)}, temporary)
        return list(load_file(path)["states"].split([len(row) for row in ids]))

    def __len__(self) -> int:
        return len(self.works) * self.layouts

    def __getitem__(self, item: int) -> dict[str, Any]:
        layout, number = divmod(item, len(self.works))
        choices = range(self.first[number], self.first[number + 1])
        text = (
            random.Random(derive_seed(self.seed, "wording", item)).choice(choices) if layout else choices[0]
        )
        ids, caption_length = self.tokens[text]
        picture, melody = self.works[number].picture, self.melodies[number]
        return {
            "ids": torch.tensor(ids),
            "caption_length": caption_length,
            "lower": self.lower[text].float(),
            "pixels": None if picture is None else picture(layout),
            "melody": None if melody is None else shortened(melody),
        }


def encoder_below(source: str, layers: int | None) -> TextEncoder:
    """An encoder whose states are what enters the top `layers` of a language model; None for all of them."""
    encoder = TextEncoder(source=source)
    encoder.layer = 0 if layers is None else encoder.language.num_layers - layers
    return encoder


def shortened(melody: Item) -> Item:
    """The first `NOTES` steps of a tune."""
    columns = (melody.pitches, melody.durations, melody.features)
    return Item(*(column[:NOTES] for column in columns), controls=melody.controls)


def collate(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A batch for `multiart.training.joint.JointModule`.

    Returns:
        ``ids``, ``mask`` and ``caption_mask`` [B, T] (the start token first; it is no part of the caption),
        ``lower`` [B, T, D]; ``painted`` and ``sung``, the numbers of those that have a picture or a tune;
        ``pixels`` uint8 [P, 3, H, W] and ``melody``, as `multiart.data.melodies.collate`, of these; None
        where no work has one.
    """
    pad = torch.nn.utils.rnn.pad_sequence
    ids = pad([item["ids"] for item in items], batch_first=True)
    places = torch.arange(ids.shape[1])
    lengths = torch.tensor([[len(item["ids"])] for item in items])
    captions = torch.tensor([[item["caption_length"]] for item in items])
    pixels = [item["pixels"] for item in items if item["pixels"] is not None]
    melodies = [item["melody"] for item in items if item["melody"] is not None]
    return {
        "ids": ids,
        "mask": places < lengths,
        "caption_mask": (places > 0) & (places <= captions),
        "lower": pad([item["lower"] for item in items], batch_first=True),
        "painted": torch.tensor([n for n, item in enumerate(items) if item["pixels"] is not None]).long(),
        "sung": torch.tensor([n for n, item in enumerate(items) if item["melody"] is not None]).long(),
        "pixels": torch.stack(pixels) if pixels else None,
        "melody": collate_melodies(melodies) if melodies else None,
    }
