import io
import sys

import pytest

from multiart.errors import MultiartError
from multiart.io.prompts import MAX_BYTES, check_text, read_text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        ("晚".encode("gb18030"), "is not valid UTF-8 .byte 1."),
        (b"\x89PNG\r\n", "is not valid UTF-8"),
        (b"a\x00b", r"control character \(U\+0000 at character 2\)"),
        (b"x" * (MAX_BYTES + 1), "is too long: at most 500 kB"),
        ("é".encode() * MAX_BYTES, "is too long"),
    ],
)
def test_a_file_that_is_no_text_is_named(tmp_path, data, words):
    path = tmp_path / "poem.txt"
    path.write_bytes(data)
    with pytest.raises(MultiartError, match=f"{path} {words}|{path} holds a {words}"):
        read_text(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MultiartError, match="cannot read .*none.txt: no such file"):
        read_text(tmp_path / "none.txt")


def test_standard_input_is_read_like_a_file(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\r\ntwo")))
    assert read_text("-") == "one\ntwo"


def test_every_other_text_passes_unchanged():
    nasty = "“‘'\" , [] {} $HOME ${oc.env:HOME} % # = ;\ttab 🌙 静 ﷺ שלום\n" * 200
    assert check_text(nasty, "prompt") == nasty
