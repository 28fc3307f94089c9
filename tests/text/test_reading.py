"""Poems are read as people read them."""

import re
from pathlib import Path

import pytest
import yaml

from multiart.fitting import fits
from multiart.records import Scene
from multiart.text.passage import Passage
from multiart.text.reading import Reader
from multiart.vocabulary import ATTRIBUTES, WATERS

HERE = Path(__file__).parent
READER = Reader(language_model=None)


def poems(language):
    return yaml.safe_load((HERE / f"poems_{language}.yaml").read_text("utf-8"))


def right_answers(scene: Scene, expected: dict) -> list[bool]:
    answers = [getattr(scene, name) == expected[name] for name in ATTRIBUTES if name in expected]
    answers += [subject in scene.subjects for subject in expected.get("subjects", ())]
    answers += [subject not in scene.subjects for subject in expected.get("never", ())]
    if "valence" in expected:
        answers.append((scene.mood.valence < 0) == (expected["valence"] == "sad"))
    return answers


@pytest.mark.parametrize(("language", "at_least"), [("zh", 45), ("en", 30)])
def test_at_least_nine_in_ten_answers_are_right(language, at_least, passages):
    table = poems(language)
    assert len(table) >= at_least
    right = []
    for poem in table:
        text = poem["text"] if language == "en" else re.sub("(?<=。)(?!$)", "\n", poem["text"])
        right += right_answers(READER.read(passages(text), language=language), poem)
    assert sum(right) / len(right) >= 0.95


def test_every_scene_makes_sense(passages):
    for language in ("en", "zh"):
        for poem in poems(language):
            scene = READER.read(passages(poem["text"]), language=language)
            attributes = {name: getattr(scene, name) for name in ATTRIBUTES}
            assert all(fits(subject, **attributes) for subject in scene.subjects)
            assert scene.weather != "snow" or scene.season == "winter"
            assert len(scene.subjects) <= 5


def test_every_line_is_read_and_named(passages):
    scene = READER.read(passages("\n\nNothing here.\n" * 30 + "A boat upon the lake"), language="en")
    assert scene.place == "lake"
    assert scene.evidence["boat"].startswith("'boat' (line ")
    assert scene.evidence["season"] == "default"
    many = READER.read(passages("sea\n" * 50), language="en")
    assert many.evidence["place"].endswith("'sea' (line 8), and 42 more")


NEW_SIGHTS = [
    ("The wild geese are crossing over", "geese", None),
    ("A heron stands beside the pool", "crane", "lake"),
    ("Water lilies in July upon the lake", "lotus", "lake"),
    ("The surf is loud below the cliffs", "cliffs", "sea"),
    ("A ruined abbey, roofless in the moonlight", "ruins", None),
    ("One candle on the table in my room", "candle", "room"),
    ("两个儿童放纸鸢", "child", None),
    ("霜叶红于二月花", "maple", None),
    ("数声雁过楼", "geese", None),
    ("红烛纱窗下", "candle", "room"),
    ("渔翁垂钓江水上", "fisherman", "river"),
    ("古寺钟声晚", "temple", None),
]
FIGURATIVE = [
    ("Out, out, brief candle! Life is but a shadow", "candle"),
    ("My love has butterflies in her stomach", "butterfly"),
    ("A wave of sorrow took me unawares", "waves"),
    ("She grew to be the ruin of my life", "ruins"),
    ("司马青衫湿", "horse"),
    ("江州司马鱼书断", "fish"),
]


@pytest.mark.parametrize(("line", "subject", "place"), NEW_SIGHTS)
def test_what_a_line_shows_is_seen(line, subject, place, passages):
    scene = READER.read(passages(line), language="en" if line.isascii() else "zh")
    assert subject in scene.subjects
    assert place in (None, scene.place)


@pytest.mark.parametrize(("line", "subject"), FIGURATIVE)
def test_what_is_only_said_is_not_seen(line, subject, passages):
    assert subject not in READER.read(passages(line), language="en" if line.isascii() else "zh").subjects


