"""A tune as the melody model knows it: relative to its tonic, in ticks, without words or tempo."""

import math
from dataclasses import dataclass

from multiart.errors import unknown
from multiart.vocabulary import MODES

TICKS_PER_BEAT = 24  # a beat is a quarter note
LOWEST, HIGHEST = -14, 28  # semitones from the tonic that a note may have
REST = None

STYLES = ("irish", "scottish", "northumbrian", "american")
TIME_SIGNATURES = ("2/4", "3/4", "4/4", "6/8", "9/8")
FORM_KINDS = ("new", "related", "varied", "close", "exact")
MOST_CHANGED = {"exact": 0.0, "close": 0.25, "varied": 0.5, "related": 2 / 3}
"""The share of a phrase's notes that may differ, by edit distance, from those of the phrase it is like."""

SCALES = {  # semitones above the tonic
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "gong": (0, 2, 4, 7, 9),
    "shang": (0, 2, 5, 7, 10),
    "jue": (0, 3, 5, 8, 10),
    "zhi": (0, 2, 5, 7, 9),
    "yu": (0, 3, 5, 7, 10),
}


def bar_ticks(time_signature: str) -> int:
    """Ticks in a bar of ``"6/8"`` and the like."""
    beats, unit = map(int, time_signature.split("/"))
    return beats * 4 * TICKS_PER_BEAT // unit


@dataclass(frozen=True, kw_only=True)
class Event:
    """One note or rest.

    Attributes:
        pitch: semitones from the tonic, `LOWEST` to `HIGHEST`, or `REST`.
        duration: ticks, more than 0.
    """

    pitch: int | None
    duration: int

    def __post_init__(self) -> None:
        if self.pitch is not REST and not LOWEST <= self.pitch <= HIGHEST:
            raise ValueError(f"pitch must be from {LOWEST} to {HIGHEST} semitones, got {self.pitch}")
        if self.duration <= 0:
            raise ValueError(f"duration must be more than 0 ticks, got {self.duration}")


@dataclass(frozen=True, kw_only=True)
class Tune:
    """A tune.

    Attributes:
        mode: of `multiart.vocabulary.MODES`.
        time_signature: of `TIME_SIGNATURES`.
        pickup: ticks before the first full bar, 0 to less than a bar.
        events: notes and rests, one after another without gaps.
        phrases: notes (rests not counted) in each phrase; they add up to the notes in `events`.
        style: of `STYLES`.
    """

    mode: str
    time_signature: str
    events: tuple[Event, ...]
    phrases: tuple[int, ...]
    pickup: int = 0
    style: str = "irish"

    @property
    def notes(self) -> tuple[Event, ...]:
        """The events that are no rests."""
        return tuple(event for event in self.events if event.pitch is not REST)


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a phrase takes from an earlier one: index `like` (itself if new), `kind` of `FORM_KINDS`."""

    like: int
    kind: str = "new"

    def most_changes(self, notes: int) -> int:
        """Notes that may differ in a phrase of so many; of a kind that is like another."""
        return math.floor(MOST_CHANGED[self.kind] * notes)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a tune is asked to be; obeyed exactly in `phrases`, `time_signature`, `pickup` and the final.

    Attributes:
        mode, time_signature, style: as of `Tune`.
        phrases: notes in each phrase, each 1 or more.
        forms: for each phrase what it repeats; empty leaves it to the model.
        density: 0 (long notes) to 4 (many short ones).
        span: 0 (an octave), 1 (a tenth), 2 (an octave and a half), 3 (more).
        leap: 0 (steps) to 2 (leaps).
        pickup: ticks before the first full bar.
        final: pitch class, relative to the tonic, of the last note.
        stresses: for each note 0 to 2, how much it wants a strong beat; empty where nothing is sung. Not read
            by the model: candidates are ranked by it.
    """

    mode: str
    time_signature: str
    phrases: tuple[int, ...]
    forms: tuple[Form, ...] = ()
    style: str = "irish"
    density: int = 2
    span: int = 1
    leap: int = 1
    pickup: int = 0
    final: int = 0
    stresses: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        words = {"mode": MODES, "time_signature": TIME_SIGNATURES}
        for name, allowed in words.items():
            if getattr(self, name) not in allowed:
                raise ValueError(unknown(name, str(getattr(self, name)), allowed))
        limits = {
            "density": 4,
            "span": 3,
            "leap": 2,
            "pickup": bar_ticks(self.time_signature) - 1,
            "final": 11,
        }
        for name, highest in limits.items():
            if not 0 <= getattr(self, name) <= highest:
                raise ValueError(f"{name} must be from 0 to {highest}, got {getattr(self, name)}")
        if not self.phrases or min(self.phrases) < 1:
            raise ValueError(f"phrases must be one or more numbers of 1 or more, got {self.phrases}")
        if self.forms and len(self.forms) != len(self.phrases):
            raise ValueError(
                f"forms must be empty or one a phrase, got {len(self.forms)} for {len(self.phrases)}"
            )
        if any(not 0 <= form.like <= place for place, form in enumerate(self.forms)):
            raise ValueError("a phrase can only be like itself or an earlier one")
