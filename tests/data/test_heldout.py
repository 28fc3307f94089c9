import pytest

pytest.importorskip("skia", reason="needs skia-python: pip install multiart[train]")

from multiart.data.captions import HELD_OUT_SYNONYMS
from multiart.data.detection import LabelledScenes
from multiart.data.heldout import FIRST_SEED, held_out_scenes
from multiart.metrics.concepts import CONCEPTS


def test_captions_are_held_out_and_whole():
    scenes = held_out_scenes(9)
    assert [s.new_words for s in scenes] == [False, False, True] * 3
    assert all(s.spec.seed >= FIRST_SEED for s in scenes)
    for scene in scenes:
        if scene.new_words:
            for word in (scene.spec.place, scene.spec.season, scene.spec.time_of_day):
                assert HELD_OUT_SYNONYMS[word] in scene.caption
    assert held_out_scenes(3) == scenes[:3]


def test_labelled_scenes_are_the_same_each_time():
    scenes, again = LabelledScenes(5, 2, size=32), LabelledScenes(5, 2, size=32)
    picture, row = scenes[1]
    assert picture.shape == (3, 32, 32)
    assert row.shape == (len(CONCEPTS),)
    assert picture.equal(again[1][0])
    assert scenes[1][0] is picture
