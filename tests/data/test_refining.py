"""Pairs for the refiner."""

import pytest
import torch
from PIL import Image

from multiart.data.refining import MediumScenes, RefinerCrops, RefiningScenes, find_inputs, scene_seeds
from multiart.data.scenes.spec import sample_spec
from multiart.errors import MultiartError
from multiart.pictures import scale_to
from multiart.vocabulary import MEDIA, PLACES, PLAIN
from tests.data.refining import noise_instead


@pytest.fixture
def noise_scenes(monkeypatch):
    return noise_instead(monkeypatch)


def test_scenes_go_round_places_hours_and_weathers():
    seeds = scene_seeds(0, 30)
    specs = [sample_spec(seed) for seed in seeds]
    assert len({(spec.place, spec.time_of_day, spec.weather) for spec in specs}) == 30
    assert {spec.place for spec in specs} == {*PLACES}
    assert scene_seeds(0, 10) == seeds[:10]


def crops(folder, seeds=(3, 5), **options):
    scenes = MediumScenes(folder, list(seeds), size=16, media=MEDIA)
    return RefinerCrops(scenes, **{"crop": 8, "crops": 3, "strength": 1.0, "seed": 0, **options})


def test_an_item_is_a_function_of_its_number_and_the_seed(tmp_path, noise_scenes):
    items = crops(tmp_path)
    assert len(items) == 3 * 2 * len(MEDIA)
    for item in (0, 5):
        one, again, other = (which[item] for which in (items, crops(tmp_path), crops(tmp_path, seed=1)))
        assert one["small"].shape == (3, 8, 8) and one["target"].shape == (3, 32, 32)
        assert one["medium"] == item % len(MEDIA)
        assert torch.equal(one["small"], again["small"]) and torch.equal(one["target"], again["target"])
        assert not torch.equal(one["small"], other["small"])
    assert noise_scenes == [3] * len(MEDIA) + [5] * len(MEDIA)  # made once, then read


def test_the_target_is_the_same_place_as_the_input(tmp_path, noise_scenes):
    items = crops(tmp_path, strength=0.0)
    scenes = items.scenes
    item = items[6]  # the third medium of the second scene
    small, whole = scenes.small(1), scenes.large(1, MEDIA[2], 0, 0, 64)
    places = [
        (top, left)
        for top in range(9)
        for left in range(9)
        if torch.equal(small[:, top : top + 8, left : left + 8], item["small"])
    ]
    ((top, left),) = places
    target = whole[:, 4 * top : 4 * top + 32, 4 * left : 4 * left + 32]
    assert torch.equal(item["target"], target)


def test_the_first_medium_has_its_share(tmp_path, noise_scenes):
    counted = {share: [0] * len(MEDIA) for share in (0.0, 0.6, 1.0)}
    for share, counts in counted.items():
        items = crops(tmp_path, crops=60, first_share=share)
        for item in range(len(items)):
            counts[items[item]["medium"]] += 1
        assert sum(counts) == 60 * 2 * len(MEDIA)
    assert counted[0.0] == [120] * len(MEDIA)  # less than its equal part takes nothing away
    first, *others = counted[0.6]
    assert 0.55 < first / 480 < 0.65 and min(others) > 40
    assert counted[1.0] == [480, 0, 0, 0]


def test_an_interrupted_making_goes_on(tmp_path, noise_scenes):
    crops(tmp_path, seeds=[3])
    crops(tmp_path, seeds=[3, 5, 7])
    assert noise_scenes == [seed for seed in (3, 5, 7) for _ in MEDIA]


def test_a_painters_own_pictures_take_the_place_of_spoilt_ones(tmp_path, noise_scenes):
    for name, colour in (("5", (255, 0, 0)), ("5-second", (255, 0, 51))):
        Image.new("RGB", (32, 32), colour).save(tmp_path / f"{name}.png")
    inputs = find_inputs(tmp_path)
    assert {seed: [path.name for path in paths] for seed, paths in inputs.items()} == {
        5: ["5-second.png", "5.png"]
    }
    scenes = MediumScenes(tmp_path, [3, 5], size=32, media=MEDIA)
    items = RefinerCrops(scenes, crop=8, crops=9, strength=0.0, seed=0, inputs=inputs, inputs_share=1.0)
    blues = set()
    for item in range(0, len(items), 4):
        red, green, blue = items[item]["small"].mean((1, 2)).tolist()
        made = (red, green) == (1, 0)
        assert made == (item // 4 % 2 == 1)  # of the second scene
        blues |= {round(blue, 2)} if made else set()
    assert blues == {0, 0.2}


def test_scenes_are_painted_again_by_the_painter_alone(tmp_path, noise_scenes, monkeypatch):
    """Another refiner or critic leaves them as they are."""
    asked = []

    def repaint_scenes(painter, seeds, *, folder, size):
        asked.append((painter, folder))
        folder.mkdir(parents=True)
        for seed in seeds:
            Image.new("RGB", (size, size)).save(folder / f"{seed}-50.png")
        return folder

    monkeypatch.setattr("multiart.data.repainting.repaint_scenes", repaint_scenes)
    sizes = {"num_scenes": 2, "num_validation": 1, "size": 16, "crop": 8}
    RefiningScenes(cache_dir=str(tmp_path), media=["oil"], painter="asset:painter", **sizes).setup()
    [(painter, folder)] = asked
    assert set(painter.weights) == {"asset:painter", painter.encoder.source} and "-by-" in folder.name


def test_inputs_that_will_not_do_are_said(tmp_path, noise_scenes):
    with pytest.raises(MultiartError, match="holds no pictures named by a scene"):
        find_inputs(tmp_path)
    Image.new("RGB", (40, 32)).save(tmp_path / "3.png")
    with pytest.raises(MultiartError, match=r"3.png must have 16x16 pixels, got \[32, 40\]"):
        crops(tmp_path, inputs=find_inputs(tmp_path), inputs_share=1.0)[0]
    for wrong in ({"crop": 4}, {"crop": 200}, {"inputs_share": 2}, {"num_scenes": 0}, {"strength": -1}):
        (name,) = wrong
        with pytest.raises(ValueError, match=f"data.{name} must be from"):
            RefiningScenes(cache_dir=str(tmp_path), **wrong)
    with pytest.raises(ValueError, match="unknown data.media entry 'oyl'. Did you mean 'oil'?"):
        RefiningScenes(cache_dir=str(tmp_path), media=["plain", "oyl"])
    with pytest.raises(ValueError, match="data.media must name at least one of plain, oil"):
        RefiningScenes(cache_dir=str(tmp_path), media=[])


@pytest.mark.train
def test_real_scenes_are_painted_in_every_medium(tmp_path):
    scenes = MediumScenes(tmp_path, scene_seeds(0, 1), size=16)
    small = scenes.small(0)
    plain = scenes.large(0, PLAIN, 0, 0, 64).float() / 255
    assert (scale_to(plain, 16, 16) - small).abs().max() < 0.01
    whole = [scenes.large(0, medium, 0, 0, 64) for medium in MEDIA]
    for number, picture in enumerate(whole):
        assert picture.shape == (3, 64, 64)
        assert all(not torch.equal(picture, other) for other in whole[:number])
        if MEDIA[number] in ("oil", "watercolour"):  # which keep the colours
            assert (scale_to(picture.float() / 255, 16, 16) - small).abs().mean() < 0.25
