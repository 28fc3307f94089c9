"""Works made by Ray actors, on this machine or on a cluster that sees the same folders."""

import os
from contextlib import suppress
from typing import Any

from multiart.commands.engines import Crew, Engine, WorkerDied, check_workers
from multiart.commands.making import Order, make
from multiart.errors import ConfigError, MultiartError


def ray(*, workers: int = 2, address: str | None = None) -> Engine:
    """An engine of Ray actors, which keep their models loaded.

    Args:
        workers: actors, 1 or more; one that dies is replaced.
        address: of a cluster; None starts one on this machine, which ends with this process.

    Raises:
        ValueError: if `workers` is less than 1.
        ConfigError: if Ray is not installed, or the cluster does not start or answer.
    """
    check_workers(workers)
    try:
        import ray
    except ModuleNotFoundError as error:
        raise ConfigError("engine=ray needs Ray: pip install 'multiart[ray]'.") from error
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would tell its makers of each start
    if not ray.is_initialized():
        alone = {} if address else {"num_cpus": workers, "include_dashboard": False}
        try:
            ray.init(address, log_to_driver=False, logging_level="ERROR", **alone)
        except Exception as error:  # Ray's own have no common base
            raise ConfigError(f"engine=ray: no cluster: {str(error).strip().splitlines()[0]}") from error
    return Crew(Actor, workers)


class Actor:
    """A worker that is a Ray actor with a core to itself."""

    def __init__(self) -> None:
        import ray

        self._actor = ray.remote(num_cpus=1, max_restarts=0)(_Maker).remote(os.getcwd())

    def make(self, order: Order) -> float | MultiartError:
        import ray

        try:
            return ray.get(self._actor.make.remote(order))
        except ray.exceptions.RayActorError:
            raise WorkerDied("its actor ended") from None

    def stop(self) -> None:
        import ray

        with suppress(ray.exceptions.RayError):
            ray.kill(self._actor)


class _Maker:
    """What an actor runs.

    Args:
        folder: that relative paths start from.
    """

    def __init__(self, folder: str) -> None:
        os.chdir(folder)

    def make(self, order: Any) -> float | MultiartError:
        return make(order)
