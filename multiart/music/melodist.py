"""The trained melody model on disk: the network and what it was trained on."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from multiart.errors import ModelUnavailable
from multiart.io.atomic import atomic_path, atomic_write
from multiart.models.int8 import unpacked
from multiart.models.store import fetch
from multiart.music.network import MelodyNetwork
from multiart.music.screening import KnownRuns


@dataclass(frozen=True, kw_only=True)
class Melodist:
    """What is exported: the network and what it was trained on.

    Attributes:
        text_source: of the language model whose states of a text it was conditioned on; ``file:../name`` lies
            beside it. None if it has heard no texts.
    """

    network: MelodyNetwork
    known: KnownRuns
    styles: tuple[str, ...]
    text_source: str | None = None


def save_melodist(folder: str | Path, melodist: Melodist) -> None:
    """Write `model.safetensors`, in half precision, and `config.json` with the network's arguments."""
    state = {f"network.{name}": value.half() for name, value in melodist.network.state_dict().items()}
    state["known_runs"] = torch.from_numpy(melodist.known.hashes.view(np.int32))
    with atomic_path(Path(folder) / "model.safetensors") as temporary:
        save_file({name: value.contiguous().cpu() for name, value in state.items()}, temporary)
    config = {"network": melodist.network.config, "styles": list(melodist.styles)}
    if melodist.text_source is not None:
        config["text_source"] = melodist.text_source
    atomic_write(Path(folder) / "config.json", json.dumps(config, indent=1) + "\n")


def load_melodist(source: str) -> Melodist:
    """Load what `save_melodist` wrote, in float32.

    Raises:
        ModelUnavailable: if it is missing, or is not a melody model.
    """
    path = fetch(source).path
    try:
        config = json.loads((path / "config.json").read_text("utf-8"))
        state = unpacked(load_file(path / "model.safetensors"))
        known = KnownRuns(state.pop("known_runs").numpy().view(np.uint32))
        network = MelodyNetwork(**config["network"])
        network.load_state_dict({name.removeprefix("network."): v.float() for name, v in state.items()})
        return Melodist(
            network=network.eval(),
            known=known,
            styles=tuple(config["styles"]),
            text_source=config.get("text_source"),
        )
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise ModelUnavailable(f"{source} is not a melody model this version can load: {reason}") from error
