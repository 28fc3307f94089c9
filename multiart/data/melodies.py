"""Folk melodies as the melody model reads them: prepared once, split, in batches of like length."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import lightning.pytorch as pl
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from multiart.data.sampler import EpochSampler, ResumableLoader
from multiart.data.tunes.corpus import PUBLIC_DOMAIN, CorpusTune, corpus_folder, prepare
from multiart.io.atomic import atomic_path
from multiart.music.describe import plan_of
from multiart.music.events import controls_of, encode
from multiart.music.network import IGNORED
from multiart.music.tune import Event, Plan, Tune
from multiart.seeding import derive_seed

CACHE_VERSION = 1
LONGEST = 256  # steps of one item; a longer tune makes several
POOL = 16  # batches whose items are sorted by length together


class CorpusCache:
    """The prepared corpus on disk, as arrays of numbers and a list of titles.

    Args:
        folder: where the cache lies.
        collections: of music21's corpus.

    Raises:
        MultiartError: if music21 is not installed.
    """

    def __init__(self, folder: str | Path, collections: Sequence[str]) -> None:
        corpus_folder()  # says what to install where music21 is missing
        self.collections = tuple(collections)
        said = json.dumps([CACHE_VERSION, version("music21"), self.collections])
        self.path = Path(folder) / f"melodies-{hashlib.sha256(said.encode()).hexdigest()[:16]}.safetensors"

    def tunes(self) -> list[CorpusTune]:
        """The tunes: from the disk, or prepared now and kept there."""
        if not self.path.exists():
            self._write(prepare(self.collections))
        return list(self._read())

    def _write(self, tunes: list[CorpusTune]) -> None:
        events = [event for tune in tunes for event in tune.tune.events]
        arrays = {
            "pitches": [127 if event.pitch is None else event.pitch for event in events],
            "durations": [event.duration for event in events],
            "phrases": [count for tune in tunes for count in tune.tune.phrases],
            "lengths": [(len(tune.tune.events), len(tune.tune.phrases)) for tune in tunes],
        }
        said = [
            (t.title, t.collection, t.split, t.tune.mode, t.tune.time_signature, t.tune.pickup, t.tune.style)
            for t in tunes
        ]
        with atomic_path(self.path) as temporary:
            tensors = {name: torch.tensor(values, dtype=torch.int16) for name, values in arrays.items()}
            save_file(tensors, temporary, metadata={"tunes": json.dumps(said)})

    def _read(self) -> Iterator[CorpusTune]:
        with safe_open(self.path, "pt") as file:
            arrays = {name: file.get_tensor(name).tolist() for name in file.keys()}  # noqa: SIM118
            said = json.loads(file.metadata()["tunes"])
        at, phrase = 0, 0
        for row, (length, count) in zip(said, arrays["lengths"], strict=True):
            title, collection, split, mode, time_signature, pickup, style = row
            ids = zip(arrays["pitches"][at : at + length], arrays["durations"][at : at + length], strict=True)
            tune = Tune(
                mode=mode,
                time_signature=time_signature,
                events=tuple(Event(pitch=None if p == 127 else p, duration=d) for p, d in ids),
                phrases=tuple(arrays["phrases"][phrase : phrase + count]),
                pickup=pickup,
                style=style,
            )
            yield CorpusTune(tune=tune, title=title, collection=collection, split=split)
            at, phrase = at + length, phrase + count


@dataclass(frozen=True)
class Item:
    """One tune, or a part of a long one: pitch and duration ids ``[T]``, features ``[T, K]``, controls."""

    pitches: Tensor
    durations: Tensor
    features: Tensor
    controls: Tensor


class MelodyDataset(Dataset):
    """Tunes as arrays; a tune longer than `LONGEST` steps is cut into parts that know what came before.

    Args:
        tunes: to read.
        repeats: how often each is in the data set, one number a tune, or None for once.
    """

    def __init__(self, tunes: Sequence[Tune], repeats: Sequence[int] | None = None) -> None:
        self.items: list[Item] = []
        self.order: list[int] = []
        for number, tune in enumerate(tunes):
            for item in parts(tune, plan_of(tune)):
                self.order += [len(self.items)] * (1 if repeats is None else repeats[number])
                self.items.append(item)
        self.lengths = [len(self.items[place].pitches) for place in self.order]

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> Item:
        return self.items[self.order[index]]


def parts(tune: Tune, plan: Plan) -> Iterator[Item]:
    """The arrays of a tune, at most `LONGEST` steps each."""
    pitches, durations, features = (torch.tensor(column) for column in encode(tune.events, plan))
    controls = torch.tensor(controls_of(plan))
    for start in range(0, len(pitches), LONGEST):
        some = slice(start, start + LONGEST)
        yield Item(pitches[some], durations[some], features[some], controls)


def collate(items: Sequence[Item]) -> dict[str, Tensor]:
    """Pad to ``pitches`` and ``durations`` [B, T], ``features`` [B, T, K] and ``controls`` [B, C]."""
    pad = torch.nn.utils.rnn.pad_sequence
    return {
        "pitches": pad([item.pitches for item in items], batch_first=True, padding_value=IGNORED),
        "durations": pad([item.durations for item in items], batch_first=True, padding_value=IGNORED),
        "features": pad([item.features for item in items], batch_first=True),
        "controls": torch.stack([item.controls for item in items]),
    }


class LengthSampler(EpochSampler):
    """An `EpochSampler` whose batches hold items of like length, so that little is padded.

    Args:
        lengths: of the items.
        options: as of `EpochSampler`.
    """

    def __init__(self, lengths: Sequence[int], **options: int) -> None:
        super().__init__(len(lengths), **options)
        self.lengths = torch.tensor(lengths)

    def order(self, epoch: int) -> Tensor:
        """Sort within pools of some batches, then shuffle the batches."""
        order = super().order(epoch)[: len(self) * self.batch_size]
        pools = order.split(POOL * self.batch_size)
        batches = [
            batch
            for pool in pools
            for batch in pool[self.lengths[pool].argsort(stable=True)].split(self.batch_size)
        ]
        generator = torch.Generator().manual_seed(derive_seed(self.seed, "batches", epoch))
        return torch.cat([batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()])


class Melodies(pl.LightningDataModule):
    """Folk melodies for `MelodyModule`.

    Args:
        cache_dir: where the prepared corpus is kept.
        collections: of music21's corpus, of `multiart.data.tunes.corpus`.
        batch_size: tunes a step.
        rare_mode_repeats: how often a tune in dorian, mixolydian or minor is taken an epoch.
        seed: of the order.
    """

    def __init__(
        self,
        *,
        cache_dir: str,
        collections: Sequence[str] = PUBLIC_DOMAIN,
        batch_size: int = 12,
        rare_mode_repeats: int = 2,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.save_hyperparameters(ignore=["collections"])
        self.collections = tuple(collections)

    def setup(self, stage: str | None = None) -> None:
        tunes = CorpusCache(self.hparams.cache_dir, self.collections).tunes()
        self.tunes = {
            split: [tune.tune for tune in tunes if tune.split == split]
            for split in ("train", "validation", "test")
        }
        repeats = [
            1 if tune.mode == "major" else self.hparams.rare_mode_repeats for tune in self.tunes["train"]
        ]
        self.training = MelodyDataset(self.tunes["train"], repeats)
        self.validation = MelodyDataset(self.tunes["validation"])

    def train_dataloader(self) -> DataLoader:
        sampler = LengthSampler(
            self.training.lengths,
            batch_size=self.hparams.batch_size,
            seed=self.hparams.seed,
            rank=self.trainer.global_rank,
            num_replicas=self.trainer.world_size,
        )
        return ResumableLoader(self.training, sampler, collate_fn=collate)

    def val_dataloader(self) -> DataLoader:
        return DataLoader(self.validation, batch_size=self.hparams.batch_size, collate_fn=collate)
