"""The evaluate command, whole, with a painter that knows no art."""

import json
from functools import partial
from types import SimpleNamespace

import pytest
import torch

from multiart.commands import evaluate
from multiart.commands.evaluations import as_run
from multiart.commands.evaluations.likeness import (
    AS_RUN,
    DIVERSITY,
    FRECHET,
    NEAREST,
    OWN,
    PAINTER,
    RATIO,
    SMALLEST,
    TRUE,
)
from multiart.config import compose
from multiart.errors import MultiartError
from multiart.io.midi import write_midi
from multiart.metrics.concepts import scores
from multiart.metrics.painter_suite import PainterSuite
from multiart.metrics.works_suite import WorksSuite
from multiart.records import Melody, Picture, StageResult
from multiart.text.writer import Writer
from tests.io.test_verify import edit, forge, make
from tests.metrics.test_detector import tiny
from tests.metrics.test_painter_suite import TRUTH
from tests.metrics.test_works_suite import tune
from tests.models.test_critic import net
from tests.style.encoders import save_published, tiny_encoder


class GreyPainter:
    weights = {"fake": "0"}

    def __init__(self):
        self.drafts = []

    size = 32

    def paint(self, captions, *, seeds, finished):
        assert finished
        return torch.full((len(captions), 3, 32, 32), 0.5)

    def generate(self, draft, *, generator):
        self.drafts.append(draft)
        return StageResult(output=[Picture(pixels=torch.full((3, 32, 32), 0.5))])


@pytest.fixture
def by_lexicon(monkeypatch):
    """Poems are read without the language model."""
    monkeypatch.setattr(as_run, "Writer", partial(Writer, read_with_model=False))


def test_sixty_poems_are_read_half_of_them_chinese(by_lexicon):
    drafts = as_run.read_poems(60)
    assert len({draft.title for draft in drafts}) == 60
    assert [draft.language for draft in drafts].count("zh") == 30
    assert all(draft.caption and draft.mode == "verbatim" for draft in drafts)


def test_writes_report_table_and_sheet(tmp_path, monkeypatch, capsys, by_lexicon):
    pytest.importorskip("skia", reason="needs skia-python: pip install multiart[train]")
    tiny().save(tmp_path / "detector")
    (tmp_path / "detector" / "ceiling.json").write_text(json.dumps(scores(TRUTH, TRUTH) | {"twice": 0.0}))
    save_published(tiny_encoder(), tmp_path / "vgg.pth")
    sources = {"detector": f"file:{tmp_path / 'detector'}", "encoder": f"file:{tmp_path / 'vgg.pth'}"}
    counts = {"num_captions": 4, "num_poems": 3, "num_shown": 2}
    suite = PainterSuite(**counts, num_training=5, num_true_sets=2, num_seeds=2, **sources)
    cfg = compose("evaluate", ["suite=painter", f"paths.outputs={tmp_path}"])
    painter = GreyPainter()
    monkeypatch.setattr("multiart.config.build", lambda node: suite if node is cfg.suite else painter)
    assert 0 <= evaluate.main(cfg) <= 1
    (folder,) = (tmp_path / "evaluate" / "painter").iterdir()
    names = ["pictures", "poems.png", "prompts.png", "report.json", "report.md", "sheet.png"]
    assert sorted(p.name for p in folder.iterdir()) == names
    assert len(list((folder / "pictures").iterdir())) == 2 + 2 + 3
    report = json.loads((folder / "report.json").read_text())
    assert report["weights"] == GreyPainter.weights
    captions = {"all": 4, "taught words": 3, "new words": 1}
    pictures = captions | {f"prompts, {name}": count for name, count in captions.items()} | {"poems": 3}
    assert {name: report[name]["painter"]["pictures"] for name in pictures} == pictures
    assert len(painter.drafts) == 4 + 3
    assert painter.drafts[5].text.startswith("Daffodils\n\nI wandered lonely as a cloud")
    painted, as_run, true = report["likeness"].values()
    assert [*report["likeness"]] == [PAINTER, AS_RUN, TRUE]
    assert as_run == {name: painted[name] for name in as_run}  # all are grey
    assert painted[DIVERSITY] == 0 < true[DIVERSITY]
    assert painted[FRECHET] == pytest.approx(painted[RATIO] * true[FRECHET]) and painted[RATIO] > 1
    assert painted[OWN] > true[OWN] > 0 and 0 < painted[SMALLEST] <= painted[NEAREST]
    told = (folder / "report.md").read_text()
    assert f"| {RATIO} | {painted[RATIO]:.4g} | {as_run[RATIO]:.4g} | 1 |" in told
    assert 0 < report["cost"]["seconds a picture"] < 60 and "| peak memory GB |" in told
    assert capsys.readouterr().out.strip().endswith(str(folder))


