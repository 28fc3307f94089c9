"""Texts with a painting and a tune for each: what the joint training learns from."""

import hashlib
import json
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from multiart.data.captions import sample_caption, sample_verse
from multiart.data.melodies import CorpusCache, Item, parts
from multiart.data.melodies import collate as collate_melodies
from multiart.data.painted import VALIDATION_SEED, paint_as_captioned
from multiart.data.sampler import EpochSampler, ResumableLoader
from multiart.data.scenes.paint import paint
from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.data.tunes.corpus import PUBLIC_DOMAIN
from multiart.io.atomic import atomic_path
from multiart.models.language import DEFAULT_SOURCE
from multiart.models.text_states import TextEncoder
from multiart.music.describe import DENSITY_CUTS, density_of, plan_of
from multiart.music.mood import choose
from multiart.music.tune import Tune
from multiart.records import Draft, Scene
from multiart.seeding import derive_seed
from multiart.text.reading import Passage, Reader
from multiart.vocabulary import ATTRIBUTES

BLOCK = 250  # texts a cache file
CACHE_VERSION = 1
NOTES = 96  # steps of a tune, at most


@dataclass(frozen=True, kw_only=True)
class Triple:
    """A text, the scene it tells of, and a tune in its mood.

    Attributes:
        caption: the scene in a sentence.
        verse: lines about it.
        spec: the scene, to be painted.
        tune: from the melodies' corpus.
    """

    caption: str
    verse: str
    spec: SceneSpec
    tune: Tune


class Shelf:
    """Tunes by the mode and density that one may ask for.

    Args:
        tunes: of the corpus.
    """

    def __init__(self, tunes: Sequence[Tune]) -> None:
        self._tunes: dict[str, dict[int, list[Tune]]] = {}
        for tune in tunes:
            density = bisect_right(DENSITY_CUTS, density_of(tune.events))
            self._tunes.setdefault(tune.mode, {}).setdefault(density, []).append(tune)

    def pick(self, mode: str, density: int, rng: random.Random) -> Tune:
        """One of the tunes in a mode (in any, where there is none) whose density is nearest."""
        by_density = self._tunes.get(mode) or next(iter(self._tunes.values()))
        return rng.choice(by_density[min(by_density, key=lambda have: abs(have - density))])


def make_triple(seed: int, shelf: Shelf) -> Triple:
    """The triple of a seed: a scene, words for it, and a tune like the music stage would set them to."""
    rng = random.Random(derive_seed(seed, "triple"))
    spec = paint(sample_spec(seed), 64)[1]
    caption, verse = sample_caption(spec, rng), sample_verse(spec, rng)
    wanted = choose(draft_of(caption, verse, spec))
    tune = shelf.pick(wanted["mode"].value, wanted["density"].value, rng)
    return Triple(caption=caption, verse=verse, spec=spec, tune=tune)


def draft_of(caption: str, verse: str, spec: SceneSpec) -> Draft:
    """A painted scene's text as the text stage would hand it on, its mood read from the verse."""
    lines = verse.splitlines()
    passages = [Passage(label=f"line {n}", text=line) for n, line in enumerate(lines, 1)]
    attributes = {name: getattr(spec, name) for name in ATTRIBUTES}
    mood = Reader(language_model=None).read(passages, language="en").mood
    return Draft(
        title=lines[0],
        lines=tuple(lines),
        language="en",
        mode="verbatim",
        mode_reason="from a painted scene",
        scene=Scene(**attributes, subjects=tuple(spec.subjects), mood=mood),
        caption=caption,
    )


class TripleDataset(Dataset):
    """Triples whose texts have gone through the language model's lower layers, which do not change.

    Args:
        triples: what it holds.
        folder: where the states are kept.
        encoder: gives the states; its layer is the first that is tuned.
        size: of the paintings, pixels.
        layouts: in how many ways each scene is painted.
    """

    def __init__(
        self, triples: Sequence[Triple], *, folder: Path, encoder: TextEncoder, size: int, layouts: int
    ) -> None:
        self.triples, self.size, self.layouts = triples, size, layouts
        self.tokens = [encoder.tokens(triple.caption, triple.verse) for triple in triples]
        self.melodies = [next(parts(triple.tune, plan_of(triple.tune))) for triple in triples]
        self.lower: list[Tensor] = []
        blocks = range(0, len(triples), BLOCK)
        for start in track(blocks, description="encoding texts", transient=True):
            self.lower += self._block(folder, self.tokens[start : start + BLOCK], encoder)

    @staticmethod
    def _block(folder: Path, tokens: Sequence[tuple[list[int], int]], encoder: TextEncoder) -> list[Tensor]:
        """States ``[T, D]`` of some texts, computed once."""
        ids = [row for row, _ in tokens]
        said = json.dumps([CACHE_VERSION, encoder.source, encoder.layer, ids])
        path = folder / f"texts-{hashlib.sha256(said.encode()).hexdigest()[:16]}.safetensors"
        if not path.exists():
            rows = [encoder.forward([row])[0].half() for row in ids]
            with atomic_path(path) as temporary:
                save_file({"states": torch.cat(rows)}, temporary)
        return list(load_file(path)["states"].split([len(row) for row in ids]))

    def __len__(self) -> int:
        return len(self.triples) * self.layouts

    def __getitem__(self, item: int) -> dict[str, Any]:
        layout, index = divmod(item, len(self.triples))
        ids, caption_length = self.tokens[index]
        return {
            "ids": torch.tensor(ids),
            "caption_length": caption_length,
            "lower": self.lower[index].float(),
            "pixels": paint_as_captioned(self.triples[index].spec, layout, self.size),
            "melody": shortened(self.melodies[index]),
        }


