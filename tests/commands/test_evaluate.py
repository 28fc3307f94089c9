"""The evaluate command, whole, with a painter that knows no art."""

import json
from types import SimpleNamespace

import pytest
import torch

from multiart.commands import evaluate
from multiart.config import compose
from multiart.errors import MultiartError
from multiart.metrics.concepts import scores
from multiart.metrics.painter_suite import PainterSuite
from tests.metrics.test_detector import tiny
from tests.metrics.test_painter_suite import TRUTH


class GreyPainter:
    weights = {"fake": "0"}

    def paint(self, captions, poems=None, *, seeds):
        return torch.full((len(captions), 3, 16, 16), 0.5)


def test_writes_report_table_and_sheet(tmp_path, monkeypatch, capsys):
    pytest.importorskip("skia", reason="needs skia-python: pip install multiart[train]")
    tiny().save(tmp_path / "detector")
    (tmp_path / "detector" / "ceiling.json").write_text(json.dumps(scores(TRUTH, TRUTH)))
    suite = PainterSuite(num_captions=4, num_shown=2, detector=f"file:{tmp_path / 'detector'}")
    cfg = compose("evaluate", ["suite=painter", f"paths.outputs={tmp_path}"])
    monkeypatch.setattr("multiart.config.build", lambda node: suite if node is cfg.suite else GreyPainter())
    assert 0 <= evaluate.main(cfg) <= 1
    (folder,) = (tmp_path / "evaluate" / "painter").iterdir()
    assert sorted(p.name for p in folder.iterdir()) == ["pictures", "report.json", "report.md", "sheet.png"]
    assert len(list((folder / "pictures").iterdir())) == 2
    report = json.loads((folder / "report.json").read_text())
    assert report["weights"] == GreyPainter.weights
    assert [report[k]["painter"]["pictures"] for k in ("all", "taught words", "new words")] == [4, 3, 1]
    assert capsys.readouterr().out.strip().endswith(str(folder))


def test_another_image_stage_is_refused(monkeypatch):
    monkeypatch.setattr("multiart.config.build", lambda node: SimpleNamespace())
    with pytest.raises(MultiartError, match="image=painter"):
        evaluate.main(compose("evaluate", ["suite=painter"]))


def test_no_suite_is_named():
    with pytest.raises(MultiartError, match=r"\+suite=painter"):
        evaluate.main(compose("evaluate", []))