NAMED_HOURS = [
    ("太阳落山了，牧童骑马归", "sunset", "sun"),
    ("海上太阳升起", "dawn", "sun"),
    ("北极光下的湖", "night", "aurora"),
    ("夕阳下的草原，蝴蝶飞舞", "sunset", "butterfly"),
    ("窗前桌上一盘水果", "day", "bowl of fruit"),
    ("a meadow at sunset with the sun, geese and a butterfly", "sunset", "sun"),
    ("a room at dawn, a candle on the table and a crescent moon in the window", "dawn", "candle"),
    ("the ocean at dusk, and the full moon", "dusk", "full moon"),
    ("the full moon over the ocean", "night", "full moon"),
    ("the sun above a meadow", "day", "sun"),
]


@pytest.mark.parametrize(("prompt", "hour", "subject"), NAMED_HOURS)
def test_what_is_seen_at_an_hour_that_is_named_hints_at_no_other(prompt, hour, subject, passages):
    scene = READER.read(passages(prompt), language="en" if prompt.isascii() else "zh")
    assert scene.time_of_day == hour and subject in scene.subjects


def test_the_sun_that_goes_down_behind_them_makes_no_mountains(passages):
    assert READER.read(passages("太阳落山了"), language="zh").subjects == ("sun",)


def test_snow_capped_mountains_are_snowy(passages):
    scene = READER.read(passages("snow-capped mountains at sunset in summer"), language="en")
    assert scene.subjects == ("snowy mountains",)
    assert (scene.season, scene.weather, scene.time_of_day) == ("summer", "clear", "sunset")


def test_bright_moon_before_the_bed(passages):
    scene = READER.read(passages("床前明月光，疑是地上霜。"), language="zh")
    assert (scene.time_of_day, scene.subjects) == ("night", ("full moon",))
    assert scene.evidence["light"] == "frost-white: '疑是地上霜' (line 1)"
    assert READER.read(passages("牀前明月光，疑是地上霜。"), language="zh").subjects == ("full moon",)


def test_a_boat_draws_the_scene_to_water_and_the_user_moves_it(passages):
    assert READER.read(passages("A little boat"), language="en").place in WATERS
    moved = READER.read(passages("A little boat"), language="en", answers={"place": "desert"})
    assert moved.place == "desert" and moved.subjects == ()


def test_the_users_answers_win(passages):
    answers = {
        "time_of_day": "dusk",
        "season": None,
        "subjects": ["boat", "willow"],
        "mood": {"valence": -0.5, "arousal": None},
    }
    scene = READER.read(passages("Bright summer noon upon the sea"), language="en", answers=answers)
    assert (scene.time_of_day, scene.season) == ("dusk", "summer")
    assert scene.subjects == ("boat", "willow")
    assert scene.mood.valence == -0.5
    for name in ("time_of_day", "boat", "mood.valence"):
        assert scene.evidence[name] == "set by the user"
    assert scene.evidence["season"] == "'summer' (line 1)"


def test_snow_set_by_the_user_makes_winter(passages):
    text = passages("A summer day")
    assert READER.read(text, language="en", answers={"weather": "snow"}).season == "winter"
    both = READER.read(text, language="en", answers={"weather": "snow", "season": "summer"})
    assert (both.season, both.weather) == ("summer", "snow")


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"time": "dusk"}, "unknown scene key 'time'. Did you mean 'time_of_day'"),
        ({"season": "wintr"}, "unknown scene.season 'wintr'. Did you mean 'winter'"),
        ({"subjects": ["bot"]}, "unknown scene.subjects entry 'bot'. Did you mean 'boat'"),
        ({"subjects": ["boat", "boat"]}, "must not repeat"),
        ({"mood": {"valance": 1}}, "unknown scene.mood key 'valance'. Did you mean 'valence'"),
        ({"mood": {"valence": 2}}, "mood.valence must be from -1 to 1, got 2"),
        ({"mood": "sad"}, "scene.mood must be like"),
        ({"mood": {"valence": "low"}}, "scene.mood.valence must be a number"),
    ],
)
def test_wrong_answers_are_named(answers, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        READER.read([Passage(label="line 1", text="a")], language="en", answers=answers)


def test_moods_point_the_right_way(passages):
    happy = READER.read(passages("Joy and laughter, what a lovely dance!"), language="en").mood
    sad = READER.read(passages("Alone and weary, I weep in silence."), language="en").mood
    assert happy.valence > 0.3 > -0.3 > sad.valence
    assert happy.arousal > sad.arousal


def test_a_very_long_line_is_read_in_time(passages):
    assert READER.read(passages("the sea and the moon " * 5_000), language="en").place == "sea"
