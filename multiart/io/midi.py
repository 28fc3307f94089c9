"""Melodies as MIDI files: written with words, and read as tunes to go on from.

Time starts with the first note. A pickup is a first bar of its own, as short as it is, so that every program
draws the bar lines where they belong. A pedal-up message some seconds after the last note keeps the file open
while instruments fade.
"""

import io
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

from multiart.errors import MultiartError
from multiart.io.atomic import atomic_write
from multiart.music.keys import PARENTS, key_fifths
from multiart.records import Melody, Note

TICKS = 480  # a quarter note
RELEASE = 2.0  # seconds kept after the last note
LONGEST = 30  # minutes of a tune to read
LEGATO = 1 / 8  # beats by which notes that follow each other may overlap
DRUMS = 9  # their channel


def write_midi(melody: Melody, path: str | Path, work_id: str, title: str) -> None:
    """Write `midi_bytes` in one step.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    atomic_write(path, midi_bytes(melody, work_id, title))


def midi_bytes(melody: Melody, work_id: str, title: str) -> bytes:
    """A melody with its accompaniment as a MIDI file; the same melody gives the same bytes.

    Args:
        melody: the tune goes on the first track after that of tempo, key, metre and words.
        work_id, title: written as text events at the beginning. All text is UTF-8.

    Returns:
        A file of format 1, with one lyric event for each syllable at the time of its note.
    """
    import pretty_midi

    midi = pretty_midi.PrettyMIDI(resolution=TICKS, initial_tempo=melody.tempo_bpm, charset="utf8")
    second = 60 / melody.tempo_bpm
    midi.text_events = [pretty_midi.Text(title, 0), pretty_midi.Text(f"multiart {work_id}", 0)]
    midi.key_signature_changes = [pretty_midi.KeySignature(_key_number(melody), 0)]
    midi.time_signature_changes = [
        pretty_midi.TimeSignature(count, unit, beat * second) for beat, count, unit in _metres(melody)
    ]
    midi.lyrics = [pretty_midi.Lyric(note.lyric, note.start * second) for note in melody.notes if note.lyric]
    voice = ("voice", melody.program, melody.notes)
    for name, program, notes in (voice, *((t.name, t.program, t.notes) for t in melody.accompaniment)):
        instrument = pretty_midi.Instrument(program, name=name)
        instrument.notes = [
            pretty_midi.Note(n.velocity, n.pitch, n.start * second, (n.start + n.duration) * second)
            for n in notes
        ]
        pedal_up = pretty_midi.ControlChange(64, 0, melody.duration * second + RELEASE)
        instrument.control_changes = [pedal_up]
        midi.instruments.append(instrument)
    buffer = io.BytesIO()
    midi.write(buffer)
    return buffer.getvalue()


def read_tune_notes(path: str | Path) -> tuple[list[Note], float, tuple[int, int]]:
    """Read the tune of a MIDI file: the highest notes of its highest instrument, one at a time.

    Args:
        path: a file of at most `LONGEST` minutes, with notes of another instrument than drums.

    Returns:
        The notes in beats from the beginning of the file, the tempo in quarter notes a minute, and the time
        signature; of several, those that hold longest.

    Raises:
        MultiartError: if there is no such file, or it is none of that kind.
    """
    midi, minutes = _parsed(Path(path))
    if minutes > LONGEST:
        raise MultiartError(f"{path} lasts {minutes:.0f} minutes; a tune may last {LONGEST} at most.")
    notes = _skyline(_tune_track(midi))
    if not notes:
        raise MultiartError(
            f"{path} holds no notes, or only drums; a tune needs notes of another instrument."
        )
    return notes, *_tempo_and_metre(midi)


def _key_number(melody: Melody) -> int:
    """The number pretty_midi has for a key: 0 to 11 major, 12 to 23 minor; other modes by their signature."""
    if PARENTS[melody.mode] == PARENTS["minor"]:
        return 12 + melody.tonic
    return key_fifths(melody.tonic, melody.mode) * 7 % 12


def _metres(melody: Melody) -> list[tuple[float, int, int]]:
    """Beat, count and unit of each change of metre."""
    metre = melody.time_signature
    if not melody.pickup:
        return [(0.0, *metre)]
    short = Fraction(melody.pickup / 4).limit_denominator(32)
    unit = max(short.denominator, metre[1])
    if unit & (unit - 1):  # triplets: to the nearest 32nd
        short, unit = Fraction(round(melody.pickup * 8), 32), 32
    return [(0.0, max(1, int(short * unit)), unit), (melody.pickup, *metre)]


def _parsed(path: Path) -> Any:
    import mido

    try:
        data = path.read_bytes()
    except OSError as error:
        raise MultiartError(f"cannot read {path}: {error.strerror}") from error
    try:
        midi = mido.MidiFile(file=io.BytesIO(data), clip=True)
        if midi.type == 2 or midi.ticks_per_beat <= 0:
            raise ValueError("its time is not in beats")
        return midi, midi.length / 60
    except (ValueError, EOFError, LookupError, TypeError, OSError, mido.KeySignatureError) as error:
        raise MultiartError(
            f"{path} is not a MIDI file that can be read: {error or 'it is cut short'}."
        ) from error


def _tune_track(midi: Any) -> list[Note]:
    """The notes of the highest instrument, of those with a quarter of the fullest one's notes or more."""
    parts: dict[tuple[int, int], list[Note]] = {}
    for number, track in enumerate(midi.tracks):
        for channel, notes in _notes_by_channel(track, midi.ticks_per_beat).items():
            parts[number, channel] = notes
    parts = {key: notes for key, notes in parts.items() if key[1] != DRUMS}
    fullest = max(map(len, parts.values()), default=0)
    full = [notes for notes in parts.values() if len(notes) * 4 >= fullest]
    return max(full, key=lambda notes: median(note.pitch for note in notes), default=[])


