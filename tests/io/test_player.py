import re
from dataclasses import replace

import pytest
import torch

from multiart.io.player import lit_line, note_times, player, sheet_section, sung_parts
from multiart.records import Note, Song, Sound
from tests.music.songs import amazing_grace, little_star, quiet_night


def sung(*lyrics):
    return [Note(pitch=60, start=n, duration=1, lyric=lyric) for n, lyric in enumerate(lyrics)]


def test_times_are_those_of_the_sound():
    times = note_times(amazing_grace())
    beat = 60 / 84
    assert times[0] == (0, round(beat, 3), 0)
    assert times[2] == (round(3 * beat, 3), round(3.5 * beat, 3), 2)
    assert times[3][2] == 2  # drawn on
    assert all(end > start for start, end, _ in times)
    assert all(a[1] == pytest.approx(b[0], abs=0.002) for a, b in zip(times, times[1:], strict=False))


def test_notes_that_nothing_is_sung_on_have_no_syllable():
    notes = tuple(sung(None, "a", "", None, ""))
    assert [row[2] for row in note_times(replace(little_star(), notes=notes, phrases=(5,)))] == [
        -1,
        1,
        1,
        -1,
        -1,
    ]


def test_every_syllable_is_found_in_the_poem():
    parts = sung_parts(["Twinkle, twinkle, little star,"], little_star().notes[:7])
    assert parts == [
        [("Twin", 0), ("kle,", 1), (" ", -1), ("twin", 2), ("kle,", 3), (" ", -1), ("lit", 4), ("tle", 5)]
        + [(" ", -1), ("star,", 6)]
    ]


@pytest.mark.parametrize("song", [little_star(), quiet_night(), amazing_grace()])
def test_all_that_is_sung_is_in_its_line(song):
    poem = "".join(re.sub("-$", "", note.lyric or "") for note in song.notes).split("\n")
    parts = sung_parts(poem, song.notes)
    assert ["".join(text for text, _ in line) for line in parts] == poem
    assert {n for line in parts for _, n in line} - {-1} == {
        n for n, note in enumerate(song.notes) if note.lyric
    }


def test_what_is_not_in_the_poem_is_passed_over():
    parts = sung_parts(
        ["In 1900 the moon", "", "rose"],
        sung("In ", "nine-", "teen ", "hun-", "dred ", "the ", "moon\n", "rose"),
    )
    assert parts == [[("In", 0), (" 1900 ", -1), ("the", 5), (" ", -1), ("moon", 6)], [], [("rose", 7)]]
    assert sung_parts(["x" * 100 + " a"], sung("a"))[0] == [("x" * 100 + " a", -1)]  # too far away
    assert sung_parts(["well-known -"], sung("well-", "known ", "-"))[0] == [
        ("well", 0),
        ("-", -1),
        ("known", 1),
        (" ", -1),
        ("-", 2),
    ]
    assert sung_parts(["a poem"], ()) == [[("a poem", -1)]]


def test_letters_are_escaped():
    assert lit_line([("<b>", 3), (" & ", -1)]) == '<span data-note="3">&lt;b&gt;</span> &amp; '


def test_with_and_without_sound():
    silent = Song(melody=quiet_night())
    assert player(silent) == ""
    assert "script" not in sheet_section(silent, "t") and "melody.wav" not in sheet_section(silent, "t")
    loud = Song(melody=quiet_night(), sound=Sound(samples=torch.zeros(2, 48_000), sample_rate=48_000))
    assert 'src="data:audio/mpeg;base64,' in player(loud) and "controls" in player(loud)
    section = sheet_section(loud, "<t>")
    assert 'aria-label="Sheet music: &lt;t&gt;"' in section and 'href="melody.flac"' in section
    assert 'id="times">[[0.0,' in section
