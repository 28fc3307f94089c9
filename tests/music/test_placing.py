"""Phrases wait for the place in the bar that suits their words."""

from dataclasses import replace

import pytest

from multiart.music.agreement import RESTFUL, stress_agreement, timed
from multiart.music.placing import place_phrases
from multiart.music.syllables import syllables_of
from multiart.music.tune import REST, Event, Tune

IAMBS = "The moon above the mountain shone\nAnd all the stars were dim and gone"


def tune_of(durations, phrases, *, pickup=0, time_signature="4/4"):
    events = tuple(Event(pitch=n % 8, duration=duration) for n, duration in enumerate(durations))
    return Tune(mode="major", time_signature=time_signature, events=events, phrases=phrases, pickup=pickup)


def starts_of(tune):
    ticks = [tick for _, tick in timed(tune)]
    return [ticks[sum(tune.phrases[:n])] for n in range(len(tune.phrases))]


def test_the_second_line_of_iambs_begins_with_an_upbeat_too():
    words = syllables_of(IAMBS)
    tune = tune_of([24] + [12] * 6 + [24] + [12] * 7 + [24], (8, 8), pickup=24)  # the second is on the beat
    placed = place_phrases(tune, [syllable.stress for syllable in words])
    assert stress_agreement(placed, words) > stress_agreement(tune, words) + 0.3
    assert starts_of(placed)[1] % 24 == 12


def test_chinese_phrases_begin_on_strong_beats():
    placed = place_phrases(tune_of([12] * 9 + [24] + [12] * 10, (5, 5, 5, 5)), [1] * 20)
    assert [start % 48 for start in starts_of(placed)] == [0, 0, 0, 0]


def test_phrases_that_are_well_placed_stay():
    tune = tune_of([24, 24, 48] * 4, (3, 3, 3, 3))
    assert place_phrases(tune, [2, 0, 2] * 4) == tune


@pytest.mark.parametrize("pickup", [0, 12, 24])
@pytest.mark.parametrize("time_signature", ["2/4", "3/4", "4/4", "6/8", "9/8"])
def test_only_last_notes_change_and_the_tune_ends_with_a_bar(time_signature, pickup):
    tune = tune_of([12, 8, 24, 6, 18, 12, 9], (3, 4), pickup=pickup, time_signature=time_signature)
    placed = place_phrases(tune, (0, 2, 0, 1, 0, 2, 2))
    same = [a == b for a, b in zip(tune.events, placed.events, strict=True)]
    assert all(same[n] for n in (0, 1, 3, 4, 5))
    bar = {"2/4": 48, "3/4": 72, "4/4": 96, "6/8": 72, "9/8": 108}[time_signature]
    assert (sum(event.duration for event in placed.events) - pickup) % bar in (0, bar - pickup)
    assert placed.events[-1].duration >= RESTFUL


def test_rests_between_phrases_are_kept_and_at_the_end_dropped():
    rest = Event(pitch=REST, duration=12)
    tune = tune_of([24] * 4, (2, 2))
    tune = replace(tune, events=(*tune.events[:2], rest, *tune.events[2:], rest))
    placed = place_phrases(tune, ())
    assert [event.pitch is REST for event in placed.events] == [False, False, True, False, False]
