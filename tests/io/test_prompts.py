import io
import sys

import pytest

from multiart.errors import MultiartError
from multiart.io.prompts import MAX_BYTES, check_text, read_poems, read_text, split_poems


def test_poems_part_at_dashes_if_there_are_any():
    assert split_poems("a\n\nb\n---\nc\n-----\n\n") == ["a\n\nb", "c"]


def test_poems_part_at_blank_lines_otherwise():
    assert split_poems("\n a\nb\n\n \n\nc - d\n") == [" a\nb", "c - d"]


def test_a_file_a_folder_a_list_and_standard_input(tmp_path, monkeypatch):
    (tmp_path / "b.txt").write_text("two\n\nstanzas\n", encoding="utf-8")
    (tmp_path / "a.txt").write_bytes("\ufeff靜夜思\r\n床前明月光\r\n".encode())
    (tmp_path / "c.md").write_text("not this")
    folder, file, listed = read_poems(tmp_path), read_poems(tmp_path / "b.txt"), read_poems(["x", "y, z"])
    assert (folder.name, folder.poems) == (tmp_path.name, ("靜夜思\n床前明月光", "two\n\nstanzas"))
    assert (file.name, file.poems) == ("b", ("two", "stanzas"))
    assert (listed.name, listed.poems) == ("inline", ("x", "y, z"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\n---\ntwo")))
    assert read_poems("-").poems == ("one", "two")


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


def test_missing_files_and_empty_collections(tmp_path):
    with pytest.raises(MultiartError, match="cannot read .*none.txt: no such file"):
        read_text(tmp_path / "none.txt")
    with pytest.raises(MultiartError, match="no poems in the folder"):
        read_poems(tmp_path)
    with pytest.raises(MultiartError, match=r"no poems in prompts=\[\]"):
        read_poems([])
    with pytest.raises(MultiartError, match=r"prompts\[1\] is empty"):
        read_poems(["a", " "])


def test_every_other_text_passes_unchanged():
    nasty = "“‘'\" , [] {} $HOME ${oc.env:HOME} % # = ;\ttab 🌙 静 ﷺ שלום\n" * 200
    assert check_text(nasty, "prompt") == nasty
