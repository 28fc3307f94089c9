from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from multiart.errors import MultiartError
from multiart.io.layout import MANIFEST, new_work_dir, only_if_whole, safe_name, take_dir

NOW = datetime(2026, 1, 2, 3, 4, 5)


def test_works_of_one_second_get_folders_of_their_own(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: new_work_dir(tmp_path, "run", "task", NOW), range(8)))
    names = sorted(f.name for f in folders)
    assert names == ["2026-01-02_03-04-05", *(f"2026-01-02_03-04-05-{n}" for n in range(2, 9))]
    assert all(f.parent == tmp_path / "run" / "task" for f in folders)


@pytest.mark.parametrize(
    "name", ["../../x", "/etc", "..", ".hidden", "a/b", "", "x" * 500, "a\0b\nc", "詩/畫"]
)
def test_no_name_leaves_the_folder(tmp_path, name):
    folder = new_work_dir(tmp_path, "run", name, NOW)
    assert folder.resolve().parent.parent == (tmp_path / "run").resolve()
    assert not folder.parent.name.startswith(".")


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "outputs").write_text("mine")
    with pytest.raises(MultiartError, match="outputs/run/task: a file is in the way"):
        new_work_dir(tmp_path / "outputs", "run", "task", NOW)


def test_chinese_names_stay_readable():
    assert safe_name("唐詩 三百首") == "唐詩_三百首"


def test_a_chosen_folder_must_be_empty(tmp_path):
    assert take_dir(tmp_path / "a" / "b").is_dir()
    assert take_dir(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(MultiartError, match="is not empty"):
        take_dir(tmp_path)
    with pytest.raises(MultiartError, match="is not a folder"):
        take_dir(tmp_path / "file")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_unfinished_folder_goes_and_a_finished_one_stays(tmp_path, error):
    for name, inner in (("half", "text.txt"), ("whole", f"variation-0/{MANIFEST}")):
        with pytest.raises(error), only_if_whole(tmp_path / name) as folder:
            (folder / inner).parent.mkdir(parents=True)
            (folder / inner).write_text("x")
            raise error
    assert [p.name for p in tmp_path.iterdir()] == ["whole"]
