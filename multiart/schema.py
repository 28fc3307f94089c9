"""What the root of every configuration holds, and how one is composed."""

from dataclasses import dataclass, field
from typing import Any

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig

from multiart.paths import conf_dir


@dataclass
class RootConfig:
    """The root keys; first in every root's defaults, so that a misspelt one or a wrong type is refused."""

    command: str = "run"
    task_name: str = "untitled"
    prompt: str | None = None
    prompt_file: str | None = None
    prompts: Any = None
    title: str | None = None
    scene: Any = field(default_factory=dict)
    seed: int = 0
    num_variations: int = 1
    variation: int | None = None
    watch: bool = False
    retry: bool = False
    max_attempts: int = 3
    min_free_mb: int = 200
    cache: Any = None
    engine: Any = None
    device: str = "auto"
    threads: int | None = None
    paths: Any = None
    text: Any = None
    image: Any = None
    style: Any = None
    music: Any = None
    models: Any = None
    train: Any = None
    suite: Any = None
    data: Any = None
    trainer: Any = None
    callbacks: Any = None
    logger: Any = None
    ckpt_path: str | None = None
    resume: Any = None
    export: Any = None
    optimized_metric: str | None = None
    metrics: list[str] | None = None
    work: str | None = None
    other: str | None = None
    folder: str | None = None


ConfigStore.instance().store(name="base_root", node=RootConfig)


def compose_prepared(command: str, prepared: list[str]) -> DictConfig:
    """Compose overrides that `prepare` has quoted; errors are Hydra's own."""
    if GlobalHydra.instance().is_initialized():  # inside a command
        return hydra.compose(command, prepared)
    with hydra.initialize_config_dir(str(conf_dir()), version_base="1.3"):
        return hydra.compose(command, prepared)
