"""Tunes out of MIDI files are read as a person would hear them, and lend rhythm and contour."""

import mido
import pytest

from multiart.errors import MultiartError
from multiart.io.midi import write_midi
from multiart.music.given import borrow, read_given, tune_of
from multiart.music.tune import REST, SCALES, Plan
from tests.music.songs import amazing_grace, greensleeves, little_star


def given_of(song, tmp_path):
    path = tmp_path / "tune.mid"
    write_midi(song, path, "id", "title")
    return read_given(str(path), "music.primer")


@pytest.mark.parametrize("song", [little_star(), amazing_grace(), greensleeves()])
def test_key_and_rhythm_are_read(song, tmp_path):
    given = given_of(song, tmp_path)
    assert given.tonic == song.tonic
    assert given.time_signature == "{}/{}".format(*song.time_signature)
    assert given.tempo_bpm == pytest.approx(song.tempo_bpm, rel=0.01)
    assert [p for p in given.pitches if p is not None] == [note.pitch for note in song.notes]
    assert sum(given.durations) / 24 == pytest.approx(song.duration, abs=0.2)


def test_the_mode_is_heard(tmp_path):
    assert given_of(little_star(), tmp_path).mode == "major"
    assert given_of(greensleeves(), tmp_path).mode in ("minor", "dorian")


def test_the_tune_itself_is_relative_to_its_tonic(tmp_path):
    tune = tune_of(given_of(little_star(), tmp_path), mode="major", time_signature="4/4")
    assert [event.pitch for event in tune.notes[:7]] == [0, 0, 7, 7, 9, 9, 7]
    assert sum(tune.phrases) == 42


def test_a_borrowed_tune_has_the_rhythm_and_contour_in_another_mode(tmp_path):
    given = given_of(little_star(), tmp_path)
    plan = Plan(mode="yu", time_signature="4/4", phrases=(7, 7))
    tune = borrow(given, plan)
    assert [e.duration for e in tune.notes[:13]] == [e.duration for e in given.events[:13]]
    assert {event.pitch % 12 for event in tune.notes} <= set(SCALES["yu"])
    assert tune.notes[-1].pitch % 12 == 0
    steps = zip(tune.notes, tune.notes[1:-1], strict=False)
    old = [e for e in given.events if e.pitch is not REST]
    for (a, b), (c, d) in zip(steps, zip(old, old[1:], strict=False), strict=False):
        assert (b.pitch - a.pitch) * (d.pitch - c.pitch) >= 0


def test_a_short_tune_is_gone_through_again(tmp_path):
    plan = Plan(mode="major", time_signature="4/4", phrases=(50, 50))
    assert len(borrow(given_of(little_star(), tmp_path), plan).notes) == 100


def midi_file(path, notes, *, channel=0, ticks=480, gap=0):
    midi = mido.MidiFile(ticks_per_beat=ticks)
    track = mido.MidiTrack()
    for pitch in notes:
        track.append(mido.Message("note_on", note=pitch, velocity=80, time=gap, channel=channel))
        track.append(mido.Message("note_off", note=pitch, time=480, channel=channel))
    midi.tracks.append(track)
    midi.save(path)


@pytest.mark.parametrize(
    "kind", ["missing", "folder", "empty", "text", "cut", "silent", "drums", "three", "10 hours"]
)
def test_what_is_no_tune_is_refused_in_one_line(kind, tmp_path):
    path = tmp_path / f"{kind}.mid"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("a poem")
    elif kind != "missing":
        notes = {"silent": [], "three": [60, 62, 64]}.get(kind, [60, 62, 64, 65] * 10)
        midi_file(
            path, notes, channel=9 if kind == "drums" else 0, gap=480 * 1800 if kind == "10 hours" else 0
        )
    if kind == "cut":
        path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(MultiartError, match=r"^music\.primer: [^\n]+$"):
        read_given(str(path), "music.primer")
