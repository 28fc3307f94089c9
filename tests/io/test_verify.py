"""Each kind of tampering is found and named, on works of fake stages."""

import json
import shutil
from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from multiart.io.manifest import brief_of, describe_file, digest_of, read_manifest, work_id, write_manifest
from multiart.io.midi import write_midi
from multiart.io.song import describe_melody
from multiart.io.verify import find_works, verify_weights, verify_work
from multiart.io.work import write_work
from multiart.models.store import fetch
from multiart.pipeline import Pipeline
from multiart.records import Melody, Note
from tests.fakes import FakeImage, FakeStyle, FakeText

CONFIG = {"seed": 3, "image": {"num_inference_steps": 2}, "style": None}


def make(folder, prompt="moon\non the lake", **asked):
    artwork = Pipeline(text=FakeText(), image=FakeImage(), style=FakeStyle())(prompt, **asked)
    write_work(artwork, folder, config=CONFIG, command="multiart run")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A work, and another of another text and seed."""
    folder = tmp_path_factory.mktemp("made")
    return make(folder / "work", seed=3), make(folder / "other", "sun\non the sea", seed=4)


@pytest.fixture
def work(made, tmp_path):
    return shutil.copytree(made[0], tmp_path / "work")


@pytest.fixture
def other(made):
    return made[1]


def edit(work, change, seal=True):
    """Change a manifest as someone would who then hides it: the digest is made to hold again."""
    manifest = read_manifest(work)
    change(manifest)
    if seal:
        write_manifest(work, manifest)
    else:
        (work / "manifest.json").write_text(json.dumps(manifest))


def forge(work, name):
    """Make the manifest own up to a changed file."""
    edit(work, lambda manifest: manifest["files"].update({name: describe_file(work / name)}))


def save(image, path, **chunks):
    info = PngInfo()
    for key, value in chunks.items():
        info.add_text(key, value)
    image.save(path, pnginfo=info)


def test_a_whole_work_has_nothing_wrong(made):
    assert [verify_work(work) for work in made] == [[], []]


def test_a_pixel(work):
    with Image.open(work / "styled.png") as image:
        image.load()
    image.putpixel((3, 4), (1, 2, 3))
    save(image, work / "styled.png", **{key: image.text[key] for key in ("Software", "Title", "Work")})
    (found,) = verify_work(work)
    assert found.startswith("styled.png: was changed")


def test_a_bit_without_a_change_of_size(work):
    data = bytearray((work / "painting.png").read_bytes())
    data[-20] ^= 1
    (work / "painting.png").write_bytes(data)
    found = verify_work(work)
    assert found[0] == "painting.png: was changed: another sha256"
    assert found[1].startswith("painting.png: cannot be read as a PNG")


def test_a_word_of_the_text(work):
    (work / "text.txt").write_text("sun\non the lake\n")
    found = verify_work(work)
    assert [line.partition(":")[0] for line in found] == ["text.txt", "text.txt"]
    assert found[1] == "text.txt: is not the text of the draft"


def test_a_word_of_the_text_with_a_manifest_to_match(work):
    (work / "text.txt").write_text("sun\non the lake\n")
    forge(work, "text.txt")
    assert verify_work(work) == ["text.txt: is not the text of the draft"]


def test_a_field_of_the_manifest(work):
    edit(work, lambda m: m["draft"]["scene"].update(season="spring"), seal=False)
    assert verify_work(work) == ["manifest.json: a field was edited: it has another digest"]


def test_a_manifest_without_its_digest(work):
    edit(work, lambda m: m.pop("digest"), seal=False)
    assert "digest" in verify_work(work)[0]


def test_swapped_files(work):
    (work / "painting.png").rename(work / "x")
    (work / "styled.png").rename(work / "painting.png")
    (work / "x").rename(work / "styled.png")
    assert verify_work(work) == [
        "painting.png: holds what belongs in styled.png",
        "styled.png: holds what belongs in painting.png",
    ]


def test_a_removed_file(work):
    (work / "painting.png").unlink()
    assert verify_work(work) == ["painting.png: missing"]


def test_an_added_file_and_folder(work):
    (work / "notes.txt").write_text("mine")
    (work / "old").mkdir()
    assert verify_work(work) == [
        "notes.txt: was added, the work has no such file",
        "old: was added, the work has no such file",
    ]


def test_a_truncated_file(work):
    (work / "index.html").write_bytes((work / "index.html").read_bytes()[:-100])
    (found,) = verify_work(work)
    assert found.startswith("index.html: was changed: ") and "bytes instead of" in found


def test_a_link_in_place_of_a_file(work, other):
    (work / "index.html").unlink()
    (work / "index.html").symlink_to(other / "index.html")
    assert verify_work(work) == ["index.html: is a link or folder, not a file"]


def test_the_picture_of_another_work(work, other):
    shutil.copy(other / "styled.png", work / "styled.png")
    forge(work, "styled.png")
    found = verify_work(work)
    assert found[0] == "styled.png: its Title is 'sun', in the manifest 'moon'"
    assert found[1].startswith("styled.png: its Work is ")


def test_a_title_in_the_picture(work):
    with Image.open(work / "styled.png") as image:
        image.load()
    save(image, work / "styled.png", Title="mine", Work=image.text["Work"])
    forge(work, "styled.png")
    assert verify_work(work) == ["styled.png: its Title is 'mine', in the manifest 'moon'"]


def test_a_picture_without_its_words(work):
    with Image.open(work / "painting.png") as image:
        save(image, work / "painting.png")
    forge(work, "painting.png")
    assert "painting.png: its Title is None, in the manifest 'moon'" in verify_work(work)


def test_another_weight(work):
    edit(work, lambda m: m["weights"].update({"asset:painter": "f" * 64}))
    assert verify_work(work) == [
        "manifest.json: config, brief or weights are not those of the work: they give another id",
        "manifest.json: weights are not those of the stages",
    ]


def test_another_weight_told_everywhere_in_the_manifest(work):
    def change(manifest):
        for weights in (manifest["weights"], manifest["stages"]["image"]["weights"]):
            weights["asset:painter"] = "f" * 64
        manifest["id"] = work_id(manifest["config"], brief_of(manifest), manifest["weights"])

    edit(work, change)
    assert {line.partition(" is ")[0] for line in verify_work(work)} == {
        "painting.png: its Work",
        "styled.png: its Work",
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["config"]["image"].update(num_inference_steps=9),
        lambda m: m["brief"].update(title="moon"),
        lambda m: m.update(id="0" * 64),
    ],
    ids=["config", "brief", "id"],
)
def test_what_decides_the_work(work, change):
    edit(work, change)
    assert "manifest.json: config, brief or weights" in verify_work(work)[0]


def test_a_seed(work):
    edit(work, lambda m: m["stages"]["image"].update(seed=1))
    assert verify_work(work) == [
        "manifest.json: stages.image.seed does not follow from seed and variation of the brief"
    ]


def test_the_order_of_the_stages(work):
    edit(work, lambda m: m.update(stages=dict(reversed(m["stages"].items()))))
    assert verify_work(work) == [
        "manifest.json: stages are style, image, text, which is not the order of the chain"
    ]


def test_the_poem_in_the_manifest(work):
    edit(work, lambda m: m["draft"].update(lines=["sun", "on the lake"]))
    assert verify_work(work) == [
        "manifest.json: draft.lines are not the lines of the prompt",
        "text.txt: is not the text of the draft",
    ]


def test_the_caption(work):
    edit(work, lambda m: m["stages"]["image"]["settings"].update(caption="a clear day"))
    assert verify_work(work) == [
        "manifest.json: stages.image.settings.caption is not the caption of the draft"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot read"),
        ("{", "cannot read"),
        ("[" * 100_000, "cannot read"),
        ("[]", "is not a manifest of multiart"),
        ('{"name": "package"}', "is not a manifest of multiart"),
        ('{"schema": 99}', "has schema 99; this version reads 1"),
        ('{"schema": 1, "id": "x"}', "brief is missing"),
    ],
)
def test_a_manifest_that_is_cut_short_or_not_ours(work, text, message):
    (work / "manifest.json").write_text(text)
    (found,) = verify_work(work)
    assert message in found


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(files={"text.txt": 3}),
        lambda m: m["stages"].update(image=None),
        lambda m: m["brief"].update(prompt=3),
        lambda m: m["brief"].update(extra=3),
        lambda m: m["draft"].update(scene=None),
        lambda m: m["draft"]["scene"].update(season="monsoon"),
        lambda m: m["draft"]["scene"].update(mood=3),
        lambda m: m["draft"].update(lines=[1]),
    ],
)
def test_a_manifest_out_of_shape_is_one_line(work, change):
    edit(work, change)
    (found,) = verify_work(work)
    assert str(work / "manifest.json") in found and "\n" not in found


@pytest.fixture
def song(work):
    """The work with a song of two notes."""
    notes = (Note(pitch=62, start=0, duration=1, lyric="moon"), Note(pitch=64, start=4 / 3, duration=1))
    melody = Melody(
        tonic=2, mode="dorian", time_signature=(6, 8), tempo_bpm=97, notes=notes, phrases=(2,), program=73
    )
    write_midi(melody, work / "melody.mid", read_manifest(work)["id"], "moon")
    edit(work, lambda m: m.update(song={"melody": describe_melody(melody)}))
    forge(work, "melody.mid")
    assert verify_work(work) == []
    return melody


@pytest.mark.parametrize(
    ("change", "title", "found"),
    [
        ({"pitch": 63}, "moon", "melody.mid: its tune is not the song in the manifest"),
        ({"start": 1.5}, "moon", "melody.mid: its tune is not the song in the manifest"),
        ({}, "sun", "melody.mid: its title is not the one in the manifest"),
    ],
)
def test_a_note_or_the_title_of_the_song(work, song, change, title, found):
    one, two = song.notes
    changed = replace(song, notes=(one, replace(two, **change)))
    write_midi(changed, work / "melody.mid", read_manifest(work)["id"], title)
    assert verify_work(work)[0].startswith("melody.mid: was changed") and found in verify_work(work)
    forge(work, "melody.mid")
    assert verify_work(work) == [found]


def test_the_song_of_another_work_or_none(work, song):
    write_midi(song, work / "melody.mid", "0" * 64, "moon")
    forge(work, "melody.mid")
    assert verify_work(work) == ["melody.mid: its work is not the one in the manifest"]
    edit(work, lambda m: m.pop("song"))
    assert "melody.mid: cannot be read, or has no song" in verify_work(work)[0]


def test_no_file_outside_the_work_is_read(work, tmp_path):
    (tmp_path / "secret").write_text("x")
    edit(work, lambda m: m["files"].update({"../secret": describe_file(tmp_path / "secret")}))
    assert verify_work(work) == ["../secret: missing"]


def test_works_are_found_at_any_depth_also_without_manifest(work, other, tmp_path):
    shutil.copytree(other, tmp_path / "a" / "b")
    (tmp_path / "a" / "b" / "manifest.json").unlink()
    (tmp_path / "c").mkdir()
    assert [*find_works(tmp_path)] == [tmp_path / "a" / "b", tmp_path / "work"]
    assert "has no manifest.json" in verify_work(tmp_path / "a" / "b")[0]


def test_weights_are_looked_for_and_never_fetched(tmp_path):
    painter = fetch("asset:painter")
    assert verify_weights("asset:painter", painter.sha256) == (True, "")
    is_fine, words = verify_weights("asset:painter", "0" * 64)
    assert not is_fine and "this machine has other ones" in words
    assert verify_weights("hub:nobody/nothing", "0" * 64) == (True, "not on this machine")
    assert verify_weights("file:/dev/zero", "0" * 64) == (True, "not on this machine")
    assert verify_weights(str(tmp_path / "gone.ckpt"), "0" * 64) == (True, "not on this machine")
    assert verify_weights("pypi:evil", "0" * 64)[0] is False


def test_the_digest_is_of_what_is_read_back():
    assert digest_of({"a": (1, 2), "digest": "x"}) == digest_of({"a": [1, 2]})
