"""Sound of a melody: a SoundFont plays its MIDI; loudness, a touch of room and a limit of peaks follow.

Nothing here is random: the same melody and SoundFont give the same samples on the same machine.
"""

import io
import math
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from multiart.errors import MultiartError
from multiart.io.midi import midi_bytes
from multiart.models.store import fetch
from multiart.records import Melody, Sound

SOUNDFONT = "installed:pretty_midi/TimGM6mb.sf2"
BEHIND = 7.0  # dB by which the accompaniment is less loud than the voice
SILENCE = 1e-3  # of full scale; what stays below it at the end is cut off
_FRAME = 480  # samples of a frame of the limiter
_EDGE = 32  # samples on either side of a frame that its oversampled peak depends on


def render_sound(
    melody: Melody,
    *,
    soundfont: str | None = None,
    loudness_lufs: float = -16.0,
    peak_db: float = -1.0,
    room: float = 0.12,
) -> Sound:
    """Play a melody with its accompaniment.

    Args:
        melody: what to play; its first beat is the first sample.
        soundfont: path of an .sf2 file, or None for the one that comes with pretty_midi.
        loudness_lufs: integrated loudness (ITU-R BS.1770).
        peak_db: highest true peak (four times oversampled), in dB of full scale, less than 0.
        room: energy of the reverberation, as a share of that of the dry sound; 0 is none.

    Returns:
        Sound at 48 kHz that ends when the last note has faded.

    Raises:
        ValueError: for a peak of 0 dB or more, or a negative room.
        MultiartError: the SoundFont is not there, or is none.
    """
    if peak_db >= 0:
        raise ValueError(f"peak_db must be less than 0, got {peak_db}")
    if room < 0:
        raise ValueError(f"room must be 0 or more, got {room}")
    samples, rate = _played(melody, soundfont)
    if room and samples.any():
        samples = samples + room**0.5 * _reverberation(samples, rate)
    samples = _at_loudness(samples, rate, loudness_lufs)
    samples = _limited(samples, 10 ** (peak_db / 20))
    return Sound(samples=_trimmed(samples, rate), sample_rate=rate)


def soundfont_weights(soundfont: str | None) -> dict[str, str]:
    """Source and sha256 of a SoundFont: the path of an .sf2 file, or None for the one of pretty_midi.

    Raises:
        MultiartError: there is none.
    """
    found = fetch(_source(soundfont))
    return {found.source: found.sha256}


def _source(soundfont: str | None) -> str:
    return SOUNDFONT if soundfont is None else f"file:{soundfont}"


def _played(melody: Melody, soundfont: str | None) -> tuple[Tensor, int]:
    """Samples ``[2, N]`` and their rate, with what accompanies the voice `BEHIND` it.

    Instruments of one SoundFont differ by 10 dB and more at the same velocity, so the two are played apart.
    """
    voice, rate = _rendered(replace(melody, accompaniment=()), soundfont)
    if not melody.accompaniment:
        return voice, rate
    rest, _ = _rendered(replace(melody, notes=(), phrases=()), soundfont)
    excerpt = 20 * rate
    apart = _loudness(voice[:, :excerpt], rate) - _loudness(rest[:, :excerpt], rate)
    rest *= 10 ** ((apart - BEHIND) / 20) if math.isfinite(apart) else 1.0
    length = max(voice.shape[1], rest.shape[1])
    return F.pad(voice, (0, length - voice.shape[1])) + F.pad(rest, (0, length - rest.shape[1])), rate


def _rendered(melody: Melody, soundfont: str | None) -> tuple[Tensor, int]:
    import midirenderer
    import soundfile

    path = fetch(_source(soundfont)).path
    try:
        wave = midirenderer.render_wave_from(path.read_bytes(), midi_bytes(melody, "", ""))
    except (OSError, RuntimeError, ValueError) as error:
        raise MultiartError(f"{path} is not a SoundFont (.sf2) that can be played: {error}") from error
    samples, rate = soundfile.read(io.BytesIO(wave), dtype="float32", always_2d=True)
    return torch.from_numpy(samples.T.copy()), rate


