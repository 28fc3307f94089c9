"""The reader of ABC notation, on snippets whose notes are worked out by hand."""

from fractions import Fraction

import pytest

from multiart.data.tunes.abc import read_book, read_key, read_length, read_tune, split_tunes


def tune(music: str, *, key="C", meter="4/4", unit="1/8"):
    return read_tune(f"X:1\nT:A tune\nM:{meter}\nL:{unit}\nK:{key}\n{music}\n")


def pitches(music: str, **fields) -> list[int | None]:
    return [note.pitch for note in tune(music, **fields).notes]


def durations(music: str, **fields) -> list[float]:
    """In eighth notes."""
    return [float(note.duration * 2) for note in tune(music, **fields).notes]


def test_octaves():
    assert pitches("C, C c c' B,, z") == [48, 60, 72, 84, 47, None]


def test_an_accidental_lasts_to_the_end_of_the_bar_in_all_octaves():
    assert pitches("F ^F F f | F =F _B, __B ^^c") == [65, 66, 66, 78, 65, 65, 58, 69, 74]


@pytest.mark.parametrize(
    ("key", "tonic", "signature"),
    [
        ("C", 0, {}),
        ("D", 2, {"F": 1, "C": 1}),
        ("Bb", 10, {"B": -1, "E": -1}),
        ("F#m", 6, {"F": 1, "C": 1, "G": 1}),
        ("A minor", 9, {}),
        ("Ador", 9, {"F": 1}),
        ("D Mixolydian", 2, {"F": 1}),
        ("E phr", 4, {}),
        ("F lydian", 5, {}),
        ("G ^c", 7, {"F": 1, "C": 1}),
        ("D =f", 2, {"F": 0, "C": 1}),
        ("Hp", 9, {"F": 1, "C": 1}),
    ],
)
def test_keys(key, tonic, signature):
    assert read_key(key) == (tonic, signature)


def test_the_key_sharpens_and_a_natural_undoes_it():
    assert pitches("F =F c | F", key="D") == [66, 65, 73, 66]


def test_lengths():
    assert [read_length(text) for text in ("", "3", "/", "/2", "3/2", "//", "/4")] == [
        Fraction(*pair) for pair in ((1, 1), (3, 1), (1, 2), (1, 2), (3, 2), (1, 4), (1, 4))
    ]
    with pytest.raises(ValueError, match="0"):
        read_length("/0")


def test_the_unit_follows_from_the_metre_if_it_is_not_given():
    assert durations("A", meter="2/4", unit="") == [0.5]
    assert durations("A", meter="6/8", unit="") == [1]


def test_broken_rhythm():
    assert durations("A>B c<d A>>B") == [1.5, 0.5, 0.5, 1.5, 1.75, 0.25]
    onsets = [float(note.onset * 2) for note in tune("A>B c<d e").notes]
    assert onsets == [0, 1.5, 2, 2.5, 4]


def test_tuplets():
    assert durations("(3ABc d") == pytest.approx([2 / 3] * 3 + [1])
    assert durations("(2AB c", meter="6/8") == [1.5, 1.5, 1]
    assert durations("(5:4:2AB c") == [0.8, 0.8, 1]
    assert durations("(3A>Bc d") == pytest.approx([1, 1 / 3, 2 / 3, 1])


def test_ties_join_and_carry_an_accidental_over_the_bar_line():
    assert durations("A2-A B") == [3, 1]
    assert pitches("^F2-|F F") == [66, 65] and durations("^F2-|F F") == [3, 1]
    assert pitches("A-B") == [69, 71]  # a slur written as a tie


def test_a_chord_is_its_highest_note():
    assert pitches("[CEG]2 [A,2c2]") == [67, 72] and durations("[CEG]2 [A,2c2]") == [2, 2]


def test_ornaments_and_texts_are_not_notes():
    assert pitches('"Gm"{ga}!trill!.~A "^slow"TB (cd)') == [69, 71, 72, 74]


def test_repeats_are_ignored_and_the_second_ending_is_taken():
    assert pitches("|:A B|1 c c:|2 d d||e") == [69, 71, 74, 74, 76]
    assert pitches("A:|:B [1 c:|[2 d|]") == [69, 71, 74]
    assert pitches("A|1 c:| d") == [69, 74]


def test_bars_are_where_they_are_written():
    assert tune("A|Bcde|fgab|1c8:|2d8|]").bars[:4] == (
        0,
        Fraction(1, 2),
        Fraction(5, 2),
        Fraction(9, 2),
    )


def test_lines_are_counted_but_for_those_that_go_on():
    assert [note.line for note in tune("AB\\\ncd\nef").notes] == [0, 0, 0, 0, 1, 1]


def test_a_change_of_key_or_metre_is_told():
    assert not tune("[K:C]AB").changes
    assert tune("AB[K:D]f").changes and tune("AB\nM:3/4\nf").changes
    assert pitches("F\nK:D\nF") == [65, 66]


@pytest.mark.parametrize("music", ["", "Z4|A", "[V:1]A[V:2]B"])
def test_what_cannot_be_read_is_refused(music):
    with pytest.raises(ValueError):
        tune(music)


def test_a_book_gives_the_tunes_that_can_be_read():
    one = "X:1\nT:One\nK:C\nABc\n% a remark\ndef\n\n"
    book = f"% a book\n\n{one}X:2\nT:Two\nno key\n\r\nX:3\nT:Three\nM:C|\nK:G\nF\n"
    assert len(split_tunes(book)) == 3
    one, three = read_book(book)
    assert (one.title, len(one.notes), three.title, three.meter) == ("One", 6, "Three", "2/2")
    assert three.notes[0].pitch == 66
