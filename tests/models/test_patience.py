"""Time-outs are waited out, each wait longer than the one before; other errors come through."""

import subprocess

import pytest

from multiart.errors import ModelUnavailable
from multiart.models import patience, store
from multiart.models.patience import FIRST_WAIT, TRIES, is_timeout, patiently


class ReadTimeout(Exception):
    """As HTTP clients call it."""


class Refused(Exception):
    """With a response."""

    def __init__(self, status: int) -> None:
        self.response = type("Response", (), {"status_code": status})


def failing(errors, then="done"):
    """A call that raises each of the errors, then gives an answer; and the waits between its calls."""
    errors, waits = [*errors], []

    def call():
        if errors:
            raise errors.pop(0)
        return then

    return call, waits


def test_it_waits_longer_each_time_and_says_so(capsys):
    call, waits = failing([ReadTimeout(), TimeoutError(), Refused(503)])
    assert patiently(call, "the hub (org/name)", sleep=waits.append) == "done"
    assert all(0.75 <= seconds / (FIRST_WAIT * 2**n) <= 1.5 for n, seconds in enumerate(waits))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(waits) == 3
    assert lines[0].startswith("the hub (org/name) does not answer; trying again in 1 s (2 of 5)")


def test_it_gives_up():
    call, waits = failing([ReadTimeout()] * 99)
    with pytest.raises(ReadTimeout):
        patiently(call, "the hub", sleep=waits.append)
    assert len(waits) == TRIES - 1


@pytest.mark.parametrize("error", [ValueError("no"), Refused(404), OSError("name or service not known")])
def test_other_errors_come_through_at_once(error):
    call, waits = failing([error])
    with pytest.raises(type(error)):
        patiently(call, "the hub", sleep=waits.append)
    assert waits == []


def test_time_outs_are_found_behind_other_errors():
    try:
        try:
            raise ReadTimeout
        except ReadTimeout as error:
            raise OSError("cannot find the files") from error
    except OSError as error:
        assert is_timeout(error)
    assert is_timeout(subprocess.CalledProcessError(1, "pip", stderr="Read timed out."))
    assert not is_timeout(subprocess.CalledProcessError(1, "pip", stderr="no matching distribution"))


def test_the_hub_is_asked_again(home, monkeypatch, tmp_path):
    monkeypatch.setenv("MULTIART_OFFLINE", "")
    (tmp_path / "model.safetensors").touch()
    call, waits = failing([ReadTimeout()], str(tmp_path))
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda repo, **options: call())
    monkeypatch.setattr(patience.patiently, "__kwdefaults__", {"sleep": waits.append})
    assert store.fetch("hub:org/name").path == tmp_path
    call, _ = failing([ReadTimeout("the server is slow")] * 99)
    with pytest.raises(ModelUnavailable, match="cannot be had from the hub: the server is slow"):
        store.fetch("hub:org/name")
    assert len(waits) == 1 + TRIES - 1
