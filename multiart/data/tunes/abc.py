"""A reader of ABC notation for one voice: https://abcnotation.com/wiki/abc:standard:v2.1.

It reads what folk collections use: keys with modes and explicit accidentals, accidentals that last to the end
of the bar, ties, tuplets, broken rhythm, chords (their highest note), inline changes of key, metre and unit.
Repeats are not played out: of two endings the first is left out. Grace notes, decorations and texts are too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ORDER_OF_SHARPS = "FCGDAEB"
SHARPS_OF_MODE = {
    "ion": 0,
    "maj": 0,
    "mix": -1,
    "dor": -2,
    "aeo": -3,
    "min": -3,
    "phr": -4,
    "loc": -5,
    "lyd": 1,
}
WRITTEN_METERS = {"C": "4/4", "c": "4/4", "C|": "2/2"}
TUPLET_BEATS = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # notes: in the time of; others 3 in compound time, else 2
COMPOUND_METERS = ("3/8", "6/8", "9/8", "12/8")
KEPT_IN_BODY = "KML"

_FIELD = re.compile(r"^[A-Za-z]:(?![:|])")  # "A:|" is a note at the end of a repeat
_KEY = re.compile(r"([A-G])\s*([#b]?)\s*([A-Za-z]*)")
_NOTE = re.compile(r"(?P<acc>[\^_=]*)(?P<letter>[A-Ga-g])(?P<octave>[,']*)(?P<length>\d*/*\d*)")
_TOKEN = re.compile(
    r"""
    (?P<text>"[^"]*") | (?P<decoration>![^!\n]*!|\+[^+\n]*\+) | \[(?P<inline>[A-Za-z]:[^\]]*)\]
  | (?P<grace>\{[^}]*\})
  | (?P<bar>:?\|+[\]:|]*\s?(?:\[?[12](?:,\d)*)?|::|\[\||\[[12])
  | \((?P<tuplet>\d(?::\d?(?::\d?)?)?)
  | \[(?P<chord>(?:[\^_=]*[A-Ga-g][,']*[0-9/]*)+)\](?P<chord_length>[0-9/]*)
  | (?P<rest>[xz])(?P<rest_length>\d*/*\d*) | (?P<bars_of_rest>Z)
  | (?P<note>[\^_=]*[A-Ga-g][,']*\d*/*\d*)
  | (?P<broken><+|>+) | (?P<tie>-) | .
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass
class AbcNote:
    """A note or, without a pitch, a rest.

    Attributes:
        pitch: MIDI number, or None.
        onset, duration: in quarter notes.
        line: number of the line of music it stands in; a line that ends in a backslash goes on in the next.
    """

    pitch: int | None
    onset: Fraction
    duration: Fraction
    line: int


@dataclass(frozen=True, kw_only=True)
class AbcTune:
    """A tune as written.

    Attributes:
        title: the first one.
        tonic: pitch class, 0 is C.
        meter: such as ``"6/8"``, or whatever else is written.
        notes: without repeats, ties joined.
        bars: onset of every bar in quarter notes; the first may be a pick-up.
        changes: whether key or metre change on the way.
    """

    title: str
    tonic: int
    meter: str
    notes: tuple[AbcNote, ...]
    bars: tuple[Fraction, ...]
    changes: bool


def split_tunes(text: str) -> list[str]:
    """The tunes of a tune book, each from its ``X:`` field on."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [part for part in re.split(r"(?m)^(?=X:)", text) if part.startswith("X:")]


def read_tune(text: str) -> AbcTune:
    """Read one tune.

    Raises:
        ValueError: without a key or notes, with several voices, or with rests of whole bars.
    """
    header, lines = split_fields(text)
    if "K" not in header:
        raise ValueError("the tune has no key")
    voices = {value.split()[0] for value in header.get("V", []) if value}
    if len(voices) > 1 or any("[V:" in line for line in lines):
        raise ValueError("the tune has several voices")
    reader = _Reader(key=header["K"][-1], meter=header.get("M", [""])[-1], unit=header.get("L", [""])[-1])
    for line in lines:
        reader.read(line)
    if not reader.notes:
        raise ValueError("the tune has no notes")
    return AbcTune(
        title=header.get("T", [""])[0],
        tonic=reader.tonic,
        meter=reader.meter,
        notes=tuple(reader.notes),
        bars=tuple(reader.bars),
        changes=reader.changes,
    )


def split_fields(text: str) -> tuple[dict[str, list[str]], list[str]]:
    """The header's fields, and the lines of music with the fields between them written inline."""
    header: dict[str, list[str]] = {}
    music: list[str] = []
    for line in text.split("\n"):
        if line.startswith("%"):
            continue
        line = re.sub(r"(?<!\\)%.*", "", line)
        if "K" not in header:
            if _FIELD.match(line):
                header.setdefault(line[0], []).append(line[2:].strip())
        elif not line.strip():
            if music:
                break
        elif not _FIELD.match(line):
            music.append(line)
        elif line[0] in KEPT_IN_BODY:
            music.append(f"[{line.strip()}]\\")
        elif line[0] == "V":
            header.setdefault("V", []).append(line[2:].strip())
    return header, music


def read_key(text: str) -> tuple[int, dict[str, int]]:
    """Pitch class of the tonic, and the sharps (1) and flats (-1) by letter.

    Raises:
        ValueError: if it is not written as a key.
    """
    if text.lower().startswith("hp"):  # the Highland bagpipe's scale
        return NATURALS["A"], {"F": 1, "C": 1}
    match = _KEY.match(text)
    if not match:
        raise ValueError(f"not a key: {text!r}")
    letter, sign, word = match.groups()
    word = word.lower()
    mode = "min" if word == "m" else word[:3] if word[:3] in SHARPS_OF_MODE else "maj"
    accidental = {"#": 1, "b": -1, "": 0}[sign]
    sharps = ORDER_OF_SHARPS.index(letter) - 1 + 7 * accidental + SHARPS_OF_MODE[mode]
    signature = {name: 1 for name in ORDER_OF_SHARPS[: max(0, sharps)]}
    signature |= {name: -1 for name in ORDER_OF_SHARPS[::-1][: max(0, -sharps)]}
    explicit = re.findall(r"([\^_=])([a-gA-G])", text[match.end() :])
    signature |= {name.upper(): {"^": 1, "_": -1, "=": 0}[mark] for mark, name in explicit}
    return (NATURALS[letter] + accidental) % 12, signature


def read_length(text: str) -> Fraction:
    """A note's length in units: ``"3"``, ``"/2"``, ``"3/2"``, ``"/"``, ``"//"``.

    Raises:
        ValueError: for a division by nothing.
    """
    over, slash, under = text.partition("/")
    length = Fraction(int(over or 1))
    if not slash:
        return length
    halvings = 1 + len(under) - len(under.lstrip("/"))
    divisor = int(under.lstrip("/") or 2**halvings)
    if divisor == 0:
        raise ValueError(f"not a length: {text!r}")
    return length / divisor


class _Reader:
    """Reads lines of music; the state of a tune on the way."""

    def __init__(self, *, key: str, meter: str, unit: str) -> None:
        self.tonic, self.signature = read_key(key)
        self.meter = WRITTEN_METERS.get(meter, meter)
        self.unit = self._unit(unit)
        self.notes: list[AbcNote] = []
        self.bars = [Fraction(0)]
        self.changes = False
        self.time = Fraction(0)
        self.line = 0
        self.accidentals: dict[str, int] = {}
        self.in_first_ending = False
        self.tied = False
        self.broken = ""
        self.tuplet = (0, Fraction(1))  # notes left of it, and what their lengths are multiplied with
        self.added = Fraction(0)  # length of the last note alone, without what it was tied to

    def read(self, line: str) -> None:
        for match in _TOKEN.finditer(line):
            self._take(match)
        if not line.rstrip().endswith("\\"):
            self.line += 1

    def _take(self, match: re.Match) -> None:
        if match["bar"]:
            self._bar(match["bar"])
        elif match["inline"]:
            self._change(match["inline"][0], match["inline"][2:].strip())
        elif match["bars_of_rest"]:
            raise ValueError("the tune has rests of whole bars")
        elif self.in_first_ending:
            return
        elif match["note"]:
            self._add(*self._pitch_and_length(_NOTE.match(match["note"])))
        elif match["rest"]:
            self._add(None, read_length(match["rest_length"]))
        elif match["chord"]:
            notes = [self._pitch_and_length(note) for note in _NOTE.finditer(match["chord"])]
            highest = max(pitch for pitch, _ in notes)
            self._add(highest, notes[0][1] * read_length(match["chord_length"]))
        elif match["tuplet"]:
            self._start_tuplet(match["tuplet"])
        elif match["broken"]:
            self.broken = match["broken"]
        elif match["tie"]:
            self.tied = True

    def _bar(self, text: str) -> None:
        """End a bar; ``|1`` opens the first ending, and ``:|``, ``||`` or ``|2`` closes it."""
        closes = text.startswith(":") or "2" in text or "||" in text or "|]" in text
        self.in_first_ending = "1" in text or (self.in_first_ending and not closes)
        self.accidentals = {}
        self.tuplet = (0, Fraction(1))
        if not self.in_first_ending and self.time > self.bars[-1]:
            self.bars.append(self.time)

    def _change(self, field: str, value: str) -> None:
        if field == "K":
            signature = read_key(value)[1]
            self.changes |= signature != self.signature
            self.signature = signature
        elif field == "M":
            self.changes |= WRITTEN_METERS.get(value, value) != self.meter
        elif field == "L":
            self.unit = self._unit(value)

    def _pitch_and_length(self, match: re.Match) -> tuple[int, Fraction]:
        letter = match["letter"].upper()
        octaves = match["letter"].islower() + match["octave"].count("'") - match["octave"].count(",")
        natural = 60 + NATURALS[letter] + 12 * octaves
        if match["acc"]:
            self.accidentals[letter] = match["acc"].count("^") - match["acc"].count("_")
        altered = self.accidentals.get(letter, self.signature.get(letter, 0))
        before = self.notes[-1] if self.notes else None
        over_bar = self.tied and before is not None and before.onset < self.bars[-1] <= self.time
        if over_bar and not match["acc"] and before.pitch is not None and abs(before.pitch - natural) <= 1:
            return before.pitch, read_length(match["length"])  # a tie carries an accidental over the bar line
        return natural + altered, read_length(match["length"])

    def _add(self, pitch: int | None, length: Fraction) -> None:
        length *= self.unit
        left, factor = self.tuplet
        if left:
            length *= factor
            self.tuplet = (left - 1, factor)
        if self.broken and self.notes:
            length = self._break(length)
        self.broken = ""
        before = self.notes[-1] if self.notes else None
        joined = self.tied if pitch is not None else before is not None and before.onset >= self.bars[-1]
        if joined and before is not None and before.pitch == pitch:
            before.duration += length
        else:
            self.notes.append(AbcNote(pitch, self.time, length, self.line))
        self.added = length
        self.time += length
        self.tied = False

    def _break(self, length: Fraction) -> Fraction:
        """Broken rhythm: ``a>b`` gives the first what the second loses, ``a<b`` the other way round."""
        share = Fraction(1, 2 ** len(self.broken))
        change = self.added * (1 - share) * (1 if self.broken[0] == ">" else -1)
        self.notes[-1].duration += change
        self.time += change
        return length * (share if self.broken[0] == ">" else 2 - share)

    def _start_tuplet(self, text: str) -> None:
        given = [int(number) if number else None for number in text.split(":")] + [None, None]
        notes = given[0]
        usual = TUPLET_BEATS.get(notes, 3 if self.meter in COMPOUND_METERS else 2)
        if notes >= 2:
            self.tuplet = (given[2] or notes, Fraction(given[1] or usual, notes))

    def _unit(self, text: str) -> Fraction:
        """The length of a note without a number, in quarter notes."""
        if re.fullmatch(r"\d+/[1-9]\d*", text):
            return Fraction(text) * 4
        meter = re.fullmatch(r"(\d+)/([1-9]\d*)", self.meter)
        short = meter is not None and Fraction(self.meter) < Fraction(3, 4)
        return Fraction(1, 4) if short else Fraction(1, 2)


def read_book(text: str) -> Iterator[AbcTune]:
    """The tunes of a tune book that can be read."""
    for part in split_tunes(text):
        try:
            yield read_tune(part)
        except ValueError:
            continue
