import errno
import os

import pytest

from multiart.errors import MultiartError
from multiart.io import atomic
from multiart.io.atomic import DiskFull, atomic_path, atomic_write, check_free


def test_text_and_bytes_come_back_as_written(tmp_path):
    atomic_write(tmp_path / "new" / "poem.txt", "床前明月光\r\n")
    atomic_write(tmp_path / "data", b"\x00\xff")
    assert (tmp_path / "new" / "poem.txt").read_bytes() == "床前明月光\r\n".encode()
    assert (tmp_path / "data").read_bytes() == b"\x00\xff"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "new"]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file"
    atomic_write(path, "old")
    with pytest.raises(KeyboardInterrupt), atomic_path(path) as temporary:
        temporary.write_text("half")
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".")
        assert temporary.name.endswith(".tmp")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_the_mode_follows_the_umask(tmp_path):
    atomic_write(tmp_path / "file", "x")
    (tmp_path / "plain").write_text("x")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_full_disk_or_forbidden_folder_is_named(tmp_path, monkeypatch, number):
    def fail(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(atomic.tempfile, "mkstemp", fail)
    with pytest.raises(MultiartError, match=f"cannot write {tmp_path / 'file'}: "):
        atomic_write(tmp_path / "file", "x")


def test_a_long_name_still_fits(tmp_path):
    name = "x" * 255
    atomic_write(tmp_path / name, "x")
    assert os.listdir(tmp_path) == [name]


def test_space_is_checked_on_the_disk_of_a_folder_that_is_not_there_yet(tmp_path, monkeypatch):
    asked = []
    usage = type("Usage", (), {"free": 100e6})
    monkeypatch.setattr(atomic.shutil, "disk_usage", lambda path: asked.append(path) or usage)
    check_free(tmp_path / "new" / "works", takes_mb=60, min_free_mb=40)
    assert asked == [tmp_path]
    with pytest.raises(DiskFull, match="only 100 MB are free .*, a work takes 61 MB and min_free_mb=40"):
        check_free(tmp_path, takes_mb=61, min_free_mb=40)
