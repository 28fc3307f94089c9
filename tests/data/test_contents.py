"""Contents to learn a style on."""

import pytest
import torch
from PIL import Image

from multiart.data.contents import CROPS, FolderCrops, SceneCrops, StyleContents
from multiart.errors import MultiartError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "more").mkdir()
    Image.linear_gradient("L").resize((90, 200)).convert("RGB").save(tmp_path / "a.jpg")
    Image.new("RGB", (40, 40), (9, 8, 7)).save(tmp_path / "more" / "b.PNG")
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_squares_are_cut_out_of_all_pictures_of_a_folder(folder):
    crops = FolderCrops(folder, size=64)
    assert [path.name for path in crops.paths] == ["a.jpg", "b.PNG"]
    assert len(crops) == 2 * CROPS
    assert crops[0].shape == (3, 64, 64)
    assert crops[0].dtype == torch.uint8
    assert torch.equal(crops[0], crops[0])
    assert not torch.equal(crops[0], crops[2])  # the same picture, another place
    assert crops[1][:, 5, 5].tolist() == [9, 8, 7]


def test_a_folder_without_pictures_is_said(tmp_path):
    with pytest.raises(MultiartError, match="data.folder must be a folder of pictures"):
        StyleContents(folder=str(tmp_path / "nowhere"))
    with pytest.raises(MultiartError, match="holds no picture"):
        StyleContents(folder=str(tmp_path))
    with pytest.raises(ValueError, match="data.size must be a multiple of 4"):
        StyleContents(size=65)


def test_a_broken_picture_is_named(folder):
    (folder / "a.jpg").write_bytes(b"broken")
    with pytest.raises(MultiartError, match="a.jpg"):
        FolderCrops(folder, size=64)[0]


@pytest.mark.train
def test_scenes_are_functions_of_their_index():
    scenes = SceneCrops(size=64)
    assert scenes[3].shape == (3, 64, 64)
    assert torch.equal(scenes[3], scenes[3])
    assert not torch.equal(scenes[3], scenes[4])
