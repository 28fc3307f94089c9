"""Cut a text into the syllables that are sung; joined, they are the text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from multiart.music.hyphenation import split_word
from multiart.music.pronouncing import ABBREVIATIONS, SIGNS, by_digits, knows, number_words, stress_of
from multiart.music.tones import HAN, PARTICLES, tones_of

_BLOCKS = r"\u3041-\u30fa\uac00-\ud7a3"  # kana and Korean: a syllable a character
_SMALL = r"\u3083\u3085\u3087\u30e3\u30e5\u30e7\u3063\u30c3\u30fc"  # kana that belong to the one before
_LETTER = rf"[^\W\d_{HAN}{_BLOCKS}]"
_TOKEN = re.compile(
    rf"(?P<han>[{HAN}])|(?P<block>[{_BLOCKS}][{_SMALL}]*)|(?P<number>(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:(?:st|nd|rd|th|['’]?s)(?!\w))?)"
    rf"|(?P<word>{_LETTER}[\u0300-\u036f]*(?:['’]?{_LETTER}[\u0300-\u036f]*)*)"
    rf"|(?P<sign>[{re.escape(''.join(SIGNS))}])",
    re.IGNORECASE,
)
_OPENING = re.compile(r"[“‘「『《〈（(\[{«【〔¿¡\"']*\Z")
_ELIDED = ("th", "t")  # with an apostrophe, before a word: "th' eternal"
_LONGEST_ACRONYM = 5
_LEVELS = {"0": 0, "1": 2, "2": 1}  # of `stress_of`


@dataclass(frozen=True, kw_only=True)
class Syllable:
    """What is sung on one note.

    Attributes:
        text: the piece of the text, with the punctuation, blanks and line breaks after it; "" where a
            syllable is drawn on, or what was written goes on being read ("7" has two syllables).
        stress: 0 to 2, how much it wants a strong beat.
        line: number of its line in the text, from 0.
        goes_on: whether its word does.
        tone: of Mandarin, 1 to 5, or None.
    """

    text: str
    stress: int
    line: int = 0
    goes_on: bool = False
    tone: int | None = None

    @property
    def lyric(self) -> str:
        """The text as `multiart.records.Note` has it; see `join_lyrics`."""
        return self.text + "-" if self.goes_on or self.text.endswith("-") else self.text


def join_lyrics(lyrics: Iterable[str | None]) -> str:
    """The text that the lyrics of a song's notes were made from, character by character.

    A lyric is a piece of the text with all that follows it up to the next. It has a "-" more where the word
    goes on, and where the piece itself ends in "-"; so one "-" is taken off each. Notes on which a syllable
    is drawn out have "", those without words None.
    """
    return "".join((lyric or "").removesuffix("-") for lyric in lyrics)


def syllables_of(text: str, language: str = "en") -> tuple[Syllable, ...]:
    """The syllables of a text in order; none if nothing in it is read aloud.

    Args:
        text: any.
        language: "en" or "zh", in which its numbers are read: in Chinese digit by digit.
    """
    tones = tones_of(text)
    spelled = text.upper() != text  # else capitals tell no acronyms
    found: list[Syllable] = []
    done = line = 0  # what is before `done` is in `found`
    for match in _TOKEN.finditer(text):
        if match[0].lower() in _ELIDED and text[match.end() : match.end() + 1] in ("'", "’"):
            continue
        before, opening = _part_gap(text[done : match.start()])
        line += text.count("\n", done, match.start())
        read = _read(match, language, tones, spelled)
        if found:
            _append(found, before)
        else:
            opening = before + opening
        read[0] = replace(read[0], text=opening + read[0].text)
        found += [replace(syllable, line=line) for syllable in read]
        done = match.end()
    if found:
        _append(found, text[done:])
    return tuple(found)


def _part_gap(gap: str) -> tuple[str, str]:
    """What stands between two syllables: what follows the first, and what opens the second."""
    elided = re.search(r"\b(?:th|t)['’]\s*\Z", gap, re.IGNORECASE)
    cut = (elided or _OPENING.search(gap)).start()
    return gap[:cut], gap[cut:]


def _append(found: list[Syllable], text: str) -> None:
    """Append to the last syllable that has text."""
    index = max(i for i in range(max(0, len(found) - 40), len(found)) if found[i].text)
    found[index] = replace(found[index], text=found[index].text + text)


def _read(match: re.Match[str], language: str, tones: Mapping[int, int], spelled: bool) -> list[Syllable]:
    """The syllables of one token, of which the first has text."""
    text = match[0]
    if match["han"]:
        tone = tones[match.start()]
        return [Syllable(text=text, stress=int(tone != 5 and text not in PARTICLES), tone=tone)]
    if match["block"]:
        return [Syllable(text=text, stress=1)]
    if match["number"]:
        return _read_number(text, language)
    if match["sign"]:
        return _whole(text, SIGNS[text])
    if match.string[match.end() : match.end() + 1] == "." and text.lower() in ABBREVIATIONS:
        return _whole(text, ABBREVIATIONS[text.lower()])
    acronym = spelled and text.isupper() and 1 < len(text) <= _LONGEST_ACRONYM and not knows(text)
    if acronym:
        return [syllable for letter in text for syllable in _whole(letter, letter)]
    levels = _levels(text)
    pieces = split_word(text, len(levels))
    last = max(index for index, piece in enumerate(pieces) if piece)
    return [
        Syllable(text=piece, stress=level, goes_on=index < last)
        for index, (piece, level) in enumerate(zip(pieces, levels, strict=True))
    ]


def _read_number(text: str, language: str) -> list[Syllable]:
    digits = "".join(re.findall(r"\d", text))
    if language == "zh":
        return [Syllable(text=digit, stress=1) for digit in re.findall(r"\d\D*", text)]
    words = number_words(digits, ordinal=text[-1] in "tdhTDH")
    if by_digits(digits):
        written = re.findall(r"\d\D*", text)
        return [syllable for word, of in zip(words, written, strict=True) for syllable in _whole(of, word)]
    return _whole(text, " ".join(words))


def _whole(text: str, words: str) -> list[Syllable]:
    """What is read as ``words`` but cannot be parted as it is written."""
    levels = [level for word in words.split() for level in _levels(word)]
    return [Syllable(text="" if index else text, stress=level) for index, level in enumerate(levels)]


def _levels(word: str) -> list[int]:
    return [_LEVELS[digit] for digit in stress_of(word)]
