"""The image stage: paint a draft with the project's own text-to-image model."""

import copy
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import torch
from diffusers.utils import logging
from safetensors.torch import load_file
from torch import Tensor, nn

from multiart.errors import ModelUnavailable, unknown
from multiart.image.diffusion import PainterPipeline, PromptStates
from multiart.image.latent import LatentPipeline, is_latent_diffusion, load_latent
from multiart.image.schedulers import like, make_scheduler
from multiart.models.critic import SOURCE as CRITIC
from multiart.models.critic import make_judge
from multiart.models.exported import fetch_trained
from multiart.models.int8 import FILE, unpacked
from multiart.models.precision import resolve_dtype
from multiart.models.refiner import SOURCE as REFINER
from multiart.models.refiner import Refiner
from multiart.models.store import Fetched, sha256_of
from multiart.models.text_states import TextEncoder
from multiart.pictures import scale_to
from multiart.records import Draft, Picture, StageResult
from multiart.recovery import NOT_FINITE
from multiart.seeding import derive_seed
from multiart.vocabulary import PLAIN

MAX_PICTURES = 64
MAX_CANDIDATES = 16
DTYPES = ("auto", "float32", "bfloat16")
ONE_STEP = "asset:painter_gan"


class Painter:
    """Paint the scene's caption and the poem after it.

    Args:
        source: an exported painter, as the model store names it.
        ckpt: a Lightning checkpoint of `multiart.training.painter.PainterModule` to paint with instead.
        size: height and width of the finished picture in pixels, 64 to 4096.
        enlarge: how a picture larger than the model's own size is made: "refiner" draws it clearly at four
            times that size, by a network that learnt from scenes in both sizes; "smooth" only scales.
        num_inference_steps: 1 to 1000.
        guidance_scale: 0 to 50; 1 follows the text as trained, more exaggerates it.
        negative_prompt: what the picture should keep away from, in the words of a caption; may be empty.
        scheduler: one of `multiart.image.schedulers.SCHEDULERS`.
        dtype: float32, or bfloat16, which paints nearly the same and is faster where a processor computes
            natively with it; auto is bfloat16 there, and float32 elsewhere.
        num_images_per_prompt: 1 to 64.
        best_of: 1 to 16 candidates painted for each picture; the critic's choice is kept.
        critic: source of the critic, or of a CLIP model, asked only where there are several candidates.
        refiner: source of the refiner.

    Raises:
        ValueError: naming the key, if a value is out of its range.
    """

    def __init__(
        self,
        *,
        source: str = "asset:painter",
        ckpt: str | None = None,
        size: int = 512,
        enlarge: Literal["refiner", "smooth"] = "smooth",
        num_inference_steps: int = 12,
        guidance_scale: float = 2.0,
        negative_prompt: str = "",
        scheduler: Literal["euler", "dpmpp", "unipc"] = "euler",
        dtype: Literal["auto", "float32", "bfloat16"] = "auto",
        num_images_per_prompt: int = 1,
        best_of: int = 1,
        critic: str = CRITIC,
        refiner: str = REFINER,
    ) -> None:
        limits = {
            "size": (size, 64, 4096),
            "num_inference_steps": (num_inference_steps, 1, 1000),
            "guidance_scale": (guidance_scale, 0, 50),
            "num_images_per_prompt": (num_images_per_prompt, 1, MAX_PICTURES),
            "best_of": (best_of, 1, MAX_CANDIDATES),
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
        self.dtype = "bfloat16" if resolve_dtype(dtype) == torch.bfloat16 else "float32"
        self.num_images_per_prompt = num_images_per_prompt
        self.best_of = best_of
        self.critic = make_judge(critic)
        self.refiner = Refiner(refiner)
        self._new_scheduler = make_scheduler(scheduler)

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
            painter = {self.source: fetch_painter(self.source).sha256}
        critic = self.critic.weights if self.best_of > 1 else {}
        refiner = self.refiner.weights if self.enlarge == "refiner" else {}
        return painter | {self.encoder.source: self.encoder.sha256} | critic | refiner

    def easier(self, trouble: str) -> tuple[Self, str] | None:
        """In float32, where the painter ran in less and made numbers that are not finite."""
        if trouble != NOT_FINITE or self.dtype == "float32":
            return None
        easier = copy.copy(self)
        easier.dtype = "float32"
        return easier, "float32"

    def generate(
        self, draft: Draft, *, generator: torch.Generator, callback=None
    ) -> StageResult[list[Picture]]:
        """Paint ``num_images_per_prompt`` pictures; the first does not depend on how many there are."""
        count = self.num_images_per_prompt
        base = int(torch.randint(2**62, (1,), generator=generator))
        seeds = [derive_seed(base, number) for number in range(count)]
        if self.best_of == 1:
            small = self.paint([draft.caption] * count, [draft.text] * count, seeds=seeds, callback=callback)
            choice = {}
        else:
            chosen = [self._best(draft, seed, callback=callback) for seed in seeds]
            small = torch.stack([picture for picture, _ in chosen])
            choice = {"best_of": self.best_of, "critic_scores": [scores for _, scores in chosen]}
        large = [self._enlarged(pixels, seed) for pixels, seed in zip(small, seeds, strict=True)]
        settings = {
            "caption": draft.caption,
            "size": self.size,
            "painted_size": small.shape[-1],
            "enlarge": self.enlarge,
            "num_inference_steps": self.num_inference_steps,
            "guidance_scale": self.guidance_scale,
            "negative_prompt": self.negative_prompt,
            "scheduler": self.scheduler,
            "dtype": self.dtype,
            **choice,
        }
        return StageResult(output=[Picture(pixels=pixels) for pixels in large], settings=settings)

    def _enlarged(self, pixels: Tensor, seed: int) -> Tensor:
        """One picture at the finished size; ``seed`` draws the refiner's texture."""
        if self.enlarge == "refiner" and self.size > pixels.shape[-1]:
            generator = torch.Generator().manual_seed(derive_seed(seed, "refine"))
            pixels = self.refiner.refine(pixels, PLAIN, generator=generator)
        return scale_to(pixels, self.size, self.size)

    def _best(self, draft: Draft, seed: int, *, callback=None) -> tuple[Tensor, list[float]]:
        """The candidate that the critic prefers, and all scores; the first is that of ``best_of=1``."""
        seeds = [seed, *(derive_seed(seed, "candidate", number) for number in range(1, self.best_of))]
        captions = [draft.caption] * self.best_of
        pictures = self.paint(captions, [draft.text] * self.best_of, seeds=seeds, callback=callback)
        scores = self.critic.score(pictures, captions)
        return pictures[scores.argmax()], [round(score, 4) for score in scores.tolist()]

    @torch.inference_mode()
    def paint(
        self, captions: list[str], poems: list[str] | None = None, *, seeds: list[int], callback=None
    ) -> Tensor:
        """Paint one picture a caption at the model's own size.

        Args:
            captions: B captions.
            poems: B texts that follow the captions, or None.
            seeds: B seeds, each of one picture's noise.

        Returns:
            ``[B, 3, S, S]`` in [0, 1].
        """
        prompt = self.states(captions, poems)
        negative = self.states([self.negative_prompt] * len(captions)) if self.negative_prompt else None
        with torch.autocast("cpu", torch.bfloat16, enabled=self.dtype == "bfloat16"):
            painted = self.pipeline(
                prompt,
                negative_prompt=negative,
                generators=[torch.Generator().manual_seed(seed) for seed in seeds],
                num_inference_steps=self.num_inference_steps,
                guidance_scale=self.guidance_scale,
                callback=callback,
            )
        return painted.images.float()

    def states(self, captions: list[str], poems: list[str] | None = None) -> PromptStates:
        """What the painter reads of captions and the poems that follow them."""
        encoded = self.encoder.encode(captions, poems)
        return PromptStates.from_tokens(encoded.states, encoded.mask, encoded.caption_mask)


def fetch_painter(source: str) -> Fetched:
    """Where an exported painter lies.

    Raises:
        ModelUnavailable: if it is missing, with the command that trains one.
    """
    return fetch_trained(source, name="painter_gan" if source == ONE_STEP else "painter")


def load_painter(source: str) -> PainterPipeline | LatentPipeline:
    """Load an exported painter in float32, one that is latent diffusion too.

    Raises:
        ModelUnavailable: if it is missing, or is not a painter.
    """
    path = fetch_painter(source).path
    if is_latent_diffusion(path):
        pipeline = load_latent(source, **_in_eight_bits(path))
        if pipeline.config.text_encoder_source is None:
            raise ModelUnavailable(
                f"{source} reads no language model: paint with image=hub image.model={source}"
            )
        return pipeline
    logging.disable_progress_bar()  # two small files; the bar would break the console's live lines
    try:
        return PainterPipeline.from_pretrained(path, dtype=torch.float32, **_in_eight_bits(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise ModelUnavailable(f"{source} is not a painter this version can load: {error}") from error
    finally:
        logging.enable_progress_bar()


def _in_eight_bits(path: Path) -> dict[str, nn.Module]:
    """The U-Net of a pipeline that holds it in eight bits, which diffusers does not read."""
    file = path / "unet" / FILE
    if not file.exists():
        return {}
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(path / "unet"))
    unet.load_state_dict(unpacked(load_file(file)))
    return {"unet": unet.eval()}


def load_checkpoint(path: str) -> PainterPipeline:
    """Load the averaged weights out of a Lightning checkpoint of the painter.

    Raises:
        ModelUnavailable: if the file is missing, cut short, or not a checkpoint of the painter.
    """
    from diffusers import UNet2DConditionModel

    from multiart.image.autoencoder import PatchAutoencoder

    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        settings = checkpoint["hyper_parameters"]
        networks = {}
        for name, kind in (("vae", PatchAutoencoder), ("unet", UNet2DConditionModel)):
            networks[name] = kind.from_config(checkpoint["networks"][name]).eval()
            prefix, state = f"{name}.", checkpoint["state_dict"].items()
            weights = {k.removeprefix(prefix): v for k, v in state if k.startswith(prefix)}
            networks[name].load_state_dict(weights)
        return PainterPipeline(
            **networks,
            scheduler=make_scheduler("euler"),
            text_encoder_source=settings["text_encoder_source"],
            text_encoder_layer=settings["text_encoder_layer"],
            sample_size=settings["sample_size"],
        )
    except FileNotFoundError as error:
        raise ModelUnavailable(f"image.ckpt: there is no file {path}") from error
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise ModelUnavailable(f"image.ckpt: {path} is not a checkpoint of the painter ({reason})") from error
