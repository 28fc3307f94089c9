"""Do text, picture and tune of a work belong together? Each is judged beside those of other works."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from multiart.metrics.concepts import CONCEPTS
from multiart.metrics.detector import Detector
from multiart.metrics.intervals import interval
from multiart.models.critic import make_judge
from multiart.models.store import fetch
from multiart.records import Draft, Mood, Note, Picture
from multiart.text.scene_mood import mood_of

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each semitone above the tonic fits a key (Krumhansl and Kessler 1982, as in Krumhansl 1990)."""

SHOWN = 5  # works that a report names, at most
PAIRS = {
    "text and picture": "critic: cosine",
    "text and tune": "moods: minus squared distance",
    "picture and tune": "moods: minus squared distance",
}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the judges have made of one work.

    Attributes:
        name: by which a report calls it.
        caption, text: what its picture should show, and the mood of its words.
        vector: the critic's, of the picture, or None where there is none.
        picture: the mood of what the detector sees in it.
        tune: how bright and how lively its tune is, see `tune_mood`.
    """

    name: str
    caption: str
    text: Mood
    vector: Tensor | None = None
    picture: Mood | None = None
    tune: tuple[float, float] | None = None


class WorksSuite:
    """Judge works by whether their parts fit each other better than those of other works.

    Text and picture are judged by the critic. A tune is judged by its mood as it sounds, without the plan it
    was made to, against the mood that was read in the text, and against that of what the detector finds in
    the picture; moods are compared in standard deviations of the works at hand.

    Args:
        folder: works, at any depth; None asks for one.
        critic, detector: the judges, as the model store names them.
    """

    name = "works"

    def __init__(
        self, *, folder: str | None = None, critic: str = "asset:critic", detector: str = "asset:detector"
    ) -> None:
        self.folder = folder
        self.critic, self._detector = make_judge(critic), detector

    @cached_property
    def detector(self) -> Detector:
        return Detector.load(self._detector)

    @property
    def weights(self) -> dict[str, str]:
        """Sources and sha256 of the judges."""
        return {**self.critic.weights, self._detector: fetch(self._detector).sha256}

    @torch.inference_mode()
    def judge(
        self, name: str, draft: Draft, picture: Picture | None, tune: tuple[Sequence[Note], float] | None
    ) -> Heard:
        """What the judges make of a work.

        Args:
            name: by which a report calls it.
            draft: its text.
            picture: as the image stage painted it.
            tune: notes in beats, and tempo in quarter notes a minute.
        """
        heard = {}
        if picture is not None:
            pixels = picture.pixels[None]
            said = self.detector.said(pixels)[0]
            seen = [concept for concept, there in zip(CONCEPTS, said.tolist(), strict=True) if there]
            heard = {"vector": self.critic.pictures(pixels)[0], "picture": mood_of(seen)}
        if tune is not None:
            heard["tune"] = tune_mood(*tune)
        return Heard(name=name, caption=draft.caption, text=draft.scene.mood, **heard)

    def measure(self, works: Sequence[Heard]) -> dict[str, Any]:
        """How works' own parts compare with others'.

        Returns:
            By pair of `PAIRS`, where two works or more have both, what `compare` tells, and ``each``: by its
            name, every work's share of others' parts that its own beats.
        """
        painted = [work for work in works if work.vector is not None]
        sung = [work for work in works if work.tune is not None]
        both = [work for work in painted if work.tune is not None]
        pairs = {
            "text and picture": (painted, self._seen),
            "text and tune": (sung, lambda some: likeness([_point(w.text) for w in some], _tunes(some))),
            "picture and tune": (
                both,
                lambda some: likeness([_point(w.picture) for w in some], _tunes(some)),
            ),
        }
        result = {}
        for name, (some, score) in pairs.items():
            if len(some) > 1:
                scores = score(some)
                shares = zip((work.name for work in some), beaten(scores).tolist(), strict=True)
                result[name] = compare(scores) | {"each": dict(shares)}
        return result

    def _seen(self, works: Sequence[Heard]) -> Tensor:
        """The critic's score ``[N, N]`` of every text with every picture."""
        texts = self.critic.texts([work.caption for work in works])
        return texts @ torch.stack([work.vector for work in works]).T


