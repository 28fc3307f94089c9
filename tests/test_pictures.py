"""Pictures survive a round trip, and every bad file is refused in one clear line."""

import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from multiart.errors import MultiartError
from multiart.pictures import from_uint8, load_picture, resize, to_uint8
from multiart.records import Picture


@pytest.fixture
def array():
    return np.random.default_rng(0).integers(0, 256, (40, 56, 3), dtype=np.uint8)


def save(tmp_path, image, name="picture.png", **options):
    path = tmp_path / name
    image.save(path, **options)
    return path


def test_bytes_round_trip(array):
    assert np.array_equal(to_uint8(from_uint8(array)), array)


def test_a_png_reads_back_exactly(tmp_path, array):
    picture = load_picture(save(tmp_path, Image.fromarray(array)))
    assert (picture.height, picture.width) == (40, 56)
    assert np.array_equal(to_uint8(picture), array)


@pytest.mark.parametrize("shape, dtype", [((4, 4), np.uint8), ((4, 4, 4), np.uint8), ((4, 4, 3), np.float32)])
def test_from_uint8_refuses_other_arrays(shape, dtype):
    with pytest.raises(ValueError, match="uint8"):
        from_uint8(np.zeros(shape, dtype))


def test_orientation_is_applied(tmp_path, array):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to show
    picture = load_picture(save(tmp_path, Image.fromarray(array), exif=exif))
    assert np.array_equal(to_uint8(picture), np.rot90(array, -1))


def test_transparency_is_laid_over_white(tmp_path):
    image = Image.new("RGBA", (40, 40), (200, 0, 0, 0))
    assert (to_uint8(load_picture(save(tmp_path, image))) == 255).all()


def test_a_palette_with_transparency(tmp_path):
    image = Image.new("P", (40, 40), 0)
    image.putpalette([10, 20, 30] * 256)
    assert (to_uint8(load_picture(save(tmp_path, image, transparency=0))) == 255).all()


def test_grey_and_16_bit_are_widened(tmp_path):
    grey = load_picture(save(tmp_path, Image.new("L", (40, 40), 77)))
    assert (to_uint8(grey) == 77).all()
    deep = Image.fromarray(np.full((40, 40), 77 * 257, np.uint16))
    assert (to_uint8(load_picture(save(tmp_path, deep, "deep.png"))) == 77).all()


def test_a_missing_file(tmp_path):
    with pytest.raises(MultiartError, match="nowhere.png"):
        load_picture(tmp_path / "nowhere.png")


def test_a_folder(tmp_path):
    with pytest.raises(MultiartError, match="not a file"):
        load_picture(tmp_path)


def test_no_picture_and_a_cut_off_picture(tmp_path, array):
    text = tmp_path / "text.png"
    text.write_text("床前明月光")
    with pytest.raises(MultiartError, match="no picture"):
        load_picture(text)
    whole = save(tmp_path, Image.fromarray(array))
    whole.write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(MultiartError, match="cannot be read"):
        load_picture(whole)


@pytest.mark.parametrize("size", [(1, 1), (31, 400)])
def test_too_small(tmp_path, size):
    with pytest.raises(MultiartError, match=f"{size[0]}x{size[1]}.*32"):
        load_picture(save(tmp_path, Image.new("RGB", size)))


@pytest.mark.parametrize("side", [10_001, 20_000, 60_000])
def test_too_large_is_refused_by_its_header(tmp_path, side):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    path = tmp_path / "huge.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    )
    with pytest.raises(MultiartError, match="100,000,000"):
        load_picture(path)


def test_animated(tmp_path):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    with pytest.raises(MultiartError, match="2 frames"):
        load_picture(save(tmp_path, frames[0], "moving.gif", save_all=True, append_images=frames[1:]))


def test_resize_keeps_flat_colours_and_the_range():
    flat = Picture(pixels=torch.full((3, 40, 60), 0.25))
    assert torch.allclose(resize(flat, 90, 33).pixels, torch.tensor(0.25), atol=1e-6)
    edge = Picture(pixels=(torch.arange(64) > 31).float().expand(3, 64, 64).contiguous())
    larger = resize(edge, 256, 256)
    assert (larger.height, larger.width) == (256, 256)
    assert resize(edge, 64, 64) is edge
    with pytest.raises(ValueError, match="height and width"):
        resize(edge, 0, 5)
