"""How likely tunes are to the melody model and, to hold it against, to n-grams of notes."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import torch

from multiart.data.melodies import MelodyDataset, collate
from multiart.music.events import CONTROL_SIZES, DURATIONS, NUM_PITCHES, UNKNOWN_FORM, event_ids
from multiart.music.network import MelodyNetwork, note_losses
from multiart.music.tune import Event, Tune

SIZES = {"pitch": NUM_PITCHES, "duration": len(DURATIONS)}
Symbol = tuple[str, int]


class NgramModel:
    """An n-gram over pitches and durations in turn, each given the ``order - 1`` symbols before it.

    Smoothed by interpolation with shorter contexts after Witten and Bell (1991).

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


@torch.inference_mode()
def network_nll(
    network: MelodyNetwork, tunes: Sequence[Tune], *, controls: bool = True, forms: bool = True
) -> dict[str, float]:
    """Mean negative log-likelihood in nats of an event, named as by `NgramModel.nll`.

    Args:
        network: the melody model, in `eval` mode.
        tunes: held out, or not.
        controls: whether it is told mode, style, density and so on.
        forms: whether it is told which phrase repeats which.
    """
    items = sorted(MelodyDataset(tunes), key=lambda item: len(item.pitches))
    total = torch.zeros(3)
    for start in range(0, len(items), 16):
        batch = collate(items[start : start + 16])
        if not controls:
            batch["controls"] = torch.tensor(CONTROL_SIZES).expand_as(batch["controls"])
        for column, unknown in () if forms else UNKNOWN_FORM.items():
            batch["features"][..., column] = unknown
        total += torch.stack([part.float() for part in note_losses(network, batch)])
    pitch, duration, count = total.tolist()
    return {"pitch": pitch / count, "duration": duration / count, "loss": (pitch + duration) / count}
