"""From rows to works: what each row sets is checked before the first work starts."""

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from multiart.commands.lengths import check_length
from multiart.config import STAGES, check, compose, plain, scene_answers, use_models, variations
from multiart.errors import ConfigError, MultiartError, unknown
from multiart.io.layout import safe_name
from multiart.io.manifest import deciding, hash_json
from multiart.io.table import Row
from multiart.overrides import PATH_KEYS, escape
from multiart.records import Brief

ROOTS = ("task", *STAGES, "seed", "variation", "title", "scene")
"""Where the keys begin that a row may set."""
_OF_THE_BRIEF = ("seed", "variation", "title", "scene")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One work to make.

    Attributes:
        key: 64 hexadecimal digits: a hash of all that was asked for, and of how this process computes.
        brief: what is asked for.
        folder: the name of its folder.
        order: what the row sets, as words of a command line.
        plan: the configuration of its stages.
    """

    key: str
    brief: Brief
    folder: str
    order: tuple[str, ...]
    plan: "Plan"

    @property
    def config(self) -> dict[str, Any]:
        """The resolved configuration of this work."""
        asked = {"seed": self.brief.seed, "title": self.brief.title}
        return self.plan.config | asked | {"scene": self.plan.config["scene"] | self.brief.scene}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The configuration that several works have in common."""

    cfg: DictConfig

    @cached_property
    def config(self) -> dict[str, Any]:
        """As plain containers."""
        return plain(self.cfg)

    @cached_property
    def asked(self) -> dict[str, Any]:
        """Its part of a brief, where a row says nothing else."""
        scene = scene_answers(self.cfg)
        return {"seed": self.config["seed"], "title": self.config["title"], "scene": scene}

    @cached_property
    def micro_batch(self) -> int:
        """How many pictures its image stage paints at once."""
        return (self.config["image"] or {}).get("micro_batch", 1)

    @cached_property
    def painted_as(self) -> str:
        """A hash of what texts and paintings are made with."""
        return hash_json([self.config["text"], self.config["image"]])

    @cached_property
    def hash(self) -> str:
        """Of what decides a work, threads and number format of this process included."""
        import torch

        from multiart.models.precision import prefers_bfloat16

        threads = self.config["threads"] or torch.get_num_threads()
        compute = {"threads": threads, "bfloat16": prefers_bfloat16()}
        settings = {key: value for key, value in deciding(self.config).items() if key not in _OF_THE_BRIEF}
        return hash_json(settings | compute)


class Planner:
    """Turns rows into jobs; a configuration is composed once for all rows that set the same.

    Args:
        cfg: the command's own configuration, for what a row leaves open.
        overrides: the command's own overrides, as Hydra got them.
    """

    def __init__(self, cfg: DictConfig, overrides: Sequence[str] = ()) -> None:
        self.cfg, self.overrides = cfg, list(overrides)
        self._plans: dict[str, Plan] = {"{}": Plan(cfg=cfg)}

    def jobs(self, rows: Sequence[Row]) -> list[Job]:
        """The works of `rows`, without those that are asked for twice.

        Raises:
            MultiartError: naming the row, for a key or value that cannot be used.
        """
        jobs: dict[str, Job] = {}
        for number, row in enumerate(rows, 1):
            try:
                found = [*self._jobs_of(row, number)]
            except (MultiartError, ValueError) as error:
                raise MultiartError(f"{row.where}: {error}" if row.values else str(error)) from error
            check_length(row.prompt, found[0].plan.cfg, row.where)
            for job in found:
                jobs.setdefault(job.key, job)
        return list(jobs.values())

    def _jobs_of(self, row: Row, number: int) -> Iterator[Job]:
        own = {key: value for key, value in row.values.items() if key.partition(".")[0] in _OF_THE_BRIEF}
        plan = self._plan({key: value for key, value in row.values.items() if key not in own})
        config, asked = plan.config, _asked(own)
        asked |= {"task": config["task_name"], "scene": plan.asked["scene"] | asked["scene"]}
        order = tuple(f"{key}={_word(value)}" for key, value in row.values.items())
        numbers = [asked.pop("variation")] if "variation" in asked else variations(config)
        for variation in numbers:
            brief = Brief(prompt=row.prompt, variation=variation, **plan.asked | asked)
            key = hash_json([plan.hash, row.id, asdict(brief)])
            name = f"{number:03d}" if row.id is None else safe_name(row.id)
            alone = (f"variation={variation}",) if variation and "variation" not in own else ()
            yield Job(key=key, brief=brief, folder=f"{name}-{key[:10]}", order=(*order, *alone), plan=plan)

    def _plan(self, values: Mapping[str, Any]) -> Plan:
        name = json.dumps(values, sort_keys=True)
        if name not in self._plans:
            self._plans[name] = Plan(cfg=self._compose(values))
        return self._plans[name]

    def _compose(self, values: Mapping[str, Any]) -> DictConfig:
        for key, value in values.items():
            _check_key(key, value)
        choices = {key: value for key, value in values.items() if "." not in key}
        cfg = self._composed(choices) if choices else copy.deepcopy(self.cfg)
        for key in values.keys() - choices.keys():
            _set(cfg, key, values[key])
        check(use_models(cfg))
        return cfg

    def _composed(self, choices: Mapping[str, Any]) -> DictConfig:
        """The command's configuration with other options of its groups."""
        own = [word for word in self.overrides if word.partition("=")[0].lstrip("+") not in choices]
        words = [f"{key}={'null' if name is None else name}" for key, name in choices.items()]
        return compose("render", words, prepared=own)


