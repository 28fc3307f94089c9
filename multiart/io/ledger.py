"""What is made of a rendering: one row a work in `ledger.sqlite`, safe for several processes and any kill.

A process holds a lock file for as long as it lives; a row that is running and whose process has let go of its
lock was not finished, whatever ended the process.
"""

import json
import os
import platform
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from filelock import FileLock, Timeout

from multiart.errors import MultiartError
from multiart.io.atomic import explained_errors

LEDGER = "ledger.sqlite"
VERSION = 1
"""Of the tables."""
APPLICATION = 0x6D617274
"""Tells SQLite files of this project ("mart")."""
STATES = ("pending", "running", "done", "failed", "quarantined")
KILLED = "the process ended while making it"

_TABLES = f"""
CREATE TABLE works (
    key TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN {STATES}),
    attempts INTEGER NOT NULL DEFAULT 0,
    holder TEXT,
    started REAL,
    seconds REAL,
    reason TEXT,
    weights TEXT,
    files TEXT
) WITHOUT ROWID;
CREATE INDEX works_by_state ON works (state, holder);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""


class Work(NamedTuple):
    """A row of the ledger.

    Attributes:
        key: of the work; see `multiart.commands.jobs`.
        folder: its folder's name.
        state: one of `STATES`.
        attempts: how often it was begun.
        reason: why it failed last, or None.
        weights: source and sha256 of what it was made with, once it is done.
        files: of a finished work, what `multiart.io.presence` tells of each.
    """

    key: str
    folder: str
    state: str
    attempts: int
    reason: str | None
    weights: dict[str, str]
    files: dict[str, Any]


class Ledger:
    """The ledger of a folder; a context manager that closes it.

    Args:
        folder: holds `ledger.sqlite`; made if it is missing.
        max_attempts: a work that was begun so often without success is quarantined.
        patience: seconds to wait for another process's writing.

    Raises:
        MultiartError: if the ledger is of another version, locked, corrupt, or cannot be written.
    """

    def __init__(self, folder: Path, *, max_attempts: int = 3, patience: float = 30.0) -> None:
        self.folder, self.path, self.max_attempts = folder, folder / LEDGER, max_attempts
        self.holder = f"{platform.node()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        with explained_errors(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self._lock_of(self.holder))
            self._lock.acquire()
        try:
            with self._explained():
                self._db = sqlite3.connect(self.path, timeout=patience, isolation_level=None)
                self._prepare()
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(sqlite3.Error):
            self._db.close()
        self._let_go()

    def add(self, works: Iterable[tuple[str, str]]) -> None:
        """Enter works by key and folder; those that are there already stay as they are."""
        with self._transaction() as db:
            db.executemany("INSERT OR IGNORE INTO works (key, folder) VALUES (?, ?)", sorted(works))

    def works(self, state: str | None = None) -> Iterator[Work]:
        """All works, or those in one state."""
        where = "" if state is None else " WHERE state = ?"
        with self._explained():
            columns = "key, folder, state, attempts, reason, weights, files"
            for *plain, weights, files in self._db.execute(
                f"SELECT {columns} FROM works{where}", () if state is None else (state,)
            ):
                yield Work(*plain, json.loads(weights or "{}"), json.loads(files or "{}"))

    def count(self) -> dict[str, int]:
        """How many works are in each state."""
        with self._explained():
            rows = self._db.execute("SELECT state, COUNT(*) FROM works GROUP BY state").fetchall()
        return dict.fromkeys(STATES, 0) | dict(rows)

    def claim(self, key: str) -> bool:
        """Take a pending work; False if another process was faster."""
        return self._change(
            "state = 'running', holder = ?", (self.holder,), "key = ? AND state = 'pending'", (key,)
        )

    def begin(self, key: str) -> None:
        """Enter that a work that was taken is begun, which counts as an attempt."""
        self._change("started = ?, attempts = attempts + 1", (time.time(),), "key = ?", (key,))

    def finish(
        self, key: str, *, seconds: float, weights: Mapping[str, str], files: Mapping[str, Any]
    ) -> None:
        """Enter a work as done."""
        self._change(
            "state = 'done', holder = NULL, reason = NULL, seconds = ?, weights = ?, files = ?",
            (seconds, json.dumps(dict(weights)), json.dumps(dict(files))),
            "key = ?",
            (key,),
        )

    def fail(self, key: str, reason: str) -> None:
        """Enter why a work could not be made; after `max_attempts` it is quarantined."""
        self._change(
            "state = CASE WHEN attempts >= ? THEN 'quarantined' ELSE 'failed' END, holder = NULL, reason = ?",
            (self.max_attempts, reason),
            "key = ?",
            (key,),
        )

    def lose(self, key: str) -> None:
        """Enter that a work's process ended: it is pending again, after `max_attempts` quarantined."""
        self._change(_LOST, (self.max_attempts, KILLED), "key = ?", (key,))

    def release(self, key: str) -> None:
        """Give back a work that was begun: it did not fail."""
        self._change("state = 'pending', holder = NULL, attempts = attempts - 1", (), "key = ?", (key,))

    def put_back(self, keys: Iterable[str], *, forget: bool = True) -> None:
        """Make works pending again, their attempts forgotten or kept."""
        attempts = ", attempts = 0" if forget else ""
        with self._transaction() as db:
            db.executemany(
                f"UPDATE works SET state = 'pending', holder = NULL{attempts} WHERE key = ?",
                [(key,) for key in keys],
            )

    def recover(self) -> list[Work]:
        """Free the works whose process has ended; those begun `max_attempts` times are quarantined.

        Returns:
            The works, as they were.
        """
        ended = []
        for holder in self._holders():
            lock = FileLock(self._lock_of(holder))
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            with explained_errors(self.path):
                ended += self._free(holder)
                self._lock_of(holder).unlink(missing_ok=True)
                lock.release()
        return ended

    def others(self) -> list[str]:
        """Other processes in the folder, by host and number; `recover` forgets those that have ended."""
        return sorted(holder.rpartition("-")[0] for holder in self._holders())

    def _holders(self) -> set[str]:
        with self._explained():
            rows = self._db.execute("SELECT DISTINCT holder FROM works WHERE state = 'running'").fetchall()
        locks = {path.stem.removeprefix(".") for path in self.folder.glob(".*-*-*.lock")}
        return ({holder for (holder,) in rows} | locks) - {self.holder}

    def _free(self, holder: str) -> list[Work]:
        with self._transaction() as db:
            mine = "state = 'running' AND holder = ?"
            works = db.execute(
                f"SELECT key, folder, state, attempts, reason FROM works WHERE {mine}", (holder,)
            ).fetchall()
            db.execute(f"UPDATE works SET {_LOST} WHERE {mine}", (self.max_attempts, KILLED, holder))
        return [Work(*work, {}, {}) for work in works]

    def _change(self, values: str, given: tuple, where: str, keys: tuple) -> bool:
        with self._explained():
            return self._db.execute(f"UPDATE works SET {values} WHERE {where}", given + keys).rowcount == 1

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _prepare(self) -> None:
        """Make the tables of a new ledger, or check that it is one of ours."""
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # a kill loses nothing, a power cut the last rows
        with self._transaction() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            application = db.execute("PRAGMA application_id").fetchone()[0]
            if not db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
                for statement in _TABLES.split(";"):
                    db.execute(statement)
            elif application != APPLICATION:
                raise MultiartError(f"{self.path} is no ledger of multiart: {_ELSEWHERE}")
            elif version != VERSION:
                raise MultiartError(
                    f"{self.path} is of version {version}, this multiart reads {VERSION}: {_ELSEWHERE}"
                )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            reason = str(error)
            if "locked" in reason:
                reason = "another program keeps it locked; end that program and run the command again"
            raise MultiartError(f"cannot use {self.path}: {reason}.") from error
        except sqlite3.DatabaseError as error:
            raise MultiartError(
                f"{self.path} is damaged ({error}): move it and its -wal and -shm files away and run the "
                "command again; finished works are found by their manifests."
            ) from error

    def _lock_of(self, holder: str) -> Path:
        return self.folder / f".{holder}.lock"

    def _let_go(self) -> None:
        self._lock.release()
        self._lock_of(self.holder).unlink(missing_ok=True)


_LOST = "state = CASE WHEN attempts >= ? THEN 'quarantined' ELSE 'pending' END, holder = NULL, reason = ?"
_ELSEWHERE = "give another folder with paths.run_dir=..., or move it away; nothing was changed."
