"""Decide what a prompt is: a poem to keep, an opening to continue or a theme to draft from."""

import re

from multiart.errors import unknown
from multiart.records import TEXT_MODES

MODES = ("auto", *TEXT_MODES)
THEME_WORDS = 10  # an English prompt of at most this many words is a phrase
THEME_HAN = 9  # a Chinese one of at most this many characters; also the longest clause of verse
OPENING_LINES = 4  # at most this many lines before a trailing ellipsis are an opening

_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CLAUSE_BREAK = re.compile(r"[\s，。！？；：、,.!?;:·「」『』“”‘’\"'《》()（）]+")
_ELLIPSIS = re.compile(r"(…|\.{3,}|。{3,})[\"'”’」』)]*$")
_DASH = re.compile(r"(—|–|―|--|\s-)[\"'”’」』)]*$")


def detect_language(text: str) -> str:
    """Tell "zh" from "en": Chinese where at least a third of the letters are Han characters."""
    letters = sum(character.isalpha() for character in text)
    return "zh" if letters and len(_HAN.findall(text)) * 3 >= letters else "en"


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text as they stand, without the blank ones before the first and after the last."""
    lines = _LINE_BREAK.split(text)
    full = [index for index, line in enumerate(lines) if line.strip()]
    return tuple(lines[full[0] : full[-1] + 1]) if full else ()


def choose_mode(prompt: str, mode: str = "auto") -> tuple[str, str]:
    """Choose how a prompt becomes a text.

    Returns:
        The mode ("verbatim", "draft" or "continue") and the reason in words.

    Raises:
        ValueError: ``mode`` is not one of `MODES`.
    """
    if mode not in MODES:
        raise ValueError(unknown("text.mode", str(mode), MODES))
    if mode != "auto":
        return mode, f"text.mode={mode} was set"
    lines = [line.strip() for line in split_lines(prompt) if line.strip()]
    last = lines[-1] if lines else ""
    if _ELLIPSIS.search(last) and len(lines) <= OPENING_LINES:
        return "continue", "it ends with an ellipsis: an opening to continue"
    if len(lines) > 1:
        return "verbatim", f"it has {len(lines)} lines: a poem"
    if _DASH.search(last):
        return "continue", "it ends with a dash: an opening to continue"
    return _choose_for_one_line(last)


def _choose_for_one_line(line: str) -> tuple[str, str]:
    if " / " in line:
        return "verbatim", "slashes part its lines: a poem"
    if detect_language(line) == "zh":
        clauses = [len(_HAN.findall(clause)) for clause in _CLAUSE_BREAK.split(line)]
        clauses = [length for length in clauses if length]
        if len(clauses) > 1 and max(clauses) <= THEME_HAN:
            equal = " equal" if len(set(clauses)) == 1 else ""
            return "verbatim", f"{len(clauses)} short{equal} clauses: Chinese verse"
        if sum(clauses) <= THEME_HAN:
            return "draft", f"one phrase of {sum(clauses)} characters: a theme"
        return "verbatim", "a sentence or paragraph of prose: too long for a theme, so kept as it is"
    words = len(line.split())
    if words <= THEME_WORDS:
        return "draft", f"one phrase of {words} word{'s' * (words != 1)}: a theme"
    return "verbatim", f"prose of {words} words: too long for a theme, so kept as it is"