def _check_key(key: str, value: Any) -> None:
    root = key.partition(".")[0]
    if root not in ROOTS or not re.fullmatch(r"[a-z]\w*(\.[a-z]\w*)*", key):
        keys = [f"{name}.KEY" if name == "scene" else name for name in ROOTS]
        near = unknown("column", key, ["prompt", "id", *keys, *(f"{stage}.KEY" for stage in STAGES)])
        raise ConfigError(near)
    if "." not in key and not (value is None or (isinstance(value, str) and re.fullmatch(r"[\w-]+", value))):
        raise ConfigError(f"{key} must be the name of an option, got {value!r}.")
    if key in PATH_KEYS and ".." in Path(str(value)).parts:
        raise ConfigError(f"{key} must be a path without '..', got {value!r}.")
    if _has_private_key(value):
        raise ConfigError(f"{key} must not hold keys that begin with '_', got {value!r}.")


def _has_private_key(value: Any) -> bool:
    if isinstance(value, dict):
        return any(str(key).startswith("_") or _has_private_key(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_private_key, value))


def _set(cfg: DictConfig, key: str, value: Any) -> None:
    """Set a key that is there; a text stays as it is."""
    place, _, name = key.rpartition(".")
    node = OmegaConf.select(cfg, place)
    if not isinstance(node, DictConfig):
        raise ConfigError(f"{key} cannot be set: {place} is {node!r} and has no keys.")
    if name not in node:
        raise ConfigError(unknown("column", key, [f"{place}.{word}" for word in node if word[0] != "_"]))
    OmegaConf.update(cfg, key, _escaped(value), merge=False, force_add=True)


def _escaped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return escape(value) if isinstance(value, str) else value


def _asked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The row's own part of a brief.

    Raises:
        ValueError: for a seed or variation that is no whole number, a title that is no text, unknown words.
    """
    from multiart.text.answers import check_answers

    scene = {key.partition(".")[2]: value for key, value in values.items() if key.startswith("scene")}
    check_answers(scene)
    asked = {key: value for key in ("seed", "variation", "title") if (value := values.get(key)) is not None}
    for key in ("seed", "variation"):
        if type(asked.get(key, 0)) is not int:
            raise ConfigError(f"{key} must be a whole number of 0 or more, got {asked[key]!r}.")
    if not isinstance(asked.get("title", ""), str):
        raise ConfigError(f"title must be a text, got {asked['title']!r}.")
    return asked | {"scene": {name: answer for name, answer in scene.items() if answer is not None}}


def _word(value: Any) -> str:
    """A value as the command line takes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_word(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_word, value)) + "]"
    return json.dumps(value)
