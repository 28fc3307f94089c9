"""Titles are found, or made of the first line."""

import pytest

from multiart.text.titles import find_title, title_from


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("《静夜思》", "床前明月光"), "静夜思"),
        (("《静夜思》 李白", "床前明月光"), "静夜思"),
        (("静夜思", "", "床前明月光"), "静夜思"),
        (("Sea Fever", "", "I must go down"), "Sea Fever"),
        (("I must go down to the seas again,", "", "to the lonely sea"), None),
        (("Sea Fever", "I must go down"), None),
        (("a line that goes on for more than eight words", "", "b"), None),
        (("one line",), None),
    ],
)
def test_a_title_line_is_found(lines, title):
    assert find_title(lines) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("autumn woods.", "Autumn woods"),
        ("  The snow\tfell and…", "The snow fell and"),
        ("床前明月光，疑是地上霜。", "床前明月光"),
        ("“Quoth the raven,”", "Quoth the raven"),
        ("!!!", "!!!"),
        ("🌊🌙", "🌊🌙"),
    ],
)
def test_a_title_is_one_tidy_line(text, title):
    assert title_from(text) == title


def test_a_long_line_is_cut_at_a_word():
    title = title_from("word " * 40)
    assert len(title) <= 61 and title.endswith("word…")