def tune_mood(notes: Sequence[Note], tempo_bpm: float) -> tuple[float, float]:
    """How bright and how lively a tune sounds, on scales of their own.

    Brightness is by how much the best major key fits its notes, weighed by duration, better than the best
    minor one (correlations with key profiles: Krumhansl and Schmuckler, in Krumhansl 1990); liveliness the
    logarithm of its notes a second. Both are what listeners' valence and arousal follow most (Eerola,
    Friberg and Bresin 2013).
    """
    weight = np.zeros(12)
    for note in notes:
        weight[note.pitch % 12] += note.duration
    fits = [
        max(_correlation(np.roll(profile, tonic), weight) for tonic in range(12))
        for profile in (MAJOR, MINOR)
    ]
    seconds = sum(note.duration for note in notes) * 60 / tempo_bpm
    return fits[0] - fits[1], math.log(len(notes) / seconds)


def likeness(own: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> Tensor:
    """Minus the squared distance ``[N, N]`` of every point of one list from every one of the other.

    Each list is first brought to mean 0 and variance 1, coordinate by coordinate.
    """
    return -(torch.cdist(_standard(own), _standard(other)) ** 2)


def beaten(scores: Tensor) -> Tensor:
    """The share ``[N]`` of the other scores of a row of ``[N, N]`` that the one on the diagonal beats.

    One that is as good counts a half: 0.5 by chance.
    """
    own, others = _parted(scores)
    return ((own > others).float() + (own == others).float() / 2).mean(1)


def compare(scores: Tensor) -> dict[str, Any]:
    """Compare scores ``[N, N]`` of what belongs together, the diagonal, with the others'.

    Returns:
        ``works``, how many; ``own`` and ``others``, the mean scores; ``beaten``, the mean of `beaten` and its
        95 % interval over the works.
    """
    own, others = _parted(scores)
    return {
        "works": len(scores),
        "own": own.mean().item(),
        "others": others.mean().item(),
        "beaten": interval(beaten(scores).tolist()),
    }


def table(result: dict[str, Any]) -> str:
    """A result of `WorksSuite.measure` in Markdown."""
    lines = [
        "| parts | judge | works | own | others' | share of others' that the own beats (95 %) |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in result.items():
        mean, low, high = row["beaten"]
        lines.append(
            f"| {name} | {PAIRS[name]} | {row['works']} | {row['own']:.3f} | {row['others']:.3f}"
            f" | {mean:.3f} ({low:.3f} to {high:.3f}) |"
        )
    lines += ["", "Works whose own parts fit no better than others', and their shares:", ""]
    for name, row in result.items():
        least = sorted(row["each"].items(), key=lambda each: each[1])[:SHOWN]
        named = [f"{work} ({share:.2f})" for work, share in least if share <= 0.5]
        lines.append(f"- {name}: {', '.join(named) or 'none'}")
    return "\n".join(lines) + "\n"


def _parted(scores: Tensor) -> tuple[Tensor, Tensor]:
    """The diagonal ``[N, 1]`` of ``[N, N]``, and the rest ``[N, N - 1]``."""
    count = len(scores)
    others = ~torch.eye(count, dtype=torch.bool)
    return scores.diagonal()[:, None], scores[others].view(count, count - 1)


def _tunes(works: Sequence[Heard]) -> list[tuple[float, float]]:
    return [work.tune for work in works]


def _point(mood: Mood) -> tuple[float, float]:
    return mood.valence, mood.arousal


def _standard(points: Sequence[tuple[float, float]]) -> Tensor:
    found = torch.tensor(points, dtype=torch.float64)
    return (found - found.mean(0)) / found.std(0).clamp(min=1e-9)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Of two profiles; 0 where one is flat."""
    a, b = a - np.mean(a), b - np.mean(b)
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / size) if size else 0.0
