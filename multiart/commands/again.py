"""The command line that makes a work again."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from multiart.overrides import PATH_KEYS, TEXT_KEYS

_LEFT_OUT = ("prompt", "prompt_file", "prompts", "paths.outputs", "paths.run_dir")
_LEFT_OUT += ("num_variations", "watch", "retry", "max_attempts", "min_free_mb")


def again(prompt: str, config: Mapping[str, Any], order: Sequence[str] = ()) -> str:
    """Word the `run` command that makes the work of `prompt` again, quoted for a shell.

    Args:
        prompt: as the user gave it.
        config: the resolved configuration, for the texts and paths as the user typed them.
        order: what this work alone was asked for with, ``key=value``.
    """
    own = {word.partition("=")[0] for word in order}
    common = [word for word in overrides() if word.partition("=")[0].lstrip("+") not in own]
    words = ["python", "-m", "multiart", "run", *_as_typed(common, config), *order, f"prompt={prompt}"]
    return shlex.join(words)


def overrides() -> list[str]:
    """Those of the command line, as Hydra got them."""
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    if not HydraConfig.initialized():
        return []
    return OmegaConf.to_container(
        HydraConfig.get().overrides.task, resolve=False
    )  # or the escapes in texts were undone


def _as_typed(overrides: Iterable[str], config: Mapping[str, Any]) -> Iterable[str]:
    """Undo the quoting that texts and paths got before Hydra parsed them."""
    for override in overrides:
        key = override.partition("=")[0]
        if key in _LEFT_OUT:
            continue
        if key in PATH_KEYS or key.rpartition(".")[2] in TEXT_KEYS:
            yield f"{key}={look_up(config, key)}"
        else:
            yield override


def look_up(config: Mapping[str, Any], key: str) -> Any:
    """The value at a dotted key.

    Raises:
        KeyError: if there is none.
    """
    for name in key.lstrip("+").split("."):
        config = config[name]
    return config
