"""Lines become phrases that can be sung in a breath, and stanzas of like lines share a tune."""

import pytest

from multiart.music.phrasing import (
    LONGEST,
    MAX_NOTES,
    SHORTEST,
    WORDLESS,
    lay_out,
    sung_text,
)
from multiart.music.syllables import join_lyrics, syllables_of
from tests.music.poems import FROST, LI_BAI, all_poems, draft_of


def forms(text, language="en"):
    layout = lay_out(text, language)
    return ["".join("ABCDEF"[form.like] for form in shape.forms) for shape in layout.shapes]


@pytest.mark.parametrize(("text", "language"), all_poems())
def test_every_note_of_a_poem_has_its_syllable(text, language):
    layout = lay_out(text, language)
    syllables = [syllable for strophe in layout.strophes for syllable in strophe.syllables]
    assert join_lyrics(syllable.lyric for syllable in syllables) == text
    assert {syllable.text for syllable in syllables_of(text, language)} <= {s.text for s in syllables}
    for strophe in layout.strophes:
        phrases = layout.shapes[strophe.shape].phrases
        assert sum(phrases) == len(strophe.syllables)
        assert all(SHORTEST <= count <= LONGEST + 1 for count in phrases)


def test_a_line_is_a_phrase_and_four_alike_are_aaba():
    assert lay_out(FROST, "en").shapes[0].phrases == (8, 8, 8, 8)
    assert forms(FROST) == ["AACA"]
    assert forms("床前明月光，疑是地上霜。举头望明月，低头思故乡。", "zh") == ["AACA"]


def test_ballad_lines_alternate():
    ballad = "The moon is up, the night is deep,\nThe wind is on the sea,\n"
    ballad += "And all the ships are fast asleep\nBut one that waits for me."
    assert forms(ballad) == ["ABAB"]


def test_chinese_lines_are_sung_by_their_clauses():
    assert lay_out(LI_BAI, "zh").shapes[0].phrases == (5, 5, 5, 5)


def test_stanzas_of_like_lines_share_a_tune():
    layout = lay_out(f"{FROST}\n\n{FROST}\n\nOh\nno more of this, my love\nfor evermore", "en")
    assert [strophe.shape for strophe in layout.strophes] == [0, 0, 1]


def test_a_line_that_lacks_a_syllable_is_drawn_out():
    layout = lay_out("The moon is in the sky\nThe moon is in the summer sky", "en")
    drawn = lay_out("The moon is in the sky\nAnd in the evening sky", "en")
    assert layout.shapes[0].phrases == (6, 8)
    assert drawn.shapes[0].phrases == (6, 6)
    uneven = lay_out("The moon is in the sky tonight\nAnd in the evening sky now", "en")
    assert uneven.shapes[0].phrases == (8, 8)
    assert [s.text for s in uneven.strophes[0].syllables][-2:] != ["", ""]
    assert [s.text for s in uneven.strophes[0].syllables].count("") == 1


def test_long_lines_are_parted_at_their_pauses():
    line = "Come down from the hills to the river, the wide and the wandering river of home"
    layout = lay_out(line, "en")
    first = layout.shapes[0].phrases[0]
    assert layout.strophes[0].syllables[first - 1].text == "ver, "
    assert len(layout.shapes[0].phrases) == 2


def test_forty_syllables_without_a_pause_are_parted_between_words():
    layout = lay_out(" ".join(["over"] * 20), "en")
    assert all(count <= LONGEST for count in layout.shapes[0].phrases)
    ends = [sum(layout.shapes[0].phrases[: n + 1]) - 1 for n in range(4)]
    assert not any(layout.strophes[0].syllables[end].goes_on for end in ends)


@pytest.mark.parametrize("text", ["Moon", "月"])
def test_one_word_is_drawn_out_over_two_bars(text):
    layout = lay_out(text, "en")
    assert layout.shapes[0].phrases == (8,)
    assert [s.text for s in layout.strophes[0].syllables] == [text, *[""] * 7]


def test_nothing_to_sing_is_played():
    assert lay_out("… !!! 🌙", "en") is WORDLESS


def test_a_poem_of_three_hundred_lines_ends_with_a_whole_strophe():
    layout = lay_out("\n".join([FROST.split("\n")[0]] * 300), "en")
    notes = sum(len(strophe.syllables) for strophe in layout.strophes)
    assert MAX_NOTES - 60 < notes <= MAX_NOTES
    assert len(layout.shapes) == 1
    assert "about 1000 notes at most" in layout.reasons["left_out"]


def test_a_heading_title_is_not_sung():
    assert sung_text(draft_of(f"《静夜思》\n{LI_BAI}", "zh", title="静夜思")) == LI_BAI
    assert sung_text(draft_of(f"Woods\n\n{FROST}", title="Woods")) == FROST
    assert sung_text(draft_of(f"Woods\n{FROST}", title="Woods")) == f"Woods\n{FROST}"
    assert sung_text(draft_of("《静夜思》", "zh", title="静夜思")) == "《静夜思》"
