"""Turn what Hydra and OmegaConf say about a command line into one line with the nearest valid word."""

import re

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import ConfigKeyError, OmegaConfBaseException

from multiart.errors import unknown
from multiart.paths import conf_dir
from multiart.schema import compose_prepared

_TYPES = {"Integer": "a whole number", "Float": "a number", "Boolean": "true or false"}
_ABOUT = re.compile(
    r"(?:Ambiguous value for argument|Error merging override|Could not override) '?(.*?)'?\.?", re.DOTALL
)


def explain(error: Exception, command: str, overrides: list[str]) -> str:
    """Word an error that Hydra raised for a command line.

    Args:
        error: a HydraException or OmegaConfBaseException.
        command: the root config.
        overrides: prepared ones; flags among them are skipped.
    """
    text, cause = str(error).strip().splitlines()[0], error.__cause__
    if isinstance(error, MissingConfigException) and error.options:
        group, _, option = error.missing_cfg_file.rpartition("/")
        return unknown(group, option, error.options)
    if found := re.match(r"Multiple values for ([\w/]+)|([\w/]+) appears more than once", text):
        group = found[1] or found[2]
        return f"{group} is chosen twice: write {group}=NAME once, without +."
    override = _override_of(error, text)
    key, equal, value = override.partition("=")
    key = cause.full_key if isinstance(cause, ConfigKeyError) else key.lstrip("+~")
    if isinstance(error, OverrideParseException) and not (key and equal):
        return f"expected key=value, got {_short(override)}."
    if key and (complaint := _unknown_key(key, command, overrides)):
        return complaint
    if text.startswith("Ambiguous value"):
        return f"{key} takes one value, got {_short(value)}: add -m to try each, or write a list as [a,b]."
    if found := re.match(r"Value (.*) of type .* could not be converted to (\w+)", str(cause)):
        return f"{key} must be {_TYPES.get(found[2], found[2])}, got {found[1]}."
    if isinstance(error, OverrideParseException):
        return f"cannot read {_short(override)}: write a value with special characters as {key}=\"'...'\"."
    return str(cause or text).splitlines()[0]


def _override_of(error: Exception, text: str) -> str:
    """The override that an error is about, or at least its key; else ""."""
    if isinstance(error, OverrideParseException):
        return error.override
    found = _ABOUT.fullmatch(text)
    return found[1] if found else ""


def _unknown_key(key: str, command: str, overrides: list[str]) -> str | None:
    """The complaint about a key that the chosen options do not have, or None if they have it."""
    try:
        cfg = compose_prepared(command, [override for override in overrides if _is_choice(override)])
    except (HydraException, OmegaConfBaseException):
        return None
    place, node = "", cfg
    for name in key.split("."):
        if not isinstance(node, DictConfig):
            return f"unknown key {key!r}: {place} is {node!r} and has no keys."
        if name not in node and not (node is cfg and name in _groups()):
            allowed = [str(word) for word in node if not str(word).startswith("_")]
            return unknown(f"key of {place}" if place else "key", name, allowed or ["none"])
        place, node = f"{place}.{name}".lstrip("."), OmegaConf.select(node, name, throw_on_missing=False)
    return None


def _is_choice(override: str) -> bool:
    key, _, value = override.partition("=")
    return key.lstrip("+") in _groups() and "," not in value and "{" not in value


def _groups() -> list[str]:
    return sorted(folder.name for folder in conf_dir().iterdir() if folder.is_dir())


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
