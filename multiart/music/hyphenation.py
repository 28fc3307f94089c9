"""Where a word is parted under the notes: "moun-tain", for a given number of syllables."""

import re
import unicodedata
from itertools import pairwise

_VOWEL = re.compile("[aeiouyœæøаеёиоуыэюяіїєαεηιουω]")
_TOGETHER = ("ch", "sh", "th", "ph", "wh", "gh", "qu", *(a + b for a in "bcfgp" for b in "lr"), "dr", "tr")
_THREE = ("str", "spr", "scr", "spl", "thr", "shr")
_ENDINGS = re.compile(r"(?<=..)(ly|ness|less|ful|ment|some|ward|ship|hood|thing(?<=(?:ry|ny|me|no)thing))$")
_GROUP_PARTED = re.compile(r"[iy](?=[aoeu])|[eou](?=[aiou])|[aeou](?=[iyeo])")


def split_word(word: str, count: int) -> list[str]:
    """Part a word into ``count`` pieces, a vowel in each as far as there are any.

    Returns:
        Pieces that joined are the word. Where it has fewer letters than syllables, the last ones are "".
    """
    letters = _plain(word)
    if count >= len(word):
        return [*word, *[""] * (count - len(word))]
    nuclei = _nuclei(letters, count)
    cuts = [0, *(_cut(letters, left, right) for left, right in pairwise(nuclei)), len(word)]
    pieces = [word[start:end] for start, end in pairwise(cuts)]
    return pieces + [""] * (count - len(pieces))


def _plain(word: str) -> str:
    """Lower case without accents, letter for letter."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] for letter in word)


def _nuclei(letters: str, count: int) -> list[tuple[int, int]]:
    """The spans of vowels that make ``count`` syllables; at least one, fewer where there are not so many."""
    spans = _vowel_groups(letters)
    while len(spans) > count:
        del spans[_least(letters, spans)]
    while len(spans) < count and (parted := _part_group(letters, spans)):
        spans = parted
    if len(spans) < count and re.search(r"[^aeiouy][mnl]$", letters):  # "rhythm", "prism"
        spans.append((len(letters) - 1, len(letters)))
    return spans or [(0, len(letters))]


def _vowel_groups(letters: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for place, letter in enumerate(letters):
        before, after = letters[:place][-1:], letters[place + 1 : place + 2]
        if not _VOWEL.match(letter) or (letter == "u" and before == "q" and after):
            continue
        if letter == "y" and _VOWEL.match(after) and (not before or _VOWEL.match(before)):
            continue
        if spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return spans


def _least(letters: str, spans: list[tuple[int, int]]) -> int:
    """The group that is silent most likely: an "e" at the end, before "-d", "-s" or an ending, or any "e"."""
    ending = _ENDINGS.search(letters)

    def silence(index: int) -> tuple[int, int]:
        start, end = spans[index]
        if letters[start:end] != "e" or index == 0:
            return (0, index)
        rest = letters[end:]
        if rest in ("", "d", "s") or (ending and end == ending.start()):
            return (3, index)
        return (2 if len(spans) - 1 > index else 1, index)

    return max(range(len(spans)), key=silence)


def _part_group(letters: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
    """Part one group of several vowels in two: "po-em", "li-on"; None if there is none."""
    groups = [index for index, (start, end) in enumerate(spans) if end - start > 1]
    if not groups:
        return None
    parted = [i for i in groups if _GROUP_PARTED.search(letters[spans[i][0] : spans[i][1]])]
    index = (parted or groups)[-1]
    start, end = spans[index]
    middle = start + 1
    return [*spans[:index], (start, middle), (middle, end), *spans[index + 1 :]]


def _cut(letters: str, left: tuple[int, int], right: tuple[int, int]) -> int:
    """Where to part the consonants between two vowels."""
    start, end = left[1], right[0]
    if (ending := _ENDINGS.search(letters)) and start <= ending.start() <= end:
        return ending.start()
    between = letters[start:end]
    if "e" in between:  # a silent one: the cut comes after it
        return start + between.rindex("e") + 1
    if letters[end:] == "ing" and not (
        len(between) > 1 and (between[-1] == between[-2] or between[-1] in "lr")
    ):
        return end
    if len(between) <= 1:
        return start
    if between[-3:] in _THREE:
        return end - 3
    if len(between) > 2 and between[-2:] in ("sp", "st", "sk", "sc"):
        return end - 2
    if between[-2:] in _TOGETHER or letters[end:] == "e" and between[-1] == "l":
        return end - 2
    return end if between[-2:] in ("ck", "ng", "wn") else end - 1
