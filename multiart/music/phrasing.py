"""The lines of a poem as phrases and strophes of a song: what is sung in one breath, and what comes back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from multiart.music.syllables import Syllable, syllables_of
from multiart.music.tune import Form
from multiart.records import Draft

LONGEST = 12  # syllables of a phrase; folk songs' have 6 to 12 notes
SHORTEST = 4  # notes of a phrase
SHORTEST_SONG = 8  # notes of a song of one phrase
MAX_NOTES = 1000  # of a song, six to twelve minutes; what makes lines even comes on top
ALIKE = 1  # syllables by which lines may differ that are sung to one phrase

_CLAUSE_END = re.compile(r"[，。！？；：,.!?;:]")
_PAUSE = re.compile(r"[，。！？；：、…—,.!?;:–)]")
_HEADING = re.compile(r"\s*《[^》\n]+》\s*")

Line = list[Syllable]

PATTERNS = {
    2: ("AA",),
    3: ("AAB", "ABA"),
    4: ("AABA", "ABAB", "ABAC", "AABC", "ABCA", "ABCB"),
    5: ("AABBA", "AABCA", "ABABC"),
    6: ("AABAAB", "ABABCC", "AABCCB", "AABCBC"),
}
"""Forms of a strophe by its phrases, the first that fits is taken: phrases of one letter are alike."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What strophes that are sung to one tune have in common.

    Attributes:
        phrases: notes of each phrase.
        forms: what each phrase takes from an earlier one.
    """

    phrases: tuple[int, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, kw_only=True)
class Strophe:
    """Some phrases of the text and the shape they are sung in.

    Attributes:
        shape: index into `Layout.shapes`.
        syllables: one a note; those drawn out have the text "" on the notes that follow.
    """

    shape: int
    syllables: tuple[Syllable, ...]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A text as it is sung.

    Attributes:
        shapes: each is composed once.
        strophes: in the order of the text.
        reasons: what was decided and why, for the record of the work.
    """

    shapes: tuple[Shape, ...]
    strophes: tuple[Strophe, ...]
    reasons: dict[str, str]


_AABA = (Form(like=0), Form(like=0, kind="close"), Form(like=2), Form(like=0, kind="varied"))
WORDLESS = Layout(
    shapes=(Shape(phrases=(8, 8, 8, 8), forms=_AABA),),
    strophes=(Strophe(shape=0, syllables=()),),
    reasons={"words": "the text has no syllables: the tune is played, not sung"},
)
"""Of a text in which there is nothing to sing."""


def sung_text(draft: Draft) -> str:
    """The text without the title that heads it."""
    first, *rest = draft.lines
    heads = _HEADING.fullmatch(first) or (draft.title == first.strip() and rest and not rest[0].strip())
    if draft.mode == "verbatim" and heads and any(line.strip() for line in rest):
        return "\n".join(rest).lstrip("\n")
    return draft.text


def lay_out(text: str, language: str) -> Layout:
    """Plan how a text is sung: a line is a phrase, stanzas of like lines have one tune.

    Lines of more than `LONGEST` syllables are parted at their punctuation, lines of one or two are joined to
    a neighbour; Chinese lines are parted into their clauses. Stanzas of more than six phrases are parted into
    strophes of four. Lines that share a phrase and differ by a syllable are made even by drawing one out.
    """
    stanzas = [_phrases(stanza) for stanza in _stanzas(syllables_of(text, language))]
    if not stanzas:
        return WORDLESS
    if max(map(len, stanzas)) <= 2:
        stanzas = [[phrase for stanza in stanzas for phrase in stanza]]
    groups, reasons = _limit([group for stanza in stanzas for group in _strophes(stanza)])
    clusters = _cluster(groups)
    shapes = [_shape([groups[index] for index in cluster]) for cluster in clusters]
    if len(groups) == len(shapes) == 1 and len(groups[0]) == 1:
        shapes = [replace(shapes[0], phrases=(max(SHORTEST_SONG, *shapes[0].phrases),))]
    of = {index: number for number, cluster in enumerate(clusters) for index in cluster}
    strophes = [
        Strophe(shape=of[index], syllables=_fill(group, shapes[of[index]].phrases))
        for index, group in enumerate(groups)
    ]
    return Layout(shapes=tuple(shapes), strophes=tuple(strophes), reasons=reasons)


def _stanzas(syllables: Sequence[Syllable]) -> list[list[Line]]:
    """Lines with syllables, parted where a line without any stands between."""
    stanzas: list[list[Line]] = []
    for syllable in syllables:
        last = stanzas[-1][-1][-1].line if stanzas else None
        if last is None or syllable.line > last + 1:
            stanzas.append([[syllable]])
        elif syllable.line > last:
            stanzas[-1].append([syllable])
        else:
            stanzas[-1][-1].append(syllable)
    return stanzas


def _phrases(stanza: list[Line]) -> list[Line]:
    """What is sung in one breath: parts of long lines, joined short ones."""
    phrases = [part for line in stanza for clause in _clauses(line) for part in _even_parts(clause)]
    index = 0
    while len(phrases) > 1 and index < len(phrases):
        if len(phrases[index]) > 2:
            index += 1
            continue
        near = [n for n in (index - 1, index + 1) if 0 <= n < len(phrases)]
        other = min(near, key=lambda n: len(phrases[n]))
        if len(phrases[other]) + len(phrases[index]) > LONGEST:
            index += 1
            continue
        first = min(index, other)
        phrases[first : first + 2] = [phrases[first] + phrases[first + 1]]
        index = first
    return phrases


