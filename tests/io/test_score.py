from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from multiart.io.notation import VALUES, bars
from multiart.io.score import musicxml, words_of
from multiart.music.accompaniment import accompany
from multiart.records import Note
from tests.music.songs import amazing_grace, greensleeves, little_star, pitch_of, quiet_night

SONGS = [little_star(), amazing_grace(), greensleeves(), quiet_night()]


def parsed(melody, title="x"):
    return fromstring(musicxml(melody, title).partition("<!DOCTYPE")[2].partition(">\n")[2])


def sounding(score):
    """Pitch, start and length in beats of each note, ties joined."""
    notes, at = [], 0
    for note in score.iter("note"):
        length = int(note.findtext("duration"))
        if note.find("pitch") is not None:
            pitch = pitch_of(note.findtext("pitch/step") + note.findtext("pitch/octave"))
            pitch += int(note.findtext("pitch/alter", "0"))
            if any(tie.get("type") == "stop" for tie in note.findall("tie")):
                assert notes[-1][0] == pitch
                notes[-1][2] += length / 24
            else:
                notes.append([pitch, at / 24, length / 24])
        at += length
    return notes


@pytest.mark.parametrize("melody", SONGS)
def test_what_is_written_is_the_tune(melody):
    written = sounding(parsed(melody))
    assert [note[0] for note in written] == [note.pitch for note in melody.notes]
    assert [note[1] for note in written] == pytest.approx([note.start for note in melody.notes], abs=1e-3)
    assert [note[2] for note in written] == pytest.approx([note.duration for note in melody.notes], abs=1e-3)


@pytest.mark.parametrize("melody", SONGS)
def test_bars_are_full_but_for_the_pickup_and_what_completes_it(melody):
    score = parsed(melody)
    lengths = [sum(int(n.text) for n in measure.iter("duration")) / 24 for measure in score.iter("measure")]
    bar = melody.time_signature[0] * 4 / melody.time_signature[1]
    if melody.pickup:
        assert lengths[0] == melody.pickup
        assert score.find("part/measure").attrib == {"number": "0", "implicit": "yes"}
        assert lengths.pop() in (bar, bar - melody.pickup)
        lengths.pop(0)
    assert set(lengths) == {bar}


@pytest.mark.parametrize("melody", SONGS)
def test_the_words_are_under_their_notes(melody):
    sung = {
        int(note.get("id").removeprefix("note-")): note.findtext("lyric/text")
        for note in parsed(melody).iter("note")
        if note.find("lyric") is not None
    }
    assert sung == {
        n: note.lyric.strip().removesuffix("-") for n, note in enumerate(melody.notes) if note.lyric
    }


def test_places_in_words():
    lyrics = ["a-", "", "ma-", "zing ", "", "grace\n", None, "-", "well--"]
    notes = [Note(pitch=60, start=n, duration=1, lyric=lyric) for n, lyric in enumerate(lyrics)]
    assert words_of(notes) == [
        ("a", "begin"),
        ("", ""),
        ("ma", "middle"),
        ("zing", "end"),
        ("", ""),
        ("grace", "single"),
        None,
        ("-", "single"),
        ("well", "begin"),
    ]
    assert words_of(notes[1:2]) == [None]


def test_melismas_have_a_slur_and_long_ones_an_extender():
    score = parsed(amazing_grace())
    slurs = [slur.get("type") for slur in score.iter("slur")]
    assert slurs == ["start", "stop"] * 7
    extended = [lyric.findtext("text") for lyric in score.iter("lyric") if lyric.find("extend") is not None]
    assert extended == ["but"]


def test_accidentals_are_written_once_a_bar_and_taken_back():
    pitches = [62, 63, 63, 62, 66, 65, 70, 63]
    notes = tuple(Note(pitch=pitch, start=n, duration=1) for n, pitch in enumerate(pitches))
    score = parsed(replace(little_star(), tonic=7, mode="major", notes=notes, phrases=(8,)))
    signs = [note.findtext("accidental") for note in score.iter("note")]
    assert signs == [None, "sharp", None, "natural", None, "natural", "flat", "sharp"] or signs == [
        None, "flat", None, "natural", None, "natural", "flat", "flat",
    ]  # fmt: skip


def test_key_time_tempo_and_chords():
    score = parsed(accompany(greensleeves(), kind="block"), "Greensleeves")
    assert score.findtext("work/work-title") == "Greensleeves"
    attributes = score.find("part/measure/attributes")
    assert [
        attributes.findtext(tag) for tag in ("key/fifths", "key/mode", "time/beats", "time/beat-type")
    ] == [
        "1",
        "minor",
        "6",
        "8",
    ]
    metronome = score.find(".//metronome")
    assert [child.text for child in metronome] == ["quarter", None, "64"]  # dotted quarters
    assert score.find(".//sound").get("tempo") == "96"
    chords = [(h.findtext("root/root-step"), h.findtext("kind")) for h in score.iter("harmony")]
    assert chords == [("E", "minor"), ("D", "major"), ("E", "minor"), ("B", "major"), ("E", "minor")]


def test_low_tunes_are_in_the_bass_clef():
    low = replace(
        little_star(), notes=tuple(replace(note, pitch=note.pitch - 24) for note in little_star().notes)
    )
    assert parsed(low).findtext(".//sign") == "F"
    assert parsed(little_star()).findtext(".//sign") == "G"


def test_beams_join_what_falls_on_one_beat():
    durations = [0.5, 0.5, 0.25, 0.5, 0.25, 0.75, 0.25, 0.5, 0.5]
    starts = [sum(durations[:n]) for n in range(len(durations))]
    notes = [Note(pitch=60, start=s, duration=d) for s, d in zip(starts, durations, strict=True)]
    (bar,) = bars(replace(little_star(), notes=tuple(notes), phrases=(9,)))
    assert [piece.beams for piece in bar.pieces] == [
        ("begin",),
        ("end",),
        ("begin", "forward hook"),
        ("continue",),
        ("end", "backward hook"),
        ("begin",),
        ("end", "backward hook"),
        ("begin",),
        ("end",),
    ]


def test_triplets_are_bracketed():
    notes = [Note(pitch=60, start=n / 3, duration=1 / 3) for n in range(6)]
    (bar,) = bars(replace(little_star(), notes=tuple(notes), phrases=(6,)))
    assert [piece.bracket for piece in bar.pieces][:6] == ["start", "", "stop"] * 2
    assert all(VALUES[piece.ticks] == ("eighth", 0, True) for piece in bar.pieces[:6])


@pytest.mark.parametrize("pickup", [0, 0.5, 1.75])
def test_any_rhythm_can_be_written(pickup):
    lengths = [n / 24 for n in range(1, 150)]
    starts = [sum(lengths[:n]) * 1.1 for n in range(len(lengths))]
    notes = tuple(Note(pitch=60, start=s, duration=d) for s, d in zip(starts, lengths, strict=True))
    melody = replace(little_star(), notes=notes, phrases=(149,), pickup=pickup)
    written = sounding(parsed(melody))
    assert len(written) == 149
    assert [note[1] for note in written] == pytest.approx(starts, abs=1 / 24)


def test_empty_melodies_and_letters_that_xml_lacks():
    empty = replace(little_star(), notes=(), phrases=())
    assert len(parsed(empty).findall("part/measure")) == 1
    assert parsed(empty, "a\x00<b>\ud800&\x0b").findtext("work/work-title") == "a<b>&"
