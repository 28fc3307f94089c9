"""Sound to disk, and a picture of it."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageColor, ImageDraw, ImageFont
from torch import Tensor

from multiart.io.atomic import atomic_write
from multiart.records import Sound

FORMATS = {".wav": ("WAV", "PCM_16"), ".flac": ("FLAC", "PCM_16")}
WINDOW, BANDS, COLUMNS = 4096, 128, 1200  # of a spectrogram: samples, rows, columns at most
LOWEST_HZ, HIGHEST_HZ, RANGE_DB = 40, 12_000, 70
SIZE = (1200, 512)  # pixels, without the axes
_INK, _PAPER = "#35302a", "#fffdf8"
_COLOURS = ("#14110f", "#2a1a3e", "#6b2157", "#b8403f", "#e88a3c", "#f8d58a", "#fffbe8")  # silent to loud


def save_sound(sound: Sound, path: str | Path) -> None:
    """Write sound in 16 bits, in one step; the same sound gives the same bytes.

    Args:
        sound: what to write.
        path: ends in one of `FORMATS`.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    kind, subtype = FORMATS[Path(path).suffix]
    atomic_write(path, _encoded(sound.samples, sound.sample_rate, kind, subtype))


def encode_mp3(sound: Sound) -> bytes:
    """A small MP3 for pages: mono at 24 kHz, about 5 kB a second."""
    from torchaudio.functional import resample

    mono = resample(sound.samples.mean(0, keepdim=True), sound.sample_rate, 24_000).clamp(-1, 1)
    return _encoded(mono, 24_000, "MP3", "MPEG_LAYER_III", bitrate_mode="VARIABLE", compression_level=0.5)


def spectrogram(sound: Sound) -> Image.Image:
    """Draw how loud each mel band is over time, with axes in seconds and Hz."""
    from torchaudio.transforms import MelSpectrogram

    mono = sound.samples.mean(0)
    seconds = mono.numel() / sound.sample_rate
    mono = torch.nn.functional.pad(mono, (0, max(0, WINDOW - mono.numel())))
    hop = -(-mono.numel() // COLUMNS)
    mel = MelSpectrogram(
        sound.sample_rate, n_fft=WINDOW, hop_length=hop, n_mels=BANDS, f_min=LOWEST_HZ, f_max=HIGHEST_HZ
    )
    decibels = 10 * torch.log10(mel(mono) + 1e-10)
    shade = ((decibels - decibels.max()) / RANGE_DB + 1).clamp(0, 1).flip(0).numpy()
    picture = Image.fromarray(_coloured(shade)).resize(SIZE, Image.Resampling.BICUBIC)
    return _framed(picture, seconds)


def _coloured(shade: np.ndarray) -> np.ndarray:
    """uint8 ``[H, W, 3]`` of shades ``[H, W]`` in [0, 1]."""
    stops = np.array([ImageColor.getrgb(colour) for colour in _COLOURS])
    places = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(shade, places, channel) for channel in stops.T], -1).round().astype(np.uint8)


def _framed(picture: Image.Image, seconds: float) -> Image.Image:
    left, top, right, bottom = 90, 24, 30, 60
    framed = Image.new("RGB", (left + picture.width + right, top + picture.height + bottom), _PAPER)
    framed.paste(picture, (left, top))
    draw, font = ImageDraw.Draw(framed), ImageFont.load_default(20)
    floor = top + picture.height
    for hertz in (100, 200, 500, 1000, 2000, 5000, 10000):
        share = (_mel(hertz) - _mel(LOWEST_HZ)) / (_mel(HIGHEST_HZ) - _mel(LOWEST_HZ))
        y = floor - share * picture.height
        draw.line((left - 6, y, left - 1, y), _INK)
        draw.text((left - 12, y), str(hertz), _INK, font, anchor="rm")
    draw.text((left - 12, 6), "Hz", _INK, font, anchor="rt")
    step = next((step for step in (1, 2, 5, 10, 20, 30, 60, 120, 300) if seconds / step <= 12), 600)
    for second in range(0, int(seconds) + 1, step):
        x = left + second / seconds * picture.width
        draw.line((x, floor, x, floor + 6), _INK)
        draw.text((x, floor + 12), f"{second} s" if second == 0 else str(second), _INK, font, anchor="mt")
    return framed.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)  # a third of the bytes


def _mel(hertz: float) -> float:
    return 2595 * math.log10(1 + hertz / 700)


def _encoded(samples: Tensor, rate: int, kind: str, subtype: str, **options: Any) -> bytes:
    import soundfile

    buffer = io.BytesIO()
    pcm = (samples.T * 32767).round().to(torch.int16).numpy()  # by libsndfile WAV and FLAC would differ
    soundfile.write(buffer, pcm, rate, format=kind, subtype=subtype, **options)
    return buffer.getvalue()
