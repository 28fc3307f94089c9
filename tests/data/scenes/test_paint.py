from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.fitting import fits
from multiart.vocabulary import ATTRIBUTES, OBJECTS

pytest.importorskip("skia")

from multiart.data.scenes.brush import Brush, polygon
from multiart.data.scenes.easel import SINGLE
from multiart.data.scenes.paint import paint, paint_twice


def spec(**changes) -> SceneSpec:
    lake = SceneSpec(place="lake", season="summer", time_of_day="day", weather="clear", subjects=(), seed=3)
    return replace(lake, **changes)


def setting(name: str) -> SceneSpec:
    """A scene in which the object fits, on a clear summer's day if it can."""
    keys = ("season", "time_of_day", "weather", "place")
    summer_day = {"season": "summer", "time_of_day": "day", "weather": "clear"}
    ordered = [sorted(ATTRIBUTES[key], key=lambda v, key=key: v != summer_day.get(key)) for key in keys]
    traits = (dict(zip(keys, values, strict=True)) for values in product(*ordered))
    return spec(**next(t for t in traits if fits(name, **t)))


def halved(picture: np.ndarray) -> np.ndarray:
    side = picture.shape[0] // 2
    return picture.reshape(side, 2, side, 2, 3).mean((1, 3))


def test_same_spec_same_picture():
    one, other = paint(sample_spec(5))[0], paint(sample_spec(5))[0]
    assert one.shape == (128, 128, 3) and one.dtype == np.uint8
    assert np.array_equal(one, other)
    assert not np.array_equal(one, paint(replace(sample_spec(5), seed=6))[0])


@pytest.mark.parametrize("seed", range(8))
def test_every_size_shows_the_same_scene(seed):
    large, small = paint(sample_spec(seed))[0], paint(sample_spec(seed), 64)[0]
    assert np.abs(halved(large) - small).mean() < 5
    assert paint(sample_spec(seed))[1] == paint(sample_spec(seed), 64)[1]


def test_almost_all_that_is_asked_is_seen():
    asked = seen = 0
    for painting in map(sample_spec, range(150)):
        kept = paint(painting)[1].subjects
        assert set(kept) <= set(painting.subjects)
        asked, seen = asked + len(painting.subjects), seen + len(kept)
    assert seen > 0.95 * asked


@pytest.mark.parametrize("name", OBJECTS)
def test_each_object_can_be_seen_and_changes_the_picture(name):
    scene = setting(name)
    picture, kept = paint(replace(scene, subjects=(name,)))
    assert kept.subjects == (name,)
    assert np.abs(picture.astype(int) - paint(scene)[0]).max(-1).__gt__(12).mean() > 0.005


def test_what_cannot_be_there_is_neither_painted_nor_claimed():
    desert = spec(place="desert", subjects=("boat", "stars"))
    picture, kept = paint(desert)
    assert kept.subjects == ()
    assert np.array_equal(picture, paint(replace(desert, subjects=()))[0])


def test_a_hidden_subject_is_not_visible():
    brush = Brush(64)
    square = polygon(((20, 20), (60, 20), (60, 60), (20, 60)))
    with brush.subject("boat"):
        brush.fill(square, (1, 0, 0))
    assert brush.visible("boat")
    with brush.subject("tree"):
        brush.fill(polygon(((20, 20), (60, 20), (60, 50), (20, 50))), (0, 1, 0))
    assert brush.visible("tree") and not brush.visible("boat")
    assert not brush.visible("bridge")


def test_nothing_of_the_world_outside_stands_in_a_room():
    room = spec(place="room", subjects=tuple(OBJECTS))
    kept = paint(room)[1].subjects
    assert set(kept) == {"candle", "wine cup", "vase of flowers", "bowl of fruit"}


@pytest.mark.parametrize("place", ["lake", "room"])
@pytest.mark.parametrize("key", ATTRIBUTES)
def test_every_attribute_changes_the_picture(key, place):
    scene = spec(place=place)
    pictures = [paint(replace(scene, **{key: value}), 64)[0].astype(int) for value in ATTRIBUTES[key]]
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert np.abs(one - other).mean() > 2


@pytest.mark.parametrize("name", SINGLE)
def test_what_there_is_one_of_can_be_painted_twice(name):
    scene = replace(setting(name), subjects=(name,))
    once, (twice, both) = paint(scene)[0], paint_twice(scene, name)
    changed = np.abs(once.astype(int) - twice).sum(2).max(0) > 0  # columns
    assert both and 3 < changed.sum() < 110


def test_what_a_scene_does_not_have_is_not_painted_twice():
    picture, both = paint_twice(spec(subjects=("boat",)), "sun")
    assert not both and np.array_equal(picture, paint(spec(subjects=("boat",)))[0])
