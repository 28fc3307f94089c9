"""Where works are made: in this process, in several, or by Ray (`multiart.commands.ray_engine`)."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Protocol

from multiart.commands.making import Order, create, make, write
from multiart.errors import MultiartError
from multiart.records import Artwork


class WorkerDied(MultiartError):
    """The process that was making a work has ended."""


class Engine(Protocol):
    """Makes works; the ledger stays with the process that gives the orders.

    Attributes:
        lanes: how many works are made at the same time.
        depth: how many works of a lane may have begun and not ended.
    """

    lanes: int
    depth: int

    def begin(self, order: Order, lane: int) -> Future[float]:
        """Begin a work; the result is the seconds it takes. `WorkerDied` if it took its process with it.

        Args:
            order: the work.
            lane: from 0; one worker makes all that it is given, as long as it lives.
        """
        ...

    def close(self) -> None:
        """End at once what can be ended, wait for the rest, and let the workers go."""
        ...


def local(*, workers: int = 1) -> Engine:
    """An engine on this machine.

    Args:
        workers: 1 makes the works in this process, while another thread writes the one before; more are
            processes, each with its own models.

    Raises:
        ValueError: if `workers` is less than 1.
    """
    return Alone() if check_workers(workers) == 1 else Crew(Process, workers)


def check_workers(workers: int) -> int:
    if workers < 1:
        raise ValueError(f"engine.workers must be 1 or more, got {workers}")
    return workers


class Alone:
    """Runs the stages where it is called, and writes a work while the next one's stages run."""

    lanes, depth = 1, 2

    def __init__(self) -> None:
        self._writer = ThreadPoolExecutor(1)

    def begin(self, order: Order, lane: int = 0) -> Future[float]:
        start = time.perf_counter()
        try:
            artworks = create(order)
        except Exception as error:
            failed: Future[float] = Future()
            failed.set_exception(error)
            return failed
        return self._writer.submit(_write, order, artworks, time.perf_counter() - start)

    def close(self) -> None:
        self._writer.shutdown()


def _write(order: Order, artworks: list[Artwork], seconds: float) -> float:
    start = time.perf_counter()
    write(order, artworks)
    return seconds + time.perf_counter() - start


class Worker(Protocol):
    """A process that makes one work after another."""

    def make(self, order: Order) -> float | MultiartError:
        """As `multiart.commands.making.make`; raises `WorkerDied` if the process ends."""
        ...

    def stop(self) -> None:
        """End it at once."""
        ...


class Crew:
    """Workers elsewhere, one a lane, each busy with one work; one that dies is replaced.

    Args:
        start: starts a worker.
        workers: how many there are at most.
    """

    depth = 1

    def __init__(self, start: Callable[[], Worker], workers: int) -> None:
        self.lanes, self._start = workers, start
        self._threads = ThreadPoolExecutor(workers)
        self._workers: dict[int, Worker] = {}

    def begin(self, order: Order, lane: int) -> Future[float]:
        return self._threads.submit(self._make, order, lane)

    def _make(self, order: Order, lane: int) -> float:
        if lane not in self._workers:
            self._workers[lane] = self._start()
        try:
            answer = self._workers[lane].make(order)
        except WorkerDied:
            del self._workers[lane]
            raise
        if isinstance(answer, MultiartError):
            raise answer
        return answer

    def close(self) -> None:
        for worker in list(self._workers.values()):
            worker.stop()
        self._threads.shutdown()


class Process:
    """A worker that is a process of this machine; it ends with the one that started it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # torch's threads do not live through a fork
        self._end, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def make(self, order: Order) -> float | MultiartError:
        try:
            self._end.send(order)
            return self._end.recv()
        except (EOFError, OSError):
            self.stop()
            raise WorkerDied("its process ended") from None

    def stop(self) -> None:
        self._process.kill()
        self._process.join()


def _serve(end: Connection) -> None:
    """Make works until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the orders
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        end.send(make(end.recv()))


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)  # in the middle of a work, as if it had been killed too