def test_another_image_stage_is_refused(monkeypatch):
    monkeypatch.setattr("multiart.config.build", lambda node: SimpleNamespace(name="painter"))
    with pytest.raises(MultiartError, match="image=painter"):
        evaluate.main(compose("evaluate", ["suite=painter"]))


def test_no_suite_is_named():
    with pytest.raises(MultiartError, match=r"\+suite=painter"):
        evaluate.main(compose("evaluate", []))


def test_a_melody_model_is_measured(tmp_path, monkeypatch):
    from multiart.commands.evaluations import melody
    from multiart.music.melodist import save_melodist
    from tests.metrics.test_melody import TUNE, in_order
    from tests.music.tiny import tiny_composer

    tunes = {"train": [TUNE, in_order(3)], "test": [in_order(n) for n in range(4)]}
    monkeypatch.setattr(melody, "corpus", lambda cache_dir: tunes)
    save_melodist(tmp_path / "melody", tiny_composer().melodist)
    overrides = [
        f"music.model=file:{tmp_path / 'melody'}",
        "suite.num_prompts=3",
        f"paths.outputs={tmp_path}",
    ]
    assert 0 <= evaluate.main(compose("evaluate", ["suite=melody", *overrides])) <= 1
    (folder,) = (tmp_path / "evaluate" / "melody").iterdir()
    report = json.loads((folder / "report.json").read_text())
    assert report["tunes"] == 6 and report["prompts"] == 3
    assert report["control"]["notes in each phrase"] == report["control"]["final"] == [1, 1, 1]
    assert {*report["nll"]} >= {"the model", "5-gram"} and "| 5-gram |" in (folder / "report.md").read_text()


def test_a_suite_for_melodies_needs_a_melody_model():
    with pytest.raises(MultiartError, match="music=folk"):
        evaluate.main(compose("evaluate", ["suite=melody", "music=null"]))


@pytest.fixture
def judges(tmp_path, tiny_source):
    """A critic and a detector that know nothing."""
    tiny().save(tmp_path / "detector")
    net(text_encoder_source=tiny_source).export(tmp_path / "critic")
    return {name: f"file:{tmp_path / name}" for name in ("critic", "detector")}


def sing(work, mode, tempo):
    notes = tuple(tune(mode))
    melody = Melody(
        tonic=0, mode=mode, time_signature=(4, 4), tempo_bpm=tempo, notes=notes, phrases=(len(notes),)
    )
    write_midi(melody, work / "melody.mid", "id", "title")
    edit(work, lambda manifest: manifest["files"].update({"melody.mid": {}}))
    forge(work, "melody.mid")


def judged(suite, tmp_path, monkeypatch):
    cfg = compose("evaluate", ["suite=works", f"paths.run_dir={tmp_path / 'told'}"])
    monkeypatch.setattr("multiart.config.build", lambda node: suite)
    return evaluate.main(cfg)


def test_works_are_judged_from_their_files(tmp_path, monkeypatch, judges, capsys):
    for number, (mode, tempo) in enumerate([("major", 120.0), ("minor", 60.0)]):
        sing(make(tmp_path / "works" / str(number), seed=number), mode, tempo)
    make(tmp_path / "works" / "silent", seed=9)
    (make(tmp_path / "works" / "broken", seed=10) / "manifest.json").write_text("{")
    suite = WorksSuite(folder=str(tmp_path / "works"), **judges)
    assert 0 <= judged(suite, tmp_path, monkeypatch) <= 1
    report = json.loads((tmp_path / "told" / "report.json").read_text())
    assert {name: row["works"] for name, row in report["pairs"].items()} == {
        "text and picture": 3,
        "text and tune": 2,
        "picture and tune": 2,
    }
    assert {*report["weights"]} >= {*judges.values()}
    assert "broken" in report["left_out"][0] and "broken" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("folder", "message"),
    [(None, "suite.folder="), ("nowhere", "there is no folder"), ("empty", "no two works")],
)
def test_without_works_nothing_is_judged(tmp_path, monkeypatch, judges, folder, message):
    (tmp_path / "empty").mkdir()
    suite = WorksSuite(folder=folder and str(tmp_path / folder), **judges)
    with pytest.raises(MultiartError, match=message):
        judged(suite, tmp_path, monkeypatch)
