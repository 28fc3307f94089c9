from dataclasses import replace

import pytest

from multiart.music.harmony import Chord, bar_beats, chord_tone_ratio, harmonise, pulse_beats
from multiart.music.keys import key_fifths
from multiart.music.tune import SCALES
from multiart.records import Note
from multiart.vocabulary import MODES
from tests.music.songs import amazing_grace, greensleeves, little_star, quiet_night


def names(melody):
    fifths = key_fifths(melody.tonic, melody.mode)
    return [chord.name(fifths) for _, chord in harmonise(melody)]


def test_a_well_known_tune_gets_its_chords():
    found = dict(harmonise(little_star()))
    assert found[0.0] == Chord(root=0)
    assert found[4.0] == Chord(root=5)  # "little" under A
    assert set(names(little_star())) <= {"C", "F", "G", "Am", "Dm"}
    assert names(little_star())[-2:] == ["G", "C"]


@pytest.mark.parametrize("melody", [little_star(), amazing_grace(), greensleeves(), quiet_night()])
def test_most_of_the_tune_is_in_its_chords(melody):
    assert chord_tone_ratio(melody, harmonise(melody)) > 0.7


def test_it_ends_on_the_tonic_where_the_tune_does():
    assert harmonise(amazing_grace())[-1][1] == Chord(root=7)
    assert harmonise(quiet_night())[-1][1] == Chord(root=9, quality="5")


def test_the_first_chord_comes_with_the_first_full_bar():
    assert harmonise(amazing_grace())[0] == (1.0, Chord(root=7))
    assert all((start - 1.0) % 3 == 0 for start, _ in harmonise(amazing_grace()))


def test_a_raised_seventh_gets_the_major_dominant():
    assert "B" in names(greensleeves())


@pytest.mark.parametrize("mode", MODES)
def test_chords_are_of_the_mode(mode):
    scale = SCALES[mode]
    notes = tuple(Note(pitch=60 + scale[n % len(scale)], start=n, duration=1) for n in range(32))
    melody = replace(little_star(), notes=notes, phrases=(8, 8, 8, 8), mode=mode)
    allowed = set(scale) | ({11} if mode == "minor" else set())
    for _, chord in harmonise(melody):
        assert set(chord.tones) <= allowed


def test_a_tune_that_is_all_pickup_has_no_chords():
    short = replace(amazing_grace(), notes=amazing_grace().notes[:1], phrases=(1,))
    assert harmonise(short) == []
    assert harmonise(replace(short, notes=(), phrases=())) == []


def test_names_are_spelt_in_the_key():
    assert Chord(root=10).name(-1) == "Bb"
    assert Chord(root=6, quality="m").name(2) == "F#m"


def test_bars_and_pulses():
    assert [bar_beats(m) for m in ((2, 4), (6, 8), (9, 8))] == [2, 3, 4.5]
    assert [pulse_beats(m) for m in ((2, 4), (6, 8), (3, 8), (2, 2))] == [1, 1.5, 1.5, 2]
