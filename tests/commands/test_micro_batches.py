"""Works painted together in micro-batches: the same files as alone, whatever is painted beside them."""

import json
import shutil

import pytest
import torch
from PIL import Image

from multiart.commands import render, run
from multiart.config import compose
from multiart.errors import MultiartError
from multiart.image.painter import Painter
from multiart.io.ledger import Ledger
from multiart.models import language
from multiart.training.painter import PainterModule
from tests.image.tiny import PAINTER

LINES = ["the moon above the sea", "a boat at rest", "rain on the roof of an old house", "床前明月光"]


@pytest.fixture
def words(tiny_folder, tmp_path):
    """Of a command line that paints with a tiny painter."""
    model = shutil.copytree(tiny_folder, tmp_path / "language")
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 1024}))
    PainterModule(**PAINTER, text_encoder_source=f"file:{model}").export(tmp_path / "painter")
    yield [
        "task=poem_to_painting",
        "text.read_with_model=false",
        f"image.source=file:{tmp_path / 'painter'}",
        *("image.size=64", "image.num_inference_steps=2", "style=null", "music=null", "threads=1"),
    ]
    language._load.cache_clear()


@pytest.fixture
def poems(tmp_path):
    """Seven, the third of which is too long to be padded as the others are."""
    texts = [f"{LINES[n % 4]}\n{LINES[(n + 1) % 4]} {n}" for n in range(7)]
    texts[2] = "\n".join(["a garden full of birds"] * 12)
    (tmp_path / "poems.txt").write_text("\n---\n".join(texts), encoding="utf-8")
    return texts


@pytest.fixture
def start(tmp_path, words, poems):
    """Render the poems into a folder of this name."""

    def call(name, *overrides):
        own = [f"prompts={tmp_path / 'poems.txt'}", f"paths.run_dir={tmp_path / name}", *words, *overrides]
        render.main(compose("render", own))
        return tmp_path / name

    return call


@pytest.fixture
def batches(monkeypatch):
    """How many pictures are painted at once, each time."""
    sizes, sample = [], Painter.paint_states
    monkeypatch.setattr(
        Painter,
        "paint_states",
        lambda self, prompt, seeds, **told: (
            sizes.append(prompt.embeds.shape[:2]) or sample(self, prompt, seeds, **told)
        ),
    )
    return sizes


def told(folder):
    """The manifests, in the order of the poems."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*/manifest.json"))]


def made(folder):
    """Of each work, its id and its files' sizes and hashes."""
    return [(work["id"], work["files"]) for work in told(folder)]


def events(folder, event):
    lines = map(json.loads, (folder / "render.log.jsonl").read_text().splitlines())
    return [line["work"][:3] for line in lines if line["event"] == event]


def test_works_painted_together_are_those_painted_alone(start, words, poems, tmp_path, batches):
    together = start("together", "image.micro_batch=3", "cache=none")
    assert batches == [(3, 256), (3, 512), (3, 256), (3, 256)]
    batches.clear()
    for number, poem in enumerate(poems):
        own = [f"prompt={poem}", f"paths.run_dir={tmp_path / 'alone' / str(number)}"]
        run.main(compose("run", [*words, *own, "image.micro_batch=3", "cache=none"]))
    assert batches == [(3, 256)] * 2 + [(3, 512)] + [(3, 256)] * 4
    assert len(made(together)) == 7
    assert made(together) == made(tmp_path / "alone")


def test_the_cache_changes_no_byte(start, batches):
    alone = made(start("one", "image.micro_batch=2", "cache=none"))
    batches.clear()
    kept = start("kept", "image.micro_batch=2", "cache.dir=${paths.run_dir}/cache")
    assert len(batches) == 5 and made(kept) == alone
    again = start("again", "image.micro_batch=2", f"cache.dir={kept / 'cache'}")
    assert len(batches) == 5 and made(again) == alone


def test_two_workers_make_the_same_files(start, monkeypatch):
    monkeypatch.undo()  # other processes compute in bfloat16 where there is
    alone = made(start("one", "image.micro_batch=2", "cache=none"))
    assert made(start("two", "image.micro_batch=2", "engine.workers=2", "cache=none")) == alone


def test_a_work_that_fails_leaves_those_beside_it_whole(start, tmp_path, monkeypatch):
    whole, states = made(start("whole", "image.micro_batch=4", "cache=none")), Painter.states

    def fail(self, captions, poems=None):
        if "old house 1" in (poems or [""])[0]:
            raise ValueError("too dark")
        return states(self, captions, poems)

    monkeypatch.setattr(Painter, "states", fail)
    with pytest.raises(MultiartError, match="1 of 7 works failed: 002-.*: too dark"):
        start("broken", "image.micro_batch=4", "cache=none")
    assert made(tmp_path / "broken") == whole[:1] + whole[2:]


def test_a_work_that_was_begun_before_is_painted_alone(start, batches, monkeypatch, tmp_path):
    write = render.Renderer._begin
    monkeypatch.setattr(
        render.Renderer, "_begin", lambda self, *told: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        start("works", "image.micro_batch=3", "cache=none")
    with Ledger(tmp_path / "works") as ledger:
        assert ledger.count()["pending"] == 7
        first = min(ledger.works(), key=lambda work: work.folder)
        assert first.attempts == 0
        ledger.claim(first.key)
        ledger.begin(first.key)
        ledger.lose(first.key)
    monkeypatch.setattr(render.Renderer, "_begin", write)
    batches.clear()
    folder = start("works", "image.micro_batch=3", "cache=none")
    assert len(made(folder)) == len(events(folder, "done")) == 7
    assert len(batches) == 4  # of one, of two and one long one, of three


def test_where_memory_does_not_do_half_are_painted_at_once(start, monkeypatch, capsys):
    sample, small = Painter.paint_states, start("small", "image.micro_batch=2", "cache=none")

    def sample_few(self, prompt, seeds, **rest):
        if len(seeds) > 2:
            raise torch.OutOfMemoryError("out of memory")
        return sample(self, prompt, seeds, **rest)

    monkeypatch.setattr(Painter, "paint_states", sample_few)
    scarce = start("scarce", "image.micro_batch=4", "cache=none")
    (step,) = told(scarce)[0]["stages"]["image"]["settings"]["recovery"]
    assert step["step"] == "image.micro_batch=2"
    for work, other in zip(sorted(scarce.glob("00*")), sorted(small.glob("00*")), strict=True):
        pixels = [list(Image.open(folder / "painting.png").getdata()) for folder in (work, other)]
        assert pixels[0] == pixels[1]
    assert {work for work, _ in made(scarce)}.isdisjoint(work for work, _ in made(small))
    assert "trying again with image.micro_batch=2" in capsys.readouterr().err
