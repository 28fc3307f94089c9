"""Compose tunes that follow a plan, with the trained melody model."""

from collections.abc import Sequence
from functools import cached_property

import torch
from torch import Tensor

from multiart.errors import unknown
from multiart.models.store import fetch
from multiart.models.text_states import TextEncoder
from multiart.music.describe import heard_mode, keeps_density, repeats_kept
from multiart.music.events import TRAINED_MODES, event_ids
from multiart.music.melodist import Melodist, load_melodist
from multiart.music.sampling import Sampling
from multiart.music.screening import goes_in_circles
from multiart.music.tune import Event, Plan, Tune

TRIES = 6  # rounds in which candidates that were sorted out are replaced
STRICT = 3  # rounds in which it counts, too, how well the plan is kept


class Composer:
    """Composes tunes.

    Args:
        source: an exported melody model, as the model store names it.
        melodist: one that is loaded already, to compose with instead.
    """

    def __init__(self, *, source: str = "asset:melody", melodist: Melodist | None = None) -> None:
        self.source = source
        if melodist is not None:
            self.melodist = melodist

    @cached_property
    def melodist(self) -> Melodist:
        """The loaded model."""
        return load_melodist(self.source)

    @cached_property
    def encoder(self) -> TextEncoder | None:
        """The language model that the melody model was trained with, or None."""
        source = self.melodist.text_source
        if source is None:
            return None
        if source.startswith("file:."):
            source = f"file:{(fetch(self.source).path / source.removeprefix('file:')).resolve()}"
        return TextEncoder(source=source)

    @cached_property
    def weights(self) -> dict[str, str]:
        """Sources and sha256 of the model, and of the language model it was trained with."""
        text = {} if self.encoder is None else {self.encoder.source: self.encoder.sha256}
        return {self.source: fetch(self.source).sha256} | text

    def text_states(self, caption: str, poem: str) -> Tensor | None:
        """The mean state ``[D]`` of a text as the model was trained with, or None if it was with none."""
        if self.encoder is None:
            return None
        encoded = self.encoder.encode([caption], [poem])
        return encoded.states[0][encoded.mask[0]].mean(0)

    def compose(
        self,
        plan: Plan,
        *,
        n: int,
        generator: torch.Generator,
        temperature: float = 0.9,
        top_p: float = 0.95,
        text_states: Tensor | None = None,
        primer: Sequence[Event] = (),
    ) -> list[Tune]:
        """Compose ``n`` tunes to one plan, as `compose_each` does.

        Args:
            plan: what they are to be.
            n: 1 or more.
            generator, temperature, top_p, text_states, primer: as of `compose_each`.

        Raises:
            ValueError: if a number is out of range, or the model knows no such style.
        """
        if n < 1:
            raise ValueError(f"n must be 1 or more, got {n}")
        return self.compose_each(
            [plan] * n,
            generator=generator,
            temperature=temperature,
            top_p=top_p,
            text_states=text_states,
            primer=primer,
        )

    def compose_each(
        self,
        plans: Sequence[Plan],
        *,
        generator: torch.Generator,
        temperature: float = 0.9,
        top_p: float = 0.95,
        text_states: Tensor | None = None,
        primer: Sequence[Event] = (),
    ) -> list[Tune]:
        """Compose a tune to each plan; those that `fault` finds wanting are replaced if possible.

        Args:
            plans: what they are to be.
            generator: on the CPU.
            temperature: more than 0; less than 1 is more careful, more is bolder.
            top_p: share of the likeliest notes chosen from, more than 0, at most 1.
            text_states: ``[576]``, or None.
            primer: what sounded right before; the tunes go on from it and do not hold it.

        Raises:
            ValueError: if a number is out of range, or the model knows no such style.
        """
        if temperature <= 0 or not 0 < top_p <= 1:
            raise ValueError(
                "temperature must be more than 0, top_p more than 0 and at most 1,"
                f" got {temperature} and {top_p}"
            )
        for plan in plans:
            if plan.style not in self.melodist.styles:
                raise ValueError(unknown("style", plan.style, self.melodist.styles))
        best: list[tuple[float, Tune] | None] = [None] * len(plans)
        primed = [event_ids(event) for event in primer]
        for round_ in range(TRIES):
            allowed = int(round_ >= STRICT)
            missing = [n for n, pair in enumerate(best) if pair is None or pair[0] > allowed]
            if not missing:
                break
            sampling = Sampling([plans[n] for n in missing], primed)
            tunes = sampling.run(self.melodist.network, generator, temperature, top_p, text_states)
            for n, tune in zip(missing, tunes, strict=True):
                fault = self.fault(tune, plans[n])
                if best[n] is None or fault < best[n][0]:
                    best[n] = fault, tune
        return [tune for _, tune in best]

    def fault(self, tune: Tune, plan: Plan) -> float:
        """What is worst about a tune.

        4 it quotes a known one, 3 it goes in circles, 2 its mode is not heard (in a pentatonic one the notes
        it lacks cannot sound); else from 0 to 1 how little it is as dense and repeats as much as planned.
        """
        if self.melodist.known.quoted(tune.notes):
            return 4
        if goes_in_circles(tune.notes):
            return 3
        if tune.mode in TRAINED_MODES and heard_mode(tune.events) != tune.mode:
            return 2
        return (1 - keeps_density(tune, plan) + 1 - repeats_kept(tune, plan)) / 2
