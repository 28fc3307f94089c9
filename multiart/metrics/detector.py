"""The detector: a small network that says which concepts a picture shows."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from multiart.io.atomic import atomic_path
from multiart.metrics.concepts import COLUMNS, CONCEPTS, decide
from multiart.models.store import fetch
from multiart.vocabulary import ATTRIBUTES

WEIGHTS = "model.safetensors"
BATCH = 64


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions added to their input, normalised before."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, channels), nn.GroupNorm(8, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))


class DetectorNet(nn.Module):
    """A convolutional network with one logit a concept.

    Args:
        size: height and width of its input in pixels; the first level works on 32x32 patches of it, so
            that 64 and 128 pixels cost the same.
        channels: of the levels at 32, 16, 8 ... patches a side; multiples of 8.
        blocks: residual blocks a level.
    """

    def __init__(
        self, *, size: int = 64, channels: Sequence[int] = (48, 96, 192), blocks: Sequence[int] = (1, 2, 2)
    ) -> None:
        super().__init__()
        self.config = {"size": size, "channels": list(channels), "blocks": list(blocks)}
        patch = max(1, size // 32)
        layers: list[nn.Module] = [
            nn.PixelUnshuffle(patch),
            nn.Conv2d(3 * patch**2, channels[0], 3, padding=1),
        ]
        for level, (width, count) in enumerate(zip(channels, blocks, strict=True)):
            if level:
                layers.append(nn.Conv2d(channels[level - 1], width, 3, stride=2, padding=1))
            layers += [ResidualBlock(width) for _ in range(count)]
        self.body = nn.Sequential(*layers, nn.GroupNorm(8, channels[-1]), nn.SiLU())
        self.head = nn.Linear(2 * channels[-1], len(CONCEPTS))

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits ``[B, len(CONCEPTS)]`` of pictures ``[B, 3, size, size]`` in [-1, 1]."""
        features = self.body(pictures)
        return self.head(torch.cat([features.mean((2, 3)), features.amax((2, 3))], dim=1))


def probabilities(logits: Tensor) -> Tensor:
    """A softmax over the words of each attribute, a sigmoid for each subject."""
    parts = [logits[:, COLUMNS[name]].softmax(1) for name in ATTRIBUTES]
    return torch.cat([*parts, logits[:, COLUMNS["subjects"]].sigmoid()], dim=1)


class Detector:
    """Says what pictures show.

    Args:
        net: the network.
        thresholds: for each subject the probability from which it counts as shown.
    """

    def __init__(self, net: DetectorNet, *, thresholds: list[float]) -> None:
        self.net = net.eval()
        self.thresholds = thresholds

    @classmethod
    def load(cls, source: str = "asset:detector") -> "Detector":
        """Load a folder written by `save`, through the model store.

        Raises:
            ModelUnavailable: if there is none.
        """
        with safe_open(fetch(source).path / WEIGHTS, "pt") as file:
            about = json.loads(file.metadata()["detector"])
            net = DetectorNet(**about["net"])
            net.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
        return cls(net, thresholds=about["thresholds"])

    def save(self, folder: str | Path) -> None:
        """Write network, settings and thresholds to one file, in half precision."""
        about = json.dumps({"net": self.net.config, "thresholds": self.thresholds})
        tensors = {name: value.half().contiguous() for name, value in self.net.state_dict().items()}
        with atomic_path(Path(folder) / WEIGHTS) as temporary:
            save_file(tensors, temporary, metadata={"detector": about})

    @torch.inference_mode()
    def detect(self, pictures: Tensor) -> Tensor:
        """Probability of every concept.

        Args:
            pictures: float ``[B, 3, H, W]`` in [0, 1], of any size.

        Returns:
            ``[B, len(CONCEPTS)]``; the words of one attribute add up to 1.

        Raises:
            ValueError: for another shape.
        """
        if pictures.ndim != 4 or pictures.shape[1] != 3:
            raise ValueError(f"pictures must be [B, 3, H, W], got {list(pictures.shape)}")
        small = shrink(pictures, self.net.config["size"])
        return torch.cat([probabilities(self.net(part * 2 - 1)) for part in small.split(BATCH)])

    def said(self, pictures: Tensor) -> Tensor:
        """The concepts that count as shown: bool ``[B, len(CONCEPTS)]``."""
        return decide(self.detect(pictures), self.thresholds)


def shrink(pictures: Tensor, size: int) -> Tensor:
    """Pictures ``[B, 3, H, W]`` at ``size x size``, antialiased."""
    if pictures.shape[-2:] == (size, size):
        return pictures
    return F.interpolate(pictures, size=(size, size), mode="bilinear", antialias=True).clamp(0, 1)
