"""A user's own works: what is read, what is left out and why, and which are held out."""

import json

import pytest
import torch
from PIL import Image

from multiart.captioning import caption_of
from multiart.data.crops import Crops, to_square
from multiart.data.folder import is_held_out, read_works, scene_of
from multiart.data.works import Work, WorkDataset, collate, encoder_below
from multiart.errors import MultiartError
from multiart.io.midi import write_midi
from multiart.records import Melody, Note

POEM = "The moon is on the quiet lake,\nthe boat is far from home."


@pytest.fixture
def folder(tmp_path):
    Image.new("RGB", (200, 100), (250, 20, 20)).save(tmp_path / "red.png")
    notes = tuple(
        Note(pitch=60 + step, start=float(n), duration=1.0) for n, step in enumerate((0, 2, 4, 5, 7, 0))
    )
    melody = Melody(tonic=0, mode="major", time_signature=(3, 4), tempo_bpm=100, notes=notes, phrases=(6,))
    write_midi(melody, tmp_path / "tune.mid", "id", "tune")
    return tmp_path


def write(folder, *records):
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    (folder / "metadata.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_text_picture_and_tune_are_read(folder):
    write(
        folder,
        {"text": POEM, "file_name": "red.png", "midi": "tune.mid"},
        {"text": "床前明月光，疑是地上霜。"},
    )
    whole, bare = read_works(folder, size=32).works.values()
    assert whole.text == POEM and whole.caption == caption_of(scene_of(POEM)) and "moon" in whole.caption
    assert whole.picture(0).shape == (3, 32, 32) and whole.picture(0)[0].float().mean() > 245
    assert [event.pitch for event in whole.tune.notes] == [0, 2, 4, 5, 7, 0]
    assert whole.tune.time_signature == "3/4"
    assert bare.picture is None and bare.tune is None and "night" in bare.caption


def test_a_csv_and_a_file_of_poems_are_read_too(folder, tmp_path):
    (folder / "metadata.csv").write_text('text,file_name\n"one\ntwo",red.png\nthree,\n', "utf-8")
    assert [work.text for work in read_works(folder, size=16).works.values()] == ["one\ntwo", "three"]
    poems = tmp_path / "poems.txt"
    poems.write_text("first\nline\n---\nsecond", "utf-8")
    assert [work.text for work in read_works(poems, size=16).works.values()] == ["first\nline", "second"]


@pytest.mark.parametrize(
    "record, said",
    [
        ("{broken", "no JSON object"),
        ("[1]", "no JSON object"),
        ({"file_name": "red.png"}, "has no 'text', only file_name"),
        ({"text": "  "}, "has no 'text'"),
        ({"text": "a", "file_name": "blue.png"}, "file_name=blue.png: there is no such file"),
        ({"text": "a", "file_name": "../secret.png"}, "lies outside"),
        ({"text": "a", "file_name": "metadata.jsonl"}, "is no picture"),
        ({"text": "a", "midi": "red.png"}, "midi: "),
        ({"text": POEM}, "the same text"),
    ],
)
def test_a_faulty_record_is_left_out_and_named(folder, record, said):
    records = read_works(write(folder, {"text": POEM}, record), size=16, max_bad_share=0.5)
    assert len(records.works) == 1
    (fault,) = records.faults
    assert "metadata.jsonl line 2: " in fault and said in fault


def test_too_many_faults_stop_the_run(folder):
    write(folder, {"text": POEM}, "{", {"text": "x"}, {"text": "y"})
    with pytest.raises(MultiartError, match=r"1 of 4 records .* at most 10% .*\n.*line 2"):
        read_works(folder, size=16)


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_nothing_to_learn_from_is_refused(folder, content):
    (folder / "metadata.jsonl").write_text(content)
    with pytest.raises(MultiartError, match="holds no records"):
        read_works(folder, size=16)
    with pytest.raises(MultiartError):
        read_works(folder / "missing", size=16)


def test_the_first_crop_is_the_middle_and_others_differ(tmp_path):
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 256, (60, 90, 3), generator=generator, dtype=torch.uint8)
    Image.fromarray(noise.numpy()).save(tmp_path / "noise.png")
    square = to_square(tmp_path / "noise.png", 32)
    crops = Crops(square)
    room = square.shape[-1] - 32
    assert torch.equal(crops(0), square[:, room // 2 :][:, :32, room // 2 :][:, :, :32])
    assert {crops(n).shape for n in range(9)} == {(3, 32, 32)}
    assert torch.equal(crops(5), crops(5)) and not torch.equal(crops(5), crops(6))


def test_each_picture_has_crops_of_its_own_and_is_mirrored_only_where_it_may(folder):
    ramp = torch.arange(38, dtype=torch.uint8).expand(3, 38, 38)

    def mirrored(**options) -> list[bool]:
        return [
            bool(Crops(ramp, **options)(n)[0, 0, 0] > Crops(ramp, **options)(n)[0, 0, -1])
            for n in range(1, 30)
        ]

    assert 5 < sum(mirrored()) < 25 and not any(mirrored(flip=False))
    assert mirrored(name="a") != mirrored(name="b")
    sided = {"text": "The boat is on the left,\nthe moon above.", "file_name": "red.png"}
    write(folder, {"text": POEM, "file_name": "red.png"}, sided)
    assert [work.picture.flip for work in read_works(folder, size=16).works.values()] == [True, False]
    assert not any(w.picture.flip for w in read_works(folder, size=16, flip=False).works.values())


def test_captions_that_were_read_are_worded_anew_and_given_ones_are_not(folder):
    write(folder, {"text": POEM}, {"text": "A pond.", "caption": "my pond"})
    read, given = read_works(folder, size=16, wordings=3).works.values()
    again, _ = read_works(folder, size=16, wordings=3).works.values()
    assert len(read.wordings) == 3 and {text for _, text in read.wordings} == {POEM}
    assert read.wordings == again.wordings and given.wordings == ()


def test_the_wording_follows_from_seed_and_item(tmp_path, tiny_source):
    work = Work(caption="a", text="b", wordings=(("cc", "d"), ("eee", "")))
    encoder = encoder_below(tiny_source, 1)
    data, again, other = (
        WorkDataset([work, Work(caption="x", text="y")], folder=tmp_path, encoder=encoder, layouts=20, seed=s)
        for s in (1, 1, 2)
    )
    lengths = [[d[item]["caption_length"] for item in range(0, 40, 2)] for d in (data, again, other)]
    assert lengths[0] == lengths[1] != lengths[2] and {*lengths[0]} == {1, 2, 3}
    assert data[0]["caption_length"] == 1 and all(
        data[item]["caption_length"] == 1 for item in range(1, 40, 2)
    )
    assert all(len(data[item]["lower"]) == len(data[item]["ids"]) for item in range(0, 40, 2))


def test_who_is_held_out_follows_from_the_text_alone():
    texts = [f"poem {n}" for n in range(2000)]
    held = {text for text in texts if is_held_out(text, 0.1)}
    assert 150 < len(held) < 250
    assert held <= {text for text in texts if is_held_out(text, 0.2)}


def test_works_become_batches(folder, tiny_source):
    write(
        folder,
        {"text": "abc", "caption": "x", "file_name": "red.png"},
        {"text": "d", "caption": "y", "midi": "tune.mid"},
    )
    works = [*read_works(folder, size=16).works.values()]
    data = WorkDataset(works, folder=folder / "cache", encoder=encoder_below(tiny_source, 1))
    again = WorkDataset(works, folder=folder / "cache", encoder=encoder_below(tiny_source, 1))
    batch = collate([data[0], again[1]])
    assert batch["painted"].tolist() == [0] and batch["sung"].tolist() == [1]
    assert batch["pixels"].shape == (1, 3, 16, 16) and batch["melody"]["pitches"].shape[0] == 1
    assert batch["mask"].sum(1).tolist() == [1 + len("x.\nabc"), 1 + len("y.\nd")]
    assert batch["caption_mask"].sum(1).tolist() == [1, 1]
    assert len(list((folder / "cache").iterdir())) == 1
    alone = collate(
        [WorkDataset([Work(caption="c", text="t")], folder=folder, encoder=encoder_below(tiny_source, 1))[0]]
    )
    assert alone["pixels"] is None and alone["melody"] is None
