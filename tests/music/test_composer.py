"""The composer keeps to its plan, whatever its weights are."""

from dataclasses import replace
from itertools import accumulate

import pytest
import torch

from multiart.music.composer import Composer
from multiart.music.describe import heard_mode, leap_of, span_of, split_phrases
from multiart.music.screening import KnownRuns
from multiart.music.tune import REST, SCALES, Event, Form, Plan, Tune, bar_ticks
from tests.music.tiny import tiny_composer

PLAN = Plan(
    mode="major",
    time_signature="6/8",
    phrases=(5, 7, 5, 6),
    forms=(Form(like=0), Form(like=1), Form(like=0, kind="exact"), Form(like=1, kind="varied")),
    pickup=12,
    final=7,
)


def compose(plan=PLAN, *, composer=None, n=3, seed=0, **options):
    composer = composer or tiny_composer()
    return composer.compose(plan, n=n, generator=torch.Generator().manual_seed(seed), **options)


def test_tunes_have_the_notes_the_final_and_the_bars_of_the_plan():
    tunes = compose(n=8)
    assert len(tunes) == 8
    for tune in tunes:
        assert tune.phrases == PLAN.phrases and len(tune.notes) == sum(PLAN.phrases)
        assert tune.notes[-1].pitch % 12 == 7
        after_pickup = sum(event.duration for event in tune.events) - PLAN.pickup
        assert after_pickup % bar_ticks("6/8") in (0, bar_ticks("6/8") - PLAN.pickup)


def test_the_same_generator_gives_the_same_tunes_and_another_does_not():
    assert compose(seed=1) == compose(seed=1) != compose(seed=2)


@pytest.mark.parametrize("mode", ["gong", "shang", "jue", "zhi", "yu"])
def test_pentatonic_modes_hold_nothing_else(mode):
    plan = Plan(mode=mode, time_signature="2/4", phrases=(5, 5, 5, 5))
    pitches = {note.pitch % 12 for tune in compose(plan) for note in tune.notes}
    assert pitches <= set(SCALES[mode])


def test_rests_come_between_phrases_only():
    for tune in compose(n=8):
        count, previous = 0, None
        starts = {sum(PLAN.phrases[:k]) for k in range(1, len(PLAN.phrases))}
        for event in tune.events:
            if event.pitch is REST:
                assert count in starts and previous.pitch is not REST
            else:
                count += 1
            previous = event


def test_a_tune_keeps_within_its_span():
    for span, widest in ((0, 12), (1, 15), (2, 18)):
        plan = Plan(mode="gong", time_signature="2/4", phrases=(5, 5, 5, 5), span=span)
        assert all(span_of(tune.events) <= widest for tune in compose(plan))


def test_an_exact_repeat_is_one_if_it_can_begin_where_in_the_bar_it_began():
    forms = (Form(like=0), Form(like=1), Form(like=0, kind="exact"), Form(like=3))
    plan = Plan(mode="major", time_signature="4/4", phrases=(5, 6, 5, 4), forms=forms)
    begun_alike = 0
    for tune in compose(plan, n=16):
        first, _, third, _ = split_phrases(tune.notes, tune.phrases)
        onsets = list(accumulate((event.duration for event in tune.events), initial=0))
        places = [onset for onset, event in zip(onsets, tune.events, strict=False) if event.pitch is not REST]
        if (places[11] - places[0]) % 96 == 0:
            begun_alike += 1
            assert first == third
    assert begun_alike > 2  # random durations leave the grid; no one duration may lead back to it


def test_a_primer_is_gone_on_from_and_left_out():
    primer = [Event(pitch=pitch, duration=24) for pitch in (0, 4, 7, 12)]
    tunes = compose(primer=primer)
    assert all(len(tune.notes) == sum(PLAN.phrases) for tune in tunes)
    assert tunes != compose()


def test_a_song_longer_than_the_window_comes_to_its_end():
    plan = Plan(mode="minor", time_signature="4/4", phrases=(10,) * 60)
    assert len(compose(plan, n=1)[0].notes) == 600


def test_quotations_are_replaced():
    composer = tiny_composer()
    first = compose(composer=composer, n=1)[0]
    composer.melodist.known.hashes = KnownRuns.of([first.notes]).hashes
    assert not composer.melodist.known.quoted(compose(composer=composer, n=1)[0].notes)


def test_faults():
    composer = tiny_composer()
    scale = [Event(pitch=pitch, duration=24) for pitch in (0, 2, 4, 5, 7, 9, 11, 12)]
    given = {"time_signature": "4/4", "phrases": (8,)}
    plan = Plan(mode="major", density=0, **given)

    def fault(mode, events, plan=plan):
        return composer.fault(Tune(mode=mode, events=tuple(events), **given), plan)

    assert fault("major", scale) == 0 and fault("gong", scale) == 0
    assert fault("major", scale, replace(plan, density=2)) == 0.5
    halves = replace(plan, phrases=(4, 4), forms=(Form(like=0), Form(like=0, kind="varied")))
    assert fault("major", scale, halves) == 0.5 and fault("major", scale[:4] * 2, halves) == 0
    assert fault("minor", scale) == 2
    assert fault("major", scale[:1] * 8) == 3
    composer.melodist.known.hashes = KnownRuns.of([scale * 3]).hashes
    assert fault("major", scale * 3) == 4


@pytest.mark.parametrize("wrong", [{"n": 0}, {"temperature": 0.0}, {"top_p": 0.0}, {"top_p": 1.5}])
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        compose(**wrong)


def test_an_unknown_style_is_refused():
    with pytest.raises(ValueError, match="scottish"):
        compose(Plan(mode="major", time_signature="4/4", phrases=(4,), style="scotish"))


@pytest.mark.parametrize("mode", ["major", "minor", "dorian", "mixolydian", "zhi"])
def test_the_shipped_model_writes_tunes_a_voice_can_follow(mode):
    forms = (Form(like=0), Form(like=0, kind="varied"), Form(like=2), Form(like=0, kind="exact"))
    plan = Plan(mode=mode, time_signature="4/4", phrases=(8, 7, 8, 8), forms=forms, density=1)
    composer = Composer()
    tunes = compose(plan, composer=composer, n=4)
    assert not any(composer.fault(tune, plan) > 2 for tune in tunes)
    assert mode == "zhi" or sum(heard_mode(tune.events) == mode for tune in tunes) >= 3
    assert all(tune.notes[-1].pitch % 12 == 0 and leap_of(tune.events) < 4 for tune in tunes)
    last = [phrase[-1].duration for tune in tunes for phrase in split_phrases(tune.notes, tune.phrases)]
    every = [note.duration for tune in tunes for note in tune.notes]
    assert sum(last) / len(last) > sum(every) / len(every)
