import numpy as np
import torch
from PIL import Image

from multiart.io.pictures import encode_jpeg, save_png
from multiart.pictures import to_uint8
from multiart.records import Picture


def test_a_png_comes_back_with_its_text_and_the_same_bytes(tmp_path):
    picture = Picture(pixels=torch.rand(3, 33, 47, generator=torch.Generator().manual_seed(0)))
    for name in ("a.png", "b.png"):
        save_png(picture, tmp_path / name, {"Title": "靜夜思", "Work": "abc"})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), to_uint8(picture))
        assert image.text == {"Software": "multiart", "Title": "靜夜思", "Work": "abc"}


def test_a_jpeg_keeps_its_shape_within_the_limit(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encode_jpeg(Picture(pixels=torch.zeros(3, 100, 200)), max_side=50))
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.size == (50, 25)
