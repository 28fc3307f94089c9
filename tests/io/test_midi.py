import hashlib
from dataclasses import replace

import mido
import pytest

from multiart.errors import MultiartError
from multiart.io.midi import RELEASE, midi_bytes, read_tune_notes, write_midi
from multiart.music.accompaniment import accompany
from multiart.records import Note
from tests.music.songs import amazing_grace, greensleeves, little_star, quiet_night

SONGS = [little_star(), amazing_grace(), greensleeves(), quiet_night()]


def written(melody, folder, title="静夜思"):
    write_midi(melody, folder / "melody.mid", "0123abcd", title)
    return mido.MidiFile(folder / "melody.mid", charset="utf8")


def timed(track):
    """The messages of a track with their beat."""
    tick = 0
    for message in track:
        tick += message.time
        yield tick / 480, message


def of_type(midi, kind, track=0):
    return [(beat, message) for beat, message in timed(midi.tracks[track]) if message.type == kind]


@pytest.mark.parametrize("melody", SONGS)
def test_the_words_come_with_their_notes(melody, tmp_path):
    lyrics = of_type(written(melody, tmp_path), "lyrics")
    sung = [note for note in melody.notes if note.lyric]
    assert [message.text for _, message in lyrics] == [note.lyric for note in sung]
    assert [beat for beat, _ in lyrics] == pytest.approx([note.start for note in sung], abs=1 / 480)


@pytest.mark.parametrize("melody", SONGS)
def test_each_track_has_its_notes_and_program(melody, tmp_path):
    melody = accompany(melody, kind="block", energy=0.5)
    midi = written(melody, tmp_path)
    for number, (program, notes) in enumerate(
        [(melody.program, melody.notes), *((track.program, track.notes) for track in melody.accompaniment)], 1
    ):
        assert [message.program for _, message in of_type(midi, "program_change", number)] == [program]
        starts = [
            (beat, message.note, message.velocity)
            for beat, message in of_type(midi, "note_on", number)
            if message.velocity
        ]
        expected = sorted((note.start, note.pitch, note.velocity) for note in notes)
        assert [note[1:] for note in starts] == [note[1:] for note in expected]
        assert [note[0] for note in starts] == pytest.approx([note[0] for note in expected], abs=1 / 480)


def test_tempo_key_metre_and_id(tmp_path):
    midi = written(amazing_grace(), tmp_path)
    assert midi.ticks_per_beat == 480
    ((_, tempo),) = of_type(midi, "set_tempo")
    assert mido.tempo2bpm(tempo.tempo) == pytest.approx(84, abs=0.01)
    assert [message.key for _, message in of_type(midi, "key_signature")] == ["G"]
    metres = [(beat, m.numerator, m.denominator) for beat, m in of_type(midi, "time_signature")]
    assert metres == [(0, 1, 4), (1, 3, 4)]  # the pickup is a bar of its own
    assert [message.text for _, message in of_type(midi, "text")] == ["静夜思", "multiart 0123abcd"]


@pytest.mark.parametrize(
    ("tonic", "mode", "key"),
    [
        (9, "minor", "Am"),
        (2, "dorian", "C"),
        (9, "yu", "Am"),
        (10, "major", "Bb"),
        (6, "gong", "F#"),
        (3, "minor", "D#m"),
    ],
)
def test_keys(tonic, mode, key, tmp_path):
    midi = written(replace(little_star(), tonic=tonic, mode=mode), tmp_path)
    assert [message.key for _, message in of_type(midi, "key_signature")] == [key]


@pytest.mark.parametrize(
    ("pickup", "metre", "short"),
    [
        (0.5, (6, 8), (1, 8)),
        (1.5, (3, 4), (3, 8)),
        (2.0, (4, 4), (2, 4)),
        (1 / 3, (4, 4), (3, 32)),
        (0.25, (2, 4), (1, 16)),
    ],
)
def test_pickups(pickup, metre, short, tmp_path):
    midi = written(replace(little_star(), pickup=pickup, time_signature=metre), tmp_path)
    metres = [(m.numerator, m.denominator) for _, m in of_type(midi, "time_signature")]
    assert metres == [short, metre]


def test_the_file_stays_open_for_the_release(tmp_path):
    melody = little_star()
    assert written(melody, tmp_path).length >= melody.duration * 60 / melody.tempo_bpm + RELEASE


def test_the_same_melody_gives_the_same_bytes():
    made = accompany(quiet_night())
    assert midi_bytes(made, "x", "y") == midi_bytes(made, "x", "y")
    assert hashlib.sha256(midi_bytes(made, "x", "y")) != hashlib.sha256(midi_bytes(quiet_night(), "x", "y"))


@pytest.mark.parametrize("melody", SONGS)
def test_what_is_written_is_read_back(melody, tmp_path):
    write_midi(accompany(melody), tmp_path / "x.mid", "", "")
    notes, tempo, metre = read_tune_notes(tmp_path / "x.mid")
    assert [note.pitch for note in notes] == [note.pitch for note in melody.notes]
    for name in ("start", "duration"):
        expected = [getattr(note, name) for note in melody.notes]
        assert [getattr(note, name) for note in notes] == pytest.approx(expected, abs=2 / 480)
    assert (tempo, metre) == (pytest.approx(melody.tempo_bpm, abs=0.01), melody.time_signature)


def test_of_chords_the_highest_notes_are_the_tune(tmp_path):
    chords = [Note(pitch=p, start=n, duration=1.5) for n in range(4) for p in (60, 64, 67 + n)]
    write_midi(replace(little_star(), notes=tuple(chords), phrases=(12,)), tmp_path / "x.mid", "", "")
    notes, _, _ = read_tune_notes(tmp_path / "x.mid")
    assert [(note.pitch, note.start) for note in notes] == [(67 + n, n) for n in range(4)]
    assert [note.duration for note in notes] == pytest.approx([1, 1, 1, 1.5], abs=1 / 480)


def drums(path):
    track = mido.MidiTrack(
        [mido.Message("note_on", channel=9, note=40), mido.Message("note_off", channel=9, note=40, time=9)]
    )
    mido.MidiFile(tracks=[track]).save(path)


def hours(path):
    track = mido.MidiTrack(
        [mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=480 * 2 * 36000)]
    )
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(path)


@pytest.mark.parametrize(
    ("write", "complaint"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.write_bytes(b""), "not a MIDI file"),
        (lambda path: path.write_bytes(b"RIFF" + bytes(100)), "not a MIDI file"),
        (lambda path: path.write_bytes(midi_bytes(little_star(), "", "")[:200]), "not a MIDI file"),
        (
            lambda path: path.write_bytes(midi_bytes(replace(little_star(), notes=(), phrases=()), "", "")),
            "no notes",
        ),
        (drums, "only drums"),
        (hours, "lasts 600 minutes; a tune may last 30 at most"),
    ],
)
def test_what_is_no_tune_is_named(write, complaint, tmp_path):
    write(tmp_path / "x.mid")
    with pytest.raises(MultiartError, match=rf"x\.mid.*{complaint}"):
        read_tune_notes(tmp_path / "x.mid")


def test_damage_anywhere_is_an_error_or_a_tune(tmp_path):
    whole = bytearray(midi_bytes(accompany(quiet_night()), "id", "title"))
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        (tmp_path / "x.mid").write_bytes(damaged)
        try:
            read_tune_notes(tmp_path / "x.mid")
        except MultiartError as error:
            assert "x.mid" in str(error)
