"""Words and what they show: find a lexicon's entries in a line of English or Chinese."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import product

import yaml

from multiart.vocabulary import ATTRIBUTES, SUBJECTS

NAMED = 3.0  # weight with which a word says its concept outright
SIMILE_WEIGHT = 0.4  # "lonely as a cloud": the cloud is not quite there

_DATA = files("multiart.text") / "data"
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[.,;:!?()]")
_CLOCK = re.compile(r"\b(1[0-2]|0?[1-9])(?:[:.][0-5]\d)?\s?([ap])(?:\.\s?m\b\.?|m\b)", re.IGNORECASE)
_HOURS = ((5, "night"), (8, "dawn"), (17, "day"), (19, "sunset"), (21, "dusk"), (24, "night"))  # until when
_NEGATIONS = {"no", "not", "without", "nor", "neither", "cannot", "lacking"}
_NEGATION_REACH = {"no": 2, "without": 2}
_SIMILES = {"like", "as"}
_ZH_NEGATIONS = ("没有", "不见", "不是", "无", "未见", "非")
_ZH_SIMILES = ("疑是", "仿佛", "恰似", "好似", "犹如", "宛如", "似", "如", "若", "像")
_CONCEPTS = {
    **ATTRIBUTES,
    "subject": SUBJECTS,
    "light": ("frost-white",),
    "thing": ("bowl", "fruit", "jar", "bloom"),  # shows something with another thing only: `_arranged`
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VESSELS = (
    ("bowl", ("thing", "fruit"), "bowl of fruit"),
    ("jar", ("subject", "flowers"), "vase of flowers"),
)
_SHORT = {"time": "time_of_day"}


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One entry found in a line.

    Attributes:
        words: as they stand in the text.
        effects: weight of each concept: ``(attribute, answer)``, ``("subject", name)``,
            ``("light", "frost-white")``, ``("mood", "valence")`` or ``("mood", "arousal")``.
    """

    words: str
    effects: dict[tuple[str, str], float]


def find(line: str, language: str) -> list[Hit]:
    """All entries in a line, each word in one, the longest first; then what they show together."""
    return _arranged(_find_chinese(line) if language == "zh" else _find_english(line))


def size(language: str) -> int:
    """How many entries a lexicon holds."""
    return len(_entries(language))


def words_of(language: str) -> tuple[str, ...]:
    """The entries of a lexicon."""
    return tuple(_entries(language))


@lru_cache
def read_entries(name: str) -> dict[str, dict[tuple[str, str], float]]:
    """Each entry of a file with its effects; what several keys say of one word adds up.

    Args:
        name: of the file: "english", "wordnet" or "chinese".
    """
    entries: dict[str, dict[tuple[str, str], float]] = {}
    for key, words in yaml.load((_DATA / f"{name}.yaml").read_text("utf-8"), _LOADER).items():
        effects = parse_effects(key)
        for word in words.split(","):
            entry = entries.setdefault(word.strip(), {})
            for concept, weight in effects.items():
                entry[concept] = entry.get(concept, 0.0) + weight
    return entries


@lru_cache
def _entries(language: str) -> dict[str, dict[tuple[str, str], float]]:
    """All entries; what was made by hand lies over what was generated."""
    return read_entries("chinese") if language == "zh" else read_entries("wordnet") | read_entries("english")


def parse_effects(key: str) -> dict[tuple[str, str], float]:
    """The effects that a key of a lexicon lists, as in `Hit`."""
    return dict(_parse_effect(part) for part in key.split(",") if part.strip())


def _parse_effect(text: str) -> tuple[tuple[str, str], float]:
    concept, _, weight = text.strip().rpartition(" ")
    if concept in ("v", "a"):
        return ("mood", "valence" if concept == "v" else "arousal"), float(weight)
    attribute, _, answer = concept.rpartition(":")
    attribute = _SHORT.get(attribute, attribute) or "subject"
    if answer not in _CONCEPTS.get(attribute, ()):
        raise ValueError(f"the lexicon names {concept!r}, which is no concept of the vocabulary")
    return (attribute, answer), float(weight)


def _damped(words: str, effects: dict, factor: float) -> Hit:
    return Hit(words=words, effects={concept: weight * factor for concept, weight in effects.items()})


def _arranged(hits: list[Hit]) -> list[Hit]:
    """What the things of a line show together: fruit in a bowl, flowers in a jar, a plum tree in bloom."""
    shown: dict[tuple[str, str], list[str]] = defaultdict(list)
    for hit in hits:
        for concept, weight in hit.effects.items():
            if weight >= 1:
                shown[concept].append(hit.words)
    in_a_tree = {("subject", "plum blossom"), ("subject", "cherry blossom")} & shown.keys()
    arranged = []
    for hit in hits:
        idle = {("subject", "flowers")} if in_a_tree and ("thing", "bloom") in hit.effects else set()
        effects = {c: weight for c, weight in hit.effects.items() if c[0] != "thing" and c not in idle}
        arranged.append(Hit(words=hit.words, effects=effects))
    for vessel, contents, subject in _VESSELS:
        if ("thing", vessel) in shown and contents in shown:
            words = ", ".join((*shown["thing", vessel], *shown[contents]))
            effects = {("subject", subject): NAMED, ("place", "room"): 1.0}
            arranged.append(Hit(words=words, effects=effects))
    return [hit for hit in arranged if hit.effects]


# English


