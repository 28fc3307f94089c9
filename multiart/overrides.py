"""What a user writes as ``key=value``, made ready for Hydra: text goes through its parser unchanged."""

import re
from functools import cache
from typing import Any

from multiart.errors import ConfigError
from multiart.paths import conf_dir

TEXT_KEYS = ("prompt", "negative_prompt", "title", "prompt_template")
"""Keys, at the root or in any group, whose value is the user's own text, never syntax."""

PATH_KEYS = (
    "prompt_file",
    "prompts",
    "ckpt_path",
    "paths.outputs",
    "paths.run_dir",
    "cache.dir",
    "image.ckpt",
    "models.path",
    "data.path",
    "style.image",
    "style.favourites",
    "music.soundfont",
    "music.primer",
    "music.style_of",
    "music.key_signature",  # no path, but "#" needs the quotes too
    "work",
    "other",
    "folder",
)
"""Keys whose value is a path; it may hold blanks and brackets, ``${...}`` in it is resolved."""

CHOSEN_ONCE = ("task", "experiment", "suite", "sweep", "launcher", "debug")
"""Groups in no root's defaults list; Hydra wants a ``+`` before them."""

SAID_WITH = {"style=medium": "style.medium"}
"""Choices that take a key's value after a colon: ``style=medium:oil``."""

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_OVERRIDE = re.compile(r"(\+{0,2})([^=\s]+)=(.*)", re.DOTALL)


def prepare(overrides: list[str], *, multirun: bool = False) -> list[str]:
    """Quote the text and path values, and add the ``+`` that ``task=`` needs.

    Args:
        overrides: as written by the user.
        multirun: whether a comma in a path parts the values of a sweep; in a text it never does.

    Raises:
        ConfigError: if a value is not valid UTF-8.
    """
    return [_prepare(part, multirun) for override in overrides for part in _parts(override)]


def _parts(override: str) -> list[str]:
    """Part ``style=medium:oil`` into the choice and the key's value; anything else stays as it is.

    A sweep may say it again before each value: ``style=medium:oil,medium:woodblock``.
    """
    choice, _, value = override.partition(":")
    if not value or choice not in SAID_WITH:
        return [override]
    again = f"{choice.partition('=')[2]}:"
    return [choice, f"{SAID_WITH[choice]}={','.join(one.removeprefix(again) for one in value.split(','))}"]


def _prepare(override: str, multirun: bool) -> str:
    match = _OVERRIDE.fullmatch(override)
    if match is None:
        return override
    plus, key, value = match.groups()
    if key in CHOSEN_ONCE:
        plus = "+"
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(f"{key} is not valid UTF-8 (at character {error.start + 1}).") from None
    if (conf_dir() / key).is_dir():
        value = re.sub(r"\bnull\b", "none", value)  # Hydra's groups have no null; none.yaml says the same
    elif key.rpartition(".")[2] in TEXT_KEYS:
        value = quote(escape(value))
    elif key == "prompts" and value.startswith("["):
        value = escape(value)
    elif key in PATH_KEYS and value != "null" and not (multirun and "," in value):
        value = quote(value)
    return f"{plus}{key}={value}"


def escape(text: str) -> str:
    """Write a text so that OmegaConf reads it back as it is: ``${...}`` is not resolved.

    Backslashes count only right before ``${``, where each is doubled. The text ``???`` would mean
    "missing"; it hides in the one interpolation that gives it back.
    """
    if text == "???":
        return "${oc.decode:???}"
    return re.sub(r"(\\*)\$\{", lambda m: m[1] * 2 + r"\${", text)


def quote(text: str) -> str:
    """Write a text as a quoted value of Hydra's grammar.

    Backslashes count only right before a quote or the end, where each is doubled.
    """
    return "'" + re.sub(r"(\\*)('|\Z)", lambda m: m[1] * 2 + (r"\'" if m[2] else ""), text) + "'"


def typed(value: str) -> Any:
    """Read a value as on the command line, but for what would be resolved or swept: that stays a text.

    Raises:
        ConfigError: if several values are given, or it is no value.
    """
    if _NUMBER.fullmatch(value):  # a hundred times faster than the parser
        return int(value) if value.lstrip("-").isdecimal() else float(value)
    if "${" in value:
        return value
    parsed = _parse(value)
    if parsed is _Many:
        raise ConfigError(f"one value must be given, got {value!r}; write a list as [a,b].")
    return parsed


class _Many:
    """Stands for the values of a sweep."""


@cache
def _parse(value: str) -> Any:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        override = OverridesParser.create().parse_override(f"key={value}")
    except HydraException:
        raise ConfigError(f"cannot read {value!r}: write special characters in quotes, '...'.") from None
    return _Many if override.is_sweep_override() else override.value()
