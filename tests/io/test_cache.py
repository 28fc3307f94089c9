import json
import multiprocessing
import os

import pytest
import torch

from multiart.io import cache as module
from multiart.io.cache import StageCache
from multiart.pipeline import Pipeline
from multiart.records import Melody, Note, Picture, Song, Sound, StageResult, Track
from tests.fakes import SHA, FakeImage, FakeStyle, FakeText

POEM = "moon on the lake\na boat at rest"
SETTINGS = {name: {"_target_": name} for name in ("text", "image", "style")}


class Counting:
    """Counts how often a stage runs."""

    def __init__(self, stage):
        self.stage, self.runs, self.weights = stage, 0, stage.weights

    def generate(self, *args, **kwargs):
        self.runs += 1
        return self.stage.generate(*args, **kwargs)

    def apply(self, *args, **kwargs):
        self.runs += 1
        return self.stage.apply(*args, **kwargs)


@pytest.fixture
def now(monkeypatch):
    """The weights there are, by source."""
    weights = dict(source for stage in (FakeText, FakeImage, FakeStyle) for source in stage.weights.items())
    monkeypatch.setattr(module, "current_sha256", weights.get)
    return weights


@pytest.fixture
def kept(tmp_path, now):
    return StageCache(dir=tmp_path / "stages")


def stages():
    return {"text": Counting(FakeText()), "image": Counting(FakeImage(2)), "style": Counting(FakeStyle())}


def works(cache, stages=None, settings=SETTINGS, prompt=POEM, **asked):
    return Pipeline(**(stages or globals()["stages"]()), cache=cache, settings=settings).works(
        prompt, **asked
    )


def told(works):
    """All of the works but their times."""
    return [
        (
            work.brief,
            work.draft,
            work.painting.pixels.numpy().tobytes(),
            work.styled.pixels.numpy().tobytes(),
            [(r.stage, r.settings, r.weights, r.seed) for r in work.stages],
        )
        for work in works
    ]


def test_on_cold_bounded_and_off_make_the_same(kept, tmp_path, now):
    off = told(works(None))
    tiny = StageCache(dir=tmp_path / "tiny", max_gb=1e-6)
    assert told(works(kept)) == told(works(kept)) == off
    assert told(works(tiny)) == told(works(tiny)) == off
    assert told(works(kept, settings={})) == off


def test_a_changed_style_runs_only_the_style(kept):
    works(kept)
    again = stages()
    works(kept, again)
    assert [stage.runs for stage in again.values()] == [0, 0, 0]
    words = []
    settings = SETTINGS | {"style": {"_target_": "style", "strength": 1}}
    pipeline = Pipeline(**again, cache=kept, settings=settings)
    pipeline.works(POEM, on_stage=lambda *what: words.append(what[2]))
    assert [stage.runs for stage in again.values()] == [0, 0, 2]
    assert sum("kept from before" in word for word in words) == 2


@pytest.mark.parametrize("asked", [{"seed": 1}, {"variation": 1}, {"title": "Mine"}, {"prompt": "sun"}])
def test_what_is_asked_for_is_part_of_the_key(kept, asked):
    works(kept)
    again = stages()
    assert told(works(kept, again, **asked)) == told(works(None, **asked))
    assert [stage.runs for stage in again.values()] == [1, 1, 2]


def test_other_weights_code_threads_and_files_make_it_again(kept, now, monkeypatch, tmp_path):
    works(kept)
    now["asset:painter"] = "0" * 64
    again = stages()
    works(kept, again)
    assert [stage.runs for stage in again.values()] == [0, 1, 0]
    now["asset:painter"] = SHA["image"]
    picture = tmp_path / "style.png"
    settings = SETTINGS | {"style": {"_target_": "style", "image": str(picture)}}
    keys = set()
    stage, style = FakeStyle(), settings["style"]
    for data in (b"one", b"other"):
        picture.write_bytes(data)
        keys.add(kept.key("style", stage, style, [POEM], 0))
    monkeypatch.setattr(torch, "get_num_threads", lambda: 77)
    keys.add(kept.key("style", stage, style, [POEM], 0))
    monkeypatch.setattr(module, "_code_of", lambda stage: "other")
    keys.add(kept.key("style", stage, style, [POEM], 0))
    keys.add(kept.key("style", FakeImage(), style, [POEM], 0))
    assert len(keys) == 5
    mixture = {"_target_": "style", "image": {str(picture): 1.0}}
    one = kept.key("style", stage, mixture, [POEM], 0)
    picture.write_bytes(b"third")
    assert kept.key("style", stage, mixture, [POEM], 0) != one


