"""Words have as many syllables as they are spoken with, and the stress where it is spoken."""

import pytest

from multiart.music.pronouncing import by_digits, number_words, stress_of


@pytest.mark.parametrize(
    ("word", "stress"),
    [
        ("mountain", "10"),
        ("below", "01"),
        ("daffodils", "102"),
        ("the", "0"),
        ("moon", "1"),
        ("every", "10"),
        ("fire", "1"),
        ("Winter’s", "10"),
        ("rose's", "10"),
    ],
)
def test_words_of_the_table(word, stress):
    assert stress_of(word) == stress


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("moss'd", 1),
        ("wrapp'd", 1),
        ("heav'n", 1),
        ("wand'ring", 2),
        ("thinketh", 2),
        ("wingèd", 2),
        ("whited", 2),
        ("moonglade", 2),
        ("Ozymandias", 5),
        ("café", 2),
        ("мороз", 2),
        ("zzz", 1),
        ("x" * 5000, 1),
    ],
)
def test_other_words_are_derived_or_guessed(word, count):
    assert len(stress_of(word)) == count


def test_a_rule_counts_nine_in_ten_words_of_the_table():
    from multiart.music import pronouncing

    words = sorted(pronouncing._table().items())[::50]
    right = sum(len(pronouncing._by_rule(word.replace("'", ""))) == len(stress) for word, stress in words)
    assert right > 0.88 * len(words)


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "zero"),
        ("13", "thirteen"),
        ("1999", "nineteen ninety nine"),
        ("1900", "nineteen hundred"),
        ("2026", "two thousand twenty six"),
        ("1000000", "one million"),
        ("007", "zero zero seven"),
    ],
)
def test_numbers_are_read(digits, words):
    assert number_words(digits) == words.split()


def test_ordinals_and_long_numbers():
    assert number_words("21", ordinal=True) == ["twenty", "first"]
    assert number_words("12", ordinal=True) == ["twelfth"]
    assert by_digits("3" * 40) and len(number_words("3" * 40)) == 40


def test_the_table_carries_its_licence():
    import gzip

    from multiart.music.pronouncing import _TABLE

    data = _TABLE.read_bytes()
    assert len(data) <= 400_000
    assert "Carnegie Mellon University. All rights reserved." in gzip.decompress(data).decode()[:400]
