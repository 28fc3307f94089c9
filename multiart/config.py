"""Composed configurations: how they are checked and built."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from multiart.complaints import explain
from multiart.errors import ConfigError, unknown
from multiart.io.prompts import check_text, read_text
from multiart.metrics import OF_WORKS
from multiart.overrides import prepare
from multiart.paths import options
from multiart.schema import RootConfig, compose_prepared
from multiart.signatures import bind, locate

STAGES = ("text", "image", "style", "music")
_MINIMUM = {"seed": 0, "num_variations": 1, "variation": 0, "threads": 1, "max_attempts": 1, "min_free_mb": 0}


_EXPORTED = {"text": ("model", "text"), "image": ("source", "painter"), "music": ("model", "melody")}
"""For each stage the key that names its weights, and the folder they are in where a training exported
them."""


def compose(command: str, overrides: list[str], *, prepared: Sequence[str] = ()) -> DictConfig:
    """Compose the configuration of a command, as its command line would, and change nothing else.

    Args:
        command: the name of a root config, e.g. "run".
        overrides: ``key=value``; the text keys may hold any text.
        prepared: others before them, as `prepare` has quoted them.

    Raises:
        ConfigError: for an unknown task, key or value.
    """
    prepared = [*prepared, *prepare(overrides)]
    try:
        return use_models(compose_prepared(command, prepared))
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(explain(error, command, prepared)) from error


def use_models(cfg: DictConfig) -> DictConfig:
    """Let every stage take its weights from `models.path`, if that is set and holds some for it.

    Args:
        cfg: a composed configuration; it is changed.

    Raises:
        ConfigError: if the folder holds no weights.
    """
    if cfg.models is None or OmegaConf.is_missing(cfg.models, "path") or cfg.models.path is None:
        return cfg
    folder = Path(cfg.models.path).expanduser()
    exported = {stage: folder / name for stage, (_, name) in _EXPORTED.items() if (folder / name).is_dir()}
    if not exported:
        names = ", ".join(name for _, name in _EXPORTED.values())
        raise ConfigError(f"models.path={folder} holds no exported models; they are folders named {names}")
    for stage, path in exported.items():
        key = _EXPORTED[stage][0]
        if cfg[stage] is not None and key in cfg[stage]:
            cfg[stage][key] = f"file:{path}"
    return cfg


def plain(node: DictConfig) -> dict[str, Any]:
    """Resolve a node to plain dicts, lists, texts and numbers; user text comes out as it was typed.

    Never turn the result into a config again: a ``${...}`` in a text would be resolved there.

    Raises:
        ConfigError: if an interpolation fails.
    """
    try:
        return OmegaConf.to_container(node, resolve=True)
    except OmegaConfBaseException as error:
        raise ConfigError(f"{error.full_key}: {str(error).splitlines()[0]}") from error


def read_prompt(cfg: DictConfig) -> str:
    """The text to work on, from ``prompt``, ``prompt=-`` (standard input) or ``prompt_file``.

    Raises:
        MultiartError: if both or neither are given, or the text is blank, too long, not UTF-8 or binary.
    """
    if cfg.prompt is not None and cfg.prompt_file is not None:
        raise ConfigError("give prompt or prompt_file, not both.")
    if cfg.prompt_file is not None:
        return read_text(Path(cfg.prompt_file).expanduser())
    if cfg.prompt is None:
        raise ConfigError('no prompt: add prompt="a poem or a theme", prompt_file=poem.txt or prompt=-')
    return _standard_input() if cfg.prompt == "-" else check_text(cfg.prompt, "prompt")


@functools.cache  # the jobs of a sweep share it
def _standard_input() -> str:
    return read_text("-")


def scene_answers(cfg: DictConfig) -> dict[str, Any]:
    """The answers about the scene that the user gave; those that are null are left out."""
    return {name: answer for name, answer in plain(cfg.scene).items() if answer is not None}


def variations(config: Mapping[str, Any]) -> range:
    """The numbers, from 0, of the works of a prompt that are asked for.

    Raises:
        ConfigError: if both `variation` and `num_variations` are given.
    """
    if config["variation"] is None:
        return range(config["num_variations"])
    if config["num_variations"] != 1:
        raise ConfigError("give variation (one work, by its number) or num_variations, not both.")
    return range(config["variation"], config["variation"] + 1)


def check(cfg: DictConfig) -> None:
    """Check a composed configuration as far as that needs no weights.

    Every ``_target_`` node's keys and values are bound to the signature of its target.

    Raises:
        ConfigError, ValueError: naming the key, what was given and what is allowed.
    """
    values = plain(cfg)
    if missing := OmegaConf.missing_keys(cfg):
        raise ConfigError(f"{min(missing)} must be given: add {min(missing)}=...")
    known = [key.name for key in fields(RootConfig)]
    for key in values:
        if key not in known:
            raise ConfigError(unknown("key", key, known))
    for key, least in _MINIMUM.items():
        if values[key] is not None and values[key] < least:
            raise ConfigError(f"{key} must be {least} or more, got {values[key]}.")
    variations(values)
    for stage in STAGES:
        if values[stage] is not None and not isinstance(values[stage], dict):
            raise ConfigError(unknown(stage, str(values[stage]), options(stage)))
    for name in values["metrics"] or ():
        if name not in OF_WORKS:
            raise ConfigError(unknown("metrics", name, OF_WORKS))
    if answers := scene_answers(cfg):
        from multiart.text.answers import check_answers

        check_answers(answers)
    for path, node in _nodes(values, ""):
        bind(path, node["_target_"], {key: value for key, value in node.items() if not key.startswith("_")})


def _nodes(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping with a ``_target_``, with its path, outermost first."""
    if isinstance(value, dict) and "_target_" in value:
        yield path, value
    if isinstance(value, (dict, list)):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _nodes(child, f"{path}.{key}" if path else str(key))


def build(node: DictConfig | dict[str, Any], **runtime: Any) -> Any:
    """Build the object that a ``_target_`` node describes, and the nodes in it.

    The only way from a configuration to code. Not `hydra.utils.instantiate`, which would resolve ``${...}``
    in the user's texts, and allows any target.

    Args:
        node: from a composed config; never one that came out of a checkpoint or a weights file.
        **runtime: arguments that are no configuration, added to the node's own.

    Raises:
        ConfigError: if a target is not allowed or does not exist.
    """
    return _build(plain(node) if OmegaConf.is_config(node) else node, runtime)


def _build(value: Any, runtime: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_build(item, {}) for item in value]
    if not isinstance(value, dict):
        return value
    built = {key: _build(item, {}) for key, item in value.items()}
    if "_target_" not in built:
        return built
    target, is_partial = locate(built.pop("_target_")), built.pop("_partial_", False)
    call = functools.partial(target, **built, **runtime)
    return call if is_partial else call()
