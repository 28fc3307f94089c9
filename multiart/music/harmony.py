"""Chords under a tune: the best path through the chords of its mode, by dynamic programming.

A chord is rewarded for each note of the tune that it holds, by how long and on how strong a beat it sounds; a
change of chord for going from rest (tonic) over tension (subdominant, dominant) to rest, and for coming with
a bar line. Phrases end at rest or on a dominant, the tune on its tonic. The weights are plausible, not
learnt: no free corpus of folk tunes has chords.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from multiart.music.keys import spell
from multiart.records import Melody, Note

QUALITIES = {"": (0, 4, 7), "m": (0, 3, 7), "5": (0, 7)}  # semitones above the root
_ENDS_AT_REST, _REST_AT_FIRST, _LEADS_HOME, _CADENCE, _CHANGE_IN_BAR, _STAYS = 2.5, 0.8, 0.8, 0.5, 1.2, 0.25
_TRANSITIONS = {  # from function to function
    **{("T", "T"): -0.6, ("T", "S"): -0.3, ("T", "D"): -0.5},
    **{("S", "S"): -1.2, ("S", "D"): -0.2, ("S", "T"): -0.9},
    **{("D", "T"): -0.1, ("D", "S"): -2.0, ("D", "D"): -0.9},
}


@dataclass(frozen=True, kw_only=True)
class Chord:
    """A chord.

    Attributes:
        root: pitch class, 0 (C) to 11.
        quality: of `QUALITIES`: "" major, "m" minor, "5" an open fifth.
    """

    root: int
    quality: str = ""

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes from the root up."""
        return tuple((self.root + interval) % 12 for interval in QUALITIES[self.quality])

    def name(self, fifths: int) -> str:
        """E.g. "F#m", spelt under a key signature."""
        step, alter, _ = spell(self.root, fifths)
        return step + ("#" * alter if alter > 0 else "b" * -alter) + self.quality


@dataclass(frozen=True)
class Degree:
    """A chord of a mode.

    Attributes:
        root: semitones above the tonic.
        quality: of `QUALITIES`.
        function: "T" tonic, "S" subdominant, "D" dominant.
        likely: how likely it is by itself, in the units of the sum that is maximised.
    """

    root: int
    quality: str
    function: str
    likely: float


DEGREES = {
    "major": (
        Degree(0, "", "T", 0.5),
        Degree(2, "m", "S", -0.3),
        Degree(4, "m", "T", -1.0),
        Degree(5, "", "S", 0.1),
        Degree(7, "", "D", 0.2),
        Degree(9, "m", "T", -0.3),
    ),
    "minor": (
        Degree(0, "m", "T", 0.5),
        Degree(3, "", "T", -0.5),
        Degree(5, "m", "S", 0.1),
        Degree(7, "m", "D", -0.3),
        Degree(7, "", "D", 0.2),
        Degree(8, "", "T", -0.3),
        Degree(10, "", "D", -0.2),
    ),
    "dorian": (
        Degree(0, "m", "T", 0.5),
        Degree(3, "", "T", -0.5),
        Degree(5, "", "S", 0.1),
        Degree(7, "m", "D", -0.3),
        Degree(10, "", "D", 0.2),
    ),
    "mixolydian": (
        Degree(0, "", "T", 0.5),
        Degree(2, "m", "S", -0.3),
        Degree(5, "", "S", 0.1),
        Degree(7, "m", "D", -0.3),
        Degree(10, "", "D", 0.2),
    ),
    # open fifths inside the scale; jue has none on its tonic and rests on the one that holds it
    "gong": (
        Degree(0, "5", "T", 0.5),
        Degree(2, "5", "S", 0),
        Degree(7, "5", "D", 0.2),
        Degree(9, "5", "T", -0.3),
    ),
    "shang": (
        Degree(0, "5", "T", 0.5),
        Degree(5, "5", "S", 0),
        Degree(7, "5", "D", 0.2),
        Degree(10, "5", "D", 0),
    ),
    "jue": (
        Degree(5, "5", "T", 0.5),
        Degree(3, "5", "D", 0),
        Degree(8, "5", "S", 0),
        Degree(10, "5", "D", 0),
    ),
    "zhi": (
        Degree(0, "5", "T", 0.5),
        Degree(2, "5", "S", 0),
        Degree(5, "5", "S", 0.1),
        Degree(7, "5", "D", 0.2),
    ),
    "yu": (
        Degree(0, "5", "T", 0.5),
        Degree(3, "5", "T", -0.3),
        Degree(5, "5", "S", 0),
        Degree(10, "5", "D", 0.2),
    ),
}


def bar_beats(time_signature: tuple[int, int]) -> float:
    """Quarter notes in a bar."""
    count, unit = time_signature
    return count * 4 / unit


def pulse_beats(time_signature: tuple[int, int]) -> float:
    """Quarter notes in what is felt as one beat: 1.5 in 6/8 and 9/8."""
    count, unit = time_signature
    return 12 / unit if unit >= 8 and count % 3 == 0 else 4 / unit


