"""Networks of the project's own on disk: written in half precision, read in float32."""

import copy
from pathlib import Path
from typing import TypeVar

import torch
from diffusers import ModelMixin
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME, logging
from safetensors.torch import save_file

from multiart.errors import ModelUnavailable
from multiart.io.atomic import atomic_path, atomic_write
from multiart.models.store import Fetched, fetch

N = TypeVar("N", bound=ModelMixin)


def export_half(network: ModelMixin, folder: str | Path) -> None:
    """Write a network in half precision, as `from_pretrained` reads it, each file in one step."""
    half = copy.deepcopy(network).half()
    half.register_to_config(_name_or_path="")  # where it was loaded from is nobody's business
    with atomic_path(Path(folder) / SAFETENSORS_WEIGHTS_NAME) as temporary:
        save_file({name: weight.contiguous() for name, weight in half.state_dict().items()}, temporary)
    atomic_write(Path(folder) / half.config_name, half.to_json_string())


def fetch_trained(source: str, *, name: str) -> Fetched:
    """`fetch` what an experiment trains.

    Args:
        source: as the model store names it.
        name: the experiment.

    Raises:
        ModelUnavailable: if it is missing, with the command that trains one.
    """
    try:
        return fetch(source)
    except ModelUnavailable as error:
        raise ModelUnavailable(f"{error}; train one: python -m multiart train +experiment={name}") from error


def load_exported(kind: type[N], source: str, *, name: str) -> N:
    """Load what `export_half` wrote, in float32 and frozen.

    Args:
        kind: class of the network.
        source: as the model store names it.
        name: what it is, for errors, and the experiment that trains one.

    Raises:
        ModelUnavailable: if it is missing, or is something else.
    """
    path = fetch_trained(source, name=name).path
    logging.disable_progress_bar()
    try:
        network = kind.from_pretrained(path, torch_dtype=torch.float32, low_cpu_mem_usage=False)
    except Exception as error:  # readers of broken files raise almost anything
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ModelUnavailable(f"{source} is not a {name} this version can load: {reason}") from error
    finally:
        logging.enable_progress_bar()
    return network.eval().requires_grad_(False)
