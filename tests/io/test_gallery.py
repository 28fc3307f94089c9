"""The gallery's files; tests/io/test_gallery_browser.py looks at the page in a browser."""

import json

import pytest
from PIL import Image

from multiart.config import compose, plain
from multiart.errors import MultiartError
from multiart.io.gallery import write_gallery
from multiart.io.gallery_entry import entry_of, row_settings
from multiart.io.manifest import describe_file, load_manifest, write_manifest
from tests.io.test_verify import make


@pytest.fixture
def folder(tmp_path):
    make(tmp_path / "a" / "it's #1", "moon </script>\non the ${lake}", seed=1)
    make(tmp_path / "b", "sun", seed=2, title="Day")
    return tmp_path


def read(folder):
    text = (folder / "gallery" / "works.js").read_text("utf-8")
    return json.loads(text.removeprefix("window.works = ").rstrip().rstrip(";"))


def test_it_shows_every_work_with_a_thumbnail(folder):
    told = []
    page, left_out = write_gallery(folder, "<My> works", on_work=lambda *n: told.append(n))
    assert left_out == [] and told == [(1, 2), (2, 2)]
    text = page.read_text("utf-8")
    assert "<title>&lt;My&gt; works</title>" in text and "{{" not in text
    one, two = read(folder)
    assert one["href"] == "a/it%27s%20%231/index.html" and one["picture"] == "a/it%27s%20%231/styled.png"
    assert one["title"] == "moon </script>" and one["text"] == "moon </script>\non the ${lake}"
    assert (one["season"], one["valence"], one["seed"], one["style"]) == ("autumn", 0.0, 1, "monet")
    assert two["title"] == "Day" and two["settings"]["title"] == "Day" and "prompt" not in two
    assert one["id"] != two["id"] and one["song"] is None
    with Image.open(folder / one["thumb"]) as image:
        assert image.format == "WEBP" and image.size == (48, 40) and one["size"] == [48, 40]


def test_again_makes_no_thumbnail_twice_and_shows_what_is_new(folder):
    write_gallery(folder, "works")
    before = {path: path.stat().st_mtime_ns for path in (folder / "gallery").rglob("*.webp")}
    make(folder / "c", "snow", seed=3)
    write_gallery(folder, "works")
    after = {path: path.stat().st_mtime_ns for path in (folder / "gallery").rglob("*.webp")}
    assert len(read(folder)) == len(after) == 3 and before.items() <= after.items()


def test_what_cannot_be_shown_is_left_out_and_named(folder):
    (folder / "b" / "manifest.json").write_text("{")
    make(folder / "c", "snow", seed=3)
    (folder / "c" / "styled.png").write_bytes(b"no picture")
    _, left_out = write_gallery(folder, "works")
    assert len(read(folder)) == 1
    assert "cannot read" in left_out[0] and "styled.png" in left_out[1]


def test_a_work_without_a_picture_and_one_with_a_song(folder):
    work = folder / "b"
    (work / "melody.flac").write_bytes(b"fLaC")
    manifest = load_manifest(work)
    for name in ("styled.png", "painting.png"):
        del manifest["files"][name]
    manifest["files"]["melody.flac"] = describe_file(work / "melody.flac")
    manifest["metrics"] = {"concepts": 0.5, "note": "no number"}
    write_manifest(work, manifest)
    write_gallery(folder, "works")
    shown = read(folder)[1]
    assert (shown["picture"], shown["thumb"], shown["song"]) == (None, None, "b/melody.flac")
    assert shown["metrics"] == {"concepts": 0.5}


def test_nothing_is_overwritten_that_is_not_ours(folder):
    with pytest.raises(MultiartError, match="is a work"):
        write_gallery(folder / "b", "works")
    (folder / "index.html").write_text("<p>mine")
    with pytest.raises(MultiartError, match="is no gallery; nothing was overwritten"):
        write_gallery(folder, "works")
    assert (folder / "index.html").read_text() == "<p>mine"
    (folder / "empty").mkdir()
    with pytest.raises(MultiartError, match="holds no works"):
        write_gallery(folder / "empty", "works")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"style": "painters", "style.painter": "great_wave"},
        {"style": "painters", "style.painter": {"great_wave": 0.4, "la_muse": 0.6}},
        {"style": None},
        {"image.guidance_scale": 4.5, "text.mode": "draft"},
    ],
)
def test_a_row_asks_for_the_same_configuration_again(asked):
    def composed(row):
        words = {key: json.dumps(value).replace('"', "") for key, value in row.items()}
        return plain(compose("run", [f"{key}={word}" for key, word in words.items()]))

    config = composed({"task": "poem_to_painting", **asked})
    row = row_settings(config, None, {})
    assert row == {"task": "poem_to_painting", **asked}
    assert composed(row) == config


def test_what_the_user_answered_is_in_the_row(folder):
    manifest = load_manifest(folder / "b")
    manifest["brief"]["scene"] = {"season": "autumn"}
    assert entry_of(manifest, "b")["settings"] == {"title": "Day", "scene.season": "autumn"}
