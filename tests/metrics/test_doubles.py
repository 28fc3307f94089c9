"""Things seen in two places: by a made-up detector exactly, by the one that ships mostly."""

from types import SimpleNamespace

import pytest
import torch

from multiart.metrics.concepts import CONCEPTS, to_rows
from multiart.metrics.doubles import COUNTED, continued, share_twice, twice
from multiart.records import Scene

BOAT = CONCEPTS.index("boat")


class SeesRed:
    """Says that a picture shows a boat if anything in it is red."""

    net = SimpleNamespace(config={"size": 64})

    def said(self, pictures):
        rows = torch.zeros(len(pictures), len(CONCEPTS), dtype=torch.bool)
        rows[:, BOAT] = (pictures[:, 0] > 0.9).flatten(1).any(1)
        return rows


def picture(*columns: int) -> torch.Tensor:
    """Black, with a red spot three pixels wide at each of the columns: ``[3, 64, 64]``."""
    pixels = torch.zeros(3, 64, 64)
    for column in columns:
        pixels[0, 30:33, column : column + 3] = 1
    return pixels


def test_a_part_goes_on_as_its_mirror_image():
    assert continued(torch.tensor([1, 2, 3]), 8).tolist() == [1, 2, 3, 3, 2, 1, 1, 2]


@pytest.mark.parametrize("columns", [(), (5,), (25,), (31,), (55,), (5, 14), (50, 58)])
def test_one_thing_is_never_two_wherever_it_is_cut_nor_two_at_one_side(columns):
    assert not twice(SeesRed(), picture(*columns)[None]).any()


@pytest.mark.parametrize("columns", [(5, 55), (12, 40), (20, 31)])
def test_two_things_apart_are_two(columns):
    assert twice(SeesRed(), picture(*columns)[None])[0, BOAT]


def test_only_what_should_be_there_is_counted():
    scene = Scene(place="lake", season="winter", time_of_day="dusk", weather="snow", subjects=("boat",))
    other = Scene(place="lake", season="winter", time_of_day="dusk", weather="snow", subjects=("hills",))
    pictures = torch.stack([picture(5, 55), picture(5), picture(5, 55)])
    assert share_twice(SeesRed(), pictures, to_rows([scene, scene, other])) == 0.5
    assert share_twice(SeesRed(), pictures[2:], to_rows([other])) is None


@pytest.mark.train
def test_the_detector_that_ships_tells_scenes_with_one_from_those_with_two():
    from multiart.data.scenes.easel import SINGLE
    from multiart.data.scenes.paint import paint, paint_twice
    from multiart.data.scenes.spec import sample_spec
    from multiart.metrics.detector import Detector
    from multiart.pictures import channels_first

    assert set(COUNTED) <= set(SINGLE)
    detector, one, two, rows = Detector.load(), [], [], []
    for seed in range(50_000_000, 50_000_080):
        spec = paint(sample_spec(seed), 64)[1]
        subjects = [subject for subject in spec.subjects if subject in COUNTED]
        if len(subjects) != 1 or not (doubled := paint_twice(spec, subjects[0]))[1]:
            continue
        one.append(channels_first(paint(spec)[0]).float() / 255)
        two.append(channels_first(doubled[0]).float() / 255)
        rows.append(spec)
    assert len(rows) > 20
    assert share_twice(detector, torch.stack(one), to_rows(rows)) < 0.1
    assert share_twice(detector, torch.stack(two), to_rows(rows)) > 0.6