@lru_cache
def _english() -> tuple[dict[tuple[str, ...], dict], dict[str, int]]:
    """Entries by their tokens, and the length of the longest that begins with a token."""
    phrases, longest = {}, {}
    for entry, effects in _entries("en").items():
        tokens = tuple(entry.replace("’", "'").split())
        phrases[tokens if entry[0].isupper() else tuple(token.lower() for token in tokens)] = effects
    for first, *others in phrases:
        longest[first.lower()] = max(longest.get(first.lower(), 0), 1 + len(others))
    return phrases, longest


def _find_english(line: str) -> list[Hit]:
    tokens = [token.replace("’", "'") for token in _TOKEN.findall(line)]
    hits, start = _clock_hits(line), 0
    while start < len(tokens):
        length, effects = _longest(tokens, start)
        if not length or (tokens[start].lower() == "the" and _longest(tokens, start + 1)[0] >= length):
            start += 1  # in "the sun sets" the article is no part of "the sun"
            continue
        if effects and not _negated(tokens, start):
            like = _SIMILES & {token.lower() for token in tokens[max(0, start - 2) : start]}
            if length > 1 and any(kind == "time_of_day" and w >= NAMED for (kind, _), w in effects.items()):
                like -= {"as"}  # "as the sun sets" tells when
            words = " ".join(tokens[start : start + length])
            hits.append(_damped(words, effects, SIMILE_WEIGHT if like else 1.0))
        start += length
    return hits


def _clock_hits(line: str) -> list[Hit]:
    """The hours in figures, as in "2 a.m.", "11:30 pm"."""
    hits = []
    for match in _CLOCK.finditer(line):
        hour = int(match[1]) % 12 + 12 * (match[2] in "pP")
        time = next(time for end, time in _HOURS if hour < end)
        hits.append(Hit(words=match[0], effects={("time_of_day", time): NAMED}))
    return hits


def _longest(tokens: list[str], start: int) -> tuple[int, dict]:
    """Tokens of the longest entry that begins at ``start``, 0 if there is none, and its effects."""
    phrases, longest = _english()
    limit = max(longest.get(form, 0) for form in forms(tokens[start].lower()))
    for length in range(min(limit, len(tokens) - start), 0, -1):
        effects = _look_up(tokens[start : start + length], phrases, at_line_start=start == 0)
        if effects is not None:
            return length, effects
    return 0, {}


def _look_up(tokens: list[str], phrases: dict, at_line_start: bool) -> dict | None:
    if tokens[0][0].isupper():
        for form in forms(tokens[-1]):
            words = (*tokens[:-1], form)
            if words in phrases and not (at_line_start and " ".join(words) in read_entries("english")):
                return phrases[words]
    *head, last = (forms(token.lower()) for token in tokens)
    for before in product(*head):
        for form in last:
            if (*before, form) in phrases:
                return phrases[(*before, form)]
    return None


def forms(word: str) -> list[str]:
    """A word, then what it could be the plural or genitive of."""
    found = [word]
    if word.endswith(("'s", "s'")):
        word = word[:-2] if word.endswith("'s") else word[:-1]
        found.append(word)
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
        if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
            found.append(word[:-2])
        if word.endswith("ies"):
            found.append(word[:-3] + "y")
        if word.endswith("ves"):
            found += [word[:-3] + "f", word[:-3] + "fe"]
    return found


def _negated(tokens: list[str], start: int) -> bool:
    """Whether a negation stands shortly before, in the same clause ("no moon", "without the snow")."""
    for back in range(1, 4):
        token = tokens[start - back].lower() if start >= back else "."
        if not token[0].isalpha():
            return False
        if token in _NEGATIONS or token.endswith("n't"):
            following = tokens[start - back + 1].lower()
            return back <= _NEGATION_REACH.get(token, 3) and following not in ("only", "more")
    return False


# Chinese


@lru_cache
def _traditional() -> dict[int, str]:
    text = (_DATA / "traditional.txt").read_text("utf-8")
    pairs = [pair for line in text.splitlines() if not line.startswith("#") for pair in line.split()]
    return {ord(traditional): simplified for traditional, simplified in pairs}


def fold(text: str) -> str:
    """Traditional characters to simplified ones, character by character; the length stays."""
    return text.translate(_traditional())


@lru_cache
def _chinese() -> tuple[dict[str, dict], dict[str, dict]]:
    """What is seen, and what is felt: a word can be both, and 孤舟 is a boat and lonely."""
    moods, sights = {}, {}
    for entry, effects in _entries("zh").items():
        mood = {concept: weight for concept, weight in effects.items() if concept[0] == "mood"}
        sight = {concept: weight for concept, weight in effects.items() if concept[0] != "mood"}
        if mood:
            moods[entry] = mood
        if sight or not effects:
            sights[entry] = sight
    return sights, moods


def _find_chinese(line: str) -> list[Hit]:
    return [hit for entries in _chinese() for hit in _find_longest(line, entries)]


def _find_longest(line: str, entries: dict[str, dict]) -> list[Hit]:
    folded = fold(line)
    longest = max(map(len, entries))
    hits, start = [], 0
    while start < len(folded):
        for length in range(min(longest, len(folded) - start), 0, -1):
            if folded[start : start + length] in entries:
                break
        else:
            start += 1
            continue
        effects = entries[folded[start : start + length]]
        before = folded[max(0, start - 3) : start]
        if effects and not before.endswith(_ZH_NEGATIONS):
            # A simile reaches over one character: 疑是地上霜 has two, 似剪刀 none.
            like = any(word in before for word in _ZH_SIMILES)
            hits.append(_damped(line[start : start + length], effects, SIMILE_WEIGHT if like else 1.0))
        start += length
    return hits
