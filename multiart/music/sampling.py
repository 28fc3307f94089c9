"""Draw tunes from the trained melody model, note by note, within what their plans demand."""

from collections.abc import Sequence

import torch
from torch import Tensor

from multiart.music.describe import SPAN_CUTS
from multiart.music.events import (
    DURATIONS,
    NUM_PITCHES,
    REST_ID,
    RETURNS,
    History,
    controls_of,
    event_of,
)
from multiart.music.network import Cache, MelodyNetwork
from multiart.music.tune import LOWEST, SCALES, Event, Plan, Tune

RHYTHM = 0.6  # of the temperature: durations are drawn with less, as one odd note shifts all that follow
RETURN = 0.6  # of the temperature: so are the pitches of phrases that are to be like earlier ones
LANDED = ("close", "exact")  # kinds of phrases that begin where in the bar their model did, if they can
WINDOW = 256  # steps the network looks back on
OUT_OF_SCALE = -4.0  # added to the logits of notes outside a scale of seven
CHARACTERISTIC = {  # degree: added to its logit
    "dorian": {3: 1.0, 9: 2.0, 8: -4.0},
    "mixolydian": {10: 1.0, 11: -4.0},
}
PHRASE_END = 0.15 * torch.tensor(DURATIONS).log2()  # added to the logits of a phrase's last duration
PITCH_CLASSES = torch.arange(LOWEST, LOWEST + REST_ID) % 12


