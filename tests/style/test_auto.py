"""The automatic choice follows the scene, gives its reason, and gives way to the user."""

import pytest

from multiart.style.auto import RULES, AutoStyle, choose
from multiart.style.painters import PAINTERS
from multiart.vocabulary import ATTRIBUTES


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


def test_the_choice_and_its_reason_are_recorded(picture, draft, generator, net):
    settings = AutoStyle().apply(picture, draft(time_of_day="night"), generator=generator()).settings
    assert settings["painters"] == {"starry_night": 1.0}
    assert "night" in settings["reason"]
    assert settings["strength"] == choose(draft(time_of_day="night")).strength


def test_the_users_values_win(picture, draft, generator, net):
    stage = AutoStyle(strength=0, keep_colors=True)
    result = stage.apply(picture, draft(), generator=generator())
    assert result.output is picture
    assert (result.settings["strength"], result.settings["keep_colors"]) == (0.0, 1.0)


@pytest.mark.parametrize("key", ["strength", "keep_colors"])
def test_a_share_outside_its_range_is_named(key):
    with pytest.raises(ValueError, match=f"style.{key} must be from 0 to 1, got 2"):
        AutoStyle(**{key: 2})
