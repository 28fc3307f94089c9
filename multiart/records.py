"""What the stages pass to each other: frozen records with checked units and ranges."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

from multiart.errors import unknown
from multiart.vocabulary import ATTRIBUTES, MODES, SUBJECTS

T = TypeVar("T")

TEXT_MODES = ("verbatim", "draft", "continue")
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What was asked for.

    Attributes:
        prompt: the user's text, unchanged.
        task: name of the task configuration.
        seed: any integer of 0 or more; see `multiart.seeding`.
        variation: 0 for the first work from this prompt and seed.
        scene: answers set by the user, e.g. ``{"time_of_day": "dusk"}``; they win over the reading.
        title: the user's own title, or None to take the text's.
    """

    prompt: str
    task: str = "untitled"
    seed: int = 0
    variation: int = 0
    scene: dict[str, Any] = field(default_factory=dict)
    title: str | None = None

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise ValueError("prompt must hold some text, got an empty or blank one")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {self.seed}")
        if self.variation < 0:
            raise ValueError(f"variation must be 0 or more, got {self.variation}")


@dataclass(frozen=True, kw_only=True)
class Mood:
    """How a text feels (Russell 1980): valence sad -1 to happy 1, arousal calm -1 to excited 1."""

    valence: float = 0.0
    arousal: float = 0.0

    def __post_init__(self) -> None:
        for name in ("valence", "arousal"):
            if not -1 <= getattr(self, name) <= 1:
                raise ValueError(f"mood.{name} must be from -1 to 1, got {getattr(self, name)}")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a picture of the text shows, in the words of `multiart.vocabulary`.

    Attributes:
        place, season, time_of_day, weather: one word each.
        subjects: what else is seen, most important first, without repeats.
        evidence: for each answer the words of the text (or "set by the user", "by likelihood 0.62",
            "default") that gave it, keyed by attribute name or by subject.
    """

    place: str
    season: str
    time_of_day: str
    weather: str
    subjects: tuple[str, ...] = ()
    mood: Mood = Mood()
    evidence: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, allowed in ATTRIBUTES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(unknown(f"scene.{name}", str(getattr(self, name)), allowed))
        for subject in self.subjects:
            if subject not in SUBJECTS:
                raise ValueError(unknown("scene.subjects entry", str(subject), SUBJECTS))
        if len(set(self.subjects)) != len(self.subjects):
            raise ValueError(f"scene.subjects must not repeat, got {list(self.subjects)}")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The text of the work and how it was read.

    Attributes:
        title: one line.
        lines: the poem, line by line; an empty string parts stanzas.
        language: "en" or "zh".
        mode: how the text came about: "verbatim", "draft" (from a theme) or "continue".
        mode_reason: why this mode was taken, in words.
        scene: the reading.
        caption: the scene in one English sentence; the painter reads it, then the poem.
    """

    title: str
    lines: tuple[str, ...]
    language: str
    mode: str
    mode_reason: str
    scene: Scene
    caption: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(unknown("language", self.language, LANGUAGES))
        if self.mode not in TEXT_MODES:
            raise ValueError(unknown("text.mode", self.mode, TEXT_MODES))

    @property
    def text(self) -> str:
        """The poem as one string with line breaks."""
        return "\n".join(self.lines)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An sRGB picture: float32 ``[3, H, W]`` in ``[0, 1]``."""

    pixels: Tensor

    def __post_init__(self) -> None:
        p = self.pixels
        if p.ndim != 3 or p.shape[0] != 3 or p.dtype != torch.float32:
            raise ValueError(f"pixels must be float32 [3, H, W], got {p.dtype} {list(p.shape)}")
        if not torch.isfinite(p).all() or p.min() < 0 or p.max() > 1:
            raise ValueError(f"pixels must be finite and in [0, 1], got {p.min():.3g} to {p.max():.3g}")

    @property
    def height(self) -> int:
        return self.pixels.shape[1]

    @property
    def width(self) -> int:
        return self.pixels.shape[2]


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note, in beats: a beat is a quarter note, whatever the metre.

    Attributes:
        pitch: MIDI number, 0 to 127.
        start: beats from the beginning of the piece, 0 or more.
        duration: beats, more than 0.
        velocity: 1 to 127.
        lyric: the syllable sung on it with the punctuation, blanks and line breaks that follow it in the
            text, and "-" at its end where the word goes on; "" where a syllable is drawn over several notes
            (melisma); None where nothing is sung. `multiart.music.syllables.join_lyrics` joins them.
    """

    pitch: int
    start: float
    duration: float
    velocity: int = 80
    lyric: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.pitch <= 127:
            raise ValueError(f"pitch must be from 0 to 127, got {self.pitch}")
        if not 1 <= self.velocity <= 127:
            raise ValueError(f"velocity must be from 1 to 127, got {self.velocity}")
        if self.start < 0 or self.duration <= 0:
            raise ValueError(f"a note must start at 0 or later and last, got {self.start}, {self.duration}")


