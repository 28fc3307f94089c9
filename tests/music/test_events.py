"""The model's features hold what came before, and nothing of what is to come."""

import pytest

from multiart.music.events import (
    CONTROL_SIZES,
    DURATIONS,
    FEATURE_SIZES,
    FIRST_PAIR,
    NO_DURATION,
    NO_PITCH,
    REST_ID,
    UNKNOWN_FORM,
    History,
    Likeness,
    controls_of,
    encode,
    event_ids,
    event_of,
)
from multiart.music.tune import REST, Event, Form, Plan

PLAN = Plan(
    mode="gong",
    time_signature="2/4",
    phrases=(3, 3, 2),
    forms=(Form(like=0), Form(like=0, kind="varied"), Form(like=2)),
    pickup=24,
    final=7,
)
PITCHES = (7, 0, 2, REST, 7, 0, 4, 2, 0)
EVENTS = [Event(pitch=pitch, duration=24) for pitch in PITCHES]


def named(row: list[int]) -> dict[str, object]:
    pairs = [tuple(row[i : i + 2]) for i in range(FIRST_PAIR, len(row), 2)]
    guesses = ("last", "bar1", "bar2", "bar4", "bar8", "copied", "aligned", "backward")
    counts = (
        "position",
        "bar",
        "left",
        "index",
        "phrases_left",
        "kind",
        "match",
        "changes",
        "landing",
        "pace",
    )
    return dict(zip(counts, row[:FIRST_PAIR], strict=True)) | dict(zip(guesses, pairs, strict=True))


def features(events=EVENTS, plan=PLAN) -> list[dict[str, object]]:
    return [named(row) for row in encode(events, plan)[2]]


def test_ids_and_events_are_the_same_thing():
    for event in [*EVENTS, *(Event(pitch=-14, duration=ticks) for ticks in DURATIONS)]:
        assert event_of(*event_ids(event)) == event
    assert DURATIONS[event_ids(Event(pitch=0, duration=25))[1]] == 24


def test_every_feature_and_control_is_in_its_range():
    rows = encode(EVENTS, PLAN)[2]
    assert all(0 <= value < size for row in rows for value, size in zip(row, FEATURE_SIZES, strict=True))
    assert all(0 <= value < size for value, size in zip(controls_of(PLAN), CONTROL_SIZES, strict=True))


def test_places_in_bar_and_phrase():
    rows = features()
    assert [row["position"] for row in rows] == [24, 0, 24, 0, 24, 0, 24, 0, 24]
    assert [row["bar"] for row in rows] == [0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert [row["left"] for row in rows] == [3, 2, 1, 3, 3, 2, 1, 2, 1]
    assert [row["index"] for row in rows] == [0, 1, 2, 0, 0, 1, 2, 0, 1]
    assert [row["phrases_left"] for row in rows] == [2, 2, 2, 1, 1, 1, 1, 0, 0]
    assert [row["kind"] for row in rows] == [1, 1, 1, 3, 3, 3, 3, 1, 1]
    assert [row["landing"] for row in rows] == [
        0,
        25,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
    ]  # to where the first began


def test_guesses():
    nothing = (NO_PITCH, NO_DURATION)
    ids = [event_ids(event) for event in EVENTS]
    rows = features()
    assert rows[0]["last"] == nothing and rows[4]["last"] == (REST_ID, DURATIONS.index(24))
    assert rows[2]["bar1"] == ids[0] and rows[4]["bar2"] == ids[0] and rows[1]["bar1"] == nothing
    assert rows[6]["match"] == 2 and rows[6]["copied"] == ids[2]  # after 7 0 came 2
    assert rows[5]["match"] == 0 and rows[5]["copied"] == nothing
    assert [rows[i]["aligned"] for i in (4, 5, 6)] == ids[:3]
    assert [rows[i]["backward"] for i in (4, 5, 6)] == ids[:3]
    assert rows[7]["aligned"] == nothing


def test_changes_of_a_phrase_that_is_like_another_are_counted():
    rows = features()  # 7 0 2 comes again as 7 0 4; of three notes one may differ
    assert [row["changes"] for row in rows] == [0, 0, 0, 2, 2, 2, 2, 0, 0]
    other = [*EVENTS[:5], Event(pitch=5, duration=24), *EVENTS[6:]]
    assert [row["changes"] for row in features(other)][4:7] == [2, 2, 1]


def test_a_likeness_follows_notes_put_in_and_left_out():
    model = [(n, 0) for n in range(6)]
    one_more = Likeness(model, 7, 1)
    assert (one_more.changes_left, one_more.place) == (0, 0)  # a longer phrase has one to put in
    for note in (0, 9, 1):
        one_more.push((note, 0))
    assert (one_more.changes_left, one_more.place) == (0, 2)
    one_less = Likeness(model, 5, 2)
    for note in (0, 2, 3):
        one_less.push((note, 0))
    assert (one_less.changes_left, one_less.place) == (1, 4)
    for _ in range(2):
        one_less.push((9, 0))
    assert one_less.changes_left == -1


def test_the_pace_is_that_of_the_tune_so_far():
    rows = features()
    assert rows[0]["pace"] == 0 and [row["pace"] for row in rows[1:4]] == [7] * 3  # a note a beat
    fast = [Event(pitch=0, duration=6), *EVENTS[1:]]
    assert features(fast)[1]["pace"] == 18 and features(fast)[2]["pace"] < 18


@pytest.mark.parametrize("place", range(len(EVENTS)))
def test_nothing_of_the_future_is_told(place):
    changed = [*EVENTS[:place], *(Event(pitch=11, duration=12) for _ in EVENTS[place:])]
    assert encode(changed, PLAN)[2][: place + 1] == encode(EVENTS, PLAN)[2][: place + 1]


def test_without_forms_the_kind_is_unknown():
    plan = Plan(mode="major", time_signature="2/4", phrases=(3, 3, 2), pickup=24)
    for row, other in zip(encode(EVENTS, plan)[2], encode(EVENTS, PLAN)[2], strict=True):
        for column, value in UNKNOWN_FORM.items():
            other[column] = value
        assert row == other


def test_a_primer_is_a_phrase_before_the_plan():
    history = History(PLAN, [event_ids(event) for event in EVENTS[:4]])
    row = named(history.features())
    assert row["position"] == 24 and row["index"] == 0 and row["left"] == 3
    assert row["last"] == event_ids(EVENTS[3]) and row["bar2"] == event_ids(EVENTS[0])
    for event in EVENTS[:3]:
        history.push(*event_ids(event))
    assert [note[0] for note in history.like()] == [event_ids(event)[0] for event in EVENTS[:3]]
