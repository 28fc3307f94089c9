"""What the melody model is held against: n-grams of notes, smoothed after Witten and Bell (1991)."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from multiart.music.events import DURATIONS, NUM_PITCHES, event_ids
from multiart.music.tune import Event, Tune

SIZES = {"pitch": NUM_PITCHES, "duration": len(DURATIONS)}
Symbol = tuple[str, int]


class NgramModel:
    """An interpolated n-gram over pitches and durations in turn, each given the ``order - 1`` before it.

    Args:
        order: symbols in an n-gram, 1 or more.
    """

    def __init__(self, *, order: int = 5) -> None:
        if order < 1:
            raise ValueError(f"order must be 1 or more, got {order}")
        self.order = order
        self._counts: dict[tuple, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def fit(self, tunes: Iterable[Tune]) -> "NgramModel":
        """Count the n-grams of tunes."""
        for tune in tunes:
            symbols = symbols_of(tune)
            for place in range(1, len(symbols)):
                for context in self._contexts(symbols, place):
                    self._counts[context][symbols[place][1]] += 1
        return self

    def nll(self, tunes: Sequence[Tune]) -> dict[str, float]:
        """Mean negative log-likelihood in nats of an event: ``pitch``, ``duration``, and both, ``loss``."""
        total = {"pitch": 0.0, "duration": 0.0}
        for tune in tunes:
            symbols = symbols_of(tune)
            for place in range(1, len(symbols)):
                total[symbols[place][0]] -= math.log(self._chance(symbols, place))
        events = sum(len(tune.events) for tune in tunes)
        means = {name: nats / events for name, nats in total.items()}
        return {**means, "loss": sum(means.values())}

    def _chance(self, symbols: Sequence[Symbol], place: int) -> float:
        kind, value = symbols[place]
        chance = 1 / SIZES[kind]
        for context in self._contexts(symbols, place):
            counts = self._counts.get(context)
            if counts is not None:
                chance = (counts.get(value, 0) + len(counts) * chance) / (sum(counts.values()) + len(counts))
        return chance

    def _contexts(self, symbols: Sequence[Symbol], place: int) -> Iterable[tuple]:
        """The kind of the symbol at ``place`` with none, one, two, ... symbols before it."""
        for length in range(min(self.order, place + 1)):
            yield symbols[place][0], *symbols[place - length : place]


def symbols_of(tune: Tune) -> list[Symbol]:
    """A start, then pitch and duration of every event."""
    return [("start", 0), *(symbol for event in tune.events for symbol in _pair(event))]


def _pair(event: Event) -> tuple[Symbol, Symbol]:
    pitch, duration = event_ids(event)
    return ("pitch", pitch), ("duration", duration)
