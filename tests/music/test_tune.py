"""A plan refuses what no tune can be."""

import pytest

from multiart.music.tune import Event, Form, Plan, bar_ticks

GOOD = {"mode": "major", "time_signature": "6/8", "phrases": (4, 4)}


def test_bars():
    assert [bar_ticks(name) for name in ("2/4", "3/4", "4/4", "6/8", "9/8")] == [48, 72, 96, 72, 108]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mode": "majr"}, "Did you mean 'major'"),
        ({"time_signature": "5/4"}, "time_signature"),
        ({"phrases": ()}, "phrases"),
        ({"phrases": (4, 0)}, "phrases"),
        ({"density": 5}, "density must be from 0 to 4, got 5"),
        ({"pickup": 72}, "pickup must be from 0 to 71"),
        ({"final": 12}, "final"),
        ({"forms": (Form(like=0),)}, "one a phrase"),
        ({"forms": (Form(like=1), Form(like=1))}, "earlier"),
    ],
)
def test_what_cannot_be_is_refused(wrong, message):
    Plan(**GOOD)
    with pytest.raises(ValueError, match=message):
        Plan(**{**GOOD, **wrong})


@pytest.mark.parametrize("wrong", [{"pitch": 29, "duration": 1}, {"pitch": 0, "duration": 0}])
def test_impossible_events_are_refused(wrong):
    with pytest.raises(ValueError):
        Event(**wrong)
