"""A text is cut into what is sung on each note, and nothing of it is lost."""

import pytest

from multiart.music.hyphenation import split_word
from multiart.music.syllables import join_lyrics, syllables_of
from tests.music.poems import FROST, LI_BAI, all_poems

ODD = [
    "Th' eternal rock, St. Paul's & 1999's 7 dogs - the USA;\t(no) in 1,000 days on the 21st.\r\n\n***\nEnd-",
    "  up-hill --\n\n\n-- down\n",
    "《静夜思》\n曰：“举头”望明月，love 你 2026年的ひかりキャ 하늘 мороз и солнце🌙",
    "a" * 3000 + " " + "9" * 300 + " e\u0301te\u0301",
    "'Twas “‘the’” ... night-",
]


def cut(text, language="en"):
    return [syllable.lyric.strip() for syllable in syllables_of(text, language)]


@pytest.mark.parametrize(
    ("text", "language"), [*all_poems(), *((text, "en") for text in ODD), (ODD[2], "zh")]
)
def test_lyrics_joined_are_the_text(text, language):
    assert join_lyrics(syllable.lyric for syllable in syllables_of(text, language)) == text


def test_words_are_parted_and_punctuation_stays():
    assert cut("Twinkle, little star over mountains!") == [
        *("Twin-", "kle,", "lit-", "tle", "star", "o-", "ver", "moun-", "tains!")
    ]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("lonely", "lone-ly"),
        ("dancing", "danc-ing"),
        ("everything", "eve-ry-thing"),
        ("poem", "po-em"),
        ("conspiring", "con-spir-ing"),
        ("instruct", "in-struct"),
        ("whisper", "whis-per"),
        ("father", "fa-ther"),
        ("rhythm", "rhy-thm"),
        ("Fluttering", "Flut-ter-ing"),
    ],
)
def test_where_words_are_parted(word, parts):
    assert split_word(word, parts.count("-") + 1) == parts.split("-")


def test_a_word_of_fewer_letters_than_syllables_is_drawn_on():
    assert split_word("W", 3) == ["W", "", ""]


def test_verse_of_eight_syllables_has_eight():
    lines = [syllable.line for syllable in syllables_of(FROST)]
    assert [lines.count(line) for line in range(4)] == [8, 8, 8, 8]


def test_stress_falls_where_the_iambs_have_it():
    first = [syllable.stress for syllable in syllables_of("To watch his woods fill up with snow.")]
    assert first == [0, 2, 0, 2, 2, 0, 0, 2]


def test_a_chinese_character_is_a_syllable_with_its_tone():
    syllables = syllables_of(LI_BAI, "zh")
    assert [syllable.text for syllable in syllables[:6]] == ["床", "前", "明", "月", "光，", "疑"]
    assert [syllable.tone for syllable in syllables[:5]] == [2, 2, 2, 4, 1]
    assert len(syllables) == 20


def test_readings_follow_the_words_around():
    tones = {syllable.text: syllable.tone for syllable in syllables_of("银行行人", "zh")[1:3]}
    assert tones == {"行": 2}
    assert [s.tone for s in syllables_of("长大", "zh")] == [3, 4]
    assert [s.tone for s in syllables_of("长河", "zh")] == [2, 2]


def test_particles_are_not_stressed():
    assert [s.stress for s in syllables_of("我的月", "zh")] == [1, 0, 1]


def test_numbers_are_written_on_their_first_note():
    assert cut("In 1999, 7!") == ["In", "1999,", "", "", "", "", "7!", ""]
    assert cut("2026年", "zh") == ["2", "0", "2", "6", "年"]


def test_abbreviations_and_acronyms_are_read():
    assert cut("Dr. Lee") == ["Dr.", "", "Lee"]
    assert cut("the XYZ of it") == ["the", "X", "Y", "Z", "of", "it"]
    assert len(cut("HALT THE DRUM")) == 3  # no acronyms where all is in capitals


def test_elided_articles_have_no_note():
    assert cut("th' eternal") == ["th' e-", "ter-", "nal"]


@pytest.mark.parametrize("text", ["", "...", "—— !!! ——", "🌙🌙", "\n\n"])
def test_no_syllables_without_letters(text):
    assert syllables_of(text) == ()
