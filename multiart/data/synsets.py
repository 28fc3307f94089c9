"""The files of WordNet: senses of nouns, what lies below each, and how often it is meant."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

_POINTERS = ("~", "~i")  # to hyponyms and to instances
_PARTS = {"noun": "1", "verb": "2", "adj": "3", "adv": "4"}


@dataclass(frozen=True, kw_only=True)
class Synset:
    """A sense of nouns: its words as they are written, and the offsets of the senses just below it."""

    words: tuple[str, ...]
    below: tuple[str, ...]
    is_person: bool
    is_name: bool


@dataclass(kw_only=True)
class WordNet:
    """What is needed of WordNet.

    Attributes:
        synsets: of nouns, by offset.
        senses: offsets of each noun, the most frequent first, by its lemma as in the index (``plum_tree``).
        counts: how often a sense of a noun was met in tagged texts, by lemma and offset.
        uses: how often a lemma was met, as any part of speech; one is added for each sense.
        ordinary: lemmas that are written small in some sense.
    """

    synsets: dict[str, Synset] = field(default_factory=dict)
    senses: dict[str, list[str]] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    uses: Counter[str] = field(default_factory=Counter)
    ordinary: set[str] = field(default_factory=set)


def read(folder: Path) -> WordNet:
    """Read a `dict` folder of WordNet.

    Raises:
        FileNotFoundError: the folder lacks one of its files.
    """
    wordnet = WordNet()
    for part in _PARTS:
        for line in _lines(folder / f"data.{part}"):
            synset_offset, synset = _parse(line)
            wordnet.ordinary.update(word for word in synset.words if word.islower())
            if part == "noun":
                wordnet.synsets[synset_offset] = synset
    for line in _lines(folder / "index.noun"):
        lemma, _, count, *rest = line.split()
        wordnet.senses[lemma] = rest[-int(count) :]
    for line in _lines(folder / "index.sense"):
        key, offset, _, met = line.split()
        lemma, _, sense = key.partition("%")
        wordnet.uses[lemma] += int(met) + 1
        if sense[0] == _PARTS["noun"]:
            wordnet.counts[lemma, offset] = int(met) + 1
    return wordnet


def _lines(path: Path) -> list[str]:
    """All lines but those of the licence at the head, which begin with spaces."""
    return [line for line in path.read_text("utf-8").splitlines() if line and line[0] != " "]


def _parse(line: str) -> tuple[str, Synset]:
    """One line of a data file: offset, file, type, words each with a number, pointers of four fields each."""
    offset, file_number, _, count, *rest = line.partition(" | ")[0].split()
    pairs = 2 * int(count, 16)
    pointers = list(zip(rest[pairs + 1 :: 4], rest[pairs + 2 :: 4], strict=False))
    return offset, Synset(
        words=tuple(re.sub(r"\(\w+\)$", "", word) for word in rest[:pairs:2]),
        below=tuple(target for symbol, target in pointers if symbol in _POINTERS),
        is_person=file_number == "18",
        is_name=any(symbol == "@i" for symbol, _ in pointers),
    )
