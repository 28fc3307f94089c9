import io
import sys

import pytest

from multiart.errors import MultiartError
from multiart.io.collection import read_collection, split_poems


def prompts(collection):
    return tuple(row.prompt for row in collection.rows)


def test_poems_part_at_dashes_if_there_are_any():
    assert split_poems("a\n\nb\n---\nc\n-----\n\n") == ["a\n\nb", "c"]


def test_poems_part_at_blank_lines_otherwise():
    assert split_poems("\n a\nb\n\n \n\nc - d\n") == [" a\nb", "c - d"]


def test_a_file_a_folder_a_list_and_standard_input(tmp_path, monkeypatch):
    (tmp_path / "b.txt").write_text("two\n\nstanzas\n", encoding="utf-8")
    (tmp_path / "a.txt").write_bytes("\ufeff靜夜思\r\n床前明月光\r\n".encode())
    (tmp_path / "c.md").write_text("not this")
    (tmp_path / "d.png").write_bytes(b"\x89PNG\0")
    folder, file = read_collection(tmp_path), read_collection(str(tmp_path / "b.txt"))
    assert (folder.name, prompts(folder)) == (tmp_path.name, ("靜夜思\n床前明月光", "two\n\nstanzas"))
    assert [row.id for row in folder.rows] == ["a", "b"]
    assert (file.name, prompts(file)) == ("b", ("two", "stanzas"))
    listed = read_collection(["x", "y, z"])
    assert (listed.name, prompts(listed)) == ("inline", ("x", "y, z"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\n---\ntwo")))
    assert prompts(read_collection("-")) == ("one", "two")


def test_a_table_is_known_by_its_name(tmp_path):
    (tmp_path / "a.CSV").write_text("prompt\nmoon\n")
    (tmp_path / "a.jsonl").write_text('{"prompt": "moon"}\n')
    for name in ("a.CSV", "a.jsonl"):
        assert prompts(read_collection(tmp_path / name)) == ("moon",)


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(MultiartError, match="no poems in the folder"):
        read_collection(tmp_path)
    with pytest.raises(MultiartError, match=r"no poems in prompts=\[\]"):
        read_collection([])
    with pytest.raises(MultiartError, match=r"prompts\[1\] is empty"):
        read_collection(["a", " "])
    with pytest.raises(MultiartError, match="cannot read .*none.csv: no such file"):
        read_collection(tmp_path / "none.csv")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(MultiartError, match="picture.txt is not valid UTF-8"):
        read_collection(tmp_path)
    (tmp_path / "ids.csv").write_text("prompt,id\na,x\nb,y\nc,x\n")
    with pytest.raises(MultiartError, match=r"ids.csv line 4: the id 'x' is taken by .*ids.csv line 2"):
        read_collection(tmp_path / "ids.csv")
