"""Where in the bar each phrase begins: so that stresses fall on beats, and the singer can breathe."""

from collections.abc import Sequence
from dataclasses import replace

from multiart.music.agreement import RESTFUL, metric_weight
from multiart.music.tune import REST, TICKS_PER_BEAT, Event, Tune, bar_ticks

STEP = TICKS_PER_BEAT // 2  # phrases begin on eighths
WAITING = 0.2  # what a beat of holding a note costs, next to the mean of stress times weight
BREATHING = 0.2  # what it is worth that a phrase's last note is held long enough to breathe


def place_phrases(tune: Tune, stresses: Sequence[int]) -> Tune:
    """Hold the last notes of phrases until the next can begin at the place in the bar that suits its words.

    That is where the mean of ``(stress - 1) * metric weight`` is largest, less what holding costs; a phrase
    without a stressed syllable, as in Chinese, wants a strong beat for its first note. The last note ends
    with a bar, or where the pickup of a repetition follows.

    Args:
        tune: as composed.
        stresses: 0 to 2 a note, or empty.
    """
    bar = bar_ticks(tune.time_signature)
    placed: list[Event] = []
    tick = -tune.pickup
    for number, phrase in enumerate(_phrases(tune)):
        first = sum(tune.phrases[:number])
        wanted = list(stresses[first : first + tune.phrases[number]]) or [1] * tune.phrases[number]
        if max(wanted) < 2:
            wanted[0] = 2
        if placed:
            last = max(index for index, event in enumerate(placed) if event.pitch is not REST)
            hold = _best_hold(phrase, wanted, tick, placed[last].duration, tune.time_signature)
            placed[last] = replace(placed[last], duration=placed[last].duration + hold)
            tick += hold
        placed += phrase
        tick += sum(event.duration for event in phrase)
    start = tick - placed[-1].duration
    ends = (
        end for end in range(start + RESTFUL, start + RESTFUL + bar) if end % bar in (0, bar - tune.pickup)
    )
    placed[-1] = replace(placed[-1], duration=next(ends) - start)
    return replace(tune, events=tuple(placed))


def _phrases(tune: Tune) -> list[list[Event]]:
    """The events of each phrase; rests go with the phrase that they follow, but for the last."""
    phrases: list[list[Event]] = [[]]
    notes = 0
    for event in tune.events:
        if event.pitch is not REST and notes == tune.phrases[len(phrases) - 1]:
            phrases.append([])
            notes = 0
        phrases[-1].append(event)
        notes += event.pitch is not REST
    while phrases[-1][-1].pitch is REST:
        phrases[-1].pop()
    return phrases


def _best_hold(
    phrase: Sequence[Event], wanted: Sequence[int], tick: int, held: int, time_signature: str
) -> int:
    """For how many ticks more to hold the note before a phrase, at most for a bar."""
    offsets, offset = [], 0
    for event in phrase:
        if event.pitch is not REST:
            offsets.append(offset)
        offset += event.duration

    def value(hold: int) -> float:
        weights = [metric_weight(tick + hold + offset, time_signature) for offset in offsets]
        suits = sum((want - 1) * weight for want, weight in zip(wanted, weights, strict=True)) / len(weights)
        return suits - WAITING * hold / TICKS_PER_BEAT + BREATHING * (held + hold >= RESTFUL)

    return max(range(-tick % STEP, bar_ticks(time_signature), STEP), key=value)
