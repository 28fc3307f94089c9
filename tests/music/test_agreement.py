"""Tunes that put stresses on beats and follow the tones are told from those that do not."""

import pytest

from multiart.music.agreement import (
    agreement,
    fitness,
    metric_weight,
    stress_agreement,
    timed,
    tone_agreement,
)
from multiart.music.syllables import Syllable, syllables_of
from multiart.music.tones import direction
from multiart.music.tune import REST, Event, Plan, Tune

IAMBS = syllables_of("The moon above the mountain shone")
MOTHER_HEMP = [Syllable(text=c, stress=1, tone=t) for c, t in zip("妈马妈马", (1, 3, 1, 3), strict=True)]


def tune_of(pitches, durations, *, pickup=0, time_signature="4/4", mode="major"):
    events = tuple(Event(pitch=p, duration=d) for p, d in zip(pitches, durations, strict=True))
    notes = sum(p is not REST for p in pitches)
    return Tune(mode=mode, time_signature=time_signature, events=events, phrases=(notes,), pickup=pickup)


def plan_of(tune):
    return Plan(mode=tune.mode, time_signature=tune.time_signature, phrases=tune.phrases)


@pytest.mark.parametrize(
    ("time_signature", "weights"),
    [
        ("4/4", {0: 3, 12: 0, 24: 1, 48: 2, 72: 1, 96: 3}),
        ("3/4", {0: 3, 24: 1, 36: 0, 48: 1}),
        ("2/4", {0: 3, 24: 2, 36: 0}),
        ("6/8", {0: 3, 12: 0, 24: 0, 36: 2}),
        ("9/8", {0: 3, 36: 2, 72: 2, 84: 0}),
    ],
)
def test_metric_weight(time_signature, weights):
    assert {tick: metric_weight(tick, time_signature) for tick in weights} == weights


def test_a_pickup_comes_before_the_bar_line_and_rests_take_time():
    tune = tune_of([7, 0, REST, 4], [24, 48, 24, 24], pickup=24)
    assert [tick for _, tick in timed(tune)] == [-24, 0, 72]


def test_iambs_go_with_an_upbeat():
    with_upbeat = tune_of([0] * 8, [24] * 8, pickup=24)
    without = tune_of([0] * 8, [24] * 8)
    assert stress_agreement(with_upbeat, IAMBS) > 0.3 > 0 > stress_agreement(without, IAMBS)


def test_nothing_is_said_of_even_or_chinese_syllables():
    tune = tune_of([0] * 4, [24] * 4)
    assert stress_agreement(tune, MOTHER_HEMP) is None
    assert stress_agreement(tune, [Syllable(text="la", stress=2)] * 4) is None
    assert agreement(tune, [()]) == 0


def test_tones_want_the_melody_to_go_their_way():
    assert direction(1, 3) == -1 and direction(3, 1) == 1 and direction(2, 1) == 0
    falling, rising = tune_of([7, 0, 7, 0], [24] * 4), tune_of([0, 7, 0, 7], [24] * 4)
    level = tune_of([0, 0, 0, 0], [24] * 4)
    assert [tone_agreement(tune, MOTHER_HEMP) for tune in (falling, rising, level)] == [1, -1, 0]


def test_tones_of_two_lines_are_not_compared():
    apart = [Syllable(text=s.text, stress=1, tone=s.tone, line=n) for n, s in enumerate(MOTHER_HEMP)]
    assert tone_agreement(tune_of([7, 0, 7, 0], [24] * 4), apart) is None


def test_fitness_prefers_what_can_be_sung_and_ends():
    good = tune_of([0, 4, 7, 0], [24, 24, 24, 48])
    for worse in (
        tune_of([0, 4, 7, 2], [24, 24, 24, 48]),  # does not end on the final
        tune_of([0, 4, 6, 0], [24, 24, 24, 48]),  # leaves the scale
        tune_of([0, 4, 7, 0], [24, 6, 24, 48]),  # has a note too short to sing
        tune_of([0, 4, 24, 0], [24, 24, 24, 48]),  # has too wide a range
        tune_of([0, 4, 7, 0], [24, 24, 24, 12]),  # breaks off
        tune_of([0, 0, 0, 0], [24, 24, 24, 48]),  # says one thing only
        tune_of([0, 2, 0, 0], [24, 24, 24, 48]),  # has hardly any range
    ):
        assert fitness(worse, plan_of(worse), [()]) < fitness(good, plan_of(good), [()])
