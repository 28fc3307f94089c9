"""A user's own works to fine-tune on: a folder or a file of texts, with pictures and tunes where there are
some."""

import csv
import hashlib
import io
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import lightning.pytorch as pl
from torch.utils.data import DataLoader, Dataset

from multiart.captioning import caption_of
from multiart.data.captions import sample_caption
from multiart.data.crops import Crops, to_square
from multiart.data.mixed import Mixed
from multiart.data.sampler import training_loader
from multiart.data.works import Work, WorkDataset, collate, encoder_below
from multiart.errors import MultiartError
from multiart.io.collection import read_collection
from multiart.io.prompts import load_utf8
from multiart.models.language import DEFAULT_SOURCE
from multiart.music.given import read_given, tune_of
from multiart.records import Scene
from multiart.seeding import derive_seed
from multiart.text.modes import detect_language, split_lines
from multiart.text.passage import Passage
from multiart.text.reading import Reader

TABLES = ("metadata.jsonl", "metadata.csv")
TEXT, PICTURE, TUNE, CAPTION = "text", "file_name", "midi", "caption"
MAX_TOKENS = 1024  # of a text with its caption
MAX_BYTES = 50_000_000
SIDED = re.compile(r"\b(left|right|east|west)\b|[左右东西東]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Records:
    """What a user gave: the works that can be used, and what is wrong with the others.

    Attributes:
        works: by place, e.g. "poems/metadata.jsonl line 3".
        faults: place and reason of each record left out.
    """

    works: dict[str, Work] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_works(
    path: str | Path, *, size: int, max_bad_share: float = 0.1, flip: bool = True, wordings: int = 0
) -> Records:
    """Read a user's works.

    Args:
        path: a folder with `metadata.jsonl` or `metadata.csv`, whose records have `text` and may have
            `file_name` (a picture), `midi` (a tune) and `caption`, with paths relative to it (the
            imagefolder convention of the package datasets); or a text file of poems, blank lines or ``---``
            between them, or a folder of such files.
        size: height and width of the pictures, in pixels; their middle is taken.
        max_bad_share: of the records that may be left out.
        flip: whether a picture may be mirrored; one whose text or caption tells left from right never is.
        wordings: other captions of each work whose own is read from its text.

    Raises:
        MultiartError: if there is nothing to learn from, or more records than that are faulty.
    """
    path = Path(path).expanduser()
    table = next((path / name for name in TABLES if (path / name).is_file()), None)
    records = Records()
    seen: set[str] = set()
    for where, record in _table(table) if table is not None else _poems(path):
        try:
            work, key = _work(record, path, size, flip, wordings), _key(record)
            if key in seen:
                raise MultiartError("the same text, picture and tune as a record before it")
            seen.add(key)
            records.works[where] = work
        except MultiartError as error:
            records.faults.append(f"{where}: {error}")
    total = len(records.works) + len(records.faults)
    if not total:
        raise MultiartError(f"{path} holds no records: give a folder with metadata.jsonl, or a file of poems")
    if not records.works or len(records.faults) > max_bad_share * total:
        shown = "".join(f"\n  {fault}" for fault in records.faults[:5])
        raise MultiartError(
            f"{len(records.faults)} of {total} records of {path} cannot be used, and at most"
            f" {max_bad_share:.0%} may be left out (data.max_bad_share):{shown}"
        )
    return records


def _table(path: Path) -> Iterator[tuple[str, Mapping[str, object] | str]]:
    """The records of `metadata.jsonl` or `metadata.csv`; what is broken comes as a text that says so."""
    text = load_utf8(path, limit=MAX_BYTES)
    if path.suffix == ".csv":
        for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
            yield f"{path} line {number}", {key: value for key, value in row.items() if key and value}
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"{path} line {number}", json.loads(line)
            except ValueError as error:
                yield f"{path} line {number}", f"no JSON object ({error})"


def _poems(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    for row in read_collection(path).rows:
        yield row.where, {TEXT: row.prompt}


def _work(record: Mapping[str, object] | str, folder: Path, size: int, flip: bool, wordings: int) -> Work:
    if not isinstance(record, dict):
        raise MultiartError(record if isinstance(record, str) else "no JSON object")
    text = record.get(TEXT)
    if not isinstance(text, str) or not text.strip():
        raise MultiartError(
            f"it has no {TEXT!r}" + (f", only {', '.join(map(str, record))}" if record else "")
        )
    picture = _file(record, PICTURE, folder)
    midi = _file(record, TUNE, folder)
    tune = None
    if midi is not None:
        given = read_given(str(midi), TUNE)
        tune = tune_of(given, mode=given.mode, time_signature=given.time_signature or "4/4")
    text, given = text.strip(), record.get(CAPTION)
    caption = given if isinstance(given, str) and given.strip() else None
    scene, rng = scene_of(text), random.Random(derive_seed(0, "wordings", text))
    others = [] if caption is not None else [(sample_caption(scene, rng), text) for _ in range(wordings)]
    flip = flip and not SIDED.search(f"{text} {caption or ''}")
    return Work(
        caption=caption or caption_of(scene),
        text=text,
        picture=None if picture is None else Crops(to_square(picture, size), flip=flip, name=picture.name),
        tune=tune,
        wordings=tuple(others),
    )


def _file(record: Mapping[str, object], key: str, folder: Path) -> Path | None:
    name = record.get(key)
    if name is None or name == "":
        return None
    path = (folder / str(name)).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise MultiartError(f"{key}={name} lies outside {folder}")
    if not path.is_file():
        raise MultiartError(f"{key}={name}: there is no such file in {folder}")
    return path


def _key(record: Mapping[str, object]) -> str:
    return json.dumps([record.get(name) for name in (TEXT, PICTURE, TUNE)], ensure_ascii=False)


def scene_of(text: str) -> Scene:
    """The scene that the lexicon reads in a text, as the text stage would."""
    lines = enumerate(split_lines(text), 1)
    passages = [Passage(label=f"line {n}", text=line) for n, line in lines if line.strip()]
    return Reader(language_model=None).read(passages, language=detect_language(text))


class FolderWorks(pl.LightningDataModule):
    """A user's works for `JointModule`, with generated triples among them against forgetting.

    Args:
        path, max_bad_share, flip, wordings: see `read_works`.
        replay: generated triples, or None for the user's works alone.
        replay_share: of the items that are such triples.
        validation_share: of the works held out; which ones follows from their texts.
        cache_dir: where texts' states are kept.
        layouts: crops of each picture.
        size: of the pictures, pixels.
        batch_size: works a step.
        seed: of the order.
        text_source, text_layers: the language model, and how many of its layers are tuned; None for all.
    """

    def __init__(
        self,
        *,
        path: str,
        cache_dir: str,
        replay: pl.LightningDataModule | None = None,
        replay_share: float = 0.5,
        max_bad_share: float = 0.1,
        validation_share: float = 0.1,
        layouts: int = 100,
        flip: bool = True,
        wordings: int = 0,
        size: int = 128,
        batch_size: int = 8,
        seed: int = 0,
        text_source: str = DEFAULT_SOURCE,
        text_layers: int | None = 8,
    ) -> None:
        super().__init__()
        for name, share in (("replay_share", replay_share), ("validation_share", validation_share)):
            if not 0 <= share < 1:
                raise ValueError(f"data.{name} must be at least 0 and less than 1, got {share}")
        self.save_hyperparameters(ignore=["replay"])
        self.replay = replay if replay_share else None

    def setup(self, stage: str | None = None) -> None:
        p = self.hparams
        options = {name: p[name] for name in ("size", "max_bad_share", "flip", "wordings")}
        records = read_works(p.path, **options)
        if self.trainer is None or self.trainer.is_global_zero:
            for fault in records.faults:
                print(f"left out: {fault}", file=sys.stderr)
        works = [*records.works.values()]
        held = [is_held_out(work.text, p.validation_share) for work in works]
        if all(held) or not any(held):  # too few to part by their texts
            held = [n == 0 and len(works) > 1 for n in range(len(works))]
        encoder = encoder_below(p.text_source, p.text_layers)

        def dataset(wanted: bool, layouts: int) -> WorkDataset:
            chosen = [work for work, out in zip(works, held, strict=True) if out == wanted]
            folder = Path(p.cache_dir)
            return WorkDataset(chosen, folder=folder, encoder=encoder, layouts=layouts, seed=p.seed)

        self.training: Dataset = dataset(False, p.layouts)
        self.validation = dataset(True, 1) if any(held) else self.training
        if self.replay is not None:
            self.replay.setup(stage)
            self.training = Mixed([self.training, self.replay.training], [1 - p.replay_share, p.replay_share])

    def train_dataloader(self) -> DataLoader:
        return training_loader(
            self.training,
            self.trainer,
            batch_size=min(self.hparams.batch_size, len(self.training)),
            seed=self.hparams.seed,
            collate_fn=collate,
        )

    def val_dataloader(self) -> list[DataLoader]:
        own = DataLoader(self.validation, batch_size=self.hparams.batch_size, collate_fn=collate)
        return [own] if self.replay is None else [own, *self.replay.val_dataloader()[1:]]


def is_held_out(text: str, share: float) -> bool:
    """Whether a text is held out, by its own content: adding works never moves one to the other side."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) < share * 2**32
