"""A tune that the user gives as a MIDI file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from multiart.errors import MultiartError
from multiart.io.midi import read_tune_notes
from multiart.music.describe import heard_mode
from multiart.music.tune import (
    HIGHEST,
    LOWEST,
    REST,
    SCALES,
    TICKS_PER_BEAT,
    TIME_SIGNATURES,
    Event,
    Plan,
    Tune,
    bar_ticks,
)

MIN_NOTES, MAX_NOTES = 4, 1500  # what is read of a file
GRID = 2  # ticks; sixteenths and their triplets are multiples
_PROFILES = {  # Krumhansl and Kessler 1982: how well each degree fits a key
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
_LAST_NOTE = 0.15  # how much a last note speaks for its key, in correlation


@dataclass(frozen=True, kw_only=True)
class Given:
    """A tune out of a file.

    Attributes:
        pitches: MIDI numbers, None for rests.
        durations: ticks of each, multiples of `GRID`.
        offset: ticks from a bar line to the first note.
        time_signature: of `TIME_SIGNATURES`, or None where the file has another.
        tempo_bpm: quarter notes a minute at the beginning.
    """

    pitches: tuple[int | None, ...]
    durations: tuple[int, ...]
    offset: int
    time_signature: str | None
    tempo_bpm: float

    @property
    def tonic(self) -> int:
        """Pitch class of the key that the notes fit best."""
        weight = Counter()
        for pitch, duration in zip(self.pitches, self.durations, strict=True):
            if pitch is not None:
                weight[pitch % 12] += duration
        last = next(pitch for pitch in reversed(self.pitches) if pitch is not None) % 12

        def fit(tonic: int, mode: str) -> float:
            heard = [weight[(tonic + degree) % 12] for degree in range(12)]
            return _correlation(heard, _PROFILES[mode]) + _LAST_NOTE * (tonic == last)

        return max((fit(tonic, mode), tonic) for tonic in range(12) for mode in _PROFILES)[1]

    @property
    def mode(self) -> str:
        """The mode that the notes are in on their tonic."""
        return heard_mode(self.events)

    @property
    def events(self) -> tuple[Event, ...]:
        """The notes relative to their tonic, most of them in the octave above it."""
        middle = median(pitch for pitch in self.pitches if pitch is not None) - 6
        base = self.tonic + 12 * round((middle - self.tonic) / 12)
        return tuple(
            Event(pitch=REST if pitch is None else _folded(pitch - base), duration=duration)
            for pitch, duration in zip(self.pitches, self.durations, strict=True)
        )


def read_given(path: str, key: str) -> Given:
    """Read the tune of a MIDI file.

    Args:
        path: of the file.
        key: what to call it in errors.

    Raises:
        MultiartError: if it is no MIDI file that `read_tune_notes` reads, or has hardly any notes.
    """
    try:
        notes, tempo, metre = read_tune_notes(Path(path).expanduser())
    except MultiartError as error:
        raise MultiartError(f"{key}: {error}") from error
    if len(notes) < MIN_NOTES:
        raise MultiartError(f"{key}: {path} has {len(notes)} notes; a tune needs {MIN_NOTES} at least.")
    starts = [_ticks(note.start) for note in notes[:MAX_NOTES]]
    ends = [_ticks(note.start + note.duration) for note in notes[:MAX_NOTES]]
    pitches, durations = [], []
    for note, start, end, following in zip(notes, starts, ends, [*starts[1:], ends[-1]], strict=False):
        length = max(end - start, GRID)
        pitches.append(note.pitch)
        durations.append(length)
        if following - start > length:
            pitches.append(None)
            durations.append(following - start - length)
    time_signature = "{}/{}".format(*metre)
    known = time_signature if time_signature in TIME_SIGNATURES else None
    return Given(
        pitches=tuple(pitches),
        durations=tuple(durations),
        offset=starts[0] % bar_ticks(known or "4/4"),
        time_signature=known,
        tempo_bpm=min(max(tempo, 20.0), 320.0),
    )


def _ticks(beats: float) -> int:
    return round(beats * TICKS_PER_BEAT / GRID) * GRID


def tune_of(given: Given, *, mode: str, time_signature: str) -> Tune:
    """The given tune itself, as one phrase."""
    return Tune(
        mode=mode,
        time_signature=time_signature,
        events=given.events,
        phrases=(sum(event.pitch is not REST for event in given.events),),
        pickup=-given.offset % bar_ticks(time_signature),
    )


def borrow(given: Given, plan: Plan) -> Tune:
    """A tune that follows a plan, but for its pickup, with the rhythm and the contour of a given one.

    The given tune is gone through as often as needed. Each of its pitches goes to the nearest of the plan's
    scale, so that no step up becomes a step down; the last note goes to the nearest final and lasts to
    the end of its bar.
    """
    events, bar = given.events, bar_ticks(plan.time_signature)
    taken: list[Event] = []
    wanted, place = sum(plan.phrases), 0
    while wanted:
        event = events[place % len(events)]
        if event.pitch is not REST:
            wanted -= 1
            event = replace(event, pitch=_nearest(event.pitch, SCALES[plan.mode]))
        taken.append(event)
        place += 1
    pickup = -given.offset % bar
    over = (sum(event.duration for event in taken) - pickup) % bar
    last = taken[-1]
    taken[-1] = Event(pitch=_nearest(last.pitch, (plan.final,)), duration=last.duration + -over % bar)
    return Tune(
        mode=plan.mode,
        time_signature=plan.time_signature,
        events=tuple(taken),
        phrases=plan.phrases,
        pickup=pickup,
        style=plan.style,
    )


def _nearest(pitch: int, scale: Sequence[int]) -> int:
    """The nearest pitch whose class is in a scale, the lower of two."""
    near = [p for p in range(LOWEST, HIGHEST + 1) if p % 12 in scale]
    return min(near, key=lambda p: (abs(p - pitch), p))


def _folded(pitch: int) -> int:
    """A pitch moved by octaves into what an `Event` can have."""
    while pitch < LOWEST:
        pitch += 12
    while pitch > HIGHEST:
        pitch -= 12
    return pitch


def _correlation(a: Sequence[float], b: Sequence[float]) -> float:
    x, y = sum(a) / len(a), sum(b) / len(b)
    xx, yy = sum((n - x) ** 2 for n in a), sum((n - y) ** 2 for n in b)
    return sum((n - x) * (m - y) for n, m in zip(a, b, strict=True)) / (xx * yy) ** 0.5 if xx else 0.0
