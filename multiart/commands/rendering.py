"""Making the works that are pending in a ledger, one at a time."""

import functools
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from multiart.commands.again import again
from multiart.commands.jobs import Job
from multiart.commands.shared import shared
from multiart.commands.stopping import Stop
from multiart.console import RenderLines
from multiart.errors import MultiartError
from multiart.io.atomic import sweep
from multiart.io.gallery import DATA
from multiart.io.joblog import JobLog
from multiart.io.layout import MANIFEST
from multiart.io.ledger import Ledger, Work
from multiart.io.manifest import read_manifest, recovery_of, work_id
from multiart.io.presence import are_unchanged, describe_works
from multiart.io.work import write_work
from multiart.models.hashing import read_sha256
from multiart.models.store import current_sha256


class DiskFull(MultiartError):
    """There is too little free space to go on."""


class Renderer:
    """Makes what is pending in a ledger; another process may do the same in the same folder.

    Args:
        ledger: of the folder.
        stop: tells when the user has asked to stop.
        min_free_mb: no work is begun with less free space on the disk.
    """

    def __init__(self, ledger: Ledger, stop: Stop, *, min_free_mb: int) -> None:
        self.ledger, self.stop, self.min_free_mb = ledger, stop, min_free_mb
        self.parent, self.log = ledger.folder, JobLog(ledger.folder / "render.log.jsonl")
        self.folders: dict[str, str] = {}  # by key; a work keeps its folder wherever its row moves
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
            while waiting := [job for job in jobs if job.key in pending]:
                for job in waiting:
                    if self.stop.asked:
                        return
                    self._check_disk()
                    if self.ledger.claim(job.key):
                        lines(self.folders[job.key], self._attempt(job))
                self._recover()  # what another process has left meanwhile
                pending = self._pending()

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

    def _pending(self) -> set[str]:
        return {work.key for work in self.ledger.works("pending")}

    def _recover(self) -> None:
        for work in self.ledger.recover():
            self.log("killed", work.folder, attempts=work.attempts)
            folder = self.parent / work.folder
            if not (folder / MANIFEST).is_file():
                for place in (folder, *_further(folder)):
                    shutil.rmtree(place, ignore_errors=True)

    def _check_disk(self) -> None:
        free, least = shutil.disk_usage(self.parent).free / 1e6, self.min_free_mb
        if free < least:
            raise DiskFull(
                f"only {free:.0f} MB are free on the disk of {self.parent}, and min_free_mb={least}: "
                "free some space and run the same command again."
            )

    def _attempt(self, job: Job) -> str:
        """Make a work that was claimed; returns what to say of it."""
        folder, start = self.parent / self.folders[job.key], time.perf_counter()
        try:
            made = self._found(folder, job)
            self.log("start" if made is None else "found", folder.name)
            if made is None:
                self._make(job, folder)
                made = self._found(folder, job)
            weights, files = made
        except KeyboardInterrupt:
            self.ledger.release(job.key)
            raise
        except Exception as error:  # one work must not stop the others
            return self._failed(job, folder.name, str(error) or type(error).__name__)
        seconds = time.perf_counter() - start
        self.ledger.finish(job.key, seconds=seconds, weights=weights, files=files)
        self.log("done", folder.name, seconds=round(seconds, 3))
        return job.brief.title or job.brief.prompt

    def _failed(self, job: Job, name: str, reason: str) -> str:
        try:
            self._check_disk()
        except DiskFull:
            self.ledger.release(job.key)
            raise
        self.ledger.fail(job.key, reason)
        self.log("failed", name, reason=reason)
        return f"failed: {reason}"

    def _make(self, job: Job, folder: Path) -> None:
        from multiart.pipeline import Pipeline

        (folder / MANIFEST).unlink(missing_ok=True)  # of other weights, or changed files
        for place in _further(folder):
            shutil.rmtree(place)
        brief, config = job.brief, job.config
        pipeline = Pipeline.from_config(job.plan.cfg, build=shared)
        asked = {"seed": brief.seed, "variation": brief.variation, "title": brief.title, "scene": brief.scene}
        try:
            artworks = pipeline.works(brief.prompt, **asked)
            folders = [folder, *(Path(f"{folder}_picture-{n}") for n in range(2, len(artworks) + 1))]
            command = again(brief.prompt, config, job.order)
            for artwork, place in reversed(list(zip(artworks, folders, strict=True))):  # the work's own last
                write_work(artwork, place, config=config, command=command)
        except BaseException:  # Ctrl-C too
            for place in (folder, *_further(folder)):
                shutil.rmtree(place, ignore_errors=True)
            raise

    def _found(self, folder: Path, job: Job) -> tuple[dict[str, str], dict[str, Any]] | None:
        """The weights and files of the job's work if it is there, whole, and made with today's weights."""
        try:
            manifest = read_manifest(folder)
            if manifest is None or not self._are_current(manifest["weights"]):
                return None
            told = manifest["weights"], recovery_of(manifest["stages"])
            if manifest["id"] != work_id(job.config, job.brief, *told):
                return None
            folders = [folder, *_further(folder)]
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


def _further(folder: Path) -> list[Path]:
    """The folders of a work's further pictures."""
    folders = []
    while (place := Path(f"{folder}_picture-{len(folders) + 2}")).is_dir():
        folders.append(place)
    return folders
