"""A small feed-forward network that paints in one style."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from multiart.errors import ModelUnavailable
from multiart.io.atomic import atomic_path, atomic_write
from multiart.style.canvas import pad_to_multiple

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
MULTIPLE = 4  # pixels; sides are a multiple of it inside
_RANGE = (0.02, 0.98)  # what the untrained network keeps of a picture's range


class TransferNet(nn.Module):
    """Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer", made small.

    Two halvings, residual blocks, two doublings; instance normalisation (Ulyanov et al. 2016) and resizing
    before convolutions (Odena et al. 2016). What comes out is added to the picture in logits, and the
    untrained network adds nothing.

    Args:
        widths: channels at the picture's size, at half and at a quarter of it.
        num_blocks: residual blocks at a quarter of the size.
    """

    def __init__(self, *, widths: Sequence[int] = (16, 32, 64), num_blocks: int = 4) -> None:
        super().__init__()
        self.config = {"widths": list(widths), "num_blocks": num_blocks}
        full, half, quarter = widths
        self.down = nn.Sequential(
            *_layer(3, full, 9), *_layer(full, half, 3, stride=2), *_layer(half, quarter, 3, stride=2)
        )
        self.blocks = nn.ModuleList(
            nn.Sequential(*_layer(quarter, quarter, 3), *_layer(quarter, quarter, 3)[:-1])
            for _ in range(num_blocks)
        )
        self.up = nn.Sequential(
            nn.Upsample(scale_factor=2),
            *_layer(quarter, half, 3),
            nn.Upsample(scale_factor=2),
            *_layer(half, full, 3),
        )
        self.out = _convolution(full, 3, 9)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        """Paint ``[B, 3, H, W]`` in ``[0, 1]``, sides multiples of 4 and at least 20; the same comes out."""
        hidden = self.down(pictures - 0.5)
        for block in self.blocks:
            hidden = hidden + block(hidden)
        return torch.sigmoid(self.out(self.up(hidden)) + torch.logit(pictures.clamp(*_RANGE)))

    @torch.no_grad()
    def paint(self, content: Tensor) -> Tensor:
        """Paint ``[3, H, W]`` of any size of 20 pixels or more a side."""
        _, height, width = content.shape
        return self(pad_to_multiple(content, MULTIPLE)[None])[0, :, :height, :width]

    def save(self, folder: str | Path) -> None:
        """Write `config.json` and `model.safetensors`, each in one step."""
        folder = Path(folder)
        atomic_write(
            folder / CONFIG, json.dumps({"type": type(self).__name__, **self.config}, indent=1) + "\n"
        )
        with atomic_path(folder / WEIGHTS) as temporary:
            save_file({name: value.contiguous() for name, value in self.state_dict().items()}, temporary)


def load_transfer_net(path: str | Path) -> TransferNet:
    """Load a network from the folder it was exported to, or from a checkpoint of its training.

    Raises:
        ModelUnavailable: nothing is there, or it is something else.
    """
    path = Path(path)
    if not path.exists():
        raise ModelUnavailable(f"style.ckpt: there is no file or folder {path}")
    try:
        config, state = _read_folder(path) if path.is_dir() else _read_checkpoint(path)
        net = TransferNet(**config)
        net.load_state_dict(state)
    except Exception as error:  # readers of broken files raise almost anything
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ModelUnavailable(f"style.ckpt: {path} holds no trained style ({reason})") from error
    return net.eval().requires_grad_(False)


def _read_folder(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    if config.pop("type", None) != TransferNet.__name__:
        raise ValueError(f"{CONFIG} is of something else")
    return config, load_file(folder / WEIGHTS)


def _read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The averaged weights of a Lightning checkpoint of `multiart.training.style.StyleModule`."""
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    state, prefix = checkpoint["state_dict"], "net."
    config = checkpoint["hyper_parameters"]["net"] or {}
    return config, {name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)}


def _convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride=stride, padding=size // 2, padding_mode="reflect")


def _layer(inputs: int, outputs: int, size: int, stride: int = 1) -> list[nn.Module]:
    norm = nn.InstanceNorm2d(outputs, affine=True)
    return [_convolution(inputs, outputs, size, stride), norm, nn.ReLU(inplace=True)]
