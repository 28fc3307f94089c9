"""The chain: a text, a painting of it, a style on the painting, a melody that sings the text."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import torch

from multiart.records import Artwork, Brief, Draft
from multiart.running import Ahead, Made, OnStage, Run
from multiart.stages import ImageStage, MusicStage, StyleStage, TextStage

if TYPE_CHECKING:
    from multiart.io.cache import StageCache


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
            on_stage, recoveries: see `works_of`.
            **asked: `seed`, `variation` (7 alone is the 7 of ten), `title` and `scene`; see `brief`.

        Returns:
            At least one work; without an image stage its pictures are None.

        Raises:
            ValueError: for a blank prompt, a negative seed or variation.
            MultiartError: from a stage that cannot use what it was given.
        """
        return self.works_of(self.brief(prompt, **asked), on_stage=on_stage, recoveries=recoveries)

    def works_of(
        self,
        brief: Brief,
        *,
        on_stage: OnStage | None = None,
        recoveries: Mapping[str, Sequence[dict[str, str]]] | None = None,
        ahead: Ahead | None = None,
    ) -> list[Artwork]:
        """Make the works of a brief, as `works` does.

        Args:
            brief: what is asked for.
            on_stage: told what happens, see `OnStage`.
            recoveries: by stage, steps of `multiart.recovery` to take at once: those the work was made with.
            ahead: what `make_ahead` has made of this work and others.
        """
        run = Run(self, brief, on_stage, recoveries, ahead)
        # Not inference_mode: weights first loaded under it could not be trained later in the process.
        with torch.no_grad():
            return self._works(run)

    def make_ahead(self, briefs: Sequence[Brief], ahead: Ahead) -> None:
        """Make the texts of several works and, all together, their paintings, for `works_of` to take.

        What fails is left out: `works_of` tries it alone, and tells why.

        Args:
            briefs: what the works will be asked for.
            ahead: filled; what is in it goes.
        """
        ahead.clear()
        if not hasattr(self.image, "generate_each"):
            return
        unpainted: dict[str, tuple[Run, Draft]] = {}
        with torch.no_grad():
            for brief in briefs:
                run = Run(self, brief, ahead=ahead)
                with suppress(Exception):
                    draft = run.text(keep=True)
                    key = run.key("image", [draft])
                    if key is not None and run.found(key) is None:
                        unpainted.setdefault(key, (run, draft))
            if unpainted:
                with suppress(Exception):
                    ahead |= self._paint_together(unpainted)

    def _paint_together(self, unpainted: Mapping[str, tuple[Run, Draft]]) -> Ahead:
        start, (runs, drafts) = time.perf_counter(), zip(*unpainted.values(), strict=True)
        generators = [run.generator("image") for run in runs]
        results = self.image.generate_each(drafts, generators=generators)
        weights, seconds = dict(self.image.weights), (time.perf_counter() - start) / len(results)
        return {
            key: run.keep(key, Made(result, weights, seconds))
            for key, run, result in zip(unpainted, runs, results, strict=True)
        }

    def _works(self, run: Run) -> list[Artwork]:
        draft = run.text()
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
