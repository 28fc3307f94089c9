"""The critic's data: pictures that are wrong in one thing that the caption names."""

import random

import pytest
import torch

pytestmark = pytest.mark.train

CAPTION = "a lake at night in autumn, mist, with a full moon and a boat"


def scene(seed: int = 3):
    from multiart.data.scenes.spec import SceneSpec

    return SceneSpec(
        place="lake",
        season="autumn",
        time_of_day="night",
        weather="mist",
        subjects=("full moon", "boat"),
        seed=seed,
    )


def test_one_thing_changes_and_it_is_one_that_the_caption_names():
    from multiart.data.matching import altered, says

    rng = random.Random(0)
    changed = set()
    for _ in range(60):
        other = altered(scene(), CAPTION, rng)
        gone = says(scene(), CAPTION) - says(other, CAPTION)
        assert len(gone) == 1
        changed |= gone
    assert changed == {"lake", "autumn", "night", "mist", "full moon", "boat"}


def test_what_the_caption_leaves_out_is_left_alone():
    from multiart.data.matching import altered

    rng = random.Random(0)
    others = [altered(scene(), "a lake with a boat", rng) for _ in range(40)]
    assert {other.season for other in others} == {"autumn"} and {other.weather for other in others} == {
        "mist"
    }
    assert len({other.place for other in others}) > 1


def test_the_seed_decides_the_wrong_picture():
    from multiart.data.matching import paint_altered

    first, again, other = (paint_altered(scene(), CAPTION, seed, 64) for seed in (1, 1, 2))
    assert first.shape == (3, 64, 64) and first.dtype == torch.uint8
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_items_and_batches_hold_both_pictures(tmp_path):
    from multiart.data.matching import MatchingDataset, collate_matching
    from tests.data.test_painted import CountingEncoder, captions

    dataset = MatchingDataset(captions(tmp_path, CountingEncoder()), layouts=2, size=64)
    items = [dataset[item] for item in (0, 1, 6)]
    assert not torch.equal(items[0]["pixels"], items[0]["wrong"])
    batch = collate_matching(items)
    assert batch["wrong"].shape == batch["pixels"].shape == (3, 3, 64, 64)
    assert batch["caption_mask"].sum(1).tolist() == [item["caption_length"] for item in items]


def test_what_a_scene_has_one_of_is_sometimes_painted_twice(monkeypatch):
    from multiart.data import matching

    asked = []

    def paint_twice(spec, subject, size):
        asked.append(subject)
        return matching.paint(spec, size)[0], True

    monkeypatch.setattr(matching, "paint_twice", paint_twice)
    for seed in range(100):
        matching.paint_altered(scene(), CAPTION, seed, 16)
    assert 15 < len(asked) < 45 and set(asked) == {"full moon", "boat"}
