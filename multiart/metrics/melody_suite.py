"""How like real tunes the melody model's are, and how well they do what they are asked."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from multiart.metrics.intervals import interval
from multiart.metrics.melody import MEASURES, obeyed, overlap, shuffled
from multiart.music.composer import Composer
from multiart.music.describe import plan_of
from multiart.music.screening import KnownRuns, run_hashes
from multiart.music.tune import Tune
from multiart.seeding import derive_seed

GATES = {  # farthest that the mean may be from real tunes'
    "pitch-class entropy": 0.10,
    "groove consistency": 0.03,
    "bar repetition": 0.04,
    "repeated 4-grams": 0.04,
}
BATCH = 100  # tunes composed side by side
DENSITY_GATE = 0.05  # of the real tunes' mean
SCALE_GATE = 0.985  # least
CONTROL_GATES = {"notes in each phrase": 1.0, "final": 0.95, "mode": 0.9}  # least share obeyed


class MelodySuite:
    """Compose tunes to the plans of held-out ones, and compare.

    Args:
        num_prompts: held-out tunes whose plans are followed.
        num_seeds: tunes for each plan.
        temperature, top_p: of the sampling.

    Raises:
        ValueError: if a number is less than 1.
    """

    name = "melody"

    def __init__(
        self,
        *,
        num_prompts: int = 200,
        num_seeds: int = 2,
        temperature: float = 0.9,
        top_p: float = 0.95,
    ) -> None:
        for key, value in (("num_prompts", num_prompts), ("num_seeds", num_seeds)):
            if value < 1:
                raise ValueError(f"suite.{key} must be 1 or more, got {value}")
        self.num_prompts, self.num_seeds = num_prompts, num_seeds
        self.temperature, self.top_p = temperature, top_p

    def choose(self, tunes: Sequence[Tune]) -> list[Tune]:
        """The held-out tunes whose plans are followed."""
        return random.Random(0).sample(list(tunes), min(self.num_prompts, len(tunes)))

    def compose(
        self, composer: Composer, prompts: Sequence[Tune], *, seed: int, on_tune: Callable[[], None]
    ) -> list[Tune]:
        """`num_seeds` tunes for each prompt, those of one seed after those of the other."""
        how = {"temperature": self.temperature, "top_p": self.top_p}
        plans = [plan_of(prompt) for prompt in prompts]
        order = sorted(range(len(plans)), key=lambda n: sum(plans[n].phrases))  # like lengths together
        tunes: dict[tuple[int, int], Tune] = {}
        for round_ in range(self.num_seeds):
            for start in range(0, len(order), BATCH):
                some = order[start : start + BATCH]
                generator = torch.Generator().manual_seed(derive_seed(seed, "evaluate", round_, start))
                composed = composer.compose_each([plans[n] for n in some], generator=generator, **how)
                for n, tune in zip(some, composed, strict=True):
                    tunes[round_, n] = tune
                    on_tune()
        return [tunes[key] for key in sorted(tunes)]

    def measure(
        self, tunes: Sequence[Tune], prompts: Sequence[Tune], training: Sequence[Tune]
    ) -> dict[str, Any]:
        """Compare tunes with those whose plans they follow.

        Args:
            tunes: of `compose`.
            prompts: the real ones.
            training: what the model was trained on, for the share of runs found there.

        Returns:
            ``measures``: by name ``real`` and ``model``, each mean and 95 % interval, ``shuffled``, and
            ``passes`` (None where there is no gate); ``control``: share of the tunes that obey.
        """
        rng = random.Random(1)
        floor = [shuffled(tune, rng) for tune in prompts]
        known = np.unique(np.concatenate([run_hashes(tune.notes, 8) for tune in training]))
        runs = KnownRuns.of(tune.notes for tune in training)
        functions = {
            **MEASURES,
            "8-grams found in training": lambda tune: overlap(tune, known),
            "quotes 16 notes of training": lambda tune: float(runs.quoted(tune.notes)),
        }
        measures = {}
        for name, function in functions.items():
            real, model, low = ([function(tune) for tune in some] for some in (prompts, tunes, floor))
            entry = {"real": interval(real), "model": interval(model), "shuffled": sum(low) / len(low)}
            measures[name] = entry | {"passes": passes(name, entry["real"][0], entry["model"][0])}
        plans = [plan_of(prompt) for prompt in prompts] * (len(tunes) // len(prompts))
        answers = [obeyed(tune, plan) for tune, plan in zip(tunes, plans, strict=True)]
        control = {name: interval([answer[name] for answer in answers]) for name in answers[0]}
        return {"tunes": len(tunes), "prompts": len(prompts), "measures": measures, "control": control}


def passes(name: str, real: float, model: float) -> bool | None:
    """Whether a mean is near enough to real tunes', or None where nothing is asked."""
    if name in GATES:
        return abs(model - real) <= GATES[name]
    if name == "notes a beat":
        return abs(model - real) <= DENSITY_GATE * real
    if name == "scale consistency":
        return model >= SCALE_GATE
    if name in CONTROL_GATES:
        return model >= CONTROL_GATES[name]
    if name == "quotes 16 notes of training":
        return model == 0
    return model <= real if name in ("goes in circles", "8-grams found in training") else None


def table(result: dict[str, Any]) -> str:
    """A result of `MelodySuite.measure`, with its ``nll`` if there is one, in Markdown."""
    lines = [f"{result['tunes']} tunes to the plans of {result['prompts']} held-out ones.", ""]
    lines += ["| measure | real | model (95 %) | shuffled | passes |", "|---|---|---|---|---|"]
    for name, entry in result["measures"].items():
        mean, low, high = entry["model"]
        said = {True: "yes", False: "no", None: "–"}[entry["passes"]]
        lines.append(
            f"| {name} | {entry['real'][0]:.3f} | {mean:.3f} ({low:.3f} to {high:.3f})"
            f" | {entry['shuffled']:.3f} | {said} |"
        )
    lines += ["", "| asked for | obeyed (95 %) | passes |", "|---|---|---|"]
    for name, (share, low, high) in result["control"].items():
        said = {True: "yes", False: "no", None: "–"}[passes(name, 1, share)]
        lines.append(f"| {name} | {share:.3f} ({low:.3f} to {high:.3f}) | {said} |")
    if "nll" in result:
        lines += [
            "",
            "| likelihood of held-out tunes, nats a note | pitch | duration | sum |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {nll['pitch']:.3f} | {nll['duration']:.3f} | {nll['loss']:.3f} |"
            for name, nll in result["nll"].items()
        ]
    return "\n".join(lines) + "\n"
