"""What a tune is like, in numbers that generated and real tunes are compared by."""

import math
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from multiart.music.describe import (
    LEAP_CUTS,
    SPAN_CUTS,
    density_of,
    heard_mode,
    keeps_density,
    leap_of,
    repeats_kept,
    span_of,
)
from multiart.music.screening import goes_in_circles, run_hashes
from multiart.music.tune import TICKS_PER_BEAT, Event, Plan, Tune, bar_ticks

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
SIXTEENTH = TICKS_PER_BEAT // 4
OVERLAP = 8  # intervals with durations


def pitch_class_entropy(tune: Tune) -> float:
    """Entropy of the pitch classes, in bits (Wu and Yang 2020)."""
    counts = Counter(note.pitch % 12 for note in tune.notes)
    total = sum(counts.values())
    return -sum(count / total * math.log2(count / total) for count in counts.values())


def scale_consistency(tune: Tune) -> float:
    """Share of the notes in the major or natural minor scale that fits best (Mogren 2016)."""
    counts = Counter(note.pitch % 12 for note in tune.notes)
    scales = [{(degree + root) % 12 for degree in scale} for scale in (MAJOR, MINOR) for root in range(12)]
    return max(sum(counts[pitch] for pitch in scale) for scale in scales) / sum(counts.values())


def groove_consistency(tune: Tune) -> float:
    """How alike the onsets of neighbouring bars are on a grid of sixteenths, 0 to 1 (Wu and Yang 2020)."""
    width = bar_ticks(tune.time_signature) // SIXTEENTH
    bars: dict[int, set[int]] = {}
    for bar, place, _ in placed(tune):
        bars.setdefault(bar, set()).add(place // SIXTEENTH)
    grid = [bars.get(bar, set()) for bar in range(max(bars) + 1)]
    pairs = list(zip(grid, grid[1:], strict=False))
    return 1 - sum(len(a ^ b) for a, b in pairs) / (width * len(pairs)) if pairs else 1.0


def bar_repetition(tune: Tune) -> float:
    """Share of the bars that an earlier bar equals, note by note."""
    bars: dict[int, list] = {}
    for bar, place, event in placed(tune):
        bars.setdefault(bar, []).append((place, event))
    contents = [tuple(content) for _, content in sorted(bars.items())]
    return 1 - len(set(contents)) / len(contents)


def repeated_4grams(tune: Tune) -> float:
    """Share of the runs of four intervals, with their durations, that came before in the tune."""
    runs = run_hashes(tune.notes, 4).tolist()
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def placed(tune: Tune) -> list[tuple[int, int, Event]]:
    """Bar, ticks into the bar, and note of every note; a pickup is in bar 0."""
    bar = bar_ticks(tune.time_signature)
    tick, found = -tune.pickup % bar, []
    for event in tune.events:
        if event.pitch is not None:
            found.append((*divmod(tick, bar), event))
        tick += event.duration
    return found


MEASURES: Mapping[str, Callable[[Tune], float]] = {
    "pitch-class entropy": pitch_class_entropy,
    "scale consistency": scale_consistency,
    "groove consistency": groove_consistency,
    "notes a beat": lambda tune: density_of(tune.events),
    "bar repetition": bar_repetition,
    "repeated 4-grams": repeated_4grams,
    "goes in circles": lambda tune: float(goes_in_circles(tune.notes)),
}


def obeyed(tune: Tune, plan: Plan) -> dict[str, float]:
    """Which of a plan's wishes a tune fulfils; of ``repeats`` the share."""
    return {
        "notes in each phrase": tune.phrases == plan.phrases,
        "final": tune.notes[-1].pitch % 12 == plan.final,
        "mode": heard_mode(tune.events) == plan.mode,
        "repeats": repeats_kept(tune, plan),
        "density": keeps_density(tune, plan),
        "span": bisect_right(SPAN_CUTS, span_of(tune.events)) == plan.span,
        "leap": bisect_right(LEAP_CUTS, leap_of(tune.events)) == plan.leap,
    }


def shuffled(tune: Tune, rng: random.Random) -> Tune:
    """The tune with its pitches in any order: the floor of every measure of order."""
    pitches = [event.pitch for event in tune.notes]
    rng.shuffle(pitches)
    left = iter(pitches)
    events = (e if e.pitch is None else replace(e, pitch=next(left)) for e in tune.events)
    return replace(tune, events=tuple(events))


def overlap(tune: Tune, known: np.ndarray) -> float:
    """Share of a tune's runs of `OVERLAP` intervals that are among sorted hashes of known runs."""
    runs = run_hashes(tune.notes, OVERLAP)
    if not len(runs) or not len(known):
        return 0.0
    places = np.searchsorted(known, runs).clip(max=len(known) - 1)
    return float((known[places] == runs).mean())
