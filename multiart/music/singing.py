"""Tunes and syllables made into a melody: register, key, tempo, loudness and breath."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean

from multiart.music.agreement import metric_weight
from multiart.music.keys import key_fifths
from multiart.music.syllables import Syllable
from multiart.music.tune import REST, TICKS_PER_BEAT, Tune, bar_ticks
from multiart.records import Melody, Note

VOICE = (57, 81)  # MIDI numbers, A3 to A5
ACCENTS = {3: 8, 2: 4, 1: 0, 0: -6}  # velocity by metric weight
ARCH = 6  # velocity more in the middle of a phrase than at its ends
BREATH = TICKS_PER_BEAT // 2
LONG_ENOUGH = 3 * BREATH  # a phrase's last note from which a breath can be taken
TEMPOS = (40, 200)  # to which these may move the tempo

Part = tuple[Tune, Sequence[Syllable]]
"""A tune and what is sung on its notes; notes beyond the last syllable are played only."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A note of the song in ticks from its beginning; `end` tells the last of a phrase."""

    pitch: int
    start: int
    duration: int
    lyric: str | None
    accent: int
    end: bool


def sing(parts: Sequence[Part], *, tonic: int, tempo_bpm: float, velocity: int, program: int) -> Melody:
    """One song of several parts, each from the place in the bar that its tune begins at.

    Args:
        parts: at least one, all of one mode and metre.
        tonic: MIDI number of the tunes' pitch 0.
        tempo_bpm: quarter notes a minute.
        velocity: mean loudness, 1 to 127.
        program: General MIDI program.
    """
    tune = parts[0][0]
    phrases = tuple(count for part, _ in parts for count in part.phrases)
    places = _places(parts)
    beats, unit = map(int, tune.time_signature.split("/"))
    return Melody(
        tonic=tonic % 12,
        mode=tune.mode,
        time_signature=(beats, unit),
        tempo_bpm=tempo_bpm,
        notes=_notes(places, phrases, tonic, velocity),
        phrases=phrases,
        program=program,
        pickup=tune.pickup / TICKS_PER_BEAT,
    )


def _places(parts: Sequence[Part]) -> list[Placed]:
    first = parts[0][0]
    bar, tick, placed = bar_ticks(first.time_signature), 0, []
    for tune, syllables in parts:
        tick += (first.pickup - tune.pickup - tick) % bar
        lyrics = [syllable.lyric for syllable in syllables]
        lasts = set(accumulate(tune.phrases))
        number = 0
        for event in tune.events:
            if event.pitch is not REST:
                lyric = lyrics[number] if number < len(lyrics) else None
                number += 1
                accent = ACCENTS[metric_weight((tick - first.pickup) % bar, tune.time_signature)]
                placed.append(
                    Placed(
                        pitch=event.pitch,
                        start=tick,
                        duration=event.duration,
                        lyric=lyric,
                        accent=accent,
                        end=number in lasts,
                    )
                )
            tick += event.duration
    return placed


def _notes(placed: Sequence[Placed], phrases: Sequence[int], tonic: int, velocity: int) -> tuple[Note, ...]:
    """The notes, with a rise and fall of loudness in each phrase and a breath after it."""
    notes, rest = [], iter(placed)
    for count in phrases:
        for index in range(count):
            place = next(rest)
            arch = round(ARCH * (1 - abs(2 * index / max(1, count - 1) - 1)))
            breath = BREATH if place.end and place is not placed[-1] and place.duration >= LONG_ENOUGH else 0
            notes.append(
                Note(
                    pitch=tonic + place.pitch,
                    start=place.start / TICKS_PER_BEAT,
                    duration=(place.duration - breath) / TICKS_PER_BEAT,
                    velocity=min(max(velocity + place.accent + arch, 20), 120),
                    lyric=place.lyric,
                )
            )
    return tuple(notes)


def place_tonic(parts: Sequence[Part], *, register: int, pitch_class: int | None = None) -> int:
    """The MIDI number of the tonic that brings tunes near a mean pitch and inside `VOICE`, in an easy key.

    Args:
        parts: of one mode.
        register: the mean MIDI pitch aimed at.
        pitch_class: 0 to 11 where the key is given.
    """
    mode = parts[0][0].mode
    pitches = [event.pitch for tune, _ in parts for event in tune.notes]
    mean, low, high = fmean(pitches), min(pitches), max(pitches)

    def cost(tonic: int) -> float:
        outside = max(0, VOICE[0] - tonic - low) + max(0, tonic + high - VOICE[1])
        signs = 0 if pitch_class is not None else abs(key_fifths(tonic % 12, mode))
        return abs(tonic + mean - register) + 3 * outside + 0.75 * signs

    fitting = [t for t in range(24, 97) if t + low >= 0 and t + high <= 127]
    return min((t for t in fitting if pitch_class in (None, t % 12)), key=cost)


def singable_tempo(parts: Sequence[Part], tempo_bpm: float, *, pace: float) -> float:
    """The nearest tempo that makes on the mean ``pace`` notes a second at most, half as many at least."""
    notes = sum(len(tune.notes) for tune, _ in parts)
    beats = sum(event.duration for tune, _ in parts for event in tune.events) / TICKS_PER_BEAT
    fastest = pace * 60 * beats / notes
    slowest = fastest / 2
    return float(round(min(max(tempo_bpm, slowest, TEMPOS[0]), fastest, TEMPOS[1])))
