"""Works judged by whether their parts belong together."""

import pytest
import torch

from multiart.metrics.works_suite import Heard, WorksSuite, compare, likeness, table, tune_mood
from multiart.records import Mood, Note

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11, 12), "minor": (0, 2, 3, 5, 7, 8, 10, 12)}


def tune(mode: str, *, tonic: int = 60, duration: float = 1.0) -> list[Note]:
    up = [*SCALES[mode], *reversed(SCALES[mode]), 0, 7, 0]
    return [
        Note(pitch=tonic + step, start=place * duration, duration=duration) for place, step in enumerate(up)
    ]


@pytest.mark.parametrize("tonic", [55, 60, 66])
def test_major_is_brighter_than_minor_in_any_key(tonic):
    assert tune_mood(tune("major", tonic=tonic), 90)[0] > 0.1
    assert tune_mood(tune("minor", tonic=tonic), 90)[0] < -0.1


def test_livelier_is_more_notes_a_second():
    slow, fast = tune_mood(tune("major"), 60), tune_mood(tune("major"), 120)
    assert fast[1] - slow[1] == pytest.approx(0.6931, abs=1e-4)
    assert tune_mood(tune("major", duration=0.5), 60) == pytest.approx(fast)


def test_one_pitch_alone_has_a_mood():
    assert tune_mood([Note(pitch=60, start=0.0, duration=1.0)], 60)[1] == 0


def test_the_scale_of_a_list_does_not_matter_to_likeness():
    points = [(0.0, 1.0), (1.0, 0.0), (2.0, 5.0)]
    moved = [(10 * a - 3, b / 7 + 100) for a, b in points]
    scores = likeness(points, moved)
    torch.testing.assert_close(scores.diagonal(), torch.zeros(3, dtype=torch.float64))
    assert (scores.argmax(1) == torch.arange(3)).all()


def test_moods_that_are_all_the_same_say_nothing():
    found = compare(likeness([(0.0, 0.0)] * 3, [(0.2, 0.1)] * 3))
    assert found["beaten"][0] == 0.5


def test_what_is_as_good_is_beaten_by_half():
    found = compare(torch.tensor([[2.0, 1.0, 2.0], [0.0, 3.0, 1.0], [5.0, 5.0, 4.0]]))
    assert found["beaten"][0] == pytest.approx((0.75 + 1 + 0) / 3)
    assert (found["own"], found["others"]) == pytest.approx((3.0, 14 / 6))


def test_pairs_are_measured_over_the_works_that_have_both():
    moods = [Mood(valence=v, arousal=a) for v, a in ((-0.8, -0.5), (0.1, 0.0), (0.9, 0.7))]
    suite = WorksSuite()
    tunes = [(mood.valence, mood.arousal) for mood in (moods[0], moods[2], moods[1])]
    works = [Heard(name="silent", caption="", text=moods[0])]
    for name, mood, sung in zip("abc", moods, tunes, strict=True):
        works.append(Heard(name=name, caption="", text=mood, tune=sung))
    result = suite.measure(works)
    assert list(result) == ["text and tune"]
    (row,) = result.values()
    assert row["works"] == 3 and row["each"] == {"a": 1, "b": 0, "c": 0.5}
    told = table(result)
    assert "| text and tune | moods" in told and told.endswith("- text and tune: b (0.00), c (0.50)\n")
    assert suite.measure(works[:1]) == {}
