"""What is measured of a work when it is written."""

import json

import pytest
import torch

from multiart.config import check, compose
from multiart.errors import ConfigError
from multiart.io.manifest import deciding
from multiart.io.work import write_work
from multiart.metrics import measuring
from multiart.metrics.concepts import CONCEPTS
from multiart.metrics.measuring import measure
from multiart.pipeline import Pipeline
from tests.fakes import FakeImage, FakeText

SEEN = ("lake", "autumn", "day", "clear", "boat", "crow")


class FakeDetector:
    def said(self, pictures):
        assert pictures.shape[:2] == (1, 3)
        return torch.tensor([[concept in SEEN for concept in CONCEPTS]])


class FakeJudge:
    def score(self, pictures, captions):
        assert captions == ["A clear autumn night at a lake."]
        return torch.tensor([0.123456])


@pytest.fixture(autouse=True)
def judges(monkeypatch):
    monkeypatch.setattr(measuring, "_detector", FakeDetector)
    monkeypatch.setattr(measuring, "_judge", FakeJudge)


def work(image=None):
    return Pipeline(text=FakeText(), image=image)("moon\non the lake")


def test_what_was_read_and_shows_is_counted():
    # of place, season, hour, weather, moon and boat neither the hour nor the moon
    assert measure(work(FakeImage()), ["concepts", "critic"]) == {"concepts": 0.6667, "critic": 0.1235}


def test_without_a_painting_there_is_nothing_to_measure():
    assert measure(work(), ["concepts", "critic"]) == {}


def test_the_manifest_tells_what_the_configuration_asks_for(tmp_path):
    manifest = write_work(work(FakeImage()), tmp_path, config={"metrics": ["concepts"]}, command="")
    assert json.loads((tmp_path / "manifest.json").read_text())["metrics"] == {"concepts": 0.6667}
    assert "metrics" not in manifest["config"]
    assert "metrics" not in write_work(work(FakeImage()), tmp_path, config={"metrics": None}, command="")


def test_metrics_are_checked_and_decide_nothing():
    task = ["+task=poem_to_painting", "prompt=moon"]
    cfg = compose("run", [*task, "metrics=[concept]"])
    with pytest.raises(ConfigError, match="Did you mean 'concepts'"):
        check(cfg)
    plain = [compose("run", [*task, f"metrics={value}"]) for value in ("null", "[critic]")]
    check(plain[1])
    assert deciding(plain[0]) == deciding(plain[1])
