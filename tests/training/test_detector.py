import torch

from multiart.metrics.concepts import CONCEPTS, to_row
from multiart.records import Scene
from multiart.training.detector import augment, concept_loss

SCENE = Scene(place="lake", season="winter", time_of_day="dusk", weather="snow", subjects=("boat",))


def test_loss_is_least_at_the_truth():
    truth = to_row(SCENE)[None]
    sure = (truth - 0.5) * 20
    assert concept_loss(sure, truth) < 0.01
    assert concept_loss(-sure, truth) > concept_loss(torch.zeros(1, len(CONCEPTS)), truth) > 1


def test_augmentation_follows_the_generator_and_stays_in_range():
    pictures = torch.rand(8, 3, 16, 16)
    one, same, other = (augment(pictures, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert one.shape == pictures.shape
    assert 0 <= one.min() <= one.max() <= 1
