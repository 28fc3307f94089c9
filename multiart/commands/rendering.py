"""Making the works that are pending in a ledger, by whatever engine makes them."""

import functools
import shutil
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

from multiart.commands.again import again
from multiart.commands.engines import Engine, WorkerDied
from multiart.commands.jobs import Job
from multiart.commands.making import Order, further, remove_parts
from multiart.commands.stopping import Stop
from multiart.console import RenderLines
from multiart.errors import MultiartError
from multiart.io.atomic import DiskFull, check_free, sweep
from multiart.io.gallery import DATA
from multiart.io.joblog import JobLog
from multiart.io.layout import MANIFEST
from multiart.io.ledger import Ledger, Work
from multiart.io.manifest import read_manifest, recovery_of, work_id
from multiart.io.presence import are_unchanged, describe_works
from multiart.models.hashing import read_sha256
from multiart.models.store import current_sha256
from multiart.records import Brief


class Renderer:
    """Makes what is pending in a ledger; another process may do the same in the same folder.

    Args:
        ledger: of the folder.
        engine: makes the works.
        stop: tells when the user has asked to stop.
        min_free_mb: no work is begun that would leave less free space on the disk.
    """

    def __init__(self, ledger: Ledger, engine: Engine, stop: Stop, *, min_free_mb: int) -> None:
        self.ledger, self.engine, self.stop, self.min_free_mb = ledger, engine, stop, min_free_mb
        self.parent, self.log = ledger.folder, JobLog(ledger.folder / "render.log.jsonl")
        self.folders: dict[str, str] = {}  # by key; a work keeps its folder wherever its row moves
        self._running: dict[Future[float], tuple[Job, int]] = {}  # and its lane
        self._next: list[deque[Job]] = [deque() for _ in range(engine.lanes)]  # taken, and not begun
        self._largest_mb = 0.0  # of the works so far
        self._sha256_of = functools.cache(current_sha256)

    def render(self, jobs: Sequence[Job], *, retry: bool = False) -> None:
        """Make the jobs that are not made yet, until all are or the user asks to stop.

        Args:
            jobs: what is wanted; other works of the ledger are left alone.
            retry: whether works that failed too often are tried again.

        Raises:
            DiskFull: if the disk is nearly full.
        """
        self._enter(jobs, retry)
        pending = self._pending()
        done = sum(job.key not in pending for job in jobs)
        with RenderLines(total=len(jobs), done=done) as lines:
            try:
                while waiting := deque(job for job in jobs if job.key in pending):
                    while (begun := self._begin_some(waiting, pending, lines)) or self._running:
                        self._settle(lines, wait_for_one=not begun)
                    if self.stop.asked:
                        return
                    self._recover()  # what another process has left meanwhile
                    pending = self._pending()
            except BaseException:  # Ctrl-C too
                self._abandon()
                raise
            finally:
                self._give_back()

    def report(self, jobs: Sequence[Job]) -> None:
        """Tell who else is at work, and raise what went wrong.

        Raises:
            KeyboardInterrupt: if the user stopped the rendering.
            MultiartError: if works failed.
        """
        wanted = {job.key for job in jobs}
        if others := sum(work.key in wanted for work in self.ledger.works("running")):
            print(f"{others} more are being made by {', '.join(self.ledger.others())}")
        if self.stop.asked:
            raise KeyboardInterrupt
        quarantined = [work for work in self.ledger.works("quarantined") if work.key in wanted]
        failed = quarantined + [work for work in self.ledger.works("failed") if work.key in wanted]
        if failed:
            lines = [f"{work.folder}: {work.reason}" for work in failed[:5]]
            lines += [f"{len(failed) - 5} more in {self.log.path}"] * (len(failed) > 5)
            hint = f" (retry=true tries {len(quarantined)} of them again)" if quarantined else ""
            raise MultiartError(f"{len(failed)} of {len(jobs)} works failed: {'; '.join(lines)}{hint}")

    def _enter(self, jobs: Sequence[Job], retry: bool) -> None:
        """Enter the jobs, clear away what a kill has left, and put back what has to be made again."""
        ledger = self.ledger
        self.folders |= {job.key: job.folder for job in jobs} | {w.key: w.folder for w in ledger.works()}
        self._largest_mb = max((_megabytes(work.files) for work in ledger.works("done")), default=0.0)
        ledger.add((job.key, job.folder) for job in jobs)
        self._recover()
        if not ledger.others():
            sweep(self.parent)
            sweep(self.parent / DATA, deep=True)
        wanted = {job.key for job in jobs}
        self._sha256_of.cache_clear()
        ledger.put_back([w.key for w in ledger.works("done") if w.key in wanted and not self._is_whole(w)])
        ledger.put_back([w.key for w in ledger.works("failed") if w.key in wanted], forget=retry)
        if retry:
            ledger.put_back([w.key for w in ledger.works("quarantined") if w.key in wanted])

    def _pending(self) -> dict[str, int]:
        """The keys of the works that wait, and how often each was begun before."""
        return {work.key: work.attempts for work in self.ledger.works("pending")}

    def _recover(self) -> None:
        for work in self.ledger.recover():
            self.log("killed", work.folder, attempts=work.attempts)
            _clear(self.parent / work.folder)

    def _check_disk(self) -> None:
        takes = self._largest_mb * (len(self._running) + 1)
        check_free(self.parent, takes_mb=takes, min_free_mb=self.min_free_mb)

    def _begin_some(self, waiting: deque[Job], pending: Mapping[str, int], lines: RenderLines) -> bool:
        """Begin a work in each lane that is free; returns whether any was begun."""
        begun = False
        for lane in self._free_lanes():
            if self.stop.asked:
                break
            coming = self._next[lane]
            ahead: tuple[Brief, ...] = ()
            if not coming:
                self._take(waiting, pending, coming, lines)
                ahead = tuple(job.brief for job in coming)[1:]
            if coming:
                self._begin(coming, lane, ahead)
                begun = True
        return begun

    def _free_lanes(self) -> list[int]:
        busy = Counter(lane for _, lane in self._running.values())
        return [lane for lane in range(self.engine.lanes) if busy[lane] < self.engine.depth]

    def _take(
        self, waiting: deque[Job], pending: Mapping[str, int], taken: deque[Job], lines: RenderLines
    ) -> None:
        """Claim works that are painted together; one that is there though the ledger does not know is done.

        One that was begun before may have taken its process with it: it is made alone, and no other blamed.
        """
        while waiting:
            job = waiting[0]
            if taken and (len(taken) == job.plan.micro_batch or not _go_together(taken[0], job, pending)):
                return
            waiting.popleft()
            if not self.ledger.claim(job.key):
                continue
            taken.append(job)
            if made := self._found(self.parent / self.folders[job.key], job):
                taken.pop()
                self.log("found", self.folders[job.key])
                lines(self.folders[job.key], self._finished(job, 0.0, made))

    def _begin(self, coming: deque[Job], lane: int, ahead: tuple[Brief, ...]) -> None:
        """Give the first of the coming works to the engine."""
        self._check_disk()
        job = coming[0]
        folder = self.parent / self.folders[job.key]
        self.log("start", folder.name)
        self.ledger.begin(job.key)
        coming.popleft()
        try:
            self._running[self.engine.begin(self._order(job, folder, ahead), lane)] = job, lane
        except BaseException:  # Ctrl-C too
            self.ledger.release(job.key)
            raise

    def _order(self, job: Job, folder: Path, ahead: tuple[Brief, ...]) -> Order:
        import torch

        (folder / MANIFEST).unlink(missing_ok=True)  # of other weights, or changed files
        for place in further(folder):
            shutil.rmtree(place)
        command = again(job.brief.prompt, job.config, job.order)
        threads = job.config["threads"] or torch.get_num_threads()
        return Order(job=job, folder=folder, command=command, threads=threads, ahead=ahead)

    def _settle(self, lines: RenderLines, *, wait_for_one: bool) -> None:
        """Enter how works ended."""
        timeout = None if wait_for_one else 0
        for future in wait(self._running, timeout=timeout, return_when=FIRST_COMPLETED).done:
            job, _ = self._running.pop(future)
            lines(self.folders[job.key], self._ended(job, future))

    def _ended(self, job: Job, future: Future[float]) -> str:
        """Enter how a work ended; returns what to say of it."""
        folder = self.parent / self.folders[job.key]
        try:
            seconds = future.result()
            made = self._found(folder, job)
            if made is None:
                raise MultiartError("its files were changed while they were written")
        except WorkerDied as error:
            self.ledger.lose(job.key)
            self.log("killed", folder.name)
            _clear(folder)
            return f"cut short: {error}"
        except Exception as error:  # one work must not stop the others
            return self._failed(job, folder.name, error)
        return self._finished(job, seconds, made)

    def _finished(self, job: Job, seconds: float, made: tuple[dict[str, str], dict[str, Any]]) -> str:
        weights, files = made
        self._largest_mb = max(self._largest_mb, _megabytes(files))
        self.ledger.finish(job.key, seconds=seconds, weights=weights, files=files)
        self.log("done", self.folders[job.key], seconds=round(seconds, 3))
        return job.brief.title or job.brief.prompt

    def _failed(self, job: Job, name: str, error: Exception) -> str:
        try:
            if isinstance(error, DiskFull):
                raise error
            self._check_disk()
        except DiskFull:
            self.ledger.release(job.key)
            raise
        reason = str(error) or type(error).__name__
        self.ledger.fail(job.key, reason)
        self.log("failed", name, reason=reason)
        return f"failed: {reason}"

    def _abandon(self) -> None:
        """Give back the works that are running, but for those that came to an end."""
        self.engine.close()
        for future, (job, _) in self._running.items():
            folder = self.parent / self.folders[job.key]
            made = None if future.exception() else self._found(folder, job)
            if made is None:
                self.ledger.release(job.key)
                _clear(folder)
            else:
                self._finished(job, future.result(), made)
        self._running.clear()

    def _give_back(self) -> None:
        """Give back the works that were taken and not begun."""
        for coming in self._next:
            self.ledger.put_back([job.key for job in coming], forget=False)
            coming.clear()

    def _found(self, folder: Path, job: Job) -> tuple[dict[str, str], dict[str, Any]] | None:
        """The weights and files of the job's work if it is there, whole, and made with today's weights."""
        try:
            manifest = read_manifest(folder)
            if manifest is None or not self._are_current(manifest["weights"]):
                return None
            told = manifest["weights"], recovery_of(manifest["stages"])
            if manifest["id"] != work_id(job.config, job.brief, *told):
                return None
            folders = [folder, *further(folder)]
            files = describe_works(folders, [manifest, *map(read_manifest, folders[1:])])
        except (MultiartError, OSError, KeyError, TypeError):  # no manifest of ours, or a file is missing
            return None
        if any(read_sha256(self.parent / name) != sha256 for name, (_, sha256, _) in files.items()):
            return None
        return manifest["weights"], files

    def _is_whole(self, work: Work) -> bool:
        return self._are_current(work.weights) and are_unchanged(self.parent, work.files)

    def _are_current(self, weights: Mapping[str, str]) -> bool:
        return all(self._sha256_of(source) in (sha256, None) for source, sha256 in weights.items())


def _go_together(one: Job, other: Job, attempts: Mapping[str, int]) -> bool:
    """Whether two works may be painted together."""
    alike = one.plan is other.plan or one.plan.painted_as == other.plan.painted_as
    return alike and not attempts[one.key] and not attempts[other.key]


def _clear(folder: Path) -> None:
    """Remove a work that was cut short."""
    if not (folder / MANIFEST).is_file():
        remove_parts(folder)


def _megabytes(files: Mapping[str, Any]) -> float:
    """How large a work is, of its files as the ledger holds them."""
    return sum(size for size, _, _ in files.values()) / 1e6
