"""Tunes and syllables become a melody that a voice can sing."""

import pytest

from multiart.music.singing import VOICE, place_tonic, sing, singable_tempo
from multiart.music.syllables import join_lyrics, syllables_of
from multiart.music.tune import REST, Event, Tune

GIVEN = {"tonic": 60, "tempo_bpm": 90.0, "velocity": 80, "program": 73}


def tune_of(pitches, durations, phrases, *, pickup=0, mode="major"):
    events = tuple(Event(pitch=p, duration=d) for p, d in zip(pitches, durations, strict=True))
    return Tune(mode=mode, time_signature="4/4", events=events, phrases=phrases, pickup=pickup)


SCALE = tune_of([0, 2, 4, 5, 7, 9, 11, 12], [24] * 7 + [72], (4, 4), pickup=24)


def test_each_note_has_its_syllable_and_place():
    words = syllables_of("The moon is up above the sea")
    melody = sing([(SCALE, words)], **GIVEN)
    assert [note.pitch for note in melody.notes] == [60, 62, 64, 65, 67, 69, 71, 72]
    assert [note.start for note in melody.notes] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert join_lyrics(note.lyric for note in melody.notes) == "The moon is up above the sea"
    assert (melody.pickup, melody.time_signature, melody.phrases) == (1.0, (4, 4), (4, 4))


def test_a_second_strophe_begins_at_its_place_in_the_bar():
    melody = sing([(SCALE, ()), (SCALE, ())], **GIVEN)
    second = melody.notes[8]
    assert (second.start - melody.pickup) % 4 == 3
    assert second.start >= melody.notes[7].start + melody.notes[7].duration


def test_notes_beyond_the_words_are_played_only():
    melody = sing([(SCALE, syllables_of("la la"))], **GIVEN)
    assert [note.lyric for note in melody.notes] == ["la ", "la", *[None] * 6]


def test_strong_beats_are_louder_and_phrases_swell():
    melody = sing([(tune_of([0] * 8, [24] * 8, (8,)), ())], **GIVEN)
    velocities = [note.velocity for note in melody.notes]
    assert velocities[4] == max(velocities)
    assert velocities[0] > velocities[1]


def test_a_breath_is_taken_after_a_long_last_note_but_not_at_the_end():
    tune = tune_of([0, 2, 4, 0], [48, 48, 48, 48], (2, 2))
    assert [note.duration for note in sing([(tune, ())], **GIVEN).notes] == [2, 1.5, 2, 2]


def test_rests_pass():
    tune = tune_of([0, REST, 4], [24, 24, 48], (1, 1))
    assert [note.start for note in sing([(tune, ())], **GIVEN).notes] == [0, 2]


@pytest.mark.parametrize("octave", [-12, 0, 12])
def test_the_tonic_brings_a_tune_into_the_voice(octave):
    tune = tune_of([octave, octave + 7, octave + 12], [24] * 3, (3,))
    tonic = place_tonic([(tune, ())], register=67)
    assert VOICE[0] <= tonic + octave and tonic + octave + 12 <= VOICE[1]


def test_a_given_key_is_kept():
    assert place_tonic([(SCALE, ())], register=67, pitch_class=6) % 12 == 6


def test_a_key_of_few_signs_is_chosen():
    from multiart.music.keys import key_fifths

    for register in range(60, 75):
        assert abs(key_fifths(place_tonic([(SCALE, ())], register=register) % 12, "major")) <= 4


def test_the_tempo_leaves_time_for_the_words():
    fast = tune_of([0] * 8, [6] * 8, (8,))
    slow = tune_of([0] * 4, [96] * 4, (4,))
    assert singable_tempo([(SCALE, ())], 92.0, pace=2) == 92.0
    assert singable_tempo([(fast, ())], 120.0, pace=4) == 60.0
    assert singable_tempo([(slow, ())], 60.0, pace=4) == 200.0  # as far as it goes
