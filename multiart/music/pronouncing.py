"""How English words are stressed: a table after the CMU Pronouncing Dictionary, and rules for other words."""

import gzip
import re
import unicodedata
from functools import cache
from importlib.resources import files

_TABLE = files("multiart.music") / "data" / "english_stress.txt.gz"
_VOWELS = "aeiouyœæøаеёиоуыэюяіїєαεηιουω"
_GROUP = re.compile(f"[{_VOWELS}]+")
_SILENT = re.compile(
    r"[^aeiouyl]e$|[aeiouy]le$|[gk]ue$|[aeiouy]led$|[^aeioutdl]ed$|([^aeiouscxzgh]|th)es$"
    r"|[^aeiou]e(?=(ly|ness|less|ful|ment|some|where|fore)$)"
)
_HIATUS = re.compile(r"(?<![tscxg])(i[ao]|iu)|eo|ua|uou|yi|[aeo]i?(?=ing)")
_SUFFIXES = {  # ending: syllables it adds to a word of the table
    "'s": 0, "s": 0, "es": 0, "'d": 0, "d": 0, "ed": 0, "ly": 1, "y": 1, "ing": 1, "in'": 1, "er": 1,
    "est": 1, "eth": 1, "ness": 1, "less": 1, "ful": 1, "en": 1, "ish": 1,
}  # fmt: skip
_UNSTRESSED_FIRST = re.compile(
    r"(a(?=[bcdfglmprstvw][a-z])|be|de|re|en|em|ex|un|in|im|pre|pro|con|com|dis|mis|for|with|sur|trans)"
    r"(?=[a-z]*[aeiouy])"
)
_PENULT_STRESSED = re.compile(r"([tscx]i(on|an|al|ous)|ics?|ity|ian|ious|eous)s?$")

_WEAK = """
a an the and or but nor if as than so of to in on at by for from with o'er up off out
i me my we us our you your he him his she her it its they them their thee thy ye
is am are was were be been has had have do does did will would shall should can could may might must
hath doth that which who whom whose when where while till let there here not no such some this these those
"""
WEAK = frozenset(_WEAK.split())
"""Words of one syllable that a line of verse passes over."""

_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
"""
_ONES, _TENS = _NUMBERS.split()[:20], _NUMBERS.split()[20:]
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_LONGEST_NUMBER = 12  # digits that are read as one number

ABBREVIATIONS = {
    "mr": "mister", "mrs": "missis", "ms": "miz", "dr": "doctor", "st": "saint", "mt": "mount",
    "prof": "professor", "capt": "captain", "rev": "reverend", "jr": "junior", "sr": "senior", "vs": "versus",
    "etc": "et cetera",
}  # fmt: skip
"""Words that are written shorter than they are read, without their full stop."""

SIGNS = {"&": "and", "%": "percent", "@": "at", "+": "plus", "=": "equals"}


def is_known(word: str) -> bool:
    """Whether an English word is in the table of stress, which holds the words that are commonly spoken."""
    return word.lower() in _table()


def stress_of(word: str) -> str:
    """The stress of each syllable of an English word.

    Args:
        word: letters, maybe with apostrophes, in any case.

    Returns:
        A digit a syllable, at least one: 0 unstressed, 1 the main stress, 2 a lesser one. A word that is
        not in the table takes the stress of the one it is derived from, else a rule of thumb decides.
    """
    word = word.lower().replace("’", "'")
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)
    )
    if plain in WEAK:
        return "0"
    if word.endswith("èd"):  # a poet's mark that the ending is sung
        return stress_of(word[:-2]) + "0"
    return _table().get(plain) or _derived(plain) or _by_rule(plain.replace("'", ""))


def knows(word: str) -> bool:
    """Whether the table has a word."""
    return word.lower() in _table()


@cache
def _table() -> dict[str, str]:
    lines = gzip.decompress(_TABLE.read_bytes()).decode().splitlines()
    entries = (line.split() for line in lines if line and line[0] != "#")
    return {word: pattern for pattern, *words in entries for word in words}


def _derived(word: str) -> str | None:
    """The stress of a word with one of `_SUFFIXES`, where the table has the word without it."""
    for suffix, added in _SUFFIXES.items():
        stem = word.removesuffix(suffix)
        if stem == word or len(stem) < 3:
            continue
        found = _table().get(stem) or (_table().get(stem + "e") if suffix[0] in "eiy" else None)
        if found:
            hissing = suffix in ("'s", "s", "es") and re.search(r"(s|x|z|ch|sh|ce|ge|se|ze)$", stem)
            dental = suffix == "ed" and stem[-1] in "td"
            return found + "0" * (added or bool(hissing or dental))
    return None


def _by_rule(word: str) -> str:
    """Count groups of vowels but for silent ones, and stress where most words of that ending are."""
    stem = re.sub(r"qu|^y(?=[aeiou])", "k", word)
    groups = len(_GROUP.findall(stem)) + len(_HIATUS.findall(stem))
    count = max(1, groups - len(_SILENT.findall(stem)))
    if count == 1:
        return "1"
    if count == 2:
        return "01" if _UNSTRESSED_FIRST.match(word) else "10"
    stressed = count - 2 if _PENULT_STRESSED.search(word) and not word.endswith("ity") else count - 3
    return "".join("1" if place == stressed else "0" for place in range(count))


def by_digits(digits: str) -> bool:
    """Whether a number is read digit by digit: where it is very long or begins with a zero."""
    return len(digits) > _LONGEST_NUMBER or (digits[0] == "0" and len(digits) > 1)


def number_words(digits: str, *, ordinal: bool = False) -> list[str]:
    """How a number is read in English: "1999" as "nineteen", "ninety", "nine"."""
    if by_digits(digits):
        return [_ONES[int(digit)] for digit in digits]
    value = int(digits)
    is_year = len(digits) == 4 and 1100 <= value < 2000 and not ordinal
    words = [*_below(value // 100), *(_below(value % 100) or ["hundred"])] if is_year else _below(value)
    words = words or ["zero"]
    return [*words[:-1], _ordinal(words[-1])] if ordinal else words


def _below(value: int) -> list[str]:
    for scale, name in _SCALES:
        if value >= scale:
            return [*_below(value // scale), name, *_below(value % scale)]
    if value >= 20:
        return [_TENS[value // 10 - 2], *_below(value % 10)]
    return [_ONES[value]] if value else []


def _ordinal(word: str) -> str:
    return _ORDINALS.get(word) or (word[:-1] + "ieth" if word.endswith("y") else word + "th")
