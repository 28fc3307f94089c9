"""The sha256 of folders, and when a file is read again."""

import os

from multiart.models import hashing
from multiart.models.hashing import sha256_of


def test_a_folder_changes_with_names_and_bytes_but_not_with_place_or_hidden_files(tmp_path):
    def make(name, files):
        for path, data in files.items():
            target = tmp_path / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(data)
        return sha256_of(tmp_path / name)

    plain = make("plain", {"a/model": "1", "config": "2"})
    assert make("same", {"config": "2", "a/model": "1", ".cache/lock": "x", ".hidden": "y"}) == plain
    assert make("renamed", {"b/model": "1", "config": "2"}) != plain
    assert make("changed", {"a/model": "1", "config": "3"}) != plain
    assert make("swapped", {"a/model": "2", "config": "1"}) != plain


def test_a_file_is_read_again_only_when_it_changed(tmp_path, monkeypatch):
    reads = []
    real = hashing.read_sha256
    monkeypatch.setattr(hashing, "read_sha256", lambda path: reads.append(path) or real(path))
    file = tmp_path / "model"
    file.write_bytes(b"one")
    first = sha256_of(file)
    assert sha256_of(file) == first and len(reads) == 1
    file.write_bytes(b"two")
    os.utime(file, (1, 1))
    assert sha256_of(file) != first and len(reads) == 2
