"""The caption is one deterministic English sentence."""

from itertools import product

from multiart.captioning import scene_caption, subject_phrase
from multiart.vocabulary import PLACES, SEASONS, SUBJECTS, TIMES, WEATHERS


def caption(place="lake", season="autumn", time_of_day="dusk", weather="mist", subjects=()):
    return scene_caption(
        place=place, season=season, time_of_day=time_of_day, weather=weather, subjects=subjects
    )


def test_it_reads_as_a_sentence():
    subjects = ("mountains", "boat", "pine trees")
    assert caption(subjects=subjects) == (
        "a lake at dusk in autumn, mist, with mountains, a boat and pine trees"
    )
    assert caption(place="sea", time_of_day="day", weather="clear") == "the sea by day in autumn"
    assert caption(place="room", weather="clear", subjects=["candle", "geese"]) == (
        "a room at dusk in autumn, with a candle and geese"
    )
    assert caption(weather="clear", subjects=["sun"]) == "a lake at dusk in autumn, with the sun"
    assert caption(subjects=["stars", "tree"]).endswith("with stars and a golden tree")


def test_a_tree_is_named_by_its_season():
    assert {subject_phrase("tree", season) for season in SEASONS} == {
        "a tree in young leaf", "a green tree", "a golden tree", "a bare tree",
    }  # fmt: skip


def test_different_scenes_are_never_worded_alike():
    scenes = list(product(PLACES, SEASONS, TIMES, WEATHERS, [(), *((s,) for s in SUBJECTS)]))
    assert len({caption(*scene) for scene in scenes}) == len(scenes)
