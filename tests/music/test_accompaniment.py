from dataclasses import replace

import pytest

from multiart.music.accompaniment import KINDS, accompany
from multiart.music.tune import SCALES
from multiart.vocabulary import MODES
from tests.music.songs import amazing_grace, greensleeves, little_star, quiet_night

SONGS = [little_star(), amazing_grace(), greensleeves(), quiet_night()]


def notes_of(melody):
    return [note for track in melody.accompaniment for note in track.notes]


@pytest.mark.parametrize("melody", SONGS)
@pytest.mark.parametrize("kind", ["block", "arpeggio", "drone"])
@pytest.mark.parametrize("energy", [-0.8, -0.2, 0.1, 0.9])
def test_it_stays_below_and_behind_the_voice(melody, kind, energy):
    made = accompany(melody, kind=kind, energy=energy)
    assert made.notes == melody.notes
    assert len(made.accompaniment) == 2
    for note in notes_of(made):
        sung = [
            n
            for n in melody.notes
            if n.start < note.start + note.duration and n.start + n.duration > note.start
        ]
        assert all(note.pitch < other.pitch for other in sung)
        assert note.velocity < min(n.velocity for n in melody.notes)
        assert note.start >= melody.pickup
    assert made.duration == melody.duration  # neither cuts the voice off nor goes on after it


@pytest.mark.parametrize("melody", SONGS)
@pytest.mark.parametrize("kind", ["block", "arpeggio"])
def test_it_plays_the_chords_that_it_names(melody, kind):
    made = accompany(melody, kind=kind)
    starts = [start for start, _ in made.chords]
    assert starts[0] == melody.pickup and starts == sorted(set(starts))
    bass = [note for note in made.accompaniment[0].notes if note.start in starts]
    for (_, name), note in zip(made.chords, bass, strict=True):
        root = name.rstrip("m5")
        assert note.pitch % 12 == {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[
            root[0]
        ] + root.count("#")


def test_auto_goes_by_mode_and_energy():
    def made(melody, energy):
        return [track.name for track in accompany(melody, energy=energy).accompaniment], bool(
            accompany(melody, energy=energy).chords
        )

    assert made(quiet_night(), 0.5) == (["drone", "fifths"], False)
    assert made(replace(little_star(), mode="mixolydian"), -0.5) == (["drone", "fifths"], False)
    assert made(replace(little_star(), mode="mixolydian"), 0.5) == (["bass", "chords"], True)
    assert accompany(little_star(), energy=-0.1) == accompany(little_star(), kind="arpeggio", energy=-0.1)
    assert accompany(little_star(), energy=0) == accompany(little_star(), kind="block", energy=0)


@pytest.mark.parametrize("mode", MODES)
def test_a_drone_is_of_tonic_and_a_fifth_or_fourth_in_the_scale(mode):
    made = accompany(replace(little_star(), mode=mode), kind="drone")
    tones = {note.pitch % 12 for note in notes_of(made)}
    assert 0 in tones and len(tones) == 2 and tones <= set(SCALES[mode]) and tones & {5, 7}


def test_lively_bass_and_chord_take_turns_and_calm_ones_hold():
    lively = accompany(little_star(), kind="block", energy=0.8)
    bass, chords = (track.notes for track in lively.accompaniment)
    assert {note.start % 2 for note in bass} == {0} and {note.start % 2 for note in chords} == {1}
    calm = accompany(little_star(), kind="block", energy=0.1)
    assert len(notes_of(calm)) < len(notes_of(lively))
    jig = accompany(greensleeves(), kind="block", energy=0.8)
    assert {(note.start - 0.5) % 1.5 for note in jig.accompaniment[1].notes} == {1}


def test_a_deep_voice_keeps_the_chords_out_of_its_way():
    deep = replace(little_star(), notes=tuple(replace(n, pitch=n.pitch - 24) for n in little_star().notes))
    for note in notes_of(accompany(deep, kind="block")):
        assert note.pitch < 45
    assert accompany(replace(deep, notes=tuple(replace(n, pitch=20) for n in deep.notes))).accompaniment == ()


def test_none_and_what_has_no_full_bar():
    made = accompany(accompany(little_star()), kind="none")
    assert made == little_star()
    short = replace(amazing_grace(), notes=amazing_grace().notes[:1], phrases=(1,))
    assert accompany(short) == short
    empty = replace(short, notes=(), phrases=())
    assert all(accompany(empty, kind=kind) == empty for kind in KINDS)


def test_a_wrong_kind_and_energy_are_named():
    with pytest.raises(ValueError, match="music.accompaniment 'blok'.*'block'"):
        accompany(little_star(), kind="blok")
    with pytest.raises(ValueError, match="energy must be from -1 to 1, got 2"):
        accompany(little_star(), energy=2)
