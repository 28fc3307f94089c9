import io

import numpy as np
import pytest
import soundfile
import torch

from multiart.io.sound import HIGHEST_HZ, LOWEST_HZ, SIZE, _mel, encode_mp3, save_sound, spectrogram
from multiart.records import Sound


def tone(hertz=1000.0, seconds=2.0, rate=48_000):
    time = torch.arange(int(seconds * rate)) / rate
    return Sound(samples=0.5 * torch.sin(2 * torch.pi * hertz * time).repeat(2, 1), sample_rate=rate)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_what_is_written_is_the_sound(tmp_path, suffix):
    sound = tone()
    save_sound(sound, tmp_path / f"a{suffix}")
    read, rate = soundfile.read(tmp_path / f"a{suffix}", dtype="float32")
    assert rate == 48_000
    assert torch.allclose(torch.from_numpy(read.T.copy()), sound.samples, atol=1 / 16384)
    save_sound(sound, tmp_path / f"b{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_both_files_hold_the_same(tmp_path):
    for suffix in (".wav", ".flac"):
        save_sound(tone(), tmp_path / f"a{suffix}")
    wav, flac = (soundfile.read(tmp_path / f"a{suffix}", dtype="int16")[0] for suffix in (".wav", ".flac"))
    assert np.array_equal(wav, flac)
    assert np.abs(wav).max() < 32767


def test_the_mp3_is_small_and_has_the_same_length():
    data = encode_mp3(tone(seconds=5))
    assert encode_mp3(tone(seconds=5)) == data
    assert len(data) < 5 * 12_000
    read, rate = soundfile.read(io.BytesIO(data))
    assert len(read) / rate == pytest.approx(5, abs=0.1)
    spectrum = np.abs(np.fft.rfft(read))
    assert np.fft.rfftfreq(len(read), 1 / rate)[spectrum.argmax()] == pytest.approx(1000, abs=2)


@pytest.mark.parametrize("hertz", [200, 1000, 6000])
def test_a_tone_is_a_bright_line_at_its_height(hertz):
    picture = np.asarray(spectrogram(tone(hertz)).convert("L"), dtype=float)
    inside = picture[24 : 24 + SIZE[1], 90 + 300 : 90 + 900].mean(1)
    share = (_mel(hertz) - _mel(LOWEST_HZ)) / (_mel(HIGHEST_HZ) - _mel(LOWEST_HZ))
    assert inside.argmax() == pytest.approx((1 - share) * SIZE[1], abs=6)


@pytest.mark.parametrize("seconds", [0.001, 0.5, 400])
def test_any_length_and_silence(seconds):
    sound = Sound(samples=torch.zeros(2, int(seconds * 8000)), sample_rate=48_000)
    assert spectrogram(sound).size == (SIZE[0] + 120, SIZE[1] + 84)
