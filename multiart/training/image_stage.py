"""A painter within joint training: it paints from a language model's states of the text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor, nn

from multiart.image.diffusion import PromptStates
from multiart.models.adapters import merged
from multiart.training.flow_matching import denoise, velocity_loss
from multiart.training.painter_pipeline import export_painter, load_trained, sample
from multiart.training.projection import fold_projection, make_projection
from multiart.training.tuning import tune


class Autoencoder(Protocol):
    """Between pictures ``[B, 3, H, W]`` in [0, 1] and latents ``[B, C, h, w]``."""

    def encode(self, pictures: Tensor) -> Tensor: ...

    def decode(self, latents: Tensor) -> Tensor: ...


class ImageStage(nn.Module):
    """A painter that learns in its own parameterisation.

    Attributes:
        network: being trained.
        vae: stays as it is.
        projection: from the language model's states to those that the network reads.
        about: how what is exported is loaded.
        fixed: names of parameters that no checkpoint needs: they never change, and `init_from` has them.
    """

    about: str
    fixed: Sequence[str] = ()

    network: nn.Module
    vae: Autoencoder
    projection: nn.Module

    def told(self, states: Tensor, mask: Tensor, caption_mask: Tensor) -> PromptStates:
        """What the network reads of texts, without their start token.

        Args:
            states: ``[B, T, D]``, the start token's first.
            mask, caption_mask: bool ``[B, T]``, True at tokens, and at those of the caption.
        """
        return PromptStates.from_tokens(self.projection(states[:, 1:]), mask[:, 1:], caption_mask[:, 1:])

    def denoise(
        self, pictures: Tensor, told: PromptStates, *, seeds: Sequence[int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Add noise to pictures ``[B, 3, H, W]`` in [0, 1], and let the network take it away.

        Returns:
            The diffusion loss, a scalar; the clean latents predicted ``[B, C, h, w]``; and how clean those
            were that they were predicted from ``[B]``, from 0 to 1.
        """
        raise NotImplementedError

    def paint(self, told: PromptStates) -> Tensor:
        """Paint texts, ``[B, 3, S, S]`` in [0, 1], always from the same noise."""
        raise NotImplementedError

    def export(self, folder: str | Path, *, text_source: str) -> None:
        """Write a diffusers pipeline that `load_painter` reads; it names the language model."""
        raise NotImplementedError

    def merge(self) -> None:
        """Fold adapters and projection into the network."""
        self.network, self.projection = self.whole(), nn.Identity()

    def whole(self) -> nn.Module:
        """A copy of the network with adapters and projection folded in."""
        network = merged(self.network)
        fold_projection(network, self.projection)
        return network


class PainterStage(ImageStage):
    """The project's own painter: flow matching, the clean latents predicted.

    Args:
        hidden_size: width of the states; where the painter reads another, a projection is learned.
        init_from: an exported painter, as the model store names it, or a checkpoint.
        method, peft: what of its U-Net is trained, see `tune`.
        drop_text, time_mean, time_std: as of `PainterModule`.
    """

    about = "Load it with `multiart.image.pipeline.PainterPipeline.from_pretrained(FOLDER)`."

    def __init__(
        self,
        hidden_size: int,
        *,
        init_from: str,
        method: str,
        peft: Mapping[str, Any] | None,
        drop_text: float,
        time_mean: float,
        time_std: float,
    ) -> None:
        super().__init__()
        painter = load_trained(init_from)
        self.noise = {"drop_text": drop_text, "time_mean": time_mean, "time_std": time_std}
        self.sample_size, self.vae = painter.config.sample_size, painter.vae
        width = painter.unet.config.encoder_hid_dim
        self.projection = nn.Identity() if width == hidden_size else make_projection(hidden_size, width)
        self.network = tune(painter.unet, method, peft)

    def denoise(
        self, pictures: Tensor, told: PromptStates, *, seeds: Sequence[int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        clean = self.vae.encode(pictures)
        predicted, time = denoise(self.network, clean, told, seeds=seeds, **self.noise)
        return velocity_loss(predicted, clean, time), predicted, time

    def paint(self, told: PromptStates) -> Tensor:
        return sample(self.vae, self.network, told, size=self.sample_size)

    def export(self, folder: str | Path, *, text_source: str) -> None:
        told = {"text_encoder_source": text_source, "sample_size": self.sample_size}
        export_painter(self.vae, self.whole(), folder, **told)
