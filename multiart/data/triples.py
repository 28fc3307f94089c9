"""Generated texts with a painting and a tune for each: what the joint training is shown with."""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import lightning.pytorch as pl
from torch.utils.data import DataLoader

from multiart.data.captions import sample_caption, sample_verse
from multiart.data.melodies import CorpusCache
from multiart.data.mixed import Mixed
from multiart.data.painted import VALIDATION_SEED, paint_as_captioned
from multiart.data.prose import read_prose
from multiart.data.sampler import training_loader
from multiart.data.scenes.paint import paint
from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.data.tunes.corpus import PUBLIC_DOMAIN, CorpusTune
from multiart.data.works import Work, WorkDataset, collate, encoder_below
from multiart.models.language import DEFAULT_SOURCE
from multiart.music.describe import DENSITY_CUTS, density_of
from multiart.music.mood import choose
from multiart.music.tune import Tune
from multiart.records import Draft
from multiart.seeding import derive_seed
from multiart.text.passage import Passage
from multiart.text.reading import Reader
from multiart.vocabulary import ATTRIBUTES


class Shelf:
    """Tunes by the mode, metre and density that one may ask for.

    Args:
        tunes: of the corpus.
    """

    def __init__(self, tunes: Sequence[Tune]) -> None:
        self._tunes: dict[tuple[str, str, int], list[Tune]] = {}
        for tune in tunes:
            density = bisect_right(DENSITY_CUTS, density_of(tune.events))
            self._tunes.setdefault((tune.mode, tune.time_signature, density), []).append(tune)

    def pick(self, mode: str, time_signature: str, density: int, rng: random.Random) -> Tune:
        """One of the tunes most like what is asked for: in mode before metre before density."""

        def unlike(have: tuple[str, str, int]) -> tuple[bool, bool, int]:
            return have[0] != mode, have[1] != time_signature, abs(have[2] - density)

        return rng.choice(self._tunes[min(self._tunes, key=unlike)])


def make_triple(seed: int, shelf: Shelf, *, size: int, wordings: int = 0, new_words: float = 0.0) -> Work:
    """The triple of a seed: a scene, words for it, a tune as the music stage would choose it for the mood.

    Args:
        seed: 0 or more.
        shelf: of tunes.
        size: of the painting, pixels.
        wordings: how many other captions and verses of the scene it has.
        new_words: share of captions in words that the shipped painter was not taught.
    """
    rng, chance = (random.Random(derive_seed(seed, name)) for name in ("triple", "new words"))
    spec = paint(sample_spec(seed), 64)[1]

    def words() -> tuple[str, str]:
        held_out = chance.random() < new_words
        return sample_caption(spec, rng, held_out=held_out), sample_verse(spec, rng)

    caption, verse = words()
    wanted = {name: choice.value for name, choice in choose(draft_of(caption, verse, spec)).items()}
    return Work(
        caption=caption,
        text=verse,
        picture=partial(paint_as_captioned, spec, size=size),
        tune=shelf.pick(wanted["mode"], wanted["time_signature"], wanted["density"], rng),
        wordings=tuple(words() for _ in range(wordings)),
    )


def make_triples(
    tunes: Sequence[CorpusTune],
    *,
    num_triples: int,
    num_validation: int,
    size: int,
    wordings: int = 0,
    new_words: float = 0.0,
) -> tuple[list[Work], list[Work]]:
    """Triples to train on, with tunes of the corpus's training split, and held-out ones, of its test split.

    Which ones are held out follows from their seeds; a triple to train on whose text is held out is left out.
    """
    shelves = {name: Shelf([t.tune for t in tunes if t.split == name]) for name in ("train", "test")}
    seeds = range(VALIDATION_SEED, VALIDATION_SEED + num_validation)
    make = partial(make_triple, size=size, new_words=new_words)
    held_out = [make(seed, shelves["test"]) for seed in seeds]
    seen = {(work.caption, work.text) for work in held_out}
    made = (make(seed, shelves["train"], wordings=wordings) for seed in range(num_triples))
    return [work for work in made if not seen & {(work.caption, work.text), *work.wordings}], held_out


def draft_of(caption: str, verse: str, spec: SceneSpec) -> Draft:
    """A painted scene's text as the text stage would hand it on."""
    lines = verse.splitlines()
    passages = [Passage(label=f"line {n}", text=line) for n, line in enumerate(lines, 1)]
    answers = {name: getattr(spec, name) for name in (*ATTRIBUTES, "subjects")}
    return Draft(
        title=lines[0],
        lines=tuple(lines),
        language="en",
        mode="verbatim",
        mode_reason="from a painted scene",
        scene=Reader(language_model=None).read(passages, language="en", answers=answers),
        caption=caption,
    )


def shuffled(works: Sequence[Work]) -> list[Work]:
    """Every work with the texts of the next."""
    others = [*works[1:], works[0]]
    return [
        replace(work, caption=other.caption, text=other.text, wordings=other.wordings)
        for work, other in zip(works, others, strict=True)
    ]


class Triples(pl.LightningDataModule):
    """Generated triples for `JointModule`, with some plain prose among them.

    The second loader of its validation has prose alone, to measure what the language model forgets.

    Args:
        cache_dir: where texts' states and the melodies are kept.
        num_triples: to train on; their tunes are of the corpus's training split.
        num_validation: held out; their tunes are of its test split.
        prose_share: of the items that are a passage of `multiart.data.prose`, at least 0 and less than 1.
        layouts: in how many ways each scene is painted.
        wordings: other captions and verses of each scene to train on.
        new_words: share of captions in words that the shipped painter was not taught, 0 to 1.
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
        prose_share: float = 0.1,
        layouts: int = 100,
        wordings: int = 0,
        new_words: float = 0.0,
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
        if not 0 <= prose_share < 1:
            raise ValueError(f"data.prose_share must be at least 0 and less than 1, got {prose_share}")
        if not 0 <= new_words <= 1:
            raise ValueError(f"data.new_words must be from 0 to 1, got {new_words}")
        self.save_hyperparameters()

    def setup(self, stage: str | None = None) -> None:
        p = self.hparams
        encoder = encoder_below(p.text_source, p.text_layers)
        tunes = CorpusCache(p.cache_dir, p.collections).tunes()

        dataset = partial(WorkDataset, folder=Path(p.cache_dir), encoder=encoder, seed=p.seed)
        training, held_out = make_triples(
            tunes,
            num_triples=p.num_triples,
            num_validation=p.num_validation,
            size=p.size,
            wordings=p.wordings,
            new_words=p.new_words,
        )
        if p.shuffle_texts:
            training, held_out = shuffled(training), shuffled(held_out)
        self.training = dataset(training, layouts=p.layouts)
        self.validation = dataset(held_out)
        prose, self.prose = (
            WorkDataset(
                [Work(caption=text, text="") for text in texts], folder=Path(p.cache_dir), encoder=encoder
            )
            for texts in read_prose()
        )
        if p.prose_share:
            self.training = Mixed([self.training, prose], [1 - p.prose_share, p.prose_share])

    def train_dataloader(self) -> DataLoader:
        return training_loader(
            self.training,
            self.trainer,
            batch_size=self.hparams.batch_size,
            seed=self.hparams.seed,
            collate_fn=collate,
        )

    def val_dataloader(self) -> list[DataLoader]:
        return [
            DataLoader(held_out, batch_size=self.hparams.batch_size, collate_fn=collate)
            for held_out in (self.validation, self.prose)
        ]
