"""What a small model writes around a poem goes; the poem stays."""

from multiart.text.verse import clean_verse, is_degenerate, verse_score

POEM = """The lake lies still beneath the snow,
A lantern burns upon the shore,
And where the frozen rivers go
No summer wind shall wander more.

The boat is bound, the oar is dry,
The reeds are bent with winter's weight,
And slowly through the silver sky
The wild geese travel, dark and late."""


def test_a_clean_poem_stays_as_it_is():
    assert clean_verse(POEM, ended=True) == POEM.split("\n")


def test_talk_markdown_asides_and_echoes_go():
    text = f"Here's a poem:\n\n**Title: Snow**\n\n{POEM}\n\n(shall I continue?)\n---\nI hope you like it!"
    assert clean_verse(text, ended=True) == POEM.split("\n")
    assert "Neither I nor you:" not in clean_verse(
        "Neither I nor you:\n" + POEM, ended=True, echoes={"neither i nor you:"}
    )
    said = "And yet there are bridges on the rivers"
    assert clean_verse(said, ended=True, echoes={"There are bridges on the rivers,"}) == []
    assert clean_verse("1. *The sea* is `wide`", ended=True) == ["The sea is wide"]


def test_a_cut_off_line_goes_and_a_long_one_is_broken():
    assert clean_verse("One line of verse,\nand one that is cu", ended=False) == ["One line of verse,"]
    lines = clean_verse(" ".join(["word"] * 6) + ", " + " ".join(["more"] * 9), ended=True)
    assert lines == ["word word word word word word,", "more more more more more more more more more"]


def test_no_line_comes_three_times_or_twice_in_a_row():
    assert clean_verse("a rose\na rose\nis red\na rose\na rose\nis a rose\na rose", ended=True) == [
        "a rose",
        "is red",
        "a rose",
        "is a rose",
    ]


def test_at_most_twelve_lines():
    lines = clean_verse("\n".join(f"line {chr(97 + n)} of many" for n in range(30)), ended=True)
    assert len(lines) == 12


def test_the_measure_prefers_a_poem():
    poem, prose = POEM.split("\n"), ["the snow the snow the snow the snow", "a"]
    assert verse_score(poem, "winter lake") > 0.8 > verse_score(prose, "winter lake")
    assert verse_score(poem, "winter lake") > verse_score(poem, "desert camels")
    assert not is_degenerate(poem)
    assert is_degenerate(prose) and is_degenerate([]) and is_degenerate(["la la la la"] * 8)
    assert verse_score([]) == 0.0
