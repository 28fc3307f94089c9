"""Pictures to disk."""

import io
import zlib
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from multiart.io.atomic import atomic_write
from multiart.pictures import to_uint8
from multiart.records import Picture

_FAST = {"compress_level": 1, "compress_type": zlib.Z_RLE}
"""Made for PNG's filtered rows: five times as fast as Pillow's own choice, and 1 % larger."""


def save_png(picture: Picture, path: str | Path, metadata: Mapping[str, str] | None = None) -> None:
    """Write a PNG in one step; the same picture and metadata give the same bytes.

    Args:
        picture: what to write.
        path: the file.
        metadata: text chunks beside `Software=multiart`, e.g. the work's id.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    data = _encoded(Image.fromarray(to_uint8(picture)), "PNG", pnginfo=_chunks(metadata or {}), **_FAST)
    atomic_write(path, data)


def encode_jpeg(picture: Picture, max_side: int, quality: int = 88) -> bytes:
    """A JPEG of at most `max_side` pixels a side, for pages and sheets."""
    image = Image.fromarray(to_uint8(picture))
    image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    return _encoded(image, "JPEG", quality=quality, subsampling=0)


def _chunks(metadata: Mapping[str, str]) -> PngInfo:
    info = PngInfo()
    for key, value in {"Software": "multiart", **metadata}.items():
        info.add_text(key, value) if value.isascii() else info.add_itxt(key, value)
    return info


def _encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
