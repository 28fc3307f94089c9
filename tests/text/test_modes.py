"""What is taken for a poem, an opening or a theme."""

import pytest

from multiart.text.modes import choose_mode, detect_language, split_lines

CASES = [
    ("a lonely boat at dusk", "draft"),
    ("longing", "draft"),
    ("The fog comes on little cat feet, and sits looking over harbor and city, then moves on.", "verbatim"),
    ("The fog comes\non little cat feet.", "verbatim"),
    ("old pond / a frog leaps in / water's sound", "verbatim"),
    ("The snow fell all night and…", "continue"),
    ("The snow fell all night and...", "continue"),
    ('"The snow fell all night and..."', "continue"),
    ("Two roads diverged in a yellow wood,\nand sorry I could not travel both...", "continue"),
    ("Because I could not stop for Death —", "continue"),
    ("Because I could not stop for Death --", "continue"),
    ("Because I could not stop for Death –\nHe kindly stopped for me –", "verbatim"),
    ("one\ntwo\nthree\nfour\nfive...", "verbatim"),
    ("a well-known place", "draft"),
    ("床前明月光，疑是地上霜。举头望明月，低头思故乡。", "verbatim"),
    ("床前明月光\n疑是地上霜", "verbatim"),
    ("床前明月光 疑是地上霜", "verbatim"),
    ("大江东去，浪淘尽，千古风流人物。", "verbatim"),
    ("秋天的湖", "draft"),
    ("床前明月光……", "continue"),
    ("从前有一个人住在很远很远的山里面他每天都去河边打水", "verbatim"),
]


@pytest.mark.parametrize(("prompt", "mode"), CASES)
def test_the_mode_is_chosen_with_a_reason(prompt, mode):
    chosen, reason = choose_mode(prompt)
    assert chosen == mode
    assert reason


def test_a_set_mode_wins_and_an_unknown_one_is_named():
    assert choose_mode("a\nb", "draft") == ("draft", "text.mode=draft was set")
    with pytest.raises(ValueError, match="unknown text.mode 'verbatm'. Did you mean 'verbatim'"):
        choose_mode("a", "verbatm")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("moon", "en"),
        ("床前明月光", "zh"),
        ("明月 (bright moon)", "en"),
        ("《静夜思》 Li Bai", "zh"),
        ("123 …", "en"),
    ],
)
def test_language_is_told_by_its_letters(text, language):
    assert detect_language(text) == language


def test_lines_stay_as_they_stand():
    assert split_lines("\n\n  a\t\r\n\r\nb \r c\u2028d\x0b\n\n") == ("  a\t", "", "b ", " c\u2028d\x0b")
