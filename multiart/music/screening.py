"""Which tunes are not worth keeping: those that go round in circles, and those that quote a known tune."""

from collections.abc import Iterable, Sequence

import numpy as np

from multiart.music.tune import Event

RUN = 16  # intervals with durations; a run of so many that is found in training is a quotation
MOST_REPEATS = {1: 4, 2: 3, 3: 3, 4: 3}  # notes in a cell: how often it may sound in a row


def most_repeats(notes: Sequence[Event], cell: int) -> int:
    """How often at most any ``cell`` notes sound again and again without a break; 1 if never repeated."""
    same = [a == b for a, b in zip(notes, notes[cell:], strict=False)]
    longest = current = 0
    for equal in same:
        current = current + 1 if equal else 0
        longest = max(longest, current)
    return 1 + longest // cell


def goes_in_circles(notes: Sequence[Event]) -> bool:
    """Whether a cell of 1 to 4 notes is repeated more often than in 99 of 100 real tunes."""
    return any(most_repeats(notes, cell) > most for cell, most in MOST_REPEATS.items())


def run_hashes(notes: Sequence[Event], length: int = RUN) -> np.ndarray:
    """A number for every run of ``length`` intervals, each with the duration of the note it leads to.

    Returns:
        uint32 ``[len(notes) - length]``, or empty.
    """
    if len(notes) <= length:
        return np.zeros(0, np.uint32)
    pitches = np.array([note.pitch for note in notes], np.int64)
    durations = np.array([note.duration for note in notes], np.int64)
    events = (np.diff(pitches) + 128).astype(np.uint64) * np.uint64(1024) + durations[1:].astype(np.uint64)
    runs = np.lib.stride_tricks.sliding_window_view(events, length)
    total = np.zeros(len(runs), np.uint64)
    for column in runs.T:  # a polynomial modulo 2**64; its upper half is well mixed
        total = (total + column) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return (total >> np.uint64(32)).astype(np.uint32)


class KnownRuns:
    """The runs of known tunes, to find quotations by.

    Args:
        hashes: of `run_hashes`, in any order.
    """

    def __init__(self, hashes: np.ndarray) -> None:
        self.hashes = np.unique(hashes.astype(np.uint32))

    @classmethod
    def of(cls, tunes: Iterable[Sequence[Event]]) -> "KnownRuns":
        """The runs of tunes, each given by its notes."""
        parts = [run_hashes(notes) for notes in tunes]
        return cls(np.concatenate(parts) if parts else np.zeros(0, np.uint32))

    def quoted(self, notes: Sequence[Event]) -> bool:
        """Whether a run of ``notes`` is known; one in ten thousand runs is taken for known by mistake."""
        found = run_hashes(notes)
        if not len(self.hashes):
            return False
        places = np.searchsorted(self.hashes, found).clip(max=len(self.hashes) - 1)
        return bool((self.hashes[places] == found).any())
