"""The chain: a text, a painting of it, a style on the painting, a melody that sings the text."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from multiart import recovery
from multiart.records import Artwork, Brief, Draft, Song, StageRecord, StageResult
from multiart.seeding import derive_seed, generator_for
from multiart.stages import ImageStage, MusicStage, StyleStage, TextStage

if TYPE_CHECKING:
    from multiart.io.cache import StageCache

T = TypeVar("T")

OnStage = Callable[[str, str, str], None]
"""Called with a stage's name, "start", "done" or "skipped", and what it made in a few words."""


class Pipeline:
    """Makes works from texts; models stay loaded between them.

    Example:
        >>> artwork = Pipeline.load("poem_to_painting")("The old pond; a frog jumps in")

    Args:
        text: the text stage.
        image: the image stage, or None to stop after the text.
        style: the style stage, or None to leave the painting as it is. Without a painting it is skipped.
        music: the music stage, or None for a work without sound.
        task: name of the task, for the brief.
        seed: used where a call gives none.
        title: used where a call gives none.
        scene: answers set by the user, used where a call gives none.
        threads: CPU threads for torch, for the whole process; None leaves them alone.
        cache: where results of stages are kept, or None.
        settings: what each stage was built from, by name; the results of others are not kept.
    """

    def __init__(
        self,
        *,
        text: TextStage,
        image: ImageStage | None = None,
        style: StyleStage | None = None,
        music: MusicStage | None = None,
        task: str = "untitled",
        seed: int = 0,
        title: str | None = None,
        scene: dict[str, Any] | None = None,
        threads: int | None = None,
        cache: "StageCache | None" = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        if text is None:
            raise ValueError("text must be a stage, got null: every work starts from its text")
        if threads is not None:
            torch.set_num_threads(threads)
        self.text, self.image, self.style, self.music = text, image, style, music
        self.task, self.seed, self.title, self.scene = task, seed, title, scene
        self.cache, self.settings = cache, settings or {}

    @classmethod
    def load(cls, task: str = "poem_to_painting", overrides: Sequence[str] = ()) -> "Pipeline":
        """Build the pipeline of a task.

        Args:
            task: a name from `conf/task/`.
            overrides: as on the command line, e.g. `["image.guidance_scale=4", "style=null"]`.

        Raises:
            MultiartError: for an unknown task, key or value, or weights that cannot be had.
        """
        from multiart.config import check, compose

        cfg = compose("run", [f"+task={task}", *overrides])
        check(cfg)
        return cls.from_config(cfg)

    @classmethod
    def from_config(cls, cfg: Any, *, build: Callable[[Any], Any] | None = None) -> "Pipeline":
        """Build the pipeline that a composed and checked configuration describes; see `load`.

        Args:
            cfg: the configuration.
            build: used for each of its nodes instead of `multiart.config.build`.
        """
        from multiart import config
        from multiart.config import STAGES, plain, scene_answers

        build = build or config.build
        stages = {name: None if cfg[name] is None else build(cfg[name]) for name in STAGES}
        return cls(
            **stages,
            task=cfg.task_name,
            seed=cfg.seed,
            title=cfg.title,
            scene=scene_answers(cfg),
            threads=cfg.threads,
            cache=None if cfg.cache is None else build(cfg.cache),
            settings={name: plain(cfg[name]) for name in STAGES if cfg[name] is not None},
        )

    @property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the weights that are known so far; a lazy stage may add some later."""
        stages = (self.text, self.image, self.style, self.music)
        return {source: sha for stage in stages if stage is not None for source, sha in stage.weights.items()}

    def __call__(self, prompt: str, **asked: Any) -> Artwork:
        """Make one work from `prompt`: the first of `works`, which see for the arguments."""
        return self.works(prompt, **asked)[0]

    def brief(
        self,
        prompt: str,
        *,
        seed: int | None = None,
        variation: int = 0,
        title: str | None = None,
        scene: dict[str, Any] | None = None,
    ) -> Brief:
        """What `works` is asked for by the same arguments, with the pipeline's own where one is None.

        Raises:
            ValueError: for a blank prompt, a negative seed or variation.
        """
        return Brief(
            prompt=prompt,
            task=self.task,
            seed=self.seed if seed is None else seed,
            variation=variation,
            title=self.title if title is None else title,
            scene=dict((self.scene if scene is None else scene) or {}),
        )

    def works(
        self,
        prompt: str,
        *,
        on_stage: OnStage | None = None,
        recoveries: Mapping[str, Sequence[dict[str, str]]] | None = None,
        **asked: Any,
    ) -> list[Artwork]:
        """Make the works of one prompt: one, or as many as the image stage paints pictures.

        Args:
            prompt: a poem, a theme, or an opening.
            on_stage: told what happens, see `OnStage`.
            recoveries: by stage, steps of `multiart.recovery` to take at once: those the work was made with.
            **asked: `seed`, `variation` (7 alone is the 7 of ten), `title` and `scene`; see `brief`.

        Returns:
            At least one work; without an image stage its pictures are None.

        Raises:
            ValueError: for a blank prompt, a negative seed or variation.
            MultiartError: from a stage that cannot use what it was given.
        """
        told = on_stage or (lambda stage, status, words: None)
        run = _Run(self, self.brief(prompt, **asked), told, recoveries or {})
        # Not inference_mode: weights first loaded under it could not be trained later in the process.
        with torch.no_grad():
            return self._works(run)

    def _works(self, run: "_Run") -> list[Artwork]:
        draft = run.stage("text", [run.brief], lambda text, g: text.generate(run.brief, generator=g))
        works = [{"painting": None, "styled": None, "stages": run.taken()}]
        if self.image is None:
            run.skip("image")
        else:
            paintings = run.stage("image", [draft], lambda image, g: image.generate(draft, generator=g))
            stages = works[0]["stages"] + run.taken()
            works = [{"painting": painting, "styled": None, "stages": stages} for painting in paintings]
        if self.style is None or self.image is None:
            run.skip("style")
        else:
            for work in works:
                painting = work["painting"]
                work["styled"] = run.stage(
                    "style",
                    [painting, draft],
                    lambda style, g, p=painting: style.apply(p, draft, generator=g),
                )
                work["stages"] += run.taken()
        song = None
        if self.music is None:
            run.skip("music")
        else:
            song = run.stage("music", [draft], lambda music, g: music.generate(draft, generator=g))
        stages = run.taken()
        return [
            Artwork(brief=run.brief, draft=draft, song=song, **work | {"stages": work["stages"] + stages})
            for work in works
        ]


class _Run:
    """Runs stages for one brief, or takes what they made from the cache: seeds, times and records them."""

    def __init__(
        self, pipeline: Pipeline, brief: Brief, on_stage: OnStage, recoveries: Mapping[str, Any]
    ) -> None:
        self.pipeline, self.brief, self.on_stage, self.recoveries = pipeline, brief, on_stage, recoveries
        self.records: list[StageRecord] = []

    def stage(
        self, name: str, inputs: list[Any], work: Callable[[Any, torch.Generator], StageResult[T]]
    ) -> T:
        self.on_stage(name, "start", "")
        start, seed = time.perf_counter(), derive_seed(self.brief.seed, name, self.brief.variation)
        key = self._key(name, inputs, seed)
        found = None if key is None else self.pipeline.cache.get(key)
        result, weights = found or self._made(name, work, key)
        seconds = time.perf_counter() - start
        self.records.append(
            StageRecord(stage=name, settings=result.settings, weights=weights, seed=seed, seconds=seconds)
        )
        self.on_stage(name, "done", ", ".join(_in_words(result) + ["kept from before"] * (found is not None)))
        return result.output

    def _made(
        self, name: str, work: Callable[[Any, torch.Generator], StageResult[T]], key: str | None
    ) -> tuple[StageResult[T], dict[str, str]]:
        """What a stage makes, and its weights; kept if it went as it was asked for."""
        result, stage, steps = recovery.run(
            name,
            getattr(self.pipeline, name),
            lambda stage: work(stage, generator_for(self.brief.seed, name, self.brief.variation)),
            known=self.recoveries.get(name, ()),
        )
        weights = dict(stage.weights)
        if steps:
            result = replace(result, settings=result.settings | {"recovery": steps})
        elif key is not None:
            self.pipeline.cache.put(key, result, weights)
        return result, weights

    def _key(self, name: str, inputs: list[Any], seed: int) -> str | None:
        """The name of the result in the cache, or None if it is not kept."""
        cache, settings = self.pipeline.cache, self.pipeline.settings
        if cache is None or name not in settings or name in self.recoveries:
            return None
        return cache.key(name, getattr(self.pipeline, name), settings[name], inputs, seed)

    def skip(self, name: str) -> None:
        self.on_stage(name, "skipped", "")

    def taken(self) -> tuple[StageRecord, ...]:
        """The records since the last call."""
        records, self.records = tuple(self.records), []
        return records


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
