"""The folk tunes that the melody model is trained on: chosen, relative to their tonic, without duplicates.

The collections in `PUBLIC_DOMAIN` were printed between 1778 and 1903. The Essen collection may be used for
non-commercial purposes only: it is there for a training of one's own; no weights trained on it are shipped.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

from multiart.data.tunes.abc import AbcTune, read_book
from multiart.data.tunes.phrases import infer_phrases
from multiart.errors import MultiartError, unknown
from multiart.music.describe import heard_mode
from multiart.music.events import DURATION_IDS
from multiart.music.screening import run_hashes
from multiart.music.tune import HIGHEST, LOWEST, TICKS_PER_BEAT, Event, Tune, bar_ticks
from multiart.seeding import derive_seed

PUBLIC_DOMAIN = ("oneills1850", "ryansMammoth", "airdsAirs", "miscFolk")
ESSEN = "essenFolksong"
STYLE_OF = {  # beginning of a file's name, or else its collection
    "northumbrian": "northumbrian",
    "americanfife": "american",
    "han": "chinese",
    "irl": "irish",
    "oneills1850": "irish",
    "ryansMammoth": "american",
    "airdsAirs": "scottish",
    ESSEN: "german",
}
METERS = {  # as written: as counted, and how many times as long
    "2/4": ("2/4", 1), "2/8": ("2/4", 2), "4/8": ("2/4", 1), "3/4": ("3/4", 1), "3/8": ("3/4", 2),
    "3/2": ("3/4", Fraction(1, 2)), "3/1": ("3/4", Fraction(1, 4)), "4/4": ("4/4", 1), "2/2": ("4/4", 1),
    "4/2": ("4/4", Fraction(1, 2)), "2/1": ("4/4", Fraction(1, 2)), "4/1": ("4/4", Fraction(1, 4)),
    "6/8": ("6/8", 1), "6/4": ("6/8", Fraction(1, 2)), "6/2": ("6/8", Fraction(1, 4)), "9/8": ("9/8", 1),
}  # fmt: skip
BARS, NOTES = (7.5, 64.5), (16, 360)
REGULAR = 0.8  # share of bar lines that must be a whole number of bars from the first
NEAR = 0.35  # share of six-note runs that two versions of a tune have in common
CLUSTER_RUN, COMMON = 6, 60  # notes in a run; a run in so many tunes says nothing
HELD_OUT = {"validation": 200, "test": 250}  # tunes
LARGEST_HELD_OUT = 4  # versions of one tune


@dataclass(frozen=True, kw_only=True)
class CorpusTune:
    """A tune, where it comes from, and what it is for: ``train``, ``validation`` or ``test``."""

    tune: Tune
    title: str
    collection: str
    split: str = "train"


def corpus_folder() -> Path:
    """The folder of tune books in the package music21, which is not imported.

    Raises:
        MultiartError: if it is not installed.
    """
    spec = find_spec("music21")
    if spec is None:
        raise MultiartError("the melodies to train on come with music21: pip install 'multiart[train]'")
    return Path(spec.submodule_search_locations[0]) / "corpus"


def read_collection(name: str) -> Iterator[tuple[AbcTune, str]]:
    """The tunes of a collection as written, each with its style."""
    if name not in (*PUBLIC_DOMAIN, ESSEN):
        raise MultiartError(unknown("collection", name, (*PUBLIC_DOMAIN, ESSEN)))
    for path in sorted((corpus_folder() / name).glob("*.abc")):
        if name == ESSEN and path.name.startswith("test"):  # tunes of the other files again
            continue
        beginning = next((word for word in STYLE_OF if path.name.startswith(word)), name)
        for tune in read_book(path.read_text("utf-8", errors="replace")):
            yield tune, STYLE_OF[beginning]


def normalise(written: AbcTune, *, style: str, marked: bool = False) -> Tune | None:
    """A tune relative to its tonic, or None if it is not one the model can learn from.

    Args:
        written: as read.
        style: of the tune.
        marked: whether each line of music is a phrase; otherwise phrases are inferred.
    """
    if written.changes or written.meter not in METERS:
        return None
    meter, factor = METERS[written.meter]
    bar, scale = bar_ticks(meter), factor * TICKS_PER_BEAT
    sounding = [i for i, note in enumerate(written.notes) if note.pitch is not None]
    if not NOTES[0] <= len(sounding) <= NOTES[1]:
        return None
    notes = written.notes[sounding[0] : sounding[-1] + 1]
    durations = [note.duration * scale for note in notes]
    start = notes[0].onset * scale
    bars = [onset * scale - start for onset in written.bars[1:]]
    if not all(ticks in DURATION_IDS for ticks in durations) or not bars or bars[0].denominator != 1:
        return None
    pickup = int(bars[0]) % bar
    regular = sum((onset - pickup) % bar == 0 for onset in bars) / len(bars)
    length = (sum(durations) - pickup) / bar
    if regular < REGULAR or not BARS[0] <= length <= BARS[1]:
        return None
    pitches = [note.pitch for note in notes if note.pitch is not None]
    lowest_tonic = (sum(pitches) // len(pitches) - written.tonic) // 12 * 12 + written.tonic
    if min(pitches) - lowest_tonic < LOWEST or max(pitches) - lowest_tonic > HIGHEST:
        return None
    events = tuple(
        Event(pitch=None if note.pitch is None else note.pitch - lowest_tonic, duration=int(ticks))
        for note, ticks in zip(notes, durations, strict=True)
    )
    if marked:
        phrases = tuple(Counter(note.line for note in notes if note.pitch is not None).values())
    else:
        phrases = infer_phrases(events, bar=bar, pickup=pickup)
    return Tune(
        mode=heard_mode(events),
        time_signature=meter,
        events=events,
        phrases=phrases,
        pickup=pickup,
        style=style,
    )


def prepare(collections: tuple[str, ...] = PUBLIC_DOMAIN) -> list[CorpusTune]:
    """Read, choose, normalise and split the tunes of some collections; takes a minute."""
    found: dict[tuple[Event, ...], CorpusTune] = {}
    for name in collections:
        for written, style in read_collection(name):
            tune = normalise(written, style=style, marked=name == ESSEN)
            if tune is not None:
                found.setdefault(tune.events, CorpusTune(tune=tune, title=written.title, collection=name))
    tunes = list(found.values())
    splits = split_clusters(clusters([tune.tune for tune in tunes]))
    return [replace(tune, split=split) for tune, split in zip(tunes, splits, strict=True)]


def clusters(tunes: list[Tune]) -> list[int]:
    """A number for every tune; versions of the same tune have the same."""
    parent = list(range(len(tunes)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    seen_in: dict[int, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for i, tune in enumerate(tunes):
        runs = set(run_hashes(tune.notes, CLUSTER_RUN).tolist())
        sizes.append(len(runs))
        shared = Counter(j for run in runs if len(seen_in[run]) < COMMON for j in seen_in[run])
        for j, count in shared.items():
            if count >= NEAR * min(sizes[i], sizes[j]):
                parent[root(i)] = root(j)
        for run in runs:
            seen_in[run].append(i)
    return [root(i) for i in range(len(tunes))]


def split_clusters(cluster_of: list[int]) -> list[str]:
    """What each tune is for: whole clusters, small ones only, are held out."""
    sizes = Counter(cluster_of)
    order = sorted(sizes)
    random.Random(derive_seed(0, "melody-split")).shuffle(order)
    split_of: dict[int, str] = {}
    held_out = Counter()
    for cluster in order:
        if sizes[cluster] > LARGEST_HELD_OUT:
            continue
        split = next((name for name, most in HELD_OUT.items() if held_out[name] < most), None)
        if split is None:
            break
        split_of[cluster] = split
        held_out[split] += sizes[cluster]
    return [split_of.get(cluster, "train") for cluster in cluster_of]
