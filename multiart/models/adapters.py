"""Adapters as the `peft` package writes them: put into a network, folded into it, written and read."""

import copy
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from torch import Tensor, nn

from multiart.errors import ModelUnavailable
from multiart.io.atomic import atomic_path

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def inject(network: nn.Module, peft: Mapping[str, Any]) -> nn.Module:
    """Put new adapters into a network, in place; all else in it is frozen.

    Args:
        network: any network.
        peft: arguments of a configuration of the `peft` package with its `peft_type`, e.g.
            ``{"peft_type": "LORA", "r": 8, "target_modules": ["to_q", "to_v"]}``.

    Raises:
        ValueError: they do not fit the network.
    """
    from peft import get_peft_config, inject_adapter_in_model

    network.requires_grad_(False)
    return inject_adapter_in_model(get_peft_config(dict(peft)), network)


def merged(network: nn.Module) -> nn.Module:
    """A copy of a network in which adapters are folded into the layers that they were put into."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    network = copy.deepcopy(network)
    for name, module in [*network.named_modules()]:
        if isinstance(module, BaseTunerLayer):
            module.merge()
            network.set_submodule(name, module.get_base_layer())
    return network


def save_adapters(
    weights: Mapping[str, Tensor], peft: Mapping[str, Any], folder: str | Path, *, base: str, **settings: Any
) -> None:
    """Write adapters as `peft.PeftModel.from_pretrained` loads them.

    Args:
        weights: by their names in the network.
        peft: as `inject` takes it.
        folder: where to.
        base: source of the network that they were trained on, as the model store names it.
        settings: further ones of the configuration, where its type has them.
    """
    from peft import get_peft_config
    from safetensors.torch import save_file

    config = get_peft_config(dict(peft))
    config.base_model_name_or_path, config.inference_mode = base, True
    for name, value in settings.items():
        if hasattr(config, name):
            setattr(config, name, value)
    if isinstance(getattr(config, "target_modules", None), set):
        config.target_modules = sorted(config.target_modules)  # a set is written in another order each time
    Path(folder).mkdir(parents=True, exist_ok=True)
    config.save_pretrained(str(folder))
    with atomic_path(Path(folder) / WEIGHTS) as path:
        save_file({f"base_model.model.{name}": weight.contiguous() for name, weight in weights.items()}, path)


def load_adapters(network: nn.Module, path: Path) -> None:
    """Set the adapters in a network, which `inject` has put there, to those of a folder, to train them on.

    Raises:
        ModelUnavailable: they are of other places or sizes.
    """
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    try:
        weights = load_file(path / WEIGHTS)
        state = {name.removeprefix("base_model.model."): weight.float() for name, weight in weights.items()}
        unknown = set_peft_model_state_dict(network, state).unexpected_keys
    except (OSError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[-1].strip()  # the last of a hundred that are alike
        raise ModelUnavailable(f"{path} holds no adapters that fit: {reason}") from error
    if unknown:
        raise ModelUnavailable(f"{path} holds adapters of other places, such as {unknown[0]}")


def base_of(path: Path) -> str | None:
    """Source of the network that a folder's adapters were trained on; None where it holds no adapters.

    Raises:
        ModelUnavailable: the folder's configuration does not say it.
    """
    config = path / CONFIG
    if not config.is_file():
        return None
    try:
        return json.loads(config.read_text("utf-8"))["base_model_name_or_path"]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(f"{config} does not say what its adapters were trained on") from error


def adapted(network: nn.Module, path: Path) -> nn.Module:
    """A copy of a network with a folder's adapters folded into it, frozen, in evaluation mode."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers by an older name
        from peft import PeftModel

        whole = PeftModel.from_pretrained(copy.deepcopy(network), path).merge_and_unload()
    return whole.eval().requires_grad_(False)
