"""Melodies as MusicXML lead sheets: the tune, its words under the notes, chord symbols above."""

import re
from collections.abc import Sequence
from statistics import median
from xml.etree.ElementTree import Element, SubElement, tostring

from multiart.io.notation import VALUES, Bar, Piece, bars, to_ticks
from multiart.music.harmony import pulse_beats
from multiart.music.keys import PARENTS, altered_in_key, key_fifths, spell
from multiart.music.tune import TICKS_PER_BEAT
from multiart.records import Melody, Note

LOW = 57  # tunes with a lower middle pitch are written in the bass clef
_KINDS = {"": "major", "m": "minor", "5": "power"}
_ALTERS = {"": 0, "#": 1, "b": -1}
_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_CHORD = re.compile("([A-G])([#b]?)(.*)")
CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def musicxml(melody: Melody, title: str) -> str:
    """Write a melody as a MusicXML 4.0 document; the same melody gives the same text.

    The note of index n has the id ``note-n``. Times are rounded to a 24th of a beat. A pickup is bar 0.

    Args:
        melody: its accompaniment is not written.
        title: of the sheet.
    """
    root = Element("score-partwise", version="4.0")
    _add(_add(root, "work"), "work-title", title)
    _add(_add(_add(root, "identification"), "encoding"), "software", "multiart")
    _add(_add(_add(root, "part-list"), "score-part", id="P1"), "part-name", "")
    part, words = _add(root, "part", id="P1"), words_of(melody.notes)
    for bar in bars(melody):
        implicit = {"implicit": "yes"} if bar.number == 0 else {}
        measure = _add(part, "measure", number=str(bar.number), **implicit)
        if len(part) == 1:
            _open(measure, melody)
        accidentals = _accidentals(melody, bar)
        for piece in bar.pieces:
            _add_chords(measure, melody, piece)
            _add_piece(measure, melody, piece, words, accidentals)
    _add(_add(part[-1], "barline", location="right"), "bar-style", "light-heavy")
    return _HEADER + tostring(root, encoding="unicode") + "\n"


def words_of(notes: Sequence[Note]) -> list[tuple[str, str] | None]:
    """For each note its syllable without blanks and hyphen, and MusicXML's word for its place in the word.

    Returns:
        "single", "begin", "middle" or "end" with each syllable; ``("", "")`` where one is drawn on; None
        where nothing is sung.
    """
    words, inside = [], False
    for note in notes:
        text = (note.lyric or "").strip()
        if not text:
            words.append(None if note.lyric is None or not any(words) else ("", ""))
            continue
        goes_on = text.endswith("-") and text.strip("-") != ""
        syllabic = ("middle" if inside else "begin") if goes_on else ("end" if inside else "single")
        words.append((text.rstrip("-") if goes_on else text, syllabic))  # the engraver sets the hyphen
        inside = goes_on
    return words


def _add(parent: Element, tag: str, content: str | int | None = None, **attributes: str) -> Element:
    child = SubElement(parent, tag, attributes)
    child.text = None if content is None else _NOT_XML.sub("", str(content))
    return child


def _open(measure: Element, melody: Melody) -> None:
    attributes = _add(measure, "attributes")
    _add(attributes, "divisions", TICKS_PER_BEAT)
    key = _add(attributes, "key")
    _add(key, "fifths", key_fifths(melody.tonic, melody.mode))
    modes = {PARENTS[mode]: mode for mode in ("major", "minor", "dorian", "mixolydian")}
    _add(key, "mode", modes.get(PARENTS[melody.mode], "none"))
    time = _add(attributes, "time")
    for tag, number in zip(("beats", "beat-type"), melody.time_signature, strict=True):
        _add(time, tag, number)
    low = bool(melody.notes) and median(note.pitch for note in melody.notes) < LOW
    clef = _add(attributes, "clef")
    _add(clef, "sign", "F" if low else "G")
    _add(clef, "line", 4 if low else 2)
    direction = _add(measure, "direction", placement="above")
    metronome = _add(_add(direction, "direction-type"), "metronome")
    pulse = pulse_beats(melody.time_signature)
    value, dots, _ = VALUES[to_ticks(pulse)]
    _add(metronome, "beat-unit", value)
    if dots:
        _add(metronome, "beat-unit-dot")
    _add(metronome, "per-minute", round(melody.tempo_bpm / pulse))
    _add(direction, "sound", tempo=f"{melody.tempo_bpm:g}")