def harmonise(melody: Melody) -> list[tuple[float, Chord]]:
    """Find chords for a tune.

    Args:
        melody: its accompaniment and chords are not read.

    Returns:
        Start in beats and chord, for each change, the first at the first full bar; empty where there is none.
    """
    starts = _slots(melody)
    if not starts:
        return []
    degrees = DEGREES[melody.mode]
    scores = _emissions(melody, starts, degrees)
    path = _best_path(scores, [_is_bar_line(melody, start) for start in starts], degrees)
    chords = [
        (start, Chord(root=(melody.tonic + degrees[choice].root) % 12, quality=degrees[choice].quality))
        for start, choice in zip(starts, path, strict=True)
    ]
    return [chord for n, chord in enumerate(chords) if n == 0 or chord[1] != chords[n - 1][1]]


def chord_tone_ratio(melody: Melody, chords: list[tuple[float, Chord]]) -> float:
    """The share of the tune's time, from the first chord on, in which its note is one of the chord's."""
    starts = [start for start, _ in chords]
    inside = total = 0.0
    for note in melody.notes:
        for index, length in _split(note, starts):
            total += length
            inside += length * (note.pitch % 12 in chords[index][1].tones)
    return inside / total if total else 0.0


def _slots(melody: Melody) -> list[float]:
    """Where a chord can begin: bar lines, and the middle of bars of 4/4 and 6/8."""
    bar = bar_beats(melody.time_signature)
    halves = bar >= 3 and bar / pulse_beats(melody.time_signature) % 2 == 0
    step = bar / 2 if halves else bar
    end = max((note.start + note.duration for note in melody.notes), default=0.0)
    count = math.ceil(round((end - melody.pickup) / step, 6))
    return [melody.pickup + n * step for n in range(count)]


def _is_bar_line(melody: Melody, start: float) -> bool:
    return _place(melody, start) == 0


def _place(melody: Melody, start: float) -> float:
    """Beats since the last bar line, without the rounding error of triplets."""
    bar = bar_beats(melody.time_signature)
    return round((start - melody.pickup) % bar, 6) % bar


def _split(note: Note, starts: list[float]) -> list[tuple[int, float]]:
    """The parts of a note by the slots in which they sound: index, and length in beats."""
    parts = []
    at, end = note.start, note.start + note.duration
    while at < end:
        index = bisect_right(starts, at) - 1
        until = min(end, starts[index + 1]) if index + 1 < len(starts) else end
        if index >= 0:
            parts.append((index, until - at))
        at = until
    return parts


def _strength(melody: Melody, start: float) -> float:
    place = _place(melody, start)
    return 1.6 if place == 0 else 1.2 if place % pulse_beats(melody.time_signature) == 0 else 1.0


def _emissions(melody: Melody, starts: list[float], degrees: tuple[Degree, ...]) -> list[list[float]]:
    """How well each degree fits each slot, with what is wanted of cadences."""
    scores = [[degree.likely for degree in degrees] for _ in starts]
    tones = [Chord(root=(melody.tonic + d.root) % 12, quality=d.quality).tones for d in degrees]
    for note in melody.notes:
        for index, length in _split(note, starts):
            weight = length * _strength(melody, max(note.start, starts[index]))
            for choice, held in enumerate(tones):
                scores[index][choice] += weight * (1.0 if note.pitch % 12 in held else -0.8)
    ends = {
        parts[-1][0]
        for last in accumulate(melody.phrases)
        if last and (parts := _split(melody.notes[last - 1], starts))
    }
    for choice, degree in enumerate(degrees):
        for index in ends:
            scores[index][choice] += _CADENCE * (degree.function in "TD")
        scores[0][choice] += _REST_AT_FIRST * (degree.function == "T")
        scores[-1][choice] += _ENDS_AT_REST * (choice == 0)
        if len(scores) > 1:
            scores[-2][choice] += _LEADS_HOME * (degree.function == "D")
    if melody.notes[-1].pitch % 12 in tones[0]:
        scores[-1][1:] = [float("-inf")] * (len(degrees) - 1)
    return scores


def _best_path(scores: list[list[float]], bar_lines: list[bool], degrees: tuple[Degree, ...]) -> list[int]:
    choices = range(len(degrees))
    best, back = scores[0], []
    for here, bar_line in zip(scores[1:], bar_lines[1:], strict=True):
        came = [max(choices, key=lambda a, b=b: best[a] + _step(degrees, a, b, bar_line)) for b in choices]
        best = [best[a] + _step(degrees, a, b, bar_line) + here[b] for b, a in enumerate(came)]
        back.append(came)
    path = [max(choices, key=best.__getitem__)]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]


def _step(degrees: tuple[Degree, ...], before: int, after: int, bar_line: bool) -> float:
    if not bar_line:
        return 0.0 if before == after else _TRANSITIONS[_functions(degrees, before, after)] - _CHANGE_IN_BAR
    return 1.2 * _TRANSITIONS[_functions(degrees, before, after)] - _STAYS * (before == after)


def _functions(degrees: tuple[Degree, ...], before: int, after: int) -> tuple[str, str]:
    return degrees[before].function, degrees[after].function
