"""Tunes as the arrays that the melody model reads: one step a note, and what came before it.

A step's features are integers computed from the plan and the events before the step alone: the event before
it, its place in bar, phrase and tune, how dense the tune is so far, how many changes a phrase that is like
another has left and how far it is to where in the bar it ends, and seven guesses of what comes now, each a
pitch and a duration: what sounded 1, 2, 4 and 8 bars ago, what followed when the last two events were last
heard, and what the phrase that this one is like had here, aligned to what has sounded and counted from its
end.
"""

import math
from collections.abc import Sequence
from itertools import accumulate

from multiart.music.tune import (
    FORM_KINDS,
    HIGHEST,
    LOWEST,
    REST,
    STYLES,
    TICKS_PER_BEAT,
    TIME_SIGNATURES,
    Event,
    Form,
    Plan,
    bar_ticks,
)

DURATIONS = (2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 30, 36, 42, 48, 60, 72, 84, 96, 120, 144, 192)  # ticks
DURATION_IDS = {ticks: number for number, ticks in enumerate(DURATIONS)}
REST_ID = HIGHEST - LOWEST + 1
NUM_PITCHES = REST_ID + 1  # a rest is one of them
NO_PITCH, NO_DURATION = NUM_PITCHES, len(DURATIONS)

TRAINED_MODES = ("major", "minor", "dorian", "mixolydian")
NEAREST_MODE = {"gong": "major", "shang": "dorian", "jue": "minor", "zhi": "mixolydian", "yu": "minor"}
ALL_STYLES = (*STYLES, "german", "chinese")  # the last two only where trained on the Essen collection

LAGS = (1, 2, 4, 8)  # bars
LONGEST_MATCH = 8
MOST_LEFT = 8  # changes of a phrase; more count as so many
PACES = 18  # classes of the density so far, six an octave from half a note a beat
RETURNS = ("varied", "close", "exact")  # kinds of phrases that begin where in the bar the earlier one began
GUESSES = len(LAGS) + 3
_COUNTS = {
    "position": max(bar_ticks(name) for name in TIME_SIGNATURES),
    "bar": 8,
    "left": 41,
    "index": 32,
    "phrases_left": 16,
    "kind": 1 + len(FORM_KINDS),
    "match": LONGEST_MATCH + 1,
    "changes": MOST_LEFT + 2,
    "landing": max(bar_ticks(name) for name in TIME_SIGNATURES) + 1,
    "pace": PACES + 1,
}
_PAIR = (NUM_PITCHES + 1, len(DURATIONS) + 1)
FEATURE_SIZES = (*_COUNTS.values(), *_PAIR * (1 + GUESSES))
"""How many values each feature has: counts, then pitch and duration of the last event and of each guess."""
FIRST_PAIR = len(_COUNTS)
UNKNOWN_FORM = {list(_COUNTS).index(name): 0 for name in ("kind", "changes", "landing")} | {
    -4: NO_PITCH,
    -3: NO_DURATION,
    -2: NO_PITCH,
    -1: NO_DURATION,
}
"""The features, by column, of a phrase of which it is not said what it repeats."""

CONTROL_SIZES = (len(ALL_STYLES), len(TIME_SIGNATURES), len(TRAINED_MODES), 5, 4, 3, 12)
"""How many values each control has, one more stands for not given: see `controls_of`."""


def controls_of(plan: Plan) -> list[int]:
    """Style, metre, mode, density, span, leap and final of a plan, as ids."""
    return [
        ALL_STYLES.index(plan.style),
        TIME_SIGNATURES.index(plan.time_signature),
        TRAINED_MODES.index(NEAREST_MODE.get(plan.mode, plan.mode)),
        plan.density,
        plan.span,
        plan.leap,
        plan.final,
    ]


def event_ids(event: Event) -> tuple[int, int]:
    """Ids of pitch and duration; a duration the model does not know becomes the nearest it does."""
    pitch = REST_ID if event.pitch is REST else event.pitch - LOWEST
    if event.duration in DURATION_IDS:
        return pitch, DURATION_IDS[event.duration]
    return pitch, min(range(len(DURATIONS)), key=lambda i: abs(DURATIONS[i] - event.duration))


