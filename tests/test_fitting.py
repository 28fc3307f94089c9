"""What can be seen together."""

import pytest

from multiart.fitting import clash_free, clashes, fits

SUMMER_DAY = {"season": "summer", "time_of_day": "day", "weather": "clear"}


@pytest.mark.parametrize(
    ("subject", "changes", "expected"),
    [
        ("boat", {"place": "lake"}, True),
        ("boat", {"place": "desert"}, False),
        ("sun", {"place": "sea"}, True),
        ("sun", {"place": "sea", "time_of_day": "night"}, False),
        ("sun", {"place": "sea", "weather": "rain"}, False),
        ("stars", {"place": "sea", "time_of_day": "night"}, True),
        ("stars", {"place": "sea", "time_of_day": "night", "weather": "cloudy"}, False),
        ("flowers", {"place": "meadow"}, True),
        ("flowers", {"place": "meadow", "season": "winter"}, False),
        ("cottage", {"place": "desert"}, True),
        ("candle", {"place": "room"}, True),
        ("candle", {"place": "meadow"}, False),
        ("boat", {"place": "room"}, False),
        ("full moon", {"place": "room", "time_of_day": "night"}, True),
        ("maple", {"place": "meadow"}, False),
        ("maple", {"place": "meadow", "season": "autumn"}, True),
        ("lotus", {"place": "lake"}, True),
        ("lantern", {"place": "meadow"}, False),
    ],
)
def test_what_fits_a_scene(subject, changes, expected):
    assert fits(subject, **{**SUMMER_DAY, **changes}) is expected


def test_one_moon_and_one_ridge():
    assert clashes("full moon", "crescent moon")
    assert not clashes("full moon", "stars")
    assert clash_free(["hills", "boat", "snowy mountains", "sailing ship"]) == ["hills", "boat"]
