"""The image stage: paint a draft with the project's own text-to-image model."""

import copy
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, Self

import torch
from torch import Tensor

from multiart.errors import unknown
from multiart.image.diffusion import GUIDANCE, STEPS, PromptStates
from multiart.image.latent import LatentPipeline
from multiart.image.loading import ONE_STEP, fetch_painter, load_checkpoint, load_painter, painter_weights
from multiart.image.micro_batches import Unpainted, paint_in_batches
from multiart.image.pipeline import PainterPipeline
from multiart.image.schedulers import DEFAULT, FLOW_SHIFT, like, make_scheduler
from multiart.models.critic import SOURCE as CRITIC
from multiart.models.critic import make_judge
from multiart.models.precision import resolve_dtype
from multiart.models.refiner import SOURCE as REFINER
from multiart.models.refiner import Refiner
from multiart.models.store import sha256_of
from multiart.models.text_states import TextEncoder
from multiart.pictures import scale_to
from multiart.records import Draft, Picture, StageResult
from multiart.recovery import NOT_FINITE, OUT_OF_MEMORY
from multiart.seeding import derive_seed
from multiart.vocabulary import PLAIN

SOURCE = "asset:painter"
BEST_OF = 6  # takes 2.7 times as long as one
MAX_PICTURES = 64
MAX_CANDIDATES = 16
MAX_MICRO_BATCH = 64
DTYPES = ("auto", "float32", "bfloat16")