def event_of(pitch: int, duration: int) -> Event:
    """The event of two ids."""
    return Event(pitch=REST if pitch == REST_ID else pitch + LOWEST, duration=DURATIONS[duration])


class Likeness:
    """How far a phrase, note by note, is from the phrase it is like: the last row of their edit distance.

    Args:
        model: the notes of the other phrase.
        length: notes that this one will have.
        most: changes it may have.
    """

    def __init__(self, model: Sequence[tuple[int, int]], length: int, most: int) -> None:
        self.model, self.length, self.most = model, length, most
        self.index = 0  # notes so far
        self.row = list(range(len(model) + 1))

    def push(self, note: tuple[int, int]) -> None:
        """Go on by a note."""
        diagonal, self.row[0] = self.row[0], self.row[0] + 1
        for j, other in enumerate(self.model, 1):
            best = min(self.row[j] + 1, self.row[j - 1] + 1, diagonal + (note != other))
            diagonal, self.row[j] = self.row[j], best
        self.index += 1

    @property
    def place(self) -> int:
        """The note of the other phrase that comes now, if there are to be as few changes as possible."""
        return min(range(len(self.row)), key=lambda j: (self._least(j), abs(j - self.index)))

    @property
    def changes_left(self) -> int:
        """How many more notes may differ; less than 0 where more than allowed must."""
        return self.most - min(self._least(j) for j in range(len(self.row)))

    def _least(self, j: int) -> int:
        """The fewest changes in all, if the other phrase goes on with its note ``j``."""
        return self.row[j] + abs(self.length - self.index - len(self.model) + j)


