"""Keys as they are written: key signatures, and the names of notes under them."""

PARENTS = {  # semitones from the tonic of the major key with the same signature to the mode's tonic
    "major": 0,
    "minor": 9,
    "dorian": 2,
    "mixolydian": 7,
    "gong": 0,
    "shang": 2,
    "jue": 4,
    "zhi": 7,
    "yu": 9,
}
_FIFTHS = "FCGDAEB"  # steps in the order of fifths, F being -1


def key_fifths(tonic: int, mode: str) -> int:
    """Sharps (more than 0) or flats (less than 0) of a key's signature, -5 to 6.

    Args:
        tonic: pitch class, 0 (C) to 11.
        mode: of `multiart.vocabulary.MODES`.
    """
    return ((tonic - PARENTS[mode]) * 7 + 5) % 12 - 5


def altered_in_key(step: str, fifths: int) -> int:
    """1 for a step that a key signature sharpens, -1 for one that it flattens, else 0."""
    place = _FIFTHS.index(step)
    return (place < fifths) - (place >= 7 + fifths)


def spell(pitch: int, fifths: int) -> tuple[str, int, int]:
    """Step, alteration in semitones and octave (4 from middle C up) of a pitch under a key signature.

    What is not in the key is written as a raised fourth, first or fifth, or a lowered seventh or third.

    Args:
        pitch: MIDI number, or a pitch class.
        fifths: of the key signature.
    """
    place = fifths - 3 + (pitch * 7 - (fifths - 3)) % 12  # on the line of fifths, C being 0
    alter = (place + 1) // 7
    return _FIFTHS[(place + 1) % 7], alter, (pitch - alter) // 12 - 1
