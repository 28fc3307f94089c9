"""Pictures from files, from bytes and at other sizes."""

import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor
from torch.nn import functional

from multiart.errors import MultiartError
from multiart.records import Picture

MIN_SIDE = 32  # pixels
MAX_PIXELS = 100_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")


def load_picture(path: str | Path) -> Picture:
    """Read a still picture of any common format as sRGB.

    EXIF orientation is applied, transparency is laid over white, grey and 16-bit pictures are
    widened and narrowed. Size is checked before anything is decoded.

    Raises:
        MultiartError: the file is missing, no picture, corrupt, animated, has a side under 32
            pixels or more than 100 megapixels.
    """
    path = Path(path)
    if not path.is_file():
        raise MultiartError(f"picture {str(path)!r} is not a file that exists")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we have a limit of our own
            image = Image.open(path, formats=FORMATS)
        with image:
            _check(path, image)
            rgb = _to_rgb(ImageOps.exif_transpose(image))
    except MultiartError:
        raise
    except UnidentifiedImageError:
        raise MultiartError(f"{str(path)!r} is no picture; formats read are {', '.join(FORMATS)}") from None
    except Image.DecompressionBombError:
        raise MultiartError(
            f"picture {str(path)!r} has more pixels than the allowed {MAX_PIXELS:,}"
        ) from None
    except Exception as error:  # decoders of broken files raise almost anything
        raise MultiartError(f"picture {str(path)!r} cannot be read: {error}") from None
    return from_uint8(np.asarray(rgb))


def channels_first(array: np.ndarray) -> torch.Tensor:
    """``[H, W, 3]`` as a tensor ``[3, H, W]`` of the same numbers."""
    return torch.from_numpy(array).permute(2, 0, 1).contiguous()


def from_uint8(array: np.ndarray) -> Picture:
    """A picture from bytes ``[H, W, 3]``."""
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8:
        raise ValueError(f"array must be uint8 [H, W, 3], got {array.dtype} {list(array.shape)}")
    return Picture(pixels=channels_first(array.astype(np.float32) / 255))


def to_uint8(picture: Picture) -> np.ndarray:
    """The picture as bytes ``[H, W, 3]``, rounded to the nearest; undoes `from_uint8` exactly."""
    return (picture.pixels.permute(1, 2, 0) * 255).round().to(torch.uint8).contiguous().numpy()


def resize(picture: Picture, height: int, width: int) -> Picture:
    """Scale to ``height`` by ``width`` pixels, bicubically, with antialiasing where it shrinks."""
    if height < 1 or width < 1:
        raise ValueError(f"height and width must be 1 or more, got {height} and {width}")
    if (height, width) == (picture.height, picture.width):
        return picture
    return Picture(pixels=scale_to(picture.pixels, height, width))


def scale_to(pixels: Tensor, height: int, width: int) -> Tensor:
    """Scale ``[C, H, W]`` in ``[0, 1]`` as `resize` does."""
    if pixels.shape[1:] == (height, width):
        return pixels
    scaled = functional.interpolate(
        pixels[None], (height, width), mode="bicubic", align_corners=False, antialias=True
    )
    return scaled[0].clamp(0, 1)


def _check(path: Path, image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise MultiartError(f"picture {str(path)!r} has {width}x{height} pixels, allowed are {MAX_PIXELS:,}")
    if min(width, height) < MIN_SIDE:
        raise MultiartError(
            f"picture {str(path)!r} has {width}x{height} pixels, each side needs at least {MIN_SIDE}"
        )
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # a camera's MPO holds the picture, then its thumbnails
        raise MultiartError(f"picture {str(path)!r} has {frames} frames, give a still picture")


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow's own convert() would cut off at 255
        grey = np.asarray(image).astype(np.float64).clip(0, 65535)
        image = Image.fromarray((grey / 257).round().astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
