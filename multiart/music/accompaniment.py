"""What accompanies a tune: a bass with block or broken chords, or a drone, always below the voice."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from multiart.errors import unknown
from multiart.music.harmony import Chord, bar_beats, harmonise, pulse_beats
from multiart.music.keys import key_fifths
from multiart.music.tune import SCALES
from multiart.records import Melody, Note, Track

KINDS = ("auto", "none", "block", "arpeggio", "drone")
VERY_CALM, LIVELY = -0.5, 0.3  # energies: broken chords go in quarters below, bass and chord alternate from
BASS, CHORDS = range(33, 50), range(45, 68)  # pitches
LOUDNESS = (0.75, 0.6)  # of bass and chords, as shares of the voice's
PROGRAMS = {  # General MIDI: bass, chords
    "block": (32, 24),  # acoustic bass, nylon guitar
    "arpeggio": (42, 46),  # cello, harp
    "drone": (48, 46),  # strings, harp
}


def accompany(melody: Melody, *, kind: str = "auto", energy: float = 0.0) -> Melody:
    """Give a tune an accompaniment and, but for drones, chord symbols.

    Args:
        melody: the tune; what it has of either is replaced.
        kind: of `KINDS`; "auto" takes a drone for pentatonic and calm modal tunes, else arpeggios where the
            energy is below 0 and blocks from 0 on.
        energy: -1 calm to 1 excited, as the arousal of a `Mood`.

    Raises:
        ValueError: for another kind, or an energy outside that range.
    """
    if kind not in KINDS:
        raise ValueError(unknown("music.accompaniment", str(kind), KINDS))
    if not -1 <= energy <= 1:
        raise ValueError(f"energy must be from -1 to 1, got {energy}")
    if _end(melody) <= melody.pickup:  # no full bar
        kind = "none"
    kind = _chosen(melody, energy) if kind == "auto" else kind
    chords = [] if kind in ("none", "drone") else harmonise(melody)
    fifths = key_fifths(melody.tonic, melody.mode)
    return replace(
        melody,
        accompaniment=() if kind == "none" else _tracks(melody, chords, kind, energy),
        chords=tuple((start, chord.name(fifths)) for start, chord in chords),
    )


@dataclass(frozen=True)
class _Span:
    """A stretch of time under one chord, at most a bar long."""

    start: float
    end: float
    chord: Chord

    def pulses(self, length: float) -> list[float]:
        """Where its beats of `length` begin."""
        return [self.start + n * length for n in range(max(1, round((self.end - self.start) / length)))]


@dataclass(frozen=True)
class _Sound:
    """A note before its loudness is known."""

    pitch: int
    start: float
    end: float


_Parts = tuple[list[_Sound], list[_Sound]]


def _chosen(melody: Melody, energy: float) -> str:
    pentatonic = len(SCALES[melody.mode]) == 5
    if pentatonic or (melody.mode in ("dorian", "mixolydian") and energy < 0):
        return "drone"
    return "arpeggio" if energy < 0 else "block"


def _tracks(melody: Melody, chords: list[tuple[float, Chord]], kind: str, energy: float) -> tuple[Track, ...]:
    make = {"block": _block, "arpeggio": _arpeggio, "drone": _drone}[kind]
    parts = make(melody, _spans(melody, chords), energy)
    names = ("drone", "fifths") if kind == "drone" else ("bass", "chords")
    tracks = [
        Track(name=name, program=program, notes=_notes(melody, part, loudness))
        for name, program, part, loudness in zip(names, PROGRAMS[kind], parts, LOUDNESS, strict=True)
    ]
    return tuple(track for track in tracks if track.notes)


def _notes(melody: Melody, sounds: Iterable[_Sound], loudness: float) -> tuple[Note, ...]:
    """The sounds as notes, softer than any of the voice, without those that would reach into its register."""
    voice = [note.velocity for note in melody.notes]
    velocity = max(1, min(round(loudness * sum(voice) / len(voice)), min(voice) - 1))
    end = _end(melody)
    return tuple(
        Note(
            pitch=sound.pitch,
            start=sound.start,
            duration=min(sound.end, end) - sound.start,
            velocity=velocity,
        )
        for sound in sorted(sounds, key=lambda sound: (sound.start, sound.pitch))
        if sound.start < end - 1e-6 and sound.pitch < _ceiling(melody, sound.start, sound.end)
    )


def _spans(melody: Melody, chords: list[tuple[float, Chord]]) -> list[_Span]:
    """The chords cut at bar lines; without chords, bars on the tonic."""
    bar, end = bar_beats(melody.time_signature), _end(melody)
    lines = [melody.pickup + n * bar for n in range(math.ceil(round((end - melody.pickup) / bar, 6)))]
    chords = chords or [(start, Chord(root=melody.tonic, quality="5")) for start in lines]
    starts = sorted({round(start, 6) for start in (*lines, *(start for start, _ in chords))})
    places = [round(start, 6) for start, _ in chords]
    return [
        _Span(start, until, chords[bisect_right(places, start) - 1][1])
        for start, until in zip(starts, [*starts[1:], end], strict=True)
    ]


def _block(melody: Melody, spans: list[_Span], energy: float) -> _Parts:
    """Held chords; in lively tunes bass and chord in turn."""
    bass, upper = [], []
    pulse = pulse_beats(melody.time_signature)
    for span, voicing in zip(spans, _voicings(melody, spans), strict=True):
        low = _lowest(span.chord.root, BASS)
        if energy < LIVELY:
            bass.append(_Sound(low, span.start, span.end))
            upper += [_Sound(pitch, span.start, span.end) for pitch in voicing]
            continue
        pulses = span.pulses(pulse)
        for n, start in enumerate(pulses):
            compound, even = pulse == 1.5, len(pulses) % 2 == 0
            if compound or (n % 2 == 0 if even else n == 0):
                fifth = n % 4 == 2 and low + 7 in BASS
                bass.append(_Sound(low + 7 * fifth, start, start + pulse))
            if compound:
                upper += [_Sound(pitch, start + 1, start + pulse) for pitch in voicing]
            elif n % 2 == 1 or (n and not even):
                upper += [_Sound(pitch, start, start + pulse) for pitch in voicing]
    return bass, upper


def _arpeggio(melody: Melody, spans: list[_Span], energy: float) -> _Parts:
    """Chords broken upwards and back, in quarters where it is very calm, else in eighths."""
    bass, upper = [], []
    compound = pulse_beats(melody.time_signature) == 1.5
    step = 1.0 if energy < VERY_CALM and not compound else 0.5
    for span, voicing in zip(spans, _voicings(melody, spans), strict=True):
        low = _lowest(span.chord.root, BASS)
        bass.append(_Sound(low, span.start, span.end))
        wave = [*voicing, *voicing[-2:0:-1]]
        for n, start in enumerate(span.pulses(step) if wave else []):
            upper.append(_Sound(wave[n % len(wave)], start, start + step))
    return bass, upper


def _drone(melody: Melody, spans: list[_Span], energy: float) -> _Parts:
    """Tonic and fifth held for two bars, and plucked above on the beats; where it is calm, once a bar."""
    bass, upper = [], []
    fifth = 7 if 7 in SCALES[melody.mode] else 5
    low = _lowest(melody.tonic, BASS)
    for first, last in zip(spans[::2], [*spans[1::2], spans[-1]], strict=False):
        bass += [_Sound(pitch, first.start, last.end) for pitch in (low, low + fifth)]
    for span in spans:
        pulses = span.pulses(pulse_beats(melody.time_signature))
        for n, start in enumerate(pulses if energy >= 0 else pulses[:1]):
            pitch = low + (12, 12 + fifth, 24, 12 + fifth)[n % 4]
            upper.append(_Sound(pitch, start, span.end))
    return bass, upper


def _voicings(melody: Melody, spans: list[_Span]) -> list[tuple[int, ...]]:
    """For each chord its tones above one another, as near as can be to those before, and below the voice."""
    voicings, before = [], 57.0
    for span in spans:
        ceiling = _ceiling(melody, span.start, span.end)
        tones = span.chord.tones
        stacks = [_stack(tones[n:] + tones[:n], bottom) for n in range(len(tones)) for bottom in (45, 52)]
        fitting = [stack for stack in stacks if stack[-1] < min(ceiling, CHORDS.stop)]
        best = min(fitting, key=lambda stack: abs(sum(stack) / len(stack) - before), default=())
        before = sum(best) / len(best) if best else before
        voicings.append(best)
    return voicings


def _stack(tones: tuple[int, ...], bottom: int) -> tuple[int, ...]:
    """Pitches of the tones, each above the one before, from `bottom` up."""
    pitches: list[int] = []
    for tone in tones:
        floor = pitches[-1] + 1 if pitches else bottom
        pitches.append(floor + (tone - floor) % 12)
    return tuple(pitches)


def _lowest(tone: int, register: range) -> int:
    """The lowest pitch of a pitch class in a register of an octave or more; low ones are avoided."""
    return register.start + (tone - register.start) % 12


def _ceiling(melody: Melody, start: float, end: float) -> int:
    """The lowest pitch of the voice in a stretch of time."""
    first = max(0, bisect_right(melody.notes, start + 1e-6, key=lambda note: note.start) - 1)
    after = bisect_left(melody.notes, end - 1e-6, key=lambda note: note.start)
    sung = (n.pitch for n in melody.notes[first:after] if n.start + n.duration > start + 1e-6)
    return min(sung, default=CHORDS.stop)


def _end(melody: Melody) -> float:
    return max((note.start + note.duration for note in melody.notes), default=0.0)
