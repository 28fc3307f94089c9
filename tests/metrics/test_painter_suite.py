import json

import pytest
import torch

from multiart.metrics.concepts import to_rows
from multiart.metrics.painter_suite import SIDE, PainterSuite, detected, table
from multiart.records import Scene
from tests.metrics.test_detector import tiny

SCENES = [
    Scene(place="lake", season="winter", time_of_day="dusk", weather="snow", subjects=("boat", "hills")),
    Scene(place="sea", season="summer", time_of_day="day", weather="clear", subjects=("sun", "boat")),
    Scene(place="sea", season="summer", time_of_day="day", weather="clear", subjects=()),
]
TRUTH = to_rows(SCENES)


@pytest.fixture
def suite(tmp_path):
    tiny().save(tmp_path)
    sure = tiny()
    sure.said = lambda pictures: TRUTH.bool()
    (tmp_path / "ceiling.json").write_text(json.dumps(detected(sure, torch.rand(3, 3, 16, 16), TRUTH)))
    return PainterSuite(num_captions=3, batch_size=2, detector=f"file:{tmp_path}")


class FakePainter:
    def paint(self, captions, poems=None, *, seeds, finished):
        return torch.tensor([seed / 10 for seed in seeds]).view(-1, 1, 1, 1).expand(-1, 3, 16, 16)


def test_paints_in_batches_in_order(suite):
    told = []
    pictures = suite.paint(FakePainter(), ["a", "b", "c"], seeds=[1, 2, 3], on_painted=told.append)
    assert [len(batch) for batch in told] == [2, 1] and told[0].shape[-1] == 16
    assert pictures.shape == (3, 3, SIDE, SIDE)
    assert torch.allclose(pictures[:, 0, 0, 0], torch.tensor([0.1, 0.2, 0.3]))


def test_a_painter_as_good_as_the_real_scenes_reaches_the_ceiling(suite, monkeypatch):
    monkeypatch.setattr(suite.detector, "said", lambda pictures: TRUTH.bool())
    result = suite.measure(torch.rand(3, 3, 16, 16), TRUTH)
    assert set(result["of_ceiling"]["attributes"].values()) == {1.0}
    assert result["of_ceiling"]["subjects"] == {"recall": 1.0, "precision": 1.0}
    assert "| season accuracy | 1.000 | 1.000 | 1.000 |" in table(result)
    assert "| one thing seen twice | 1.000 | 1.000 | – |" in table(result)  # it sees all of it in any part
    assert "| **boat** | 2 | 1.000" in table(result)
    assert "| **pagoda** | 0 | – | – | – | – |" in table(result)
