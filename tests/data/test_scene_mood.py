"""Moods of painted scenes."""

import pytest

from multiart.records import Mood
from multiart.vocabulary import ATTRIBUTES, SUBJECTS


@pytest.mark.train
def test_only_what_a_scene_can_hold_feels():
    from multiart.data.scene_mood import FEELS

    known = {*SUBJECTS, *(value for values in ATTRIBUTES.values() for value in values)}
    assert not set(FEELS) - known


@pytest.mark.train
def test_scene_and_words_both_decide():
    from multiart.data.scene_mood import scene_mood
    from multiart.data.scenes.spec import SceneSpec

    def mood(text: Mood, **scene: object) -> Mood:
        return scene_mood(SceneSpec(seed=0, place="sea", **scene), text)

    bright = mood(Mood(), season="spring", time_of_day="day", weather="clear", subjects=("child",))
    dark = mood(Mood(), season="winter", time_of_day="night", weather="rain", subjects=("ruins",))
    assert bright.valence > 0.7 and dark.valence < -0.7
    wild = mood(Mood(), season="summer", time_of_day="day", weather="clear", subjects=("waves", "rider"))
    assert wild.arousal > 0.7 > dark.arousal
    sad = mood(Mood(valence=-1.0), season="spring", time_of_day="day", weather="clear", subjects=("child",))
    assert sad.valence < bright.valence
