from collections import Counter

import pytest

from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.fitting import clash_free, fits
from multiart.vocabulary import ATTRIBUTES, MOUNTAINS, SUBJECTS, WATERS


def test_the_seed_alone_decides():
    assert sample_spec(7) == sample_spec(7)
    assert len({sample_spec(i) for i in range(50)}) == 50


def test_every_word_is_frequent_enough_to_be_learnt():
    specs = [sample_spec(i) for i in range(2000)]
    subjects = Counter(s for spec in specs for s in spec.subjects)
    assert all(subjects[s] >= 0.02 * len(specs) for s in SUBJECTS), subjects
    for key, values in ATTRIBUTES.items():
        counts = Counter(getattr(spec, key) for spec in specs)
        assert all(counts[v] >= 0.05 * len(specs) for v in values), counts


def test_scenes_are_sensible():
    for spec in map(sample_spec, range(2000)):
        subjects = set(spec.subjects)
        assert len(subjects) == len(spec.subjects)
        assert spec.weather != "snow" or spec.season == "winter"
        assert not ("sun" in subjects and spec.time_of_day in ("night", "dusk"))
        assert len(subjects & set(MOUNTAINS)) <= 1
        if spec.weather in ("rain", "snow"):
            assert not subjects & {"sun", "full moon", "crescent moon", "stars"}
        if spec.place not in WATERS:
            assert not subjects & {"boat", "sailing ship", "fish", "fisherman", "bridge", "islands", "waves"}
            assert not subjects & {"waterfall", "cliffs", "reeds", "lotus"}
        if spec.place == "desert":
            assert not subjects & {"pine trees", "willow", "bamboo", "gate", "garden", "flowers"}


def test_the_world_outside_is_not_asked_for_in_a_room():
    indoors = {"candle", "wine cup", "vase of flowers", "bowl of fruit"}
    lights = {"sun", "full moon", "half moon", "crescent moon", "stars"}
    for spec in map(sample_spec, range(2000)):
        subjects = set(spec.subjects)
        if spec.place == "room":
            assert subjects <= indoors | lights | set(MOUNTAINS)
        else:
            assert not subjects & indoors


def test_what_is_asked_for_fits_and_does_not_clash():
    for spec in map(sample_spec, range(500)):
        traits = {key: getattr(spec, key) for key in ATTRIBUTES}
        assert all(fits(subject, **traits) for subject in spec.subjects)
        assert clash_free(list(spec.subjects)) == list(spec.subjects)


def test_unknown_words_are_refused():
    with pytest.raises(ValueError, match=r"season 'sprung'.*spring"):
        SceneSpec(place="lake", season="sprung", time_of_day="day", weather="clear", subjects=(), seed=0)
    with pytest.raises(ValueError, match="subject"):
        SceneSpec(
            place="lake", season="spring", time_of_day="day", weather="clear", subjects=("dragon",), seed=0
        )