def test_a_song_comes_back_as_it_was(kept):
    note = Note(pitch=60, start=0.1, duration=1 / 3, lyric="moon-")
    melody = Melody(
        tonic=0,
        mode="major",
        time_signature=(6, 8),
        tempo_bpm=90.0,
        notes=(note,),
        phrases=(1,),
        accompaniment=(Track(name="bass", program=32, notes=(note,)),),
        chords=((0.0, "C"),),
    )
    song = Song(melody=melody, sound=Sound(samples=torch.rand(2, 9), sample_rate=48000))
    settings = {"form": ("a", "b"), "temperature": 0.1, "nested": {"none": None, "list": [1, 2.5]}}
    kept.put("ab" * 32, StageResult(output=song, settings=settings), {})
    result, weights = kept.get("ab" * 32)
    assert result.output.melody == melody and weights == {}
    assert torch.equal(result.output.sound.samples, song.sound.samples)
    assert result.settings == settings
    assert json.dumps(result.settings) == json.dumps(settings)


def test_the_least_used_go_first(tmp_path, now):
    picture = StageResult(output=Picture(pixels=torch.rand(3, 64, 64)))  # 49 kB
    kept = StageCache(dir=tmp_path, max_gb=200e-6)
    keys = [f"{number:02d}" * 32 for number in range(5)]
    for number, key in enumerate(keys):
        kept.put(key, picture, {})
        for path in tmp_path.glob(f"*/{key}*"):
            os.utime(path, (number, number))
        if number:
            assert kept.get(keys[0]) is not None  # used each time
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.safetensors")) <= 200e3
    assert kept.get(keys[0]) is not None and kept.get(keys[4]) is not None
    assert kept.get(keys[1]) is None


def test_a_damaged_entry_is_made_again(kept, now):
    whole = told(works(kept))
    for number, path in enumerate(sorted(kept.dir.rglob("*.safetensors"))):
        data = path.read_bytes()
        path.write_bytes(data[:-1] + b"\7" if number % 2 else data[: len(data) // 2])
    again = stages()
    assert told(works(kept, again)) == whole
    assert sum(stage.runs for stage in again.values()) >= 3


def test_what_cannot_be_kept_is_made_each_time(kept, tmp_path):
    with pytest.warns(UserWarning, match="was not kept in .*: a PosixPath cannot be kept"):
        kept.put("ab" * 32, StageResult(output=None, settings={"path": tmp_path}), {})
    assert kept.get("ab" * 32) is None
    (tmp_path / "file").write_text("")
    with pytest.warns(UserWarning, match="a file is in the way of a folder"):
        StageCache(dir=tmp_path / "file").put("ab" * 32, StageResult(output=None), {})
    with pytest.raises(ValueError, match="cache.max_gb must be more than 0, got 0"):
        StageCache(dir=tmp_path, max_gb=0)


def test_an_entry_that_goes_as_it_is_opened_is_none(kept, monkeypatch):
    key = "ab" * 32
    kept.put(key, StageResult(output=None), {})
    assert kept.get(key) is not None

    def gone(path, framework):  # as torch says it when the file was there a moment before
        path.unlink()
        raise RuntimeError(f"unable to open file <{path}> in read-only mode: No such file or directory (2)")

    monkeypatch.setattr("multiart.io.cache.safe_open", gone)
    assert kept.get(key) is None


def _fill(folder, start):
    torch.set_num_threads(1)  # OpenMP's threads do not live through a fork
    kept = StageCache(dir=folder, max_gb=100e-6)
    for number in range(40):
        value = float((start + number) % 20) / 20
        key = f"{(start + number) % 20:02d}" * 32
        found = kept.get(key)
        assert found is None or found[0].output.pixels[0, 0, 0] == torch.tensor(value)
        kept.put(key, StageResult(output=Picture(pixels=torch.full((3, 40, 40), value))), {})


def test_several_processes_may_use_it(tmp_path):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_fill, args=(tmp_path, start)) for start in (0, 7)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert not list(tmp_path.rglob(".*.tmp"))