def shortened(melody: Item) -> Item:
    """The first `NOTES` steps of a tune."""
    columns = (melody.pitches, melody.durations, melody.features)
    return Item(*(column[:NOTES] for column in columns), controls=melody.controls)


def collate(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A batch for `JointModule`.

    Returns:
        ``ids``, ``mask`` and ``caption_mask`` [B, T] (the start token first; it is no part of the caption),
        ``lower`` [B, T, D], ``pixels`` uint8 [B, 3, H, W], and ``melody``, as
        `multiart.data.melodies.collate`.
    """
    pad = torch.nn.utils.rnn.pad_sequence
    ids = pad([item["ids"] for item in items], batch_first=True)
    places = torch.arange(ids.shape[1])
    lengths = torch.tensor([[len(item["ids"])] for item in items])
    captions = torch.tensor([[item["caption_length"]] for item in items])
    return {
        "ids": ids,
        "mask": places < lengths,
        "caption_mask": (places > 0) & (places <= captions),
        "lower": pad([item["lower"] for item in items], batch_first=True),
        "pixels": torch.stack([item["pixels"] for item in items]),
        "melody": collate_melodies([item["melody"] for item in items]),
    }


class Triples(pl.LightningDataModule):
    """Generated triples for `JointModule`.

    Args:
        cache_dir: where texts' states and the melodies are kept.
        num_triples: to train on; their tunes are of the corpus's training split.
        num_validation: held out; their tunes are of its test split.
        layouts: in how many ways each scene is painted.
        size: of the paintings, pixels.
        batch_size: triples a step.
        collections: of music21's corpus.
        shuffle_texts: give each text the painting and tune of another, to see what the match is worth.
        seed: of the order.
        text_source: the language model.
        text_layers: how many of its layers, from the top, are tuned; the others' states are kept. None for
            all.
    """

    def __init__(
        self,
        *,
        cache_dir: str,
        num_triples: int = 2000,
        num_validation: int = 256,
        layouts: int = 100,
        size: int = 128,
        batch_size: int = 8,
        collections: Sequence[str] = PUBLIC_DOMAIN,
        shuffle_texts: bool = False,
        seed: int = 0,
        text_source: str = DEFAULT_SOURCE,
        text_layers: int | None = 8,
    ) -> None:
        super().__init__()
        for name, value in (("num_triples", num_triples), ("num_validation", num_validation)):
            if not 1 <= value <= VALIDATION_SEED:
                raise ValueError(f"data.{name} must be from 1 to {VALIDATION_SEED}, got {value}")
        self.save_hyperparameters({**locals(), "collections": list(collections)}, ignore=["self"])

    def setup(self, stage: str | None = None) -> None:
        p = self.hparams
        encoder = TextEncoder(source=p.text_source)
        encoder.layer = 0 if p.text_layers is None else encoder.language.num_layers - p.text_layers
        tunes = CorpusCache(p.cache_dir, p.collections).tunes()

        def dataset(first_seed: int, count: int, split: str, layouts: int) -> TripleDataset:
            shelf = Shelf([tune.tune for tune in tunes if tune.split == split])
            triples = [make_triple(first_seed + index, shelf) for index in range(count)]
            if p.shuffle_texts:
                triples = [
                    replace(one, caption=other.caption, verse=other.verse)
                    for one, other in zip(triples, triples[1:] + triples[:1], strict=True)
                ]
            folder = Path(p.cache_dir)
            return TripleDataset(triples, folder=folder, encoder=encoder, size=p.size, layouts=layouts)

        self.training = dataset(0, p.num_triples, "train", p.layouts)
        self.validation = dataset(VALIDATION_SEED, p.num_validation, "test", 1)

    def train_dataloader(self) -> DataLoader:
        sampler = EpochSampler(
            len(self.training),
            batch_size=self.hparams.batch_size,
            seed=self.hparams.seed,
            rank=self.trainer.global_rank,
            num_replicas=self.trainer.world_size,
        )
        return ResumableLoader(self.training, sampler, collate_fn=collate)

    def val_dataloader(self) -> DataLoader:
        return DataLoader(self.validation, batch_size=self.hparams.batch_size, collate_fn=collate)
