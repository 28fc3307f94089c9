"""Measures of tunes against tunes whose numbers are known."""

import random

import numpy as np
import pytest

from multiart.metrics.melody import (
    MEASURES,
    bar_repetition,
    groove_consistency,
    obeyed,
    overlap,
    pitch_class_entropy,
    placed,
    repeated_4grams,
    scale_consistency,
    shuffled,
)
from multiart.metrics.melody_suite import MelodySuite, passes, table
from multiart.music.describe import plan_of
from multiart.music.screening import run_hashes
from multiart.music.tune import REST, Event, Tune


def tune_of(*pitches, durations=24, pickup=0, phrases=None) -> Tune:
    ticks = durations if isinstance(durations, tuple) else (durations,) * len(pitches)
    events = tuple(Event(pitch=p, duration=d) for p, d in zip(pitches, ticks, strict=True))
    notes = sum(p is not REST for p in pitches)
    return Tune(
        mode="major",
        time_signature="4/4",
        events=events,
        phrases=phrases or (notes,),
        pickup=pickup,
        style="irish",
    )


def in_order(seed: int) -> Tune:
    rng = random.Random(seed)
    return tune_of(*(rng.choice((0, 2, 4, 5, 7, 9, 11, 12)) for _ in range(31)), 0, phrases=(16, 16))


TUNE = tune_of(0, 4, 7, 4, 0, 4, 7, 4, 2, 5, 9, 5, 0, 4, 7, 0)


def test_entropy_of_two_even_pitch_classes_is_one_bit():
    assert pitch_class_entropy(tune_of(0, 7, 12, 19)) == pytest.approx(1)
    assert pitch_class_entropy(tune_of(0, 12, 0)) == 0


def test_scale_consistency_takes_the_best_scale():
    assert scale_consistency(TUNE) == 1
    assert scale_consistency(tune_of(2, 4, 6, 7, 9, 11, 13)) == 1  # D major
    assert scale_consistency(tune_of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)) == pytest.approx(7 / 12)


def test_bars_and_pickup():
    assert [(bar, place) for bar, place, _ in placed(tune_of(7, 0, REST, 4, 0, 2, pickup=24))] == [
        (0, 72),
        (1, 0),
        (1, 48),
        (1, 72),
        (2, 0),
    ]


def test_groove_counts_the_sixteenths_in_which_bars_differ():
    assert groove_consistency(TUNE) == 1
    halves = tune_of(0, 0, 0, 0, 0, 0, durations=(24, 24, 24, 24, 48, 48))
    assert groove_consistency(halves) == pytest.approx(1 - 2 / 16)


def test_repetition():
    assert bar_repetition(TUNE) == pytest.approx(1 / 4)
    assert bar_repetition(tune_of(*range(16))) == 0
    assert repeated_4grams(tune_of(*(0, 4, 7, 4) * 3)) == pytest.approx(4 / 8)
    assert repeated_4grams(tune_of(0, 1, 3, 6, 10, 15)) == 0


def test_a_shuffled_tune_has_the_same_notes_and_rhythm():
    low = shuffled(in_order(1), random.Random(0))
    assert sorted(e.pitch for e in low.events) == sorted(e.pitch for e in in_order(1).events)
    assert [e.duration for e in low.events] == [e.duration for e in in_order(1).events]
    assert low != in_order(1)


def test_overlap_is_the_share_of_known_runs():
    known = np.unique(run_hashes(TUNE.notes, 8))
    assert overlap(TUNE, known) == 1 and overlap(in_order(1), known) == 0
    assert overlap(tune_of(0, 2), known) == 0


def test_a_tune_obeys_its_own_plan():
    assert all(obeyed(TUNE, plan_of(TUNE)).values())
    twice = tune_of(0, 4, 7, 4, 0, 4, 7, 4, phrases=(4, 4))
    assert obeyed(tune_of(0, 4, 7, 4, 9, 4, 7, 4, phrases=(4, 4)), plan_of(twice))["repeats"] == 0
    wrong = obeyed(tune_of(0, 3, 7, 3, 10, 5), plan_of(TUNE))
    assert not wrong["mode"] and not wrong["final"] and not wrong["notes in each phrase"]


def test_gates():
    assert passes("bar repetition", 0.19, 0.16) and not passes("bar repetition", 0.19, 0.10)
    assert passes("notes a beat", 1.6, 1.67) and not passes("notes a beat", 1.6, 1.7)
    assert passes("scale consistency", 0.5, 0.99) and not passes("scale consistency", 0.5, 0.98)
    assert passes("goes in circles", 0.01, 0.01) and not passes("goes in circles", 0.01, 0.02)
    assert passes("quotes 16 notes of training", 0.2, 0) and not passes("quotes 16 notes of training", 0, 0.1)
    assert passes("final", 1, 0.96) and not passes("final", 1, 0.94)
    assert passes("unknown", 0, 1) is None


def test_real_tunes_pass_against_themselves():
    prompts = [in_order(n) for n in range(20)]
    suite = MelodySuite(num_prompts=20, num_seeds=1)
    assert sorted(map(repr, suite.choose(prompts))) == sorted(map(repr, prompts))
    result = suite.measure(prompts, prompts, [TUNE])
    copying = {"8-grams found in training", "quotes 16 notes of training"}
    assert {*result["measures"]} == {*MEASURES, *copying}
    assert all(
        entry["passes"] is not False for name, entry in result["measures"].items() if "scale" not in name
    )
    assert all(share == (1, 1, 1) for share in result["control"].values())
    assert "| bar repetition |" in table(result)


def test_bad_numbers_are_refused():
    with pytest.raises(ValueError, match="suite.num_prompts must be 1 or more, got 0"):
        MelodySuite(num_prompts=0)
