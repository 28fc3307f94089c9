from dataclasses import replace

import pytest
import torch

from multiart.errors import MultiartError
from multiart.music.accompaniment import accompany
from multiart.music.synth import (
    BEHIND,
    SOUNDFONT,
    _limited,
    _played,
    _reverberation,
    render_sound,
    soundfont_weights,
    true_peaks,
)
from multiart.records import Note
from tests.music.songs import greensleeves, little_star, quiet_night

RATE = 48_000


@pytest.fixture(scope="module")
def tune():
    return accompany(quiet_night())


@pytest.fixture(scope="module")
def sound(tune):
    return render_sound(tune)


def loudness(samples):
    from torchaudio.functional import loudness

    return loudness(samples, RATE).item()


def peak_db(samples):
    padded = torch.nn.functional.pad(samples, (0, -samples.shape[1] % 480))
    return 20 * torch.log10(true_peaks(padded).max()).item()


def silent_share(samples):
    frames = samples[:, : samples.shape[1] // 2400 * 2400].unflatten(1, (-1, 2400))
    return (frames.square().mean((0, 2)).sqrt() < 1e-3).float().mean().item()


def test_loudness_peak_length_and_silence(sound, tune):
    assert sound.sample_rate == RATE
    assert loudness(sound.samples) == pytest.approx(-16, abs=0.1)
    assert peak_db(sound.samples) <= -1
    assert silent_share(sound.samples) <= 0.1
    seconds = tune.duration * 60 / tune.tempo_bpm
    assert seconds < sound.samples.shape[1] / RATE < seconds + 2.5  # the release is there


def test_the_same_melody_sounds_the_same(sound, tune):
    assert torch.equal(render_sound(tune).samples, sound.samples)


def test_notes_are_heard_when_they_are_written():
    notes = tuple(Note(pitch=60 + 2 * n, start=n, duration=0.5) for n in range(8))
    melody = replace(little_star(), notes=notes, phrases=(8,), program=0)  # a piano: clear onsets
    samples = render_sound(melody, room=0).samples.mean(0)
    frames = samples[: len(samples) // 240 * 240].unflatten(0, (-1, 240)).square().mean(1)
    rise = frames[1:] / (frames[:-1] + 1e-6)
    for n in range(1, 8):
        written = n * 60 / melody.tempo_bpm
        near = range(int(written * 200) - 20, int(written * 200) + 20)
        heard = (max(near, key=lambda frame: rise[frame]) + 1) / 200
        assert heard == pytest.approx(written, abs=0.03)


@pytest.mark.parametrize("program", [0, 73])  # a soft piano, a loud flute
def test_what_accompanies_is_as_far_behind_any_voice(program):
    melody = replace(accompany(greensleeves(), kind="block"), program=program)
    together, _ = _played(melody, None)
    voice, _ = _played(replace(melody, accompaniment=()), None)
    rest = together.clone()
    rest[:, : voice.shape[1]] -= voice
    assert loudness(voice) - loudness(rest) == pytest.approx(BEHIND, abs=0.5)


def test_loudness_is_what_was_asked_for():
    assert loudness(render_sound(greensleeves(), loudness_lufs=-30, room=0).samples) == pytest.approx(
        -30, abs=0.1
    )


def test_peaks_are_limited_without_clipping():
    tone = torch.sin(torch.arange(RATE * 2) * 2 * torch.pi * 440 / RATE).repeat(2, 1)
    swell = tone * torch.linspace(0.1, 1.5, RATE * 2)
    limited = _limited(swell, 0.5)
    assert limited.shape == swell.shape
    assert peak_db(limited) <= 20 * torch.log10(torch.tensor(0.5)) + 1e-3
    assert peak_db(limited) > -7
    assert torch.equal(limited[:, : RATE // 4], swell[:, : RATE // 4])  # what is low stays as it is
    assert torch.equal(_limited(tone * 0.4, 0.5), tone * 0.4)


def test_true_peaks_lie_between_the_samples():
    time = torch.arange(4800)
    tone = torch.sin(time * torch.pi / 2 + torch.pi / 4).repeat(2, 1)  # samples at 0.707 of the peak
    assert tone.abs().max() < 0.71
    assert true_peaks(tone)[4] == pytest.approx(1, abs=0.02)


def test_loud_music_is_limited_too(tune):
    loud = render_sound(tune, loudness_lufs=-8, peak_db=-3)
    assert peak_db(loud.samples) <= -3 and loudness(loud.samples) > -12


def test_a_room_answers_after_the_sound_with_its_own_energy():
    click = torch.zeros(2, RATE * 3)
    click[:, 100] = 1
    wet = _reverberation(click, RATE)
    assert not wet[:, :600].abs().gt(1e-4).any()
    assert wet.square().sum(1) == pytest.approx([1, 1], rel=0.01)
    assert wet[:, RATE:].abs().max() < 1e-3
    far = torch.roll(click, 61_000, 1)  # into another block
    assert torch.allclose(_reverberation(far, RATE), torch.roll(wet, 61_000, 1), atol=1e-5)


@pytest.mark.parametrize("notes", [0, 1])
def test_next_to_nothing(notes):
    short = replace(little_star(), notes=little_star().notes[:notes], phrases=(notes,))
    samples = render_sound(short).samples
    assert silent_share(samples) <= 0.1 or not notes
    assert samples.abs().max() < 0.9


@pytest.mark.parametrize("content", [b"", b"RIFF1234sfbk", b"x" * 1000])
def test_what_is_no_soundfont_is_named(tmp_path, content):
    (tmp_path / "my.sf2").write_bytes(content)
    with pytest.raises(MultiartError, match=r"my\.sf2 is not a SoundFont"):
        render_sound(little_star(), soundfont=str(tmp_path / "my.sf2"))
    with pytest.raises(MultiartError, match="none.sf2"):
        render_sound(little_star(), soundfont=str(tmp_path / "none.sf2"))


def test_a_damaged_soundfont_is_an_error(tmp_path):
    from multiart.models.store import fetch

    whole = fetch(SOUNDFONT).path.read_bytes()
    (tmp_path / "cut.sf2").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MultiartError, match=r"cut\.sf2"):
        render_sound(little_star(), soundfont=str(tmp_path / "cut.sf2"))


def test_a_soundfont_of_ones_own(tmp_path, tune, sound):
    from multiart.models.store import fetch

    own = tmp_path / "own.sf2"
    own.write_bytes(fetch(SOUNDFONT).path.read_bytes())
    assert torch.equal(render_sound(tune, soundfont=str(own)).samples, sound.samples)
    assert soundfont_weights(str(own)) == {f"file:{own}": soundfont_weights(None)[SOUNDFONT]}


def test_impossible_settings():
    with pytest.raises(ValueError, match="peak_db must be less than 0, got 1"):
        render_sound(little_star(), peak_db=1)
    with pytest.raises(ValueError, match="room must be 0 or more"):
        render_sound(little_star(), room=-1)
