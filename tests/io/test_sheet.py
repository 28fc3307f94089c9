import numpy as np
import pytest
import torch

from multiart.io import sheet
from multiart.io.pictures import save_png
from multiart.io.sheet import Tile, contact_sheet
from multiart.records import Picture


@pytest.fixture
def red(tmp_path):
    save_png(Picture(pixels=torch.tensor([1.0, 0, 0])[:, None, None].expand(3, 64, 64)), tmp_path / "red.png")
    return tmp_path / "red.png"


def count_red(image):
    return int((np.asarray(image) == (255, 0, 0)).all(-1).sum())


@pytest.mark.parametrize("count", [1, 5, 61])
def test_every_picture_is_on_it(red, count):
    tile = Tile(picture=red, title="Title", caption="A caption that is long enough to be wrapped. " * 4)
    assert count_red(contact_sheet([tile] * count)) == 64 * 64 * count


def test_a_chinese_title_is_lettered_with_or_without_a_font(red, monkeypatch):
    tile = Tile(picture=red, title="靜夜思", caption="x")
    blank = contact_sheet([Tile(picture=red, title=" ", caption="x")])
    assert contact_sheet([tile]).tobytes() != blank.tobytes()
    monkeypatch.setattr(sheet, "chinese_font", lambda: None)
    assert sheet._lettering("靜夜思", 12)[0] == "Jing ye si"
    assert contact_sheet([tile]).tobytes() != blank.tobytes()


def test_no_works_is_an_error():
    with pytest.raises(ValueError, match="at least one work"):
        contact_sheet([])
