import sqlite3

import pytest

from multiart.errors import MultiartError
from multiart.io.ledger import KILLED, LEDGER, Ledger

WORKS = [("a", "001-a"), ("b", "002-b"), ("c", "003-c")]


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add(WORKS)
        yield ledger


def states(ledger):
    return {work.key: work.state for work in ledger.works()}


def abandon(ledger):
    """End a ledger as a kill would: its rows stay, its lock goes."""
    ledger._db.close()
    ledger._lock.release()


def begin(ledger, key):
    assert ledger.claim(key)
    ledger.begin(key)


def test_works_are_entered_once(ledger):
    ledger.claim("a")
    ledger.add([("a", "other"), ("d", "004-d")])
    assert [(w.key, w.folder, w.state) for w in ledger.works()] == [
        ("a", "001-a", "running"),
        ("b", "002-b", "pending"),
        ("c", "003-c", "pending"),
        ("d", "004-d", "pending"),
    ]
    assert ledger.count() == {"pending": 3, "running": 1, "done": 0, "failed": 0, "quarantined": 0}


def test_a_finished_work_tells_what_made_it(ledger, tmp_path):
    begin(ledger, "a")
    ledger.finish("a", seconds=1.5, weights={"asset:painter": "0" * 64}, files={"001-a/x.png": [1, "f", 2]})
    ledger.__exit__()
    with Ledger(tmp_path) as again:
        (work,) = again.works("done")
    assert (work.attempts, work.weights, work.files) == (
        1,
        {"asset:painter": "0" * 64},
        {"001-a/x.png": [1, "f", 2]},
    )


def test_only_one_process_gets_a_work(ledger, tmp_path):
    with Ledger(tmp_path) as other:
        assert ledger.claim("a") and not other.claim("a") and not ledger.claim("a")
        assert other.claim("b")
        assert other.others() == [ledger.holder.rpartition("-")[0]]
        assert other.recover() == ledger.recover() == []
        assert states(other) == {"a": "running", "b": "running", "c": "pending"}


def test_a_failed_work_is_quarantined_in_the_end(ledger):
    for state in ("failed", "failed", "quarantined"):
        begin(ledger, "a")
        ledger.fail("a", "too dark")
        assert [(w.state, w.reason) for w in ledger.works() if w.key == "a"] == [(state, "too dark")]
        if state == "failed":
            ledger.put_back(["a"], forget=False)
    ledger.put_back(["a"])
    assert next(w for w in ledger.works("pending") if w.key == "a").attempts == 0


def test_a_work_given_back_has_not_been_tried(ledger):
    begin(ledger, "a")
    ledger.release("a")
    assert ledger.claim("b")
    ledger.put_back(["b"], forget=False)
    assert [w.attempts for w in ledger.works("pending")] == [0, 0, 0]


def test_a_work_that_was_taken_and_not_begun_is_freed_without_blame(tmp_path):
    ended = Ledger(tmp_path)
    ended.add(WORKS[:2])
    begin(ended, "a")
    assert ended.claim("b")
    abandon(ended)
    with Ledger(tmp_path) as ledger:
        ledger.recover()
        assert {w.key: w.attempts for w in ledger.works("pending")} == {"a": 1, "b": 0}


def test_works_of_an_ended_process_are_freed_and_counted(tmp_path):
    for attempt in (1, 2, 3):
        ended = Ledger(tmp_path)
        ended.add(WORKS[:1])
        begin(ended, "a")
        abandon(ended)
        with Ledger(tmp_path) as ledger:
            assert [(w.key, w.state, w.attempts) for w in ledger.recover()] == [("a", "running", attempt)]
            assert states(ledger) == {"a": "pending" if attempt < 3 else "quarantined"}
            (work,) = ledger.works()
            assert work.reason == KILLED
    abandon(Ledger(tmp_path))  # before it had a work
    with Ledger(tmp_path) as ledger:
        assert len(ledger.others()) == 1
        assert ledger.recover() == ledger.others() == []
    assert not list(tmp_path.glob(".*.lock"))


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda db: db.execute("PRAGMA user_version = 7"), "is of version 7, this multiart reads 1"),
        (lambda db: db.execute("PRAGMA application_id = 7"), "is no ledger of multiart"),
    ],
)
def test_a_ledger_of_another_version_or_program_is_left_alone(tmp_path, break_it, message):
    Ledger(tmp_path).__exit__()
    with sqlite3.connect(tmp_path / LEDGER) as db:
        break_it(db)
    db.close()
    before = (tmp_path / LEDGER).read_bytes()
    with pytest.raises(MultiartError, match=f"{message}.*nothing was changed"):
        Ledger(tmp_path)
    assert (tmp_path / LEDGER).read_bytes() == before
    assert not list(tmp_path.glob(".*.lock"))


@pytest.mark.parametrize("data", [b"no database at all" * 100, b"SQLite format 3\0" + b"\7" * 5000])
def test_a_damaged_ledger_is_named(tmp_path, data):
    (tmp_path / LEDGER).write_bytes(data)
    with pytest.raises(MultiartError, match=r"is damaged .* finished works are found by their manifests"):
        Ledger(tmp_path)
    assert (tmp_path / LEDGER).read_bytes() == data


def test_a_locked_ledger_is_named(ledger, tmp_path):
    ledger._db.execute("BEGIN IMMEDIATE")
    with pytest.raises(MultiartError, match="another program keeps it locked"):
        Ledger(tmp_path, patience=0.1)


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MultiartError, match="a file is in the way of a folder"):
        Ledger(tmp_path / "file")
