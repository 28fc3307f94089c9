"""The automatic choice follows the scene, gives its reason, and gives way to the user."""

import json

import pytest
import torch

from multiart.errors import MultiartError
from multiart.models.hashing import sha256_of
from multiart.records import Picture
from multiart.style.auto import MEDIUM_RULES, RULES, AutoStyle, choose
from multiart.style.favourites import read_favourites
from multiart.style.painters import PAINTERS
from multiart.vocabulary import ATTRIBUTES


@pytest.fixture
def without_skia(monkeypatch):
    monkeypatch.setattr("multiart.style.auto.can_render", lambda: False)


@pytest.mark.parametrize(
    "scene, painter",
    [
        ({"time_of_day": "night"}, "starry_night"),
        ({"time_of_day": "night", "language": "zh"}, "starry_night"),
        ({"language": "zh"}, "great_wave"),
        ({"language": "zh", "weather": "mist"}, "pale_fresco"),
        ({"weather": "snow", "season": "winter"}, "pale_fresco"),
        ({"weather": "rain"}, "lilac_dawn"),
        ({"valence": -0.8, "arousal": 0.7}, "ink_and_vermilion"),
        ({"time_of_day": "sunset"}, "autumn_impasto"),
        ({"time_of_day": "dusk"}, "lilac_dawn"),
        ({"place": "sea"}, "great_wave"),
        ({"season": "autumn"}, "autumn_impasto"),
        ({}, "ochre_haze"),
    ],
)
def test_choice_by_scene(draft, scene, painter):
    assert choose(draft(**scene)).painter == painter


def test_every_scene_finds_a_painter_that_exists(draft):
    for name, words in ATTRIBUTES.items():
        for word in words:
            assert choose(draft(**{name: word})).painter in PAINTERS
    assert all(0 < rule.strength <= 1 and 0 <= rule.keep_colors <= 1 for rule in RULES)


def test_the_choice_and_its_reason_are_recorded(picture, draft, generator, net, without_skia):
    settings = AutoStyle().apply(picture, draft(time_of_day="night"), generator=generator()).settings
    assert settings["painters"] == {"starry_night": 1.0}
    assert "night" in settings["reason"]
    assert settings["strength"] == choose(draft(time_of_day="night")).strength


@pytest.mark.train
@pytest.mark.parametrize(
    "scene, medium",
    [
        ({}, "oil"),
        ({"time_of_day": "night"}, "oil"),
        ({"weather": "rain"}, "watercolour"),
        ({"season": "spring"}, "watercolour"),
        ({"place": "sea"}, "woodblock"),
        ({"place": "sea", "time_of_day": "night"}, "oil"),
        ({"language": "zh"}, "woodblock"),
        ({"language": "zh", "time_of_day": "night"}, "oil"),
        ({"language": "zh", "weather": "snow", "season": "winter"}, "ink wash"),
    ],
)
def test_a_medium_suits_the_scene_where_it_can_be_painted(draft, generator, scene, medium):
    picture = Picture(pixels=torch.rand(3, 64, 64))
    stage = AutoStyle()
    result = stage.apply(picture, draft(**scene), generator=generator())
    assert result.settings["medium"] == medium
    assert result.settings["reason"] in [rule.reason for rule in MEDIUM_RULES if rule.medium == medium]
    assert stage.weights == {}
    assert not torch.equal(result.output.pixels, picture.pixels)


def test_the_users_values_win(picture, draft, generator, net):
    stage = AutoStyle(strength=0, keep_colors=True)
    result = stage.apply(picture, draft(), generator=generator())
    assert result.output is picture
    assert (result.settings["strength"], result.settings["keep_colors"]) == (0.0, 1.0)


def save(path, *liked):
    rows = [{"prompt": "moon", "liked": work} for work in liked]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def liked(style, place="forest", valence=0.9, arousal=0.9):
    return {"style": style, "place": place, "valence": valence, "arousal": arousal}


def test_what_was_liked_for_such_works_goes_first(tmp_path, picture, draft, generator, net):
    path = save(
        tmp_path / "favourites.jsonl",
        liked("charcoal", place="lake"),
        liked("great wave + charcoal", valence=0.1, arousal=-0.2),
        liked("ember"),
        liked("ember"),
        liked("ember"),
        liked("my own", place="lake"),
    )
    stage = AutoStyle(favourites=path)
    settings = stage.apply(picture, draft(), generator=generator()).settings
    assert settings["painters"] == {"charcoal": 1.0}
    assert settings["reason"] == (
        "you liked charcoal in 2 works like this one, 1 of them with the same place (lake)"
    )
    excited = stage.apply(picture, draft(valence=0.7, arousal=0.8), generator=generator()).settings
    assert (
        excited["painters"] == {"ember": 1.0}
        and "in 3 works like this one, by their mood" in excited["reason"]
    )
    other = draft(place="sea", valence=-0.9, arousal=-0.9)
    assert stage.apply(picture, other, generator=generator()).settings["reason"] == choose(other).reason
    assert stage.weights[f"file:{path}"] == sha256_of(path)


def test_a_draw_leaves_the_usual_painter(tmp_path, draft):
    usual = choose(draft()).painter
    path = save(tmp_path / "a.jsonl", liked("ember", "lake"), liked(usual.replace("_", " "), "lake"))
    assert choose(draft(), read_favourites(path)).painter == usual


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"prompt": "moon"}\nno json\n[1]', "holds no favourites: save them as a file in a gallery"),
        ('{"liked": {"style": "ember"}}', "is not as a gallery writes it: KeyError\\('place'\\)"),
        ('{"liked": {"style": "ember", "place": "lake", "valence": 3, "arousal": 0}}', "mood.valence"),
    ],
)
def test_a_file_without_favourites_is_named(tmp_path, text, message):
    (tmp_path / "a.jsonl").write_text(text)
    with pytest.raises(MultiartError, match=message):
        AutoStyle(favourites=tmp_path / "a.jsonl")


@pytest.mark.parametrize("key", ["strength", "keep_colors"])
def test_a_share_outside_its_range_is_named(key):
    with pytest.raises(ValueError, match=f"style.{key} must be from 0 to 1, got 2"):
        AutoStyle(**{key: 2})
