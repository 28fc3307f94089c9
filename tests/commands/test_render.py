import json
import re

import pytest

from multiart.commands import render
from multiart.config import compose
from multiart.errors import ConfigError, MultiartError
from multiart.pipeline import Pipeline
from tests.fakes import Broken, FakeImage, FakeText

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
def start(tmp_path, monkeypatch):
    """Render `POEMS` with fake stages; returns the folder of the collection."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poems.txt").write_text(POEMS, encoding="utf-8")

    def call(*overrides, image, prompts="poems.txt"):
        cfg = compose("render", ["task=poem_to_painting", f"prompts={prompts}", *overrides])
        build = lambda cfg: Pipeline(text=FakeText(), image=image, task=cfg.task_name, seed=cfg.seed)  # noqa: E731
        monkeypatch.setattr(Pipeline, "from_config", build)
        render.main(cfg)

    return call


@pytest.fixture
def parent(tmp_path):
    return tmp_path / "outputs" / "render" / "poem_to_painting" / "poems"


def works(parent):
    return sorted(p for p in parent.iterdir() if p.is_dir())


def test_every_poem_becomes_a_work_with_a_sheet_and_a_gallery(start, parent, capsys):
    start(image=FakeImage())
    assert [re.fullmatch(r"(\d{3})-[0-9a-f]{10}", w.name)[1] for w in works(parent)] == ["001", "002", "003"]
    prompts = [json.loads((w / "manifest.json").read_text())["brief"]["prompt"] for w in works(parent)]
    assert prompts == ["moon\nlake", "靜夜思\n\n床前明月光", "sun; <b>sea</b>"]
    assert (parent / "sheet.png").read_bytes().startswith(b"\x89PNG")
    gallery = (parent / "index.html").read_text()
    assert all(f"{w.name}/index.html" in gallery for w in works(parent))
    assert capsys.readouterr().out.splitlines()[-1] == "outputs/render/poem_to_painting/poems"


def test_what_is_complete_is_skipped_after_a_stop(start, parent):
    image = Counting()
    image.stop_at = 2
    with pytest.raises(KeyboardInterrupt):
        start(image=image)
    assert len(works(parent)) == 2
    before = {w: (w / "manifest.json").stat().st_mtime_ns for w in works(parent)}
    image.stop_at = None
    start(image=image)
    assert image.painted == 3
    assert len(works(parent)) == 3
    assert all((w / "manifest.json").stat().st_mtime_ns == time for w, time in before.items())


def test_other_weights_a_lost_file_or_another_seed_are_made_anew(start, parent):
    image = Counting()
    start(image=image)
    image.weights = {"asset:painter": "0" * 64}
    start(image=image)
    assert image.painted == 6
    (works(parent)[1] / "painting.png").unlink()
    start(image=image)
    assert image.painted == 7
    start("seed=1", image=image)
    assert image.painted == 10
    assert len(works(parent)) == 6


def test_a_failing_poem_is_told_and_the_others_are_made(start, parent, tmp_path):
    (tmp_path / "poems.txt").write_text("moon\n---\nfail here\n---\nsun")
    with pytest.raises(MultiartError, match=r"1 of 3 works failed: 002-\w+: the text cannot be drafted"):
        start(image=FakeImage())
    assert [w.name[:3] for w in works(parent)] == ["001", "003"]
    assert (parent / "sheet.png").is_file()


def test_if_all_fail_there_is_nothing(start, tmp_path):
    with pytest.raises(MultiartError, match="3 of 3 works failed"):
        start(image=Broken(RuntimeError("boom")))
    assert not [p for p in tmp_path.joinpath("outputs").rglob("*") if p.is_file()]


def test_several_pictures_and_variations_of_one_poem(start, tmp_path, parent):
    start("num_variations=2", image=FakeImage(count=2))
    assert len(works(parent)) == 3 * 2 * 2
    assert all((w / "manifest.json").is_file() for w in works(parent))


def test_poems_in_a_list_and_no_poems(start, tmp_path):
    start(image=FakeImage(), prompts='["one, two", "${three}"]')
    folder = tmp_path / "outputs" / "render" / "poem_to_painting" / "inline"
    assert [(w / "text.txt").read_text() for w in works(folder)] == ["one, two\n", "${three}\n"]
    with pytest.raises(ConfigError, match="no prompts"):
        start(image=FakeImage(), prompts="null")
