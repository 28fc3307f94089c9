import pytest
import torch

from multiart.metrics.concepts import COLUMNS, CONCEPTS
from multiart.metrics.detector import Detector, DetectorNet
from multiart.vocabulary import SUBJECTS


def tiny() -> Detector:
    torch.manual_seed(0)
    net = DetectorNet(size=16, channels=(8, 8), blocks=(1, 1))
    return Detector(net, thresholds=[0.5] * len(SUBJECTS))


def test_probabilities_of_any_size():
    p = tiny().detect(torch.rand(3, 3, 40, 24))
    assert p.shape == (3, len(CONCEPTS))
    for name, columns in COLUMNS.items():
        if name != "subjects":
            assert torch.allclose(p[:, columns].sum(1), torch.ones(3))


def test_batches_do_not_change_the_answer():
    pictures = torch.rand(70, 3, 16, 16)
    assert torch.allclose(tiny().detect(pictures)[66:], tiny().detect(pictures[66:]), atol=1e-6)


def test_saved_and_loaded_it_says_the_same(tmp_path):
    detector = tiny()
    detector.save(tmp_path)
    again = Detector.load(f"file:{tmp_path}")
    pictures = torch.rand(4, 3, 16, 16)
    assert torch.allclose(again.detect(pictures), detector.detect(pictures), atol=2e-3)  # half precision
    assert again.thresholds == detector.thresholds


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\[B, 3, H, W\]"):
        tiny().detect(torch.rand(3, 16, 16))


def test_the_shipped_one_has_the_right_size():
    assert 1.5e6 < sum(p.numel() for p in DetectorNet().parameters()) < 2.5e6