def _clauses(line: Line) -> list[Line]:
    """The clauses of a line that is mostly Chinese, if none is very short; else the line."""
    if sum(syllable.tone is not None for syllable in line) * 2 <= len(line):
        return [line]
    clauses: list[Line] = [[]]
    for syllable in line:
        clauses[-1].append(syllable)
        if _CLAUSE_END.search(syllable.text):
            clauses.append([])
    clauses = [clause for clause in clauses if clause]
    return clauses if min(map(len, clauses)) >= 3 else [line]


def _even_parts(line: Line) -> list[Line]:
    """Parts of a line that is too long, nearly even, cut after punctuation or at least after a word."""
    count = -(-len(line) // LONGEST)
    cuts = [0]
    for number in range(1, count):
        goal = cuts[-1] + (len(line) - cuts[-1]) / (count - number + 1)
        places = range(cuts[-1] + 2, min(cuts[-1] + LONGEST, len(line) - 2) + 1)
        left = count - number
        places = [place for place in places if len(line) - place <= left * LONGEST]
        cuts.append(max(places, key=lambda place: _cut_value(line, place) - abs(place - goal)))
    cuts.append(len(line))
    return [line[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]


def _cut_value(line: Line, place: int) -> int:
    before = line[place - 1]
    if line[place].text == "" or before.goes_on:
        return -6
    return 4 if _PAUSE.search(before.text) else 0


def _strophes(stanza: list[Line]) -> list[list[Line]]:
    """A stanza, or fours of phrases if it has more than six; three, five or six may remain."""
    groups = []
    while len(stanza) > 6:
        groups.append(stanza[:4])
        stanza = stanza[4:]
    return [*groups, stanza]


def _limit(groups: list[list[Line]]) -> tuple[list[list[Line]], dict[str, str]]:
    """Strophes of at most `MAX_NOTES` together, and what is said of the others."""
    notes = 0
    for index, group in enumerate(groups):
        notes += sum(max(SHORTEST, len(phrase)) for phrase in group)
        if notes > MAX_NOTES:
            left = sum(len(phrase) for group in groups[index:] for phrase in group)
            reason = f"the last {left} syllables are not sung: a song has about {MAX_NOTES} notes at most"
            return groups[:index], {"left_out": reason}
    return groups, {}


def _cluster(groups: list[list[Line]]) -> list[list[int]]:
    """Indices of the strophes that can share a tune: as many phrases, each of `ALIKE` length."""
    clusters: list[list[int]] = []
    for index, group in enumerate(groups):
        for cluster in clusters:
            model = groups[cluster[0]]
            same = len(model) == len(group)
            if same and all(abs(len(a) - len(b)) <= ALIKE for a, b in zip(model, group, strict=True)):
                cluster.append(index)
                break
        else:
            clusters.append([index])
    return clusters


def _shape(groups: list[list[Line]]) -> Shape:
    """The notes of each phrase, so that all of the strophes fit, and the form."""
    columns = list(zip(*groups, strict=True))
    lengths = [max(SHORTEST, *(len(phrase) for phrase in column), 0) for column in columns]
    pattern = next(
        (pattern for pattern in PATTERNS.get(len(lengths), ()) if _fits(pattern, lengths)),
        "ABCDEF"[: len(lengths)],
    )
    of_letter = {
        letter: max(n for n, of in zip(lengths, pattern, strict=True) if of == letter) for letter in pattern
    }
    return Shape(phrases=tuple(of_letter[letter] for letter in pattern), forms=_forms(pattern))


def _forms(pattern: str) -> tuple[Form, ...]:
    """What each phrase takes from the first of its letter; the last is freer: it has a final to reach."""
    kinds = ["close"] * (len(pattern) - 1) + ["varied"]
    first = [pattern.index(letter) for letter in pattern]
    return tuple(
        Form(like=n) if like == n else Form(like=like, kind=kind)
        for n, (like, kind) in enumerate(zip(first, kinds, strict=True))
    )


def _fits(pattern: str, lengths: Sequence[int]) -> bool:
    """Whether the phrases of each letter have lengths that are `ALIKE`."""
    of = {
        letter: [n for n, other in zip(lengths, pattern, strict=True) if other == letter]
        for letter in pattern
    }
    return all(max(group) - min(group) <= ALIKE for group in of.values())


def _fill(group: list[Line], lengths: Sequence[int]) -> tuple[Syllable, ...]:
    """The syllables of a strophe, each phrase drawn out to the notes it has."""
    return tuple(s for phrase, length in zip(group, lengths, strict=True) for s in _drawn_out(phrase, length))


def _drawn_out(phrase: Line, length: int) -> Line:
    """Draw out the stressed syllables of a phrase, the last ones first, until it has ``length`` notes."""
    extra = [0] * len(phrase)
    order = sorted(range(len(phrase)), key=lambda n: (phrase[n].stress > 0, n), reverse=True)
    for number in range(length - len(phrase)):
        extra[order[number % len(order)]] += 1
    drawn = []
    for syllable, more in zip(phrase, extra, strict=True):
        drawn += [syllable, *[Syllable(text="", stress=0, line=syllable.line)] * more]
    return drawn
