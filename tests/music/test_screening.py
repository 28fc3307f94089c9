"""Circles and quotations are found; other tunes are let through."""

import random

from multiart.music.screening import KnownRuns, goes_in_circles, most_repeats, run_hashes
from multiart.music.tune import Event


def random_notes(seed: int, count: int = 60) -> list[Event]:
    rng = random.Random(seed)
    return [Event(pitch=rng.randint(0, 12), duration=rng.choice((6, 12, 24))) for _ in range(count)]


def moved(notes: list[Event], semitones: int) -> list[Event]:
    return [Event(pitch=note.pitch + semitones, duration=note.duration) for note in notes]


def test_repeats_of_a_cell():
    a, b, c = (Event(pitch=pitch, duration=12) for pitch in (0, 4, 7))
    assert most_repeats([a, b, a, b, a, b, c], 2) == 3
    assert most_repeats([c, a, a, a, a], 1) == 4
    assert most_repeats([a, b, c], 1) == 1
    assert goes_in_circles([a, b, c, a, b, c, a, b, c, a, b, c])
    assert not goes_in_circles(random_notes(0))


def test_a_quotation_is_found_in_any_key():
    known = KnownRuns.of(random_notes(seed) for seed in range(50))
    quotation = [*random_notes(100, 20), *moved(random_notes(7)[10:30], 5), *random_notes(101, 20)]
    assert known.quoted(quotation)
    short = [*random_notes(100, 20), *random_notes(7)[10:26], *random_notes(101, 20)]
    assert not known.quoted(short)  # 16 notes are 15 intervals
    assert not any(known.quoted(random_notes(seed)) for seed in range(200, 300))


def test_a_known_tune_of_another_rhythm_is_no_quotation():
    slower = [Event(pitch=note.pitch, duration=2 * note.duration) for note in random_notes(3)]
    assert not KnownRuns.of([random_notes(3)]).quoted(slower)


def test_too_short_to_quote():
    assert len(run_hashes(random_notes(0, 16))) == 0
    assert not KnownRuns.of([random_notes(0)]).quoted(random_notes(0, 16))
    assert not KnownRuns.of([]).quoted(random_notes(0))
