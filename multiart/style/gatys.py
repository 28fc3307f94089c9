"""Style by optimising the picture itself: slow, and closest to the style picture."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from multiart.errors import unknown
from multiart.models.hashing import sha256_of
from multiart.models.store import fetch
from multiart.pictures import load_picture, scale_to
from multiart.records import Draft, Picture, StageResult
from multiart.style.canvas import add_grain, check_share, finish
from multiart.style.color import match_colors
from multiart.style.descent import descend_adam, descend_lbfgs
from multiart.style.objective import TILE, Objective
from multiart.style.tiles import halve_tile
from multiart.style.vgg import SOURCE, load_encoder
from multiart.terminal import stderr_console

SMALLEST_SIDE = 128  # pixels; of the shorter side in the first, coarsest round
FEWEST_STEPS = 5  # in a round
ADAM_STEP = 0.03  # the first in the coarsest round, of a pixel's range
OPTIMIZERS = ("adam", "lbfgs")


class Round(NamedTuple):
    """One size of the picture in pixels, and how many steps it is optimised for."""

    height: int
    width: int
    steps: int


class GatysStyle:
    """Optimise a picture until its features' statistics are those of the style picture.

    Gatys, Ecker and Bethge 2016, "Image style transfer using convolutional neural networks", from coarse to
    fine as in Gatys et al. 2017, "Controlling perceptual factors in neural style transfer", section 6. It
    starts from the content in the style's colours, which the optimiser would take long to find.

    Args:
        image: path of the style picture, or weights of several, ``{a.png: 2, b.png: 1}``; they need not
            sum to 1.
        content_weight, style_weight, tv_weight: of the losses, see `multiart.style.objective.Objective`.
        optimizer: ``adam`` gets further in few steps; ``lbfgs`` is the paper's, its first steps are short.
        num_steps: 1 to 10,000 in the coarsest round; each next one, twice as wide, has half as many and takes
            twice as long.
        strength: 0 leaves the picture as it is, 1 takes the styled one alone.
        keep_colors: 0 (or false) takes the style picture's colours, 1 (or true) keeps the picture's own.
        encoder: source of the perceptual encoder.

    Raises:
        MultiartError: a style picture cannot be read.
        ValueError: a value out of its range, or all weights 0.
    """

    def __init__(
        self,
        *,
        image: str | Mapping[str, float],
        content_weight: float = 1.0,
        style_weight: float = 1000.0,
        tv_weight: float = 20.0,
        optimizer: Literal[*OPTIMIZERS] = "adam",
        num_steps: int = 64,
        strength: float = 1.0,
        keep_colors: float | bool = 0.0,
        encoder: str = SOURCE,
    ) -> None:
        self.images = _shares({image: 1.0} if isinstance(image, str | Path) else image)
        self.loss_weights = {"content": content_weight, "style": style_weight, "tv": tv_weight}
        for name, weight in self.loss_weights.items():
            if not 0 <= weight < math.inf:
                raise ValueError(f"style.{name}_weight must be 0 or more, got {weight}")
        if not any(self.loss_weights.values()):
            raise ValueError("one of style.content_weight, style_weight and tv_weight must be above 0")
        if optimizer not in OPTIMIZERS:
            raise ValueError(unknown("style.optimizer", optimizer, OPTIMIZERS))
        if not 1 <= num_steps <= 10_000:
            raise ValueError(f"style.num_steps must be from 1 to 10000, got {num_steps}")
        self.optimizer, self.num_steps, self.encoder = optimizer, num_steps, encoder
        self.strength = check_share("style.strength", strength)
        self.keep_colors = check_share("style.keep_colors", keep_colors)
        self.styles = [(load_picture(path).pixels, share) for path, share in self.images.items()]
        self.tile = TILE

    easier = halve_tile

    @cached_property
    def weights(self) -> dict[str, str]:
        """Source and sha256 of the encoder and of the style pictures."""
        pictures = {f"file:{path}": sha256_of(Path(path)) for path in self.images}
        return {self.encoder: fetch(self.encoder).sha256, **pictures}

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        """Style ``picture``; the result has its size. ``generator`` draws the grain it starts from."""
        settings = {
            "image": self.images if len(self.images) > 1 else next(iter(self.images)),
            **{f"{name}_weight": weight for name, weight in self.loss_weights.items()},
            "optimizer": self.optimizer,
            "num_steps": self.num_steps,
            "strength": self.strength,
            "keep_colors": self.keep_colors,
        }
        if self.strength == 0:
            return StageResult(output=picture, settings=settings)
        styled, losses = self.paint(picture.pixels, generator=generator)
        pixels = finish(picture.pixels, styled, strength=self.strength, colors=self.keep_colors)
        return StageResult(output=Picture(pixels=pixels), settings=settings | {"losses": losses})

    @torch.enable_grad()
    def paint(self, content: Tensor, *, generator: torch.Generator) -> tuple[Tensor, dict[str, list[float]]]:
        """Optimise from coarse to fine.

        Args:
            content: ``[3, H, W]`` in ``[0, 1]``.
            generator: of the grain.

        Returns:
            The styled picture, of the same shape and range; the loss before each step, by the round's size.
        """
        content = match_colors(content, self.styles)
        rounds = plan_rounds(*content.shape[1:], self.num_steps)
        losses: dict[str, list[float]] = {}
        added: Tensor | None = None  # what is painted so far, over the content
        with _progress_bar(sum(each.steps for each in rounds)) as told:
            for height, width, steps in rounds:
                small = scale_to(content, height, width)
                if added is None:
                    start = add_grain(small, generator)
                else:
                    start = small + _stretch(added, height, width)
                objective = Objective(
                    load_encoder(self.encoder),
                    content=small,
                    styles=self.styles,
                    weights=self.loss_weights,
                    tile=self.tile,
                )
                descend: Callable = descend_lbfgs
                if self.optimizer == "adam":  # a fine picture's first steps would undo the coarse one
                    descend = partial(descend_adam, length=ADAM_STEP * (rounds[0].height / height) ** 2)
                painted, curve = descend(objective, start.clamp(0, 1), steps, told)
                added = painted - small
                losses[f"{width}x{height}"] = [float(f"{loss:.4g}") for loss in curve]
        return painted, losses


def plan_rounds(height: int, width: int, num_steps: int) -> list[Round]:
    """Sizes from the coarsest to the picture's own."""
    count = 1 + max(0, int(math.log2(min(height, width) / SMALLEST_SIDE)))
    return [
        Round(
            round(height / 2 ** (count - 1 - number)),
            round(width / 2 ** (count - 1 - number)),
            num_steps if number == 0 else max(FEWEST_STEPS, num_steps // 2**number),
        )
        for number in range(count)
    ]


def _stretch(added: Tensor, height: int, width: int) -> Tensor:
    """Scale ``[3, H, W]`` of any range."""
    return functional.interpolate(added[None], (height, width), mode="bicubic", align_corners=False)[0]


@contextmanager
def _progress_bar(total: int) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal; what it gives is called with each step's loss."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("painting, loss {task.fields[loss]:.3g}"), BarColumn(), TimeRemainingColumn())
    console = stderr_console()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("painting", total=total, loss=math.nan)
        yield lambda loss: progress.update(task, advance=1, loss=loss)


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    if not weights:
        raise ValueError("style.image must name at least one picture")
    for path, weight in weights.items():
        if not isinstance(weight, int | float) or not 0 < weight < math.inf:
            raise ValueError(f"style.image: the weight of {path} must be a number above 0, got {weight!r}")
    total = sum(weights.values())
    return {str(path): weight / total for path, weight in weights.items()}
