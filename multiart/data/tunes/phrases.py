"""Where the phrases of a tune end, inferred from its notes.

A phrase ends where notes are long, before a rest, on a stable degree, and where the next two or four bars
begin; where what follows has begun a phrase before; and it has about as many notes as a line of a song. Each
is a score; the phrases are those whose scores add up to most, found by dynamic programming.
"""

import math
from collections.abc import Sequence
from itertools import accumulate

from multiart.music.tune import REST, Event

FEWEST, MOST = 3, 24  # notes in a phrase
USUAL = 9.0  # notes in a phrase
STABLE = {0: 0.5, 7: 0.25, 4: 0.15, 3: 0.15, 2: 0.1}  # degree of the last note: score
ALIKE = 4  # notes that must be the same where a phrase begins as another


def infer_phrases(events: Sequence[Event], *, bar: int, pickup: int = 0) -> tuple[int, ...]:
    """Notes in each phrase of a tune.

    Args:
        events: the tune; it begins with a note.
        bar: ticks in a bar.
        pickup: ticks before the first full bar.
    """
    onsets, gaps = note_times(events)
    notes = [(event.pitch, event.duration) for event in events if event.pitch is not REST]
    count = len(notes)
    ends = [boundary_score(notes, onsets, gaps, place, bar) for place in range(1, count)] + [0.0]
    onsets = [*onsets, onsets[-1] + gaps[-1]]
    best = [0.0] + [-math.inf] * count
    came_from = [0] * (count + 1)
    for end in range(1, count + 1):
        for start in range(max(0, end - MOST), max(0, end - FEWEST) + 1):
            bars = (onsets[end] - onsets[start]) / bar
            score = best[start] + ends[end - 1] + length_score(end - start, bars)
            if score > best[end]:
                best[end], came_from[end] = score, start
    phrases, end = [], count
    while end:
        phrases.append(end - came_from[end])
        end = came_from[end]
    return tuple(reversed(phrases))


def note_times(events: Sequence[Event]) -> tuple[list[int], list[int]]:
    """Onset of every note in ticks, and the ticks to the next one, rests included."""
    onsets = list(accumulate((event.duration for event in events), initial=0))
    starts = [onset for onset, event in zip(onsets, events, strict=False) if event.pitch is not REST]
    return starts, [b - a for a, b in zip(starts, [*starts[1:], onsets[-1]], strict=True)]


def boundary_score(
    notes: Sequence[tuple[int, int]], onsets: Sequence[int], gaps: Sequence[int], place: int, bar: int
) -> float:
    """How well a phrase would begin at note ``place``, 1 or more."""
    around = gaps[max(0, place - 5) : place - 1] + gaps[place : place + 4]
    usual = sum(around) / max(1, len(around))
    longer = math.log2(gaps[place - 1] / usual) if around else 0
    score = 1.2 * max(-1.0, min(1.5, longer))
    score += 0.5 * (gaps[place - 1] > notes[place - 1][1])
    score += STABLE.get(notes[place - 1][0] % 12, 0.0)
    bars, rest = divmod(onsets[place] - onsets[0], bar)
    if rest == 0:
        score += 0.5 + 0.5 * (bars % 2 == 0) + 0.3 * (bars % 4 == 0)
    score += 0.05 * min(8, abs(notes[place][0] - notes[place - 1][0]))
    begun = [0] + [i for i in range(1, place) if (onsets[place] - onsets[i]) % (2 * bar) == 0]
    score += 0.6 * any(notes[place : place + ALIKE] == notes[i : i + ALIKE] for i in begun)
    return score


def length_score(notes: int, bars: float) -> float:
    """How usual a phrase of so many notes and bars is."""
    score = -1.0 - 1.2 * math.log2(notes / USUAL) ** 2
    if bars in (2, 4):
        return score + 0.6
    return score + (0.2 if bars == round(bars) else 0.0)


def boundaries(phrases: Sequence[int]) -> set[int]:
    """The places inside a tune where a phrase ends: notes before them."""
    return set(accumulate(phrases[:-1]))


def boundary_scores(inferred: Sequence[Sequence[int]], marked: Sequence[Sequence[int]]) -> dict[str, float]:
    """Precision, recall and F1 of the inferred phrase ends inside tunes, over all tunes together."""
    pairs = [(boundaries(a), boundaries(b)) for a, b in zip(inferred, marked, strict=True)]
    right = sum(len(a & b) for a, b in pairs)
    precision = right / max(1, sum(len(a) for a, _ in pairs))
    recall = right / max(1, sum(len(b) for _, b in pairs))
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
    }
