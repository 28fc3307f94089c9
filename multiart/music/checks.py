"""What may be asked of the music stage."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from multiart.errors import MultiartError, unknown
from multiart.music.accompaniment import KINDS
from multiart.music.tune import STYLES, TIME_SIGNATURES
from multiart.vocabulary import MODES

_KEY = re.compile(r"([A-G])(#|b|)(m?)")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_WORDS = {"mode": MODES, "time_signature": TIME_SIGNATURES, "style": STYLES, "accompaniment": KINDS}
_RANGES = {
    "tempo_bpm": (20, 320),
    "program": (0, 127),
    "density": (0, 4),
    "temperature": (0.05, 2),
    "top_p": (0.05, 1),
    "best_of": (1, 64),
}


def check_values(values: Mapping[str, Any]) -> None:
    """Check words and numbers by their keys; None is always allowed.

    Raises:
        ValueError: naming key, given and allowed.
    """
    for key, value in values.items():
        if value is None:
            continue
        if key in _WORDS and value not in _WORDS[key]:
            raise ValueError(unknown(f"music.{key}", str(value), _WORDS[key]))
        if key in _RANGES and not _RANGES[key][0] <= value <= _RANGES[key][1]:
            raise ValueError("music.{} must be from {} to {}, got {}".format(key, *_RANGES[key], value))


def check_soundfont(path: str) -> str:
    """The path of a file that begins as a SoundFont does.

    Raises:
        MultiartError: if it does not, or is not there.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise MultiartError(f"music.soundfont: there is no file {path}.")
    with file.open("rb") as opened:
        head = opened.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise MultiartError(f"music.soundfont: {path} is not a SoundFont (.sf2).")
    return str(file)


def parse_key(key: str, mode: str | None) -> tuple[int, str | None]:
    """The pitch class of a key's tonic, and the mode it tells or else the given one.

    Raises:
        ValueError: if it is no key, or tells another mode.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"music.key_signature must be a key such as C, F#, Bb or Am, got {key!r}")
    if found[3] and mode not in (None, "minor"):
        raise ValueError(f"music.key_signature={key} is minor, but music.mode={mode} was given")
    return (_STEPS[found[1]] + "b #".index(found[2] or " ") - 1) % 12, "minor" if found[3] else mode
