"""Find a title: in the first line, or made from it."""

import re

from multiart.text.modes import detect_language

MAX_CHARACTERS = 60

_BRACKETED = re.compile(r"^\s*《([^》\n]+)》")
_END_MARKS = ".,;:!?…—–-。，；：！？、\"'“”‘’」』 \t"


def find_title(lines: tuple[str, ...]) -> str | None:
    """The title that heads a poem, or None.

    A first line in 《》 is one, and so is a short first line (8 words or 16 Chinese characters) that an
    empty line follows and no punctuation ends.
    """
    first = lines[0].strip()
    if bracketed := _BRACKETED.match(first):
        return bracketed[1].strip()
    if len(lines) < 3 or lines[1].strip() or first[-1] in _END_MARKS:
        return None
    short = len(first) <= 16 if detect_language(first) == "zh" else len(first.split()) <= 8
    return first if short and len(first) <= MAX_CHARACTERS else None


def title_from(text: str) -> str:
    """A title from a theme or a first line: one line, without punctuation at its end, cut at a word."""
    line = re.sub(r"\s+", " ", text).strip()
    if detect_language(line) == "zh":
        line = re.split(r"[，。！？；：、,.!?;:\s]", line.strip("《》「」『』“”\"'"))[0] or line
    if len(line) > MAX_CHARACTERS:
        line = line[:MAX_CHARACTERS].rsplit(" ", 1)[0] + "…"
        return line[:1].upper() + line[1:]
    line = line.rstrip(_END_MARKS) or line
    line = line.lstrip("\"'“‘«") or line
    return line[:1].upper() + line[1:]
