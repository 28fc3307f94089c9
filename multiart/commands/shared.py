"""Stages that the works of a process share: the jobs of a sweep, the rows of a rendering."""

import json
from typing import Any

from omegaconf import DictConfig

from multiart.config import build, plain

MAX_BUILT = 6
"""How many stages stay loaded: those of one work, and little more."""


class Shared:
    """Builds a node once for all configurations that hold the same; the least used go."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __call__(self, node: DictConfig) -> Any:
        """Build a node, or give what was built from its like."""
        key = json.dumps(plain(node), sort_keys=True)
        self._built[key] = self._built.pop(key, None) or build(node)
        if len(self._built) > MAX_BUILT:
            self._built.pop(next(iter(self._built)))
        return self._built[key]


shared = Shared()
"""Of this process."""