class Painter:
    """Paint the scene's caption and the poem after it.

    Args:
        source: an exported painter, as the model store names it.
        ckpt: a Lightning checkpoint of `multiart.training.painter.PainterModule` to paint with instead.
        size: height and width of the finished picture in pixels, 64 to 4096.
        enlarge: how a picture larger than the model's own size is made: "refiner" draws it clearly at four
            times that size, by a network that learnt from scenes in both sizes; "smooth" only scales.
        num_inference_steps: 1 to 1000.
        guidance_scale: 0 to 50; 1 follows the text as trained, more exaggerates it, and small things, drawn
            late, more still.
        negative_prompt: what the picture should keep away from, in the words of a caption; may be empty.
        scheduler: one of `multiart.image.schedulers.SCHEDULERS`.
        flow_shift: 0.1 to 10; more than 1 takes more of the steps where there is much noise. A checkpoint of
            a diffusion pipeline keeps its own steps.
        dtype: float32, or bfloat16, which paints nearly the same; auto is whichever is quicker here.
        num_images_per_prompt: 1 to 64.
        best_of: 1 to 16 candidates sketched for each picture, in the first steps of it; the one that the
            critic prefers is painted to its end. Those of latent diffusion, or of one step, are whole
            pictures. None is 6 of the painters that ship, whose pictures the critic knows, and 1 of any
            other.
        critic: source of the critic, or of a CLIP model, asked only where there are several candidates.
        micro_batch: 1 to 64 pictures painted at once, of several works too where they are rendered. A batch
            that is not full is filled up, for the last bits of a picture depend on the batch's shape: a
            work alone comes out as it does among others, and takes as long as all of them.
        refiner: source of the refiner.

    Raises:
        ValueError: naming the key, if a value is out of its range.
    """

    def __init__(
        self,
        *,
        source: str = SOURCE,
        ckpt: str | None = None,
        size: int = 512,
        enlarge: Literal["refiner", "smooth"] = "refiner",
        num_inference_steps: int = STEPS,
        guidance_scale: float = GUIDANCE,
        negative_prompt: str = "",
        scheduler: Literal["euler", "dpmpp", "dpmpp_sde", "unipc"] = DEFAULT,
        flow_shift: float = FLOW_SHIFT,
        dtype: Literal["auto", "float32", "bfloat16"] = "auto",
        num_images_per_prompt: int = 1,
        best_of: int | None = None,
        critic: str = CRITIC,
        micro_batch: int = 1,
        refiner: str = REFINER,
    ) -> None:
        if best_of is None:
            best_of = BEST_OF if source in (SOURCE, ONE_STEP) and ckpt is None else 1
        limits = {
            "size": (size, 64, 4096),
            "num_inference_steps": (num_inference_steps, 1, 1000),
            "guidance_scale": (guidance_scale, 0, 50),
            "flow_shift": (flow_shift, 0.1, 10),
            "num_images_per_prompt": (num_images_per_prompt, 1, MAX_PICTURES),
            "best_of": (best_of, 1, MAX_CANDIDATES),
            "micro_batch": (micro_batch, 1, MAX_MICRO_BATCH),
        }
        for name, (value, low, high) in limits.items():
            if not low <= value <= high:
                raise ValueError(f"image.{name} must be from {low} to {high}, got {value}")
        if dtype not in DTYPES:
            raise ValueError(unknown("image.dtype", str(dtype), DTYPES))
        self.source = source
        self.ckpt = ckpt
        self.size = size
        self.enlarge = enlarge
        self.num_inference_steps = num_inference_steps
        self.guidance_scale = guidance_scale
        self.negative_prompt = negative_prompt
        self.scheduler = scheduler
        self.flow_shift = flow_shift
        self.dtype = "bfloat16" if resolve_dtype(dtype) == torch.bfloat16 else "float32"
        self.num_images_per_prompt = num_images_per_prompt
        self.best_of = best_of
        self.critic = make_judge(critic)
        self.micro_batch = micro_batch
        self.refiner = Refiner(refiner)
        self._new_scheduler = make_scheduler(scheduler, flow_shift=flow_shift)

    @cached_property
    def pipeline(self) -> PainterPipeline | LatentPipeline:
        """The loaded painter, in float32, with the chosen scheduler."""
        pipeline = load_checkpoint(self.ckpt) if self.ckpt is not None else load_painter(self.source)
        latent = isinstance(pipeline, LatentPipeline)
        pipeline.scheduler = like(pipeline.scheduler, self.scheduler) if latent else self._new_scheduler
        return pipeline

    @cached_property
    def encoder(self) -> TextEncoder:
        """The text encoder the painter was trained with; ``file:../name`` lies beside the painter."""
        config = self.pipeline.config
        source = config.text_encoder_source
        if source.startswith("file:.") and self.ckpt is None:
            source = f"file:{(fetch_painter(self.source).path / source.removeprefix('file:')).resolve()}"
        return TextEncoder(source=source, layer=config.text_encoder_layer)

    @cached_property
    def weights(self) -> dict[str, str]:
        """Sources and sha256 of the painter, its text encoder, and of refiner and critic where they act."""
        if self.ckpt is not None:
            painter = {self.ckpt: sha256_of(Path(self.ckpt))}
        else:
            painter = painter_weights(self.source)
        critic = self.critic.weights if self.best_of > 1 else {}
        refiner = self.refiner.weights if self.enlarge == "refiner" else {}
        return painter | {self.encoder.source: self.encoder.sha256} | critic | refiner

    def easier(self, trouble: str) -> tuple[Self, str] | None:
        """With half the micro-batch where memory did not do, in float32 where numbers were not finite."""
        easier = copy.copy(self)
        if trouble == NOT_FINITE and self.dtype != "float32":
            easier.dtype = step = "float32"
        elif trouble == OUT_OF_MEMORY and self.micro_batch > 1:
            easier.micro_batch = self.micro_batch // 2
            step = f"image.micro_batch={easier.micro_batch}"
        else:
            return None
        return easier, step

    def generate(
        self, draft: Draft, *, generator: torch.Generator, callback=None
    ) -> StageResult[list[Picture]]:
        """Paint ``num_images_per_prompt`` pictures; the first does not depend on how many there are."""
        return self.generate_each([draft], generators=[generator], callback=callback)[0]

    def generate_each(
        self, drafts: Sequence[Draft], *, generators: Sequence[torch.Generator], callback=None
    ) -> list[StageResult[list[Picture]]]:
        """Paint the pictures of several drafts in micro-batches, each as `generate` paints it.

        Args:
            drafts: of one work each.
            generators: as many.
            callback: called with (step, total) after every step of a micro-batch.
        """
        if self.best_of > 1:
            _ = self.critic.weights  # that it is missing is told before anything is painted
        count = self.num_images_per_prompt
        told = [(draft.caption, self.states([draft.caption], [draft.text])) for draft in drafts]
        seeds = [row for generator in generators for row in self._seeds(generator)]
        painted = self._best([one for one in told for _ in range(count)], seeds, callback=callback)
        return [
            self._finished(draft, painted[count * number : count * (number + 1)])
            for number, draft in enumerate(drafts)
        ]

    def _seeds(self, generator: torch.Generator) -> list[list[int]]:
        """Of each picture's candidates; the first candidate's is that of ``best_of=1``."""
        base = int(torch.randint(2**62, (1,), generator=generator))
        first = [derive_seed(base, number) for number in range(self.num_images_per_prompt)]
        more = range(1, self.best_of)
        return [[seed, *(derive_seed(seed, "candidate", number) for number in more)] for seed in first]

    def _best(
        self, told: Sequence[tuple[str, PromptStates]], seeds: Sequence[list[int]], *, callback
    ) -> list[tuple[Tensor, int, list[float]]]:
        """Of each picture's candidates the one that is painted, its seed, and the critic's scores of all.

        Args:
            told: the caption and what is read of it, of each picture.
            seeds: of its candidates.
            callback: as of `generate_each`.
        """

        def painted(some: Sequence[Unpainted], *, sketch: bool = False) -> list[Tensor]:
            paint = partial(self.paint_states, sketch=sketch, callback=callback)
            return paint_in_batches(some, self.micro_batch, paint)

        wanted = [
            Unpainted(states, seed) for (_, states), row in zip(told, seeds, strict=True) for seed in row
        ]
        if self.best_of == 1:
            return [(pixels, one.seed, []) for pixels, one in zip(painted(wanted), wanted, strict=True)]
        seen = painted(wanted, sketch=True)
        each = torch.stack(seen).unflatten(0, (-1, self.best_of))
        scores = [self.critic.score(row, [text]).tolist() for (text, _), row in zip(told, each, strict=True)]
        best = [self.best_of * picture + row.index(max(row)) for picture, row in enumerate(scores)]
        chosen = [wanted[place] for place in best]
        pictures = painted(chosen) if self._sketches else [seen[place] for place in best]
        return list(zip(pictures, [one.seed for one in chosen], scores, strict=True))

    def _finished(
        self, draft: Draft, painted: Sequence[tuple[Tensor, int, list[float]]]
    ) -> StageResult[list[Picture]]:
        """The pictures of `_best` at the finished size, with what was made of their candidates."""
        scores = [[round(score, 4) for score in row] for _, _, row in painted]
        choice = {"best_of": self.best_of, "critic_scores": scores} if self.best_of > 1 else {}
        large = [self._enlarged(pixels, seed) for pixels, seed, _ in painted]
        settings = {
            "caption": draft.caption,
            "size": self.size,
            "painted_size": painted[0][0].shape[-1],
            "enlarge": self.enlarge,
            "num_inference_steps": self.num_inference_steps,
            "guidance_scale": self.guidance_scale,
            "negative_prompt": self.negative_prompt,
            "scheduler": self.scheduler,
            "flow_shift": self.flow_shift,
            "dtype": self.dtype,
            "micro_batch": self.micro_batch,
            **choice,
        }
        return StageResult(output=[Picture(pixels=pixels) for pixels in large], settings=settings)

    def _enlarged(self, pixels: Tensor, seed: int) -> Tensor:
        """One picture at the finished size; ``seed`` draws the refiner's texture."""
        if self.enlarge == "refiner" and self.size > pixels.shape[-1]:
            generator = torch.Generator().manual_seed(derive_seed(seed, "refine"))
            pixels = self.refiner.refine(pixels, PLAIN, generator=generator)
        return scale_to(pixels, self.size, self.size)

    def paint(
        self,
        captions: list[str],
        poems: list[str] | None = None,
        *,
        seeds: list[int],
        finished: bool = False,
        callback=None,
    ) -> Tensor:
        """Paint one picture a caption, all at once.

        Args:
            captions: B captions.
            poems: B texts that follow the captions, or None.
            seeds: B seeds, each of one picture's noise.
            finished: enlarge them to ``size``; else they have the model's own size.

        Returns:
            ``[B, 3, S, S]`` in [0, 1].
        """
        small = self.paint_states(self.states(captions, poems), seeds, callback=callback)
        if not finished:
            return small
        return torch.stack([self._enlarged(pixels, seed) for pixels, seed in zip(small, seeds, strict=True)])

    @torch.inference_mode()
    def paint_states(
        self,
        prompt: PromptStates,
        seeds: Sequence[int],
        *,
        sketch: bool = False,
        history: list[Tensor] | None = None,
        callback=None,
    ) -> Tensor:
        """Paint one picture for each of B texts' states, as `paint` does.

        Args:
            prompt: the states.
            seeds: B seeds.
            sketch: stop early, where a sketch can be had.
            history: see `multiart.image.diffusion.integrate`; painting goes on from that of a sketch.
            callback: called with (step, total) after every step.

        Returns:
            ``[B, 3, H, W]`` in [0, 1], of the model's own size.
        """
        early = {"sketch": sketch, "history": history} if self._sketches else {}
        negative = PromptStates.stacked([self._negative] * len(seeds)) if self.negative_prompt else None
        with torch.autocast("cpu", torch.bfloat16, enabled=self.dtype == "bfloat16"):
            painted = self.pipeline(
                prompt,
                negative_prompt=negative,
                generators=[torch.Generator().manual_seed(seed) for seed in seeds],
                num_inference_steps=self.num_inference_steps,
                guidance_scale=self.guidance_scale,
                callback=callback,
                **early,
            )
        return painted.images.float()

    def states(self, captions: list[str], poems: list[str] | None = None) -> PromptStates:
        """What the painter reads of captions and the poems that follow them."""
        encoded = self.encoder.encode(captions, poems)
        return PromptStates.from_tokens(encoded.states, encoded.mask, encoded.caption_mask)

    @property
    def _sketches(self) -> bool:
        """Whether a sketch can be had: latent diffusion is not asked before its end, and one step is all."""
        return isinstance(self.pipeline, PainterPipeline) and self.num_inference_steps > 1

    @cached_property
    def _negative(self) -> PromptStates:
        """What is read of the negative prompt."""
        return self.states([self.negative_prompt])
