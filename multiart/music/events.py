"""Tunes as the arrays that the melody model reads: one step a note, and what came before it.

A step's features are integers computed from the plan and the events before the step alone: the event before
it, its place in bar, phrase and tune, and seven guesses of what comes now, each a pitch and a duration: what
sounded 1, 2, 4 and 8 bars ago, what followed when the last two events were last heard, and what the phrase
that this one repeats had at this note, counted from its start and from its end.
"""

from collections.abc import Sequence
from itertools import accumulate

from multiart.music.tune import (
    FORM_KINDS,
    HIGHEST,
    LOWEST,
    REST,
    STYLES,
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
GUESSES = len(LAGS) + 3
_COUNTS = {
    "position": max(bar_ticks(name) for name in TIME_SIGNATURES),
    "bar": 8,
    "left": 41,
    "index": 32,
    "phrases_left": 16,
    "kind": 1 + len(FORM_KINDS),
    "match": LONGEST_MATCH + 1,
}
_PAIR = (NUM_PITCHES + 1, len(DURATIONS) + 1)
FEATURE_SIZES = (*_COUNTS.values(), *_PAIR * (1 + GUESSES))
"""How many values each feature has: counts, then pitch and duration of the last event and of each guess."""
FIRST_PAIR = len(_COUNTS)
KIND = list(_COUNTS).index("kind")
UNKNOWN_FORM = {KIND: 0, **{-4: NO_PITCH, -3: NO_DURATION, -2: NO_PITCH, -1: NO_DURATION}}
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


class History:
    """What has sounded so far in a tune that follows a plan.

    Args:
        plan: its phrases, forms, pickup and time signature are read.
        primer: ids of events that sound before the plan begins; they make a phrase of their own.
    """

    def __init__(self, plan: Plan, primer: Sequence[tuple[int, int]] = ()) -> None:
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
            if self.left == 0 and not self.done:
                self.phrase += 1
        self.tick += DURATIONS[duration]

    def features(self) -> list[int]:
        """The features of the step that comes now, of `FEATURE_SIZES`."""
        match, copied = self._copied()
        kind = 1 + FORM_KINDS.index(self.forms[self.phrase].kind) if self.forms else 0
        counts = [
            self.tick % self.bar,
            self.tick // self.bar % 8,
            min(self.left, 40),
            min(self.index, 31),
            min(len(self.phrases) - 1 - self.phrase, 15),
            kind,
            match,
        ]
        last = self.events[-1] if self.events else (NO_PITCH, NO_DURATION)
        lagged = [self._event(self._at.get(self.tick - lag * self.bar)) for lag in LAGS]
        guesses = [last, *lagged, copied, *self._repeated()]
        return counts + [number for guess in guesses for number in guess]

    def like(self, phrase: int | None = None) -> list[tuple[int, int, int]] | None:
        """The notes so far of the phrase that the current one, or another, repeats, if it repeats one."""
        form = self.forms[self.phrase if phrase is None else phrase] if self.forms else None
        if form is None or form.kind == "new":
            return None
        return self.notes[self.ends[form.like] - self.phrases[form.like] : self.ends[form.like]]

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
        notes = self.like() or []
        forward, backward = self.index, len(notes) - self.left
        return tuple(
            notes[place][:2] if 0 <= place < len(notes) else (NO_PITCH, NO_DURATION)
            for place in (forward, backward)
        )


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