class Sampling:
    """One batch of tunes on their way, note by note, each after its plan.

    Args:
        plans: what they are to be.
        primer: ids of the events before.
    """

    def __init__(self, plans: Sequence[Plan], primer: Sequence[tuple[int, int]]) -> None:
        self.rows = [History(plan, primer) for plan in plans]
        self.skipped = len(primer)  # events
        self.primed = sum(pitch != REST_ID for pitch, _ in primer)  # notes
        self.seen: list[Tensor] = []  # features [B, K] of every step
        first = [History(plan) for plan in plans]
        for event in primer[-WINDOW // 2 :]:
            self.seen.append(torch.tensor([row.features() for row in first]))
            for row in first:
                row.push(*event)
        self.bias = torch.stack([scale_bias(plan.mode) for plan in plans])

    @torch.inference_mode()
    def run(
        self,
        network: MelodyNetwork,
        generator: torch.Generator,
        temperature: float,
        top_p: float,
        text_states: Tensor | None,
    ) -> list[Tune]:
        """Sample every row to its end."""
        controls = torch.tensor([controls_of(row.plan) for row in self.rows])
        text = None if text_states is None else text_states.float().expand(len(self.rows), -1)
        cache = Cache()
        while not all(row.done for row in self.rows):
            features = torch.tensor([row.features() for row in self.rows])
            self.seen.append(features)
            if len(cache) >= WINDOW:
                cache = Cache()
            new = torch.stack(self.seen[-WINDOW // 2 :] if len(cache) == 0 else [features], 1)
            hidden = network(new, controls, text, cache)[:, -1]
            logits = self.shape_pitches(network.pitch_logits(hidden, features))
            pitch = sample(logits, temperature * self.caution(), top_p, generator)
            forced = [self.forced(row) for row in self.rows]
            pitch = torch.tensor(
                [p if f is None else f[0] for p, f in zip(pitch.tolist(), forced, strict=True)]
            )
            logits = self.shape_durations(network.duration_logits(hidden, features, pitch))
            duration = sample(logits, RHYTHM * temperature, top_p, generator).tolist()
            for row, p, d, f in zip(self.rows, pitch.tolist(), duration, forced, strict=True):
                if not row.done:
                    row.push(p, d if f is None else f[1])
        return [self.finish(row) for row in self.rows]

    def shape_pitches(self, logits: Tensor) -> Tensor:
        """Keep to scale and span, rest between phrases only, never before a repeat, and end on the final."""
        logits = logits + self.bias
        for row, of_row in zip(self.rows, logits, strict=True):
            lowest, highest = self.reach(row)
            of_row[:lowest] = of_row[highest + 1 : REST_ID] = float("-inf")
            returns = row.form is not None and row.form.kind in RETURNS
            if row.index or not row.notes or row.events[-1][0] == REST_ID or returns:
                of_row[REST_ID] = float("-inf")
            if is_last(row):
                of_row[:REST_ID].masked_fill_(PITCH_CLASSES.ne(row.plan.final), float("-inf"))
                of_row[REST_ID] = float("-inf")
        return logits

    def caution(self) -> Tensor:
        """What the temperature of the pitches is multiplied by in each row, ``[B, 1]``."""
        kinds = [None if row.form is None else row.form.kind for row in self.rows]
        return torch.tensor([[RETURN if kind in RETURNS else 1.0] for kind in kinds])

    def reach(self, row: History) -> tuple[int, int]:
        """The lowest and highest pitch id that keep the tune within its span."""
        sung = [pitch for pitch, _, _ in row.notes[self.primed :]]
        if not sung or row.plan.span == len(SPAN_CUTS):
            return 0, REST_ID - 1
        widest = SPAN_CUTS[row.plan.span] - 1
        return max(0, max(sung) - widest), min(REST_ID - 1, min(sung) + widest)

    def shape_durations(self, logits: Tensor) -> Tensor:
        """End phrases on longer notes, where a repeat can begin as it did, and the tune at a bar line."""
        for row, of_row in zip(self.rows, logits, strict=True):
            if row.left != 1 or row.done:
                continue
            of_row += PHRASE_END
            ends = self.ends(row)
            wrong = torch.tensor([(row.tick + ticks) % row.bar not in ends for ticks in DURATIONS])
            if ends and not wrong.all():
                of_row.masked_fill_(wrong, float("-inf"))
        return logits

    def ends(self, row: History) -> set[int]:
        """Where in the bar the last note of the current phrase may end; empty where anywhere."""
        if is_last(row):
            return {0, row.bar - row.plan.pickup}
        landing = row.landing()
        return {landing} if landing is not None and row.forms[row.phrase + 1].kind in LANDED else set()

    def forced(self, row: History) -> tuple[int, int] | None:
        """The note that a phrase with no changes left has here, if it is at the same place in its bar."""
        likeness = None if row.done else row.likeness
        if likeness is None or likeness.changes_left != 0 or likeness.place == len(likeness.model):
            return None
        pitch, duration, tick = row.like()[likeness.place]
        if is_last(row):
            ends_well = (row.tick + DURATIONS[duration]) % row.bar in self.ends(row)
            if not ends_well or (pitch + LOWEST) % 12 != row.plan.final:
                return None
        return (pitch, duration) if (tick - row.tick) % row.bar == 0 else None

    def finish(self, row: History) -> Tune:
        """Fill up the last bar and leave the primer out."""
        events = [event_of(*ids) for ids in row.events[self.skipped :]]
        over = row.tick % row.bar
        if over not in (0, row.bar - row.plan.pickup):
            last = events[-1]
            events[-1] = Event(pitch=last.pitch, duration=last.duration + row.bar - over)
        return Tune(
            mode=row.plan.mode,
            time_signature=row.plan.time_signature,
            events=tuple(events),
            phrases=row.plan.phrases,
            pickup=row.plan.pickup,
            style=row.plan.style,
        )


def is_last(row: History) -> bool:
    """Whether the note to come is the last."""
    return row.left == 1 and row.phrase == len(row.phrases) - 1


def scale_bias(mode: str) -> Tensor:
    """What is added to the pitch logits ``[NUM_PITCHES]``: scales of five are kept exactly, others softly."""
    scale = SCALES[mode]
    bias = torch.zeros(NUM_PITCHES)
    outside = ~torch.isin(PITCH_CLASSES, torch.tensor(scale))
    bias[:REST_ID][outside] = float("-inf") if len(scale) == 5 else OUT_OF_SCALE
    for degree, extra in CHARACTERISTIC.get(mode, {}).items():
        bias[:REST_ID][PITCH_CLASSES.eq(degree)] += extra
    return bias


def sample(logits: Tensor, temperature: float | Tensor, top_p: float, generator: torch.Generator) -> Tensor:
    """Draw an id a row ``[B]`` from the likeliest of ``[B, V]`` that together have ``top_p``."""
    chances, order = (logits.float() / temperature).softmax(-1).sort(-1, descending=True)
    before = chances.cumsum(-1) - chances
    chances = chances.masked_fill(before >= top_p, 0)
    return order.gather(-1, torch.multinomial(chances, 1, generator=generator))[:, 0]