def _reverberation(samples: Tensor, rate: int) -> Tensor:
    """What a small room gives back: the sound with decaying noise for its impulse response, of energy 1."""
    from torchaudio.functional import fftconvolve

    length, delay = int(0.35 * rate), int(0.012 * rate)
    time = torch.arange(length) / rate
    noise = torch.randn(2, length + 7, generator=torch.Generator().manual_seed(0))
    noise = F.avg_pool1d(noise, 8, 1)  # air and walls swallow the treble
    response = noise * torch.exp(-time / 0.08)
    response = F.pad(response / response.norm(dim=1, keepdim=True), (delay, 0))
    # In blocks whose transforms have a length of 2^16: one of the whole length takes several times as long.
    block, total = (1 << 16) + 1 - response.shape[1], samples.shape[1]
    blocks = F.pad(samples, (0, -total % block)).unflatten(1, (-1, block))
    wet, tails = fftconvolve(blocks, response[:, None]).split((block, response.shape[1] - 1), dim=2)
    wet = wet.clone()
    wet[:, 1:, : tails.shape[2]] += tails[:, :-1]
    return wet.flatten(1)[:, :total]


def _at_loudness(samples: Tensor, rate: int, lufs: float) -> Tensor:
    found = _loudness(samples, rate)
    return samples * 10 ** ((lufs - found) / 20) if math.isfinite(found) else samples


def _loudness(samples: Tensor, rate: int) -> float:
    """Integrated loudness in LUFS; infinite or not a number where all is silence."""
    from torchaudio.functional import loudness

    shortest = int(0.4 * rate)  # a block of the measure
    return loudness(F.pad(samples, (0, max(0, shortest - samples.shape[1]))), rate).item()


def _limited(samples: Tensor, limit: float) -> Tensor:
    """Turn the sound down smoothly around its peaks, so that none is higher than `limit`."""
    total = samples.shape[1]
    padded = F.pad(samples, (0, -total % _FRAME))
    gains = (0.995 * limit / true_peaks(padded, limit)).clamp(max=1)
    if gains.min() == 1:
        return samples
    reach = 5  # frames over which the gain falls before a peak and rises after it
    # Lowest over one frame more than the mean is over: so interpolation stays below what a peak allows.
    ahead = F.pad(gains, (2 * reach + 1, 2 * reach + 1), value=1.0)[None, None]
    smooth = F.avg_pool1d(-F.max_pool1d(-ahead, 2 * reach + 3, 1), 2 * reach + 1, 1)
    return (padded * F.interpolate(smooth, size=padded.shape[1], mode="linear")[0])[:, :total]


def true_peaks(samples: Tensor, limit: float = 0.0) -> Tensor:
    """The highest magnitude in each hundredth of a second, between the samples too.

    Args:
        samples: ``[2, N]`` at 48 kHz, N a multiple of 480.
        limit: frames in which no sample comes within 3 dB of it are not oversampled, which saves time.

    Returns:
        ``[N / 480]``
    """
    from torchaudio.functional import resample

    frames = F.pad(samples, (_EDGE, _EDGE)).unfold(1, _FRAME + 2 * _EDGE, _FRAME)
    peaks = frames.abs().amax((0, 2))
    high = peaks > limit * 0.7
    if high.any():
        fine = resample(frames[:, high], 1, 4)[..., 4 * _EDGE : -4 * _EDGE]
        peaks[high] = fine.abs().amax((0, 2))
    return peaks.clamp(min=1e-9)


def _trimmed(samples: Tensor, rate: int) -> Tensor:
    """Without the silence after the last sound, faded out over a twentieth of a second."""
    heard = (samples.abs().amax(0) > SILENCE).nonzero()
    samples = samples[:, : int(heard[-1]) + 1 if len(heard) else 1].clone()
    fade = min(rate // 20, samples.shape[1])
    samples[:, samples.shape[1] - fade :] *= torch.linspace(1, 0, fade)
    return samples
