"""Moods of scenes."""

from multiart.text.mood import read_mood
from multiart.text.reading import Reader
from multiart.text.scene_mood import FEELS, mood_of
from multiart.vocabulary import ATTRIBUTES, SUBJECTS


def test_only_what_a_scene_can_hold_feels():
    assert not set(FEELS) - {*SUBJECTS, *(value for values in ATTRIBUTES.values() for value in values)}


def test_what_is_seen_adds_up():
    bright, dark = mood_of(["spring", "day", "clear", "child"]), mood_of(["winter", "night", "rain", "ruins"])
    assert bright.valence > 0.7 and dark.valence < -0.7
    assert mood_of(["summer", "day", "waves", "rider"]).arousal > 0.7 > dark.arousal
    assert (mood_of([]).valence, mood_of([]).arousal) == (0, 0)


def test_scene_and_words_both_decide(passages):
    sad, plain = passages("Alone and weary, I weep in silence."), passages("A house stands on the hill.")
    for words in (sad, plain):
        bright, neither, dark = (
            read_mood(words, {}, "en", seen)[0].valence
            for seen in (["spring", "child"], [], ["winter", "night", "ruins"])
        )
        assert bright > neither > dark
    assert read_mood(sad, {}, "en", ["spring", "child"])[0].valence < 0


def test_only_what_the_text_or_the_user_says_is_felt(passages):
    reader, words = Reader(language_model=None), passages("A house stands on the hill.")
    by_default = reader.read(words, language="en")
    assert (by_default.season, by_default.weather) == ("summer", "clear")
    assert by_default.mood == read_mood(words, {}, "en")[0]
    winter = reader.read(words, language="en", answers={"season": "winter"})
    assert winter.mood.valence < by_default.mood.valence
    assert "winter" in winter.evidence["mood.valence"]
    own = reader.read(words, language="en", answers={"season": "winter", "mood": {"valence": 0.5}})
    assert own.mood.valence == 0.5
