"""How well a tune suits the words that are sung to it."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from multiart.music.syllables import Syllable
from multiart.music.tones import direction
from multiart.music.tune import REST, SCALES, TICKS_PER_BEAT, Event, Plan, Tune, bar_ticks

SPANS = (7, 16)  # semitones, a fifth and a tenth
REPEATED = 0.3  # the share of notes that may be at the height of the one before
SHORT = TICKS_PER_BEAT // 3  # ticks; a syllable on less is spoken rather than sung
LONG = TICKS_PER_BEAT
RESTFUL = TICKS_PER_BEAT * 3 // 2  # ticks of a phrase's last note that lets the singer breathe


def metric_weight(tick: int, time_signature: str) -> int:
    """How strong a place in the bar is: 3 on the first beat, 2 in the middle of the bar, 1 on a beat, else 0.

    Args:
        tick: from the bar line.
        time_signature: of `multiart.music.tune.TIME_SIGNATURES`.
    """
    bar = bar_ticks(time_signature)
    compound = time_signature.endswith("/8")
    pulse = TICKS_PER_BEAT * 3 // 2 if compound else TICKS_PER_BEAT
    if tick % bar == 0:
        return 3
    if tick % pulse:
        return 0
    return 2 if time_signature in ("6/8", "9/8") or tick * 2 == bar else 1


def timed(tune: Tune) -> Iterator[tuple[Event, int]]:
    """Each note with its tick from a bar line; those of a pickup come before it."""
    tick = -tune.pickup
    for event in tune.events:
        if event.pitch is not REST:
            yield event, tick
        tick += event.duration


def stress_agreement(tune: Tune, syllables: Sequence[Syllable]) -> float | None:
    """Correlation, -1 to 1, of the syllables' stress with the weight and length of their notes.

    In songs stressed syllables come on strong beats and long notes (Nichols et al. 2009, "Relationships
    between lyrics and melody in popular music"). Chinese and drawn out syllables are left out; None if there
    are no others, or all are alike.
    """
    pairs = [
        (syllable.stress, metric_weight(tick, tune.time_signature) + min(event.duration / LONG, 2))
        for (event, tick), syllable in zip(timed(tune), syllables, strict=False)
        if syllable.text and syllable.tone is None
    ]
    return _correlation(pairs)


def tone_agreement(tune: Tune, syllables: Sequence[Syllable]) -> float | None:
    """Mean, -1 to 1, over neighbouring Chinese syllables of one line of how the tune goes with the tones.

    1 where it goes the way that the tones go, -1 where the other way, 0 where it stays; None if no tones say.
    """
    sung = list(zip(tune.notes, syllables, strict=False))
    signs = []
    for (before, first), (after, second) in zip(sung, sung[1:], strict=False):
        if first.tone is None or second.tone is None or first.line != second.line:
            continue
        step = after.pitch - before.pitch
        if way := direction(first.tone, second.tone):
            signs.append(way * ((step > 0) - (step < 0)))
    return fmean(signs) if signs else None


def agreement(tune: Tune, verses: Sequence[Sequence[Syllable]]) -> float:
    """Mean of both agreements over all strophes that are sung to a tune; 0 where nothing can be said."""
    found = [measure(tune, verse) for verse in verses for measure in (stress_agreement, tone_agreement)]
    said = [value for value in found if value is not None]
    return fmean(said) if said else 0.0


def fitness(tune: Tune, plan: Plan, verses: Sequence[Sequence[Syllable]]) -> float:
    """What candidates are ranked by: their agreement, less what is hard to sing or sounds unfinished.

    Taken off are the share of notes outside the scale, of notes too short for a syllable, half of what the
    phrases' last notes lack to be `RESTFUL`, a tenth for each semitone that the range is out of `SPANS`, the
    share of notes that repeat the one before so far as it is above `REPEATED`, and 1 where the last note is
    not the final.
    """
    pitches = [event.pitch for event in tune.notes]
    span = max(pitches) - min(pitches)
    ends, place = [], 0
    for count in tune.phrases:
        place += count
        ends.append(tune.notes[place - 1])
    return (
        agreement(tune, verses)
        - fmean(pitch % 12 not in SCALES[plan.mode] for pitch in pitches)
        - fmean(event.duration < SHORT for event in tune.notes)
        - 0.5 * fmean(max(0, 1 - event.duration / RESTFUL) for event in ends)
        - 0.1 * max(0, SPANS[0] - span, span - SPANS[1])
        - max(0, fmean(a == b for a, b in zip(pitches, [None, *pitches], strict=False)) - REPEATED)
        - (pitches[-1] % 12 != plan.final)
    )


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's; None where either side does not vary."""
    if not pairs:
        return None
    x, y = fmean(a for a, _ in pairs), fmean(b for _, b in pairs)
    xx, yy = sum((a - x) ** 2 for a, _ in pairs), sum((b - y) ** 2 for _, b in pairs)
    if xx * yy == 0:
        return None
    return sum((a - x) * (b - y) for a, b in pairs) / (xx * yy) ** 0.5
