"""What a tune is said to be like, and the plan read off it."""

import pytest

from multiart.music.describe import (
    density_of,
    edit_distance,
    forms_of,
    heard_mode,
    leap_of,
    plan_of,
    span_of,
    split_phrases,
)
from multiart.music.tune import REST, SCALES, Event, Form, Tune


def notes(*pitches: int | None, duration: int = 24) -> tuple[Event, ...]:
    return tuple(Event(pitch=pitch, duration=duration) for pitch in pitches)


@pytest.mark.parametrize("mode", ["major", "minor", "dorian", "mixolydian"])
def test_a_scale_is_heard_as_its_mode(mode):
    assert heard_mode(notes(*SCALES[mode], 12)) == mode


def test_long_notes_weigh_more_and_rests_nothing():
    assert heard_mode(notes(0, 4, 4, REST) + notes(3, duration=96)) == "minor"


def test_density_span_and_leap():
    tune = notes(0, 7, REST, 2)
    assert density_of(tune) == 0.75
    assert span_of(tune) == 7
    assert leap_of(tune) == 6


def test_edit_distance():
    assert edit_distance("abcd", "abcd", limit=0) == 0
    assert edit_distance("abcd", "axcd", limit=4) == 1
    assert edit_distance("abcd", "bcde", limit=4) == 2
    assert edit_distance("abc", "abcdef", limit=2) == 3  # given up
    assert edit_distance("kitten", "sitting", limit=9) == 3


def test_forms_name_the_phrase_that_is_repeated():
    a, b = notes(0, 2, 4, 5, 7, 5), notes(12, 11, 9, 7, 9, 11)
    varied, close, related = (
        notes(0, 2, 4, 5, 4, 2),
        notes(0, 2, 4, 5, 7, 2),
        notes(0, 2, 1, 1, 1, 1),
    )
    forms = forms_of([a, b, a, varied, b, close, related, notes(0)])
    assert forms == (
        Form(like=0),
        Form(like=1),
        Form(like=0, kind="exact"),
        Form(like=0, kind="varied"),
        Form(like=1, kind="exact"),
        Form(like=0, kind="close"),
        Form(like=0, kind="related"),
        Form(like=7),
    )


def test_the_plan_of_a_tune_asks_for_that_tune():
    events = notes(7, 0, 2, 4, REST, 0, 2, 4, 0)
    tune = Tune(
        mode="major",
        time_signature="4/4",
        events=events,
        phrases=(4, 4),
        pickup=24,
        style="scottish",
    )
    plan = plan_of(tune)
    assert (plan.mode, plan.time_signature, plan.style, plan.pickup) == ("major", "4/4", "scottish", 24)
    assert plan.phrases == (4, 4) and plan.final == 0
    assert (plan.density, plan.span) == (0, 0)
    assert [len(phrase) for phrase in split_phrases(tune.notes, tune.phrases)] == [4, 4]
