"""A tune cut into what is written: bars of notes and rests with values, ties, beams and triplets."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from multiart.music.harmony import bar_beats, pulse_beats
from multiart.music.tune import TICKS_PER_BEAT
from multiart.records import Melody

_TYPES = {96: "whole", 48: "half", 24: "quarter", 12: "eighth", 6: "16th", 3: "32nd"}
VALUES = {  # ticks: type, dots, whether one of three in the time of two
    **{ticks: (name, 0, False) for ticks, name in _TYPES.items()},
    **{ticks * 3 // 2: (name, 1, False) for ticks, name in _TYPES.items() if ticks > 3},
    **{ticks * 2 // 3: (name, 0, True) for ticks, name in _TYPES.items()},
    1: ("64th", 0, True),
}
_FLAGS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4}


@dataclass
class Piece:
    """What is written as one note or rest: a note, or a part of one that is tied to the others.

    Attributes:
        index: of the note in the melody, or None for a rest.
        start: ticks from the beginning of the melody.
        ticks: length, a key of `VALUES`.
        tied_from, tied_to: whether the note begins before and goes on after this piece.
        beams: for each level "begin", "continue", "end", "forward hook" or "backward hook".
        bracket: "start" or "stop" at the ends of a triplet, else "".
    """

    index: int | None
    start: int
    ticks: int
    tied_from: bool = False
    tied_to: bool = False
    beams: tuple[str, ...] = ()
    bracket: str = ""

    @property
    def flags(self) -> int:
        return 0 if self.index is None else _FLAGS.get(VALUES[self.ticks][0], 0)


@dataclass(frozen=True)
class Bar:
    """A bar; the number of a pickup is 0."""

    number: int
    start: int
    pieces: list[Piece]


def to_ticks(beats: float) -> int:
    """Beats in ticks, to the nearest one."""
    return round(beats * TICKS_PER_BEAT)


def bars(melody: Melody) -> Iterator[Bar]:
    """Cut a tune into bars, at least one.

    The last bar is filled with rests, unless it is what the pickup lacks.
    """
    spans = _spans(melody)
    length, pickup = to_ticks(bar_beats(melody.time_signature)), to_ticks(melody.pickup)
    end = max((stop for _, _, stop in spans), default=0)
    number, start = (0, 0) if pickup else (1, 0)
    while start < max(end, pickup, 1):
        line = pickup if number == 0 else start + length
        stop = end if pickup and end - start == length - pickup else line
        pieces = list(_pieces(spans, start, stop, melody))
        _set_beams(
            pieces, start if number else start + pickup - length, to_ticks(pulse_beats(melody.time_signature))
        )
        _set_brackets(pieces)
        yield Bar(number, start, pieces)
        number, start = number + 1, line


def _spans(melody: Melody) -> list[tuple[int, int, int]]:
    """Index, start and end of each note, the end moved to the next one's start where they overlap."""
    starts = [to_ticks(note.start) for note in melody.notes]
    ends = [to_ticks(note.start + note.duration) for note in melody.notes]
    limits = [*starts[1:], math.inf]
    spans = [(n, start, min(ends[n], limits[n])) for n, start in enumerate(starts)]
    return [span for span in spans if span[2] > span[1]]


def _pieces(spans: list[tuple[int, int, int]], start: int, stop: int, melody: Melody) -> Iterator[Piece]:
    """The notes and rests from `start` to `stop`, each in as few values as can be read."""
    pulse = to_ticks(pulse_beats(melody.time_signature))
    at = start
    for index, begins, ends in [*spans, (None, stop, stop)]:
        if ends <= start or begins > stop:
            continue
        for value in _split(at - start, min(begins, stop) - at, pulse) if begins > at else ():
            yield Piece(None, at, value)
            at += value
        if index is None or begins >= stop:
            break
        for value in _split(at - start, min(ends, stop) - at, pulse):
            yield Piece(index, at, value, tied_from=at > begins, tied_to=at + value < ends)
            at += value


def _split(place: int, length: int, pulse: int) -> Iterator[int]:
    """Values that add up to a length: one if there is one, else such as end on beats, the longest first."""
    while length:
        values = [value for value in VALUES if value <= length]
        if length in VALUES:
            value = length
        else:
            value = next(
                max(fitting)
                for step in (pulse, 12, 6, 3, 1)
                if (fitting := [value for value in values if (place + value) % step == 0])
            )
        yield value
        place, length = place + value, length - value


def _set_beams(pieces: list[Piece], line: int, pulse: int) -> None:
    """Join what has flags within each beat; `line` is the bar line that beats are counted from."""
    beats = groupby(pieces, key=lambda piece: ((piece.start - line) // pulse, piece.flags > 0))
    for (_, flagged), group in beats:
        run = list(group)
        if not flagged or len(run) < 2:
            continue
        for n, piece in enumerate(run):
            piece.beams = tuple(_beam(run, n, level) for level in range(1, piece.flags + 1))


def _beam(run: list[Piece], n: int, level: int) -> str:
    before = n > 0 and run[n - 1].flags >= level
    after = n + 1 < len(run) and run[n + 1].flags >= level
    if before and after:
        return "continue"
    if before or after:
        return "end" if before else "begin"
    return "backward hook" if n else "forward hook"


def _set_brackets(pieces: list[Piece]) -> None:
    """Mark the ends of triplets: three of a value, or what fills the time of three."""
    first, filled = None, 0
    for n, piece in enumerate(pieces):
        if not VALUES[piece.ticks][2]:
            first = None
            continue
        if first is None:
            first, filled = n, 0
        filled += piece.ticks
        if n > first and filled % (3 * min(p.ticks for p in pieces[first : n + 1])) == 0:
            pieces[first].bracket, piece.bracket, first = "start", "stop", None
