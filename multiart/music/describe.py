"""What a tune is like: its mode, density, span and leaps, and the plan that it follows."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from multiart.music.tune import MOST_CHANGED, TICKS_PER_BEAT, Event, Form, Plan, Tune

DENSITY_CUTS = (1.5, 1.75, 1.95, 2.3)  # notes a beat, between the classes 0 to 4
SPAN_CUTS = (13, 16, 19)  # semitones, between the classes 0 to 3
LEAP_CUTS = (2.4, 2.85)  # mean semitones from note to note, between the classes 0 to 2


def heard_mode(events: Sequence[Event]) -> str:
    """The mode that the notes are in: major, minor, dorian or mixolydian.

    The third decides first, weighed by duration; then the sixth (minor, dorian) or the seventh (major,
    mixolydian). A tune without either is major or minor.
    """
    weight = Counter()
    for event in events:
        if event.pitch is not None:
            weight[event.pitch % 12] += event.duration
    if weight[3] > weight[4]:
        return "dorian" if weight[9] > weight[8] else "minor"
    return "mixolydian" if weight[10] > weight[11] else "major"


def density_of(events: Sequence[Event]) -> float:
    """Notes a beat."""
    notes = sum(event.pitch is not None for event in events)
    return notes * TICKS_PER_BEAT / sum(event.duration for event in events)


def span_of(events: Sequence[Event]) -> int:
    """Semitones from the lowest to the highest note."""
    pitches = [event.pitch for event in events if event.pitch is not None]
    return max(pitches) - min(pitches)


def leap_of(events: Sequence[Event]) -> float:
    """Mean number of semitones from note to note."""
    pitches = [event.pitch for event in events if event.pitch is not None]
    steps = [abs(a - b) for a, b in zip(pitches, pitches[1:], strict=False)]
    return sum(steps) / max(1, len(steps))


def plan_of(tune: Tune) -> Plan:
    """The plan that asks for what ``tune`` is."""
    return Plan(
        mode=tune.mode,
        time_signature=tune.time_signature,
        phrases=tune.phrases,
        forms=forms_of(split_phrases(tune.notes, tune.phrases)),
        style=tune.style,
        density=bisect_right(DENSITY_CUTS, density_of(tune.events)),
        span=bisect_right(SPAN_CUTS, span_of(tune.events)),
        leap=bisect_right(LEAP_CUTS, leap_of(tune.events)),
        pickup=tune.pickup,
        final=tune.notes[-1].pitch % 12,
    )


def split_phrases(notes: Sequence[Event], phrases: Sequence[int]) -> list[tuple[Event, ...]]:
    """The notes of each phrase."""
    parts, start = [], 0
    for count in phrases:
        parts.append(tuple(notes[start : start + count]))
        start += count
    return parts


def repeats_kept(tune: Tune, plan: Plan) -> float:
    """The share of the phrases planned to be like an earlier one that are; 1 where none is planned."""
    phrases = split_phrases(tune.notes, plan.phrases)
    kept = [
        edit_distance(phrase, phrases[form.like], limit=len(phrase)) <= form.most_changes(len(phrase))
        for phrase, form in zip(phrases, plan.forms, strict=False)
        if form.kind != "new"
    ]
    return sum(kept) / len(kept) if kept else 1.0


def keeps_density(tune: Tune, plan: Plan) -> bool:
    """Whether a tune is as dense as planned."""
    return bisect_right(DENSITY_CUTS, density_of(tune.events)) == plan.density


def forms_of(phrases: Sequence[Sequence[Event]]) -> tuple[Form, ...]:
    """What each phrase takes from the earlier phrase that is most like it.

    Its kind is the strictest of `MOST_CHANGED` that allows their edit distance, or ``new``.
    """
    forms = []
    phrases = [tuple((note.pitch, note.duration) for note in phrase) for phrase in phrases]
    held = [Counter(phrase) for phrase in phrases]
    for place, phrase in enumerate(phrases):
        limit = Form(like=place, kind="related").most_changes(len(phrase))
        best, like = limit + 1, place
        for earlier in range(place):
            if max(len(phrase), len(phrases[earlier])) - (held[place] & held[earlier]).total() >= best:
                continue
            distance = edit_distance(phrase, phrases[earlier], limit=best - 1)
            if distance < best:
                best, like = distance, earlier
            if best == 0:
                break
        kinds = (Form(like=like, kind=kind) for kind in MOST_CHANGED if like != place)
        forms.append(next((f for f in kinds if best <= f.most_changes(len(phrase))), Form(like=place)))
    return tuple(forms)


def edit_distance(a: Sequence, b: Sequence, *, limit: int) -> int:
    """Fewest insertions, deletions and substitutions from ``a`` to ``b``; ``limit + 1`` where more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    if a == b:
        return 0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
