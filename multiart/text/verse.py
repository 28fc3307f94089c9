"""Clean up sampled verse, and measure how much of a poem it is."""

import re
from statistics import mean, pstdev

MAX_WORDS = 12  # of a line
MAX_LINES = 12
FULL_LINES = 8
ECHO_WORDS = 4  # a shown line of at least this many words is an echo within a longer line too

_META = re.compile(
    r"^\W*(here('s| is| are)\b|sure\b|certainly|of course\b|as an ai|write (me )?an? |i hope (this|you|it)|"
    r"let me know|this (is a )?(short )?poem|the end\b|(title|poem|notes?|user|assistant)\s*:|verse \d|"
    r"以下是|这首诗|希望|标题|题目|注释|注\s*[:：])",
    re.IGNORECASE,
)
_META_ANYWHERE = re.compile(
    r"https?://|www\.|[#@]\w|\bpoem\b.*:|language model|\bfollow[- ]ups?\b|\bstanzas?\b|\bsyllable",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"[*_`#>~|]+")
_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]?|<[^>]*>?")
_NUMBERING = re.compile(r"^\s*(\d+\s*[.):]|[-•–]\s)\s*")
_WORD = re.compile(r"[\w'’]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def clean_verse(text: str, *, ended: bool, echoes: set[str] = frozenset()) -> list[str]:
    """Lines of verse from what a language model wrote.

    Left out: talk about the poem, markdown, asides in brackets, numbering, lines that hold one of the
    lines it was shown (``echoes``), a line said twice in a row or a third time, and the last line
    where the model was cut off (``ended`` is false). Lines of more than `MAX_WORDS` words are broken.

    Returns:
        At most `MAX_LINES` lines that hold words, with single empty strings between stanzas.
    """
    shown = {_plain(echo) for echo in echoes}
    raw = text.replace("\r", "").split("\n")
    if not ended:
        raw = raw[:-1]
    lines: list[str] = []
    for line in raw:
        tidy = _tidy(line)
        if not tidy:
            if lines and lines[-1] and not line.strip():
                lines.append("")
            continue
        said = [other for other in lines if other.lower() == tidy.lower()]
        if _is_echo(tidy, shown) or len(said) > 1 or (lines and lines[-1] in said):
            continue
        lines += _broken(tidy)
    return _whole_stanzas(lines)


def _tidy(line: str) -> str:
    if _META.search(line) or _META_ANYWHERE.search(line):
        return ""
    line = _NUMBERING.sub("", _ASIDE.sub("", _MARKDOWN.sub("", line)))
    line = re.sub(r"\s+", " ", line).strip().replace("�", "")
    if line.count('"') % 2:
        line = line.replace('"', "")
    line = re.sub(r"\.{4,}", "...", line)
    return line if any(character.isalpha() for character in line) else ""


def _plain(line: str) -> str:
    return " ".join(_WORD.findall(line.lower()))


def _is_echo(line: str, shown: set[str]) -> bool:
    plain = _plain(line)
    return plain in shown or any(echo in plain for echo in shown if len(_units(echo)) >= ECHO_WORDS)


def _broken(line: str) -> list[str]:
    """A long line in even parts, at a comma where there is one near."""
    words = line.split()
    if len(words) <= MAX_WORDS:
        return [line]
    middle = len(words) // 2
    breaks = [i + 1 for i, word in enumerate(words[:-1]) if word[-1] in ",;:.!?" and abs(i + 1 - middle) <= 3]
    cut = min(breaks, key=lambda i: abs(i - middle), default=middle)
    return _broken(" ".join(words[:cut])) + _broken(" ".join(words[cut:]))


def _whole_stanzas(lines: list[str]) -> list[str]:
    """At most `MAX_LINES` lines; a last stanza shorter than the first goes if enough is left without it."""
    kept: list[str] = []
    for line in lines:
        if sum(map(bool, kept)) == MAX_LINES:
            break
        kept.append(line)
    stanzas = [stanza.split("\n") for stanza in re.split(r"\n\n+", "\n".join(kept).strip("\n")) if stanza]
    enough = sum(map(len, stanzas[:-1])) >= FULL_LINES
    if enough and len(stanzas[-1]) < min(len(stanzas[0]), 3):
        stanzas.pop()
    return "\n\n".join("\n".join(stanza) for stanza in stanzas).split("\n") if stanzas else []


def verse_score(lines: list[str], theme: str = "") -> float:
    """How much of a poem some lines are, 0 to 1.

    The mean of four shares: lines out of `FULL_LINES`, distinct words, evenness of the lines' lengths
    (1 - deviation / mean), and the theme's words of four letters or more that occur.
    """
    full = [line for line in lines if line]
    words = [word.lower() for line in full for word in _units(line)]
    if not words:
        return 0.0
    lengths = [len(_units(line)) for line in full]
    evenness = max(0.0, 1 - pstdev(lengths) / mean(lengths))
    named = [word for word in (w.lower() for w in _WORD.findall(theme)) if len(word) > 3]
    heard = mean(any(said.startswith(word[:4]) for said in words) for word in named) if named else 1.0
    distinct = len(set(words)) / len(words)
    return mean([min(len(full) / FULL_LINES, 1.0), distinct, evenness, heard])


def is_degenerate(lines: list[str]) -> bool:
    """Whether lines are too few, too alike or too empty to be a poem."""
    full = [line for line in lines if line]
    words = [word.lower() for line in full for word in _units(line)]
    if len(full) < 4 or len(words) < 2 * len(full):
        return True
    return len(set(words)) < 0.4 * len(words) or len({line.lower() for line in full}) < 0.75 * len(full)


def _units(line: str) -> list[str]:
    """Words, or single characters of Chinese."""
    return _HAN.findall(line) or _WORD.findall(line)
