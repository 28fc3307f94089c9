"""One run of the chain: each stage is seeded, timed and recorded, or what it made is taken from the cache."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import torch

from multiart import recovery
from multiart.records import Brief, Draft, Song, StageRecord, StageResult
from multiart.seeding import derive_seed, generator_for

if TYPE_CHECKING:
    from multiart.pipeline import Pipeline

T = TypeVar("T")

OnStage = Callable[[str, str, str], None]
"""Called with a stage's name, "start", "done" or "skipped", and what it made in a few words."""


class Made(NamedTuple):
    """What a stage made, the source and sha256 of its weights, and how long it took."""

    result: StageResult
    weights: dict[str, str]
    seconds: float


Ahead = dict[str, Made]
"""What stages have made of works to come, by its key in the cache."""


class Run:
    """Runs stages for one brief.

    Args:
        pipeline: of the stages.
        brief: what is asked for.
        on_stage: told what happens.
        recoveries: by stage, steps of `multiart.recovery` to take at once.
        ahead: what is made already.
    """

    def __init__(
        self,
        pipeline: "Pipeline",
        brief: Brief,
        on_stage: OnStage | None = None,
        recoveries: Mapping[str, Sequence[dict[str, str]]] | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        self.pipeline, self.brief = pipeline, brief
        self.on_stage = on_stage or (lambda stage, status, words: None)
        self.recoveries, self.ahead = recoveries or {}, ahead
        self.records: list[StageRecord] = []

    def text(self, *, keep: bool = False) -> Draft:
        """Run the text stage; with `keep` what it made is put ahead."""
        return self.stage(
            "text", [self.brief], lambda text, g: text.generate(self.brief, generator=g), keep=keep
        )

    def stage(
        self,
        name: str,
        inputs: list[Any],
        work: Callable[[Any, torch.Generator], StageResult[T]],
        *,
        keep: bool = False,
    ) -> T:
        """Run a stage, unless what it would make of these inputs is there already."""
        self.on_stage(name, "start", "")
        key, start = self.key(name, inputs), time.perf_counter()
        found = None if key is None else self.found(key)
        made = found or self._made(name, work, key, start)
        if keep and key is not None:
            self.ahead[key] = made
        result, weights, seconds = made
        self.records.append(
            StageRecord(
                stage=name, settings=result.settings, weights=weights, seed=self._seed(name), seconds=seconds
            )
        )
        self.on_stage(name, "done", ", ".join(_in_words(result) + ["kept from before"] * (found is not None)))
        return result.output

    def _made(
        self, name: str, work: Callable[[Any, torch.Generator], StageResult[T]], key: str | None, start: float
    ) -> Made:
        """What a stage makes; kept if it went as it was asked for."""
        result, stage, steps = recovery.run(
            name,
            getattr(self.pipeline, name),
            lambda stage: work(stage, self.generator(name)),
            known=self.recoveries.get(name, ()),
        )
        if steps:
            result = replace(result, settings=result.settings | {"recovery": steps})
            key = None
        return self.keep(key, Made(result, dict(stage.weights), time.perf_counter() - start))

    def skip(self, name: str) -> None:
        self.on_stage(name, "skipped", "")

    def taken(self) -> tuple[StageRecord, ...]:
        """The records since the last call."""
        records, self.records = tuple(self.records), []
        return records

    def generator(self, name: str) -> torch.Generator:
        """A stage's, as it is at the start."""
        return generator_for(self.brief.seed, name, self.brief.variation)

    def _seed(self, name: str) -> int:
        return derive_seed(self.brief.seed, name, self.brief.variation)

    def key(self, name: str, inputs: list[Any]) -> str | None:
        """The name of a stage's result in the cache, or None if it is not kept."""
        pipeline, settings = self.pipeline, self.pipeline.settings
        if (pipeline.cache is None and self.ahead is None) or name not in settings or name in self.recoveries:
            return None
        from multiart.io.cache import StageCache

        return StageCache.key(name, getattr(pipeline, name), settings[name], inputs, self._seed(name))

    def found(self, key: str) -> Made | None:
        """What is there of this key, ahead or in the cache."""
        start = time.perf_counter()
        if self.ahead is not None and key in self.ahead:
            return self.ahead[key]
        found = None if self.pipeline.cache is None else self.pipeline.cache.get(key)
        return None if found is None else Made(*found, time.perf_counter() - start)

    def keep(self, key: str | None, made: Made) -> Made:
        """Put what was made into the cache, if there is one; returns it."""
        if key is not None and self.pipeline.cache is not None:
            self.pipeline.cache.put(key, made.result, made.weights)
        return made


def _in_words(result: StageResult) -> list[str]:
    output = result.output
    if isinstance(output, Draft):
        scene = output.scene
        return [output.title, scene.time_of_day, scene.season, scene.weather, scene.place]
    if isinstance(output, Song):
        melody = output.melody
        beats, unit = melody.time_signature
        return [f"{len(melody.notes)} notes", melody.mode, f"{beats}/{unit}", f"{melody.tempo_bpm:.0f} bpm"]
    pictures = output if isinstance(output, list) else [output]
    sizes = [f"{picture.width}x{picture.height}" for picture in pictures]
    return sizes + ([result.settings["reason"]] if "reason" in result.settings else [])