class History:
    """What has sounded so far in a tune that follows a plan.

    Args:
        plan: its phrases, forms, pickup and time signature are read.
        primer: ids of events that sound before the plan begins; they make a phrase of their own.
    """

    def __init__(self, plan: Plan, primer: Sequence[tuple[int, int]] = ()) -> None:
        self.plan = plan
        self.bar = bar_ticks(plan.time_signature)
        self.phrases = list(plan.phrases)
        self.forms = list(plan.forms)
        before = sum(pitch != REST_ID for pitch, _ in primer)
        if before:
            self.phrases.insert(0, before)
            self.forms = [Form(like=form.like + 1, kind=form.kind) for form in self.forms]
            self.forms[:0] = [Form(like=0)] if self.forms else []
        self.ends = list(accumulate(self.phrases))
        self.tick = (self.bar - plan.pickup) % self.bar - sum(DURATIONS[d] for _, d in primer)
        self.phrase = 0
        self.note = 0
        self.events: list[tuple[int, int]] = []
        self.notes: list[tuple[int, int, int]] = []  # pitch, duration, tick
        self._at: dict[int, int] = {}
        self._after: dict[tuple, int] = {}
        self._start = self.tick
        self.likeness = self._compared()
        for pitch, duration in primer:
            self.push(pitch, duration)

    @property
    def done(self) -> bool:
        return self.note == self.ends[-1]

    @property
    def index(self) -> int:
        """Notes of the current phrase that have sounded."""
        return self.note - self.ends[self.phrase] + self.phrases[self.phrase]

    @property
    def left(self) -> int:
        """Notes of the current phrase still to come."""
        return self.ends[self.phrase] - self.note

    def push(self, pitch: int, duration: int) -> None:
        """Let an event sound."""
        if len(self.events) >= 2:
            self._after[self.events[-2], self.events[-1]] = len(self.events)
        self._at[self.tick] = len(self.events)
        self.events.append((pitch, duration))
        if pitch != REST_ID:
            self.notes.append((pitch, duration, self.tick))
            self.note += 1
            if self.likeness is not None:
                self.likeness.push((pitch, duration))
            if self.left == 0 and not self.done:
                self.phrase += 1
                self.likeness = self._compared()
        self.tick += DURATIONS[duration]

    def features(self) -> list[int]:
        """The features of the step that comes now, of `FEATURE_SIZES`."""
        match, copied = self._copied()
        kind = 1 + FORM_KINDS.index(self.forms[self.phrase].kind) if self.forms else 0
        changes = 0 if self.likeness is None else 1 + min(max(0, self.likeness.changes_left), MOST_LEFT)
        landing = self.landing()
        counts = [
            self.tick % self.bar,
            self.tick // self.bar % 8,
            min(self.left, 40),
            min(self.index, 31),
            min(len(self.phrases) - 1 - self.phrase, 15),
            kind,
            match,
            changes,
            0 if landing is None else 1 + (landing - self.tick) % self.bar,
            self._pace(),
        ]
        last = self.events[-1] if self.events else (NO_PITCH, NO_DURATION)
        lagged = [self._event(self._at.get(self.tick - lag * self.bar)) for lag in LAGS]
        guesses = [last, *lagged, copied, *self._repeated()]
        return counts + [number for guess in guesses for number in guess]

    @property
    def form(self) -> Form | None:
        """Of the current phrase, where forms are planned."""
        return self.forms[self.phrase] if self.forms else None

    def like(self) -> list[tuple[int, int, int]] | None:
        """The notes of the phrase that the current one is like, if it is like one."""
        if self.form is None or self.form.kind == "new":
            return None
        return self._notes_of(self.form.like)

    def landing(self) -> int | None:
        """Where in the bar the next phrase begins, if it returns to one that has begun."""
        following = self.forms[self.phrase + 1 : self.phrase + 2]
        notes = self._notes_of(following[0].like) if following and following[0].kind in RETURNS else []
        return notes[0][2] % self.bar if notes else None

    def _notes_of(self, phrase: int) -> list[tuple[int, int, int]]:
        return self.notes[self.ends[phrase] - self.phrases[phrase] : self.ends[phrase]]

    def _compared(self) -> Likeness | None:
        model = self.like()
        if model is None:
            return None
        length = self.phrases[self.phrase]
        return Likeness([note[:2] for note in model], length, self.form.most_changes(length))

    def _pace(self) -> int:
        """The class of the density so far, 0 where nothing has sounded."""
        ticks = self.tick - self._start
        if not self.note:
            return 0
        octaves = math.log2(self.note * TICKS_PER_BEAT / ticks)
        return 1 + min(max(0, math.floor(6 * (octaves + 1))), PACES - 1)

    def _event(self, place: int | None) -> tuple[int, int]:
        known = place is not None and place < len(self.events)
        return self.events[place] if known else (NO_PITCH, NO_DURATION)

    def _copied(self) -> tuple[int, tuple[int, int]]:
        """How long the longest match is, and what followed when the last two events were last heard."""
        place = self._after.get(tuple(self.events[-2:]))
        if place is None:
            return 0, self._event(None)
        match = 2
        while match < LONGEST_MATCH and self._same(place - 1 - match, len(self.events) - 1 - match):
            match += 1
        return match, self.events[place]

    def _same(self, a: int, b: int) -> bool:
        return a >= 0 and self.events[a] == self.events[b]

    def _repeated(self) -> tuple[tuple[int, int], tuple[int, int]]:
        model = [] if self.likeness is None else self.likeness.model
        places = (-1, -1) if self.likeness is None else (self.likeness.place, len(model) - self.left)
        return tuple(model[place] if 0 <= place < len(model) else (NO_PITCH, NO_DURATION) for place in places)


def encode(events: Sequence[Event], plan: Plan) -> tuple[list[int], list[int], list[list[int]]]:
    """A tune that follows ``plan`` as pitch ids, duration ids and the features of every step."""
    history = History(plan)
    pitches, durations, features = [], [], []
    for event in events:
        pitch, duration = event_ids(event)
        features.append(history.features())
        history.push(pitch, duration)
        pitches.append(pitch)
        durations.append(duration)
    return pitches, durations, features