def _notes_by_channel(track: Any, ticks_per_beat: int) -> dict[int, list[Note]]:
    parts: dict[int, list[Note]] = {}
    sounding: dict[tuple[int, int], tuple[int, int]] = {}
    tick = 0
    for message in track:
        tick += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        key = message.channel, message.note
        if key in sounding:
            start, velocity = sounding.pop(key)
            if tick > start:
                beats = start / ticks_per_beat, (tick - start) / ticks_per_beat
                note = Note(pitch=message.note, start=beats[0], duration=beats[1], velocity=velocity)
                parts.setdefault(message.channel, []).append(note)
        if message.type == "note_on" and message.velocity:
            sounding[key] = tick, message.velocity
    return parts


def _skyline(notes: list[Note]) -> list[Note]:
    """One note at a time: the next cuts off what sounds, unless it is lower and comes long before its end."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda note: (note.start, -note.pitch)):
        overlap = line[-1].start + line[-1].duration - note.start if line else 0
        if overlap > 0:
            if note.start == line[-1].start or (note.pitch < line[-1].pitch and overlap > LEGATO):
                continue
            line[-1] = replace(line[-1], duration=note.start - line[-1].start)
        line.append(note)
    return line


def _tempo_and_metre(midi: Any) -> tuple[float, tuple[int, int]]:
    """The tempo and the metre that hold longest."""
    tempos, metres = Counter(), Counter()
    tempo, metre = 500_000, (4, 4)  # microseconds a quarter note; what holds where nothing is said
    from mido import merge_tracks

    for message in merge_tracks(midi.tracks):
        tempos[tempo] += message.time
        metres[metre] += message.time
        if message.type == "set_tempo":
            tempo = message.tempo
        elif message.type == "time_signature":
            metre = message.numerator, message.denominator
    return 6e7 / tempos.most_common(1)[0][0], metres.most_common(1)[0][0]
