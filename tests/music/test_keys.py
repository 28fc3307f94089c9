import pytest

from multiart.music.keys import altered_in_key, key_fifths, spell
from multiart.music.tune import SCALES
from multiart.vocabulary import MODES


@pytest.mark.parametrize(
    ("tonic", "mode", "fifths"),
    [(0, "major", 0), (9, "minor", 0), (2, "dorian", 0), (7, "mixolydian", 0), (4, "jue", 0), (2, "major", 2)]
    + [(0, "minor", -3), (1, "major", -5), (6, "major", 6), (7, "zhi", 0), (9, "yu", 0), (4, "minor", 1)],
)
def test_signatures(tonic, mode, fifths):
    assert key_fifths(tonic, mode) == fifths


@pytest.mark.parametrize("mode", MODES)
def test_notes_of_the_scale_need_no_accidental_that_is_not_in_the_signature(mode):
    for tonic in range(12):
        fifths = key_fifths(tonic, mode)
        for interval in SCALES[mode]:
            step, alter, _ = spell(60 + tonic + interval, fifths)
            assert alter == altered_in_key(step, fifths)


def test_what_a_signature_alters():
    assert [altered_in_key(step, 2) for step in "CDEFGAB"] == [1, 0, 0, 1, 0, 0, 0]
    assert [altered_in_key(step, -3) for step in "CDEFGAB"] == [0, 0, -1, 0, 0, -1, -1]


def test_spelling_and_octaves():
    assert spell(60, 0) == ("C", 0, 4)
    assert spell(68, 0) == ("G", 1, 4)  # the raised seventh of A minor
    assert spell(70, 0) == ("B", -1, 4)
    assert spell(59, -5) == ("C", -1, 4) or spell(59, -5) == ("B", 0, 3)
    assert spell(60, 7 - 1) == ("B", 1, 3)
    for fifths in range(-5, 7):
        for pitch in range(128):
            step, alter, octave = spell(pitch, fifths)
            assert (
                12 * (octave + 1) + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[step] + alter
                == pitch
            )
            assert abs(alter) <= 2
