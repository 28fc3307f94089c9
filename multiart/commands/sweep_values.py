"""The values of a sweep, and the configurations they give."""

import copy
import itertools
from collections.abc import Iterator, Sequence
from functools import cache

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from multiart.config import use_models
from multiart.errors import ConfigError
from multiart.paths import conf_dir
from multiart.schema import compose_prepared


def combinations(config: DictConfig) -> Iterator[list[str]]:
    """The overrides of every job of a grid, in the order in which Hydra's basic sweeper starts them."""
    yield from map(list, itertools.product(*_values(config).values()))


def one_by_one(config: DictConfig) -> Iterator[list[str]]:
    """For each swept value the overrides of a job that has it, with the first values of the other keys."""
    values = _values(config)
    first = {key: words[0] for key, words in values.items()}
    yield list(first.values())
    for key, words in values.items():
        yield from (list((first | {key: word}).values()) for word in words[1:])


class Composer:
    """Composes the configurations of jobs; those that choose the same options differ in values only.

    Hydra takes a fifth of a second for each; setting values in a copy takes a hundredth.

    Args:
        command: the name of a root config.
    """

    def __init__(self, command: str) -> None:
        self.command = command
        self._bases: dict[tuple[str, ...], DictConfig] = {}

    def __call__(self, words: Sequence[str]) -> DictConfig:
        """The configuration of a job.

        Args:
            words: its overrides, quoted for Hydra.

        Raises:
            HydraException, OmegaConfBaseException: as Hydra would.
            ConfigError: from `use_models`.
        """
        values = [word for word in words if _is_value(word)]
        choices = tuple(word for word in words if word not in values)
        try:
            if choices not in self._bases:
                self._bases[choices] = compose_prepared(self.command, list(choices))
            cfg = copy.deepcopy(self._bases[choices])
            for word in values:
                OmegaConf.update(cfg, _parsed(word).key_or_group, _parsed(word).value(), merge=True)
        except OmegaConfBaseException:
            cfg = compose_prepared(self.command, list(words))  # which says what is wrong
        return use_models(cfg)


def _values(config: DictConfig) -> dict[str, list[str]]:
    """For each key of a sweep's command line what is tried; not what a sweeper draws from a range.

    Raises:
        ConfigError: for a key that is swept over nothing.
    """
    given = [f"{key}={value}" for key, value in (config.hydra.sweeper.get("params") or {}).items()]
    values: dict[str, list[str]] = {}
    typed = OmegaConf.to_container(
        config.hydra.overrides.task, resolve=False
    )  # or the escapes in texts were undone
    for override in map(_parsed, [*given, *typed]):
        key = override.get_key_element()
        if override.is_discrete_sweep():
            values[key] = [f"{key}={value}" for value in override.sweep_string_iterator()]
            if not values[key]:
                raise ConfigError(f"{override.input_line} gives no values: nothing to sweep.")
        elif not override.is_sweep_override():
            values[key] = [f"{key}={override.get_value_element_as_str()}"]
    return values


@cache
def _parsed(word: str) -> Override:
    return OverridesParser.create().parse_override(word)


def _is_value(word: str) -> bool:
    """Whether an override sets a key that is there, and chooses no option of a group."""
    key = word.partition("=")[0]
    return key[0] not in "+~" and "@" not in key and not (conf_dir() / key).is_dir()
