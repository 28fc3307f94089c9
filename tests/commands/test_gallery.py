import pytest

from multiart.commands import gallery
from multiart.config import check, compose
from multiart.errors import MultiartError
from tests.io.test_verify import make


def start(*overrides):
    cfg = compose("gallery", [*overrides])
    check(cfg)
    gallery.main(cfg)


def test_the_page_is_named_after_the_folder(in_tmp, capsys):
    make(in_tmp / "poems" / "a")
    start("folder=poems")
    assert capsys.readouterr().out == "poems/index.html\n"
    assert "<title>poems</title>" in (in_tmp / "poems" / "index.html").read_text()
    start("folder=poems", "title=A, b")
    assert "<title>A, b</title>" in (in_tmp / "poems" / "index.html").read_text()


def test_what_is_left_out_is_said(in_tmp, capsys):
    make(in_tmp / "outputs" / "a")
    make(in_tmp / "outputs" / "b")
    (in_tmp / "outputs" / "b" / "manifest.json").write_text("[]")
    start()
    assert "left out: outputs/b: " in capsys.readouterr().err


def test_no_folder(in_tmp):
    with pytest.raises(MultiartError, match="there is no folder nowhere"):
        start("folder=nowhere")