@dataclass(frozen=True, kw_only=True)
class Track:
    """Notes of one instrument.

    Attributes:
        name: e.g. "bass".
        program: General MIDI program, 0 to 127.
        notes: by start; they may overlap.
    """

    name: str
    program: int
    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.program <= 127:
            raise ValueError(f"program must be from 0 to 127, got {self.program}")


@dataclass(frozen=True, kw_only=True)
class Melody:
    """A tune that sings a draft's lines, and what accompanies it.

    Attributes:
        tonic: pitch class of the tonic, 0 (C) to 11.
        mode: a word of `multiart.vocabulary.MODES`.
        time_signature: beats in a bar and the note that is one, e.g. ``(6, 8)``.
        tempo_bpm: quarter notes a minute.
        pickup: beats before the first full bar, 0 or more.
        program: General MIDI program of the voice.
        notes: the tune, one at a time, by start.
        phrases: for each sung line the number of its notes; they add up to ``len(notes)``.
        accompaniment: further tracks.
        chords: ``(start in beats, name)``, e.g. ``(4.0, "Am")``, for the sheet.
    """

    tonic: int
    mode: str
    time_signature: tuple[int, int]
    tempo_bpm: float
    notes: tuple[Note, ...]
    phrases: tuple[int, ...]
    program: int = 73
    pickup: float = 0.0
    accompaniment: tuple[Track, ...] = ()
    chords: tuple[tuple[float, str], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.tonic <= 11:
            raise ValueError(f"tonic must be from 0 to 11, got {self.tonic}")
        if self.mode not in MODES:
            raise ValueError(unknown("music.mode", self.mode, MODES))
        if not 20 <= self.tempo_bpm <= 320:
            raise ValueError(f"tempo_bpm must be from 20 to 320, got {self.tempo_bpm}")
        if sum(self.phrases) != len(self.notes):
            raise ValueError(f"phrases must add up to {len(self.notes)} notes, got {sum(self.phrases)}")

    @property
    def duration(self) -> float:
        """Beats from the beginning to the end of the last note of any track."""
        tracks = (self.notes, *(track.notes for track in self.accompaniment))
        return max((note.start + note.duration for notes in tracks for note in notes), default=0.0)


@dataclass(frozen=True, kw_only=True)
class Sound:
    """Stereo sound: float32 ``[2, N]`` in ``[-1, 1]`` at `sample_rate` in Hz."""

    samples: Tensor
    sample_rate: int

    def __post_init__(self) -> None:
        s = self.samples
        if s.ndim != 2 or s.shape[0] != 2 or s.dtype != torch.float32:
            raise ValueError(f"samples must be float32 [2, N], got {s.dtype} {list(s.shape)}")
        if not torch.isfinite(s).all() or s.abs().max() > 1:
            raise ValueError("samples must be finite and in [-1, 1]")


@dataclass(frozen=True, kw_only=True)
class Song:
    """What the music stage makes: the notes, and the sound of them, or None where it was not asked for."""

    melody: Melody
    sound: Sound | None = None


@dataclass(frozen=True, kw_only=True)
class StageRecord:
    """How one stage was run: what replaying it needs, and what it cost.

    Attributes:
        stage: "text", "image", "style" or "music".
        settings: plain values that decide the output, choices made by "auto" and their reasons among them.
        weights: source and sha256 of every weights file used.
        seed: the derived seed of the stage's generator.
        seconds: wall time; not part of what is compared between two runs.
    """

    stage: str
    settings: dict[str, Any]
    weights: dict[str, str]
    seed: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Artwork:
    """A finished work: the brief, what each stage made, and how.

    Attributes:
        painting: the picture before style, or None where the image stage was skipped.
        styled: the picture after style, or None where style was skipped.
        song: the melody and its sound, or None where the music stage was skipped.
    """

    brief: Brief
    draft: Draft
    painting: Picture | None
    styled: Picture | None
    stages: tuple[StageRecord, ...]
    song: Song | None = None

    @property
    def picture(self) -> Picture | None:
        """The final picture."""
        return self.styled if self.styled is not None else self.painting


@dataclass(frozen=True, kw_only=True)
class StageResult(Generic[T]):
    """What a stage made, and the settings that decided it (automatic choices with their reasons)."""

    output: T
    settings: dict[str, Any] = field(default_factory=dict)