def _add_chords(measure: Element, melody: Melody, piece: Piece) -> None:
    """The chords that begin while a piece sounds, before it."""
    for beat, name in melody.chords:
        offset = to_ticks(beat) - piece.start
        if not 0 <= offset < piece.ticks:
            continue
        step, alter, quality = _CHORD.fullmatch(name).groups()
        harmony = _add(measure, "harmony")
        root = _add(harmony, "root")
        _add(root, "root-step", step)
        if alter:
            _add(root, "root-alter", _ALTERS[alter])
        _add(harmony, "kind", _KINDS[quality], text=quality)
        if offset:
            _add(harmony, "offset", offset)


def _accidentals(melody: Melody, bar: Bar) -> dict[int, str]:
    """By a piece's start the accidental that it needs after the signature and what stands before it."""
    fifths = key_fifths(melody.tonic, melody.mode)
    altered: dict[tuple[str, int], int] = {}
    needed = {}
    for piece in bar.pieces:
        if piece.index is None or piece.tied_from:
            continue
        pitch = melody.notes[piece.index].pitch
        step, alter, octave = spell(pitch, fifths)
        if altered.get((step, octave), altered_in_key(step, fifths)) != alter:
            needed[piece.start] = _ACCIDENTALS[alter]
        altered[step, octave] = alter
    return needed


def _add_piece(
    measure: Element,
    melody: Melody,
    piece: Piece,
    words: list[tuple[str, str] | None],
    accidentals: dict[int, str],
) -> None:
    value, dots, triplet = VALUES[piece.ticks]
    first = piece.index is not None and not piece.tied_from
    note = _add(measure, "note", **({"id": f"note-{piece.index}"} if first else {}))
    if piece.index is None:
        _add(note, "rest")
    else:
        step, alter, octave = spell(melody.notes[piece.index].pitch, key_fifths(melody.tonic, melody.mode))
        pitch = _add(note, "pitch")
        _add(pitch, "step", step)
        if alter:
            _add(pitch, "alter", alter)
        _add(pitch, "octave", octave)
    _add(note, "duration", piece.ticks)
    ties = ["stop"] * piece.tied_from + ["start"] * piece.tied_to
    for tie in ties:
        _add(note, "tie", type=tie)
    _add(note, "type", value)
    for _ in range(dots):
        _add(note, "dot")
    if piece.start in accidentals:
        _add(note, "accidental", accidentals[piece.start])
    if triplet:
        modification = _add(note, "time-modification")
        _add(modification, "actual-notes", 3)
        _add(modification, "normal-notes", 2)
    for level, beam in enumerate(piece.beams, 1):
        _add(note, "beam", beam, number=str(level))
    slurs = _slurs(words, piece)
    if ties or piece.bracket or slurs:
        notations = _add(note, "notations")
        for tie in ties:
            _add(notations, "tied", type=tie)
        for slur in slurs:
            _add(notations, "slur", type=slur, number="1")
        if piece.bracket:
            _add(notations, "tuplet", type=piece.bracket)
    if first and words[piece.index] and words[piece.index][0]:
        _add_lyric(note, words, piece.index)


def _add_lyric(note: Element, words: list[tuple[str, str] | None], index: int) -> None:
    text, syllabic = words[index]
    lyric = _add(note, "lyric", number="1")
    _add(lyric, "syllabic", syllabic)
    _add(lyric, "text", text)
    # Over two notes a slur says enough, and the line would often be no longer than a full stop.
    long = _drawn_on(words, index) and _drawn_on(words, index + 1)
    if long and syllabic in ("single", "end") and not CHINESE.search(text):
        _add(lyric, "extend")


def _drawn_on(words: list[tuple[str, str] | None], index: int) -> bool:
    """Whether the syllable of a note is drawn over the next one."""
    return index + 1 < len(words) and words[index + 1] == ("", "")


def _slurs(words: list[tuple[str, str] | None], piece: Piece) -> list[str]:
    """Where a slur over a syllable of several notes ends and begins."""
    if piece.index is None or words[piece.index] is None:
        return []
    inside, goes_on = words[piece.index] == ("", ""), _drawn_on(words, piece.index)
    stops = inside and not goes_on and not piece.tied_to
    starts = not inside and goes_on and not piece.tied_from
    return ["stop"] * stops + ["start"] * starts
