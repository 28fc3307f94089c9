"""Check the answers about a scene that the user sets."""

from collections.abc import Mapping
from typing import Any

from multiart.errors import unknown
from multiart.vocabulary import ATTRIBUTES, SUBJECTS

KEYS = (*ATTRIBUTES, "subjects", "mood")


def check_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that are set (None means: not set), checked.

    Raises:
        ValueError: for an unknown key or word, a repeated subject, or a mood out of range.
    """
    checked: dict[str, Any] = {}
    for key, value in answers.items():
        if key not in KEYS:
            raise ValueError(unknown("scene key", str(key), KEYS))
        if value is None:
            continue
        if key == "subjects":
            checked[key] = _check_subjects(value)
        elif key == "mood":
            checked[key] = _check_mood(value)
        elif value not in ATTRIBUTES[key]:
            raise ValueError(unknown(f"scene.{key}", str(value), ATTRIBUTES[key]))
        else:
            checked[key] = value
    return checked


def _check_subjects(value: Any) -> tuple[str, ...]:
    subjects = (value,) if isinstance(value, str) else tuple(value)
    for subject in subjects:
        if subject not in SUBJECTS:
            raise ValueError(unknown("scene.subjects entry", str(subject), SUBJECTS))
    if len(set(subjects)) != len(subjects):
        raise ValueError(f"scene.subjects must not repeat, got {list(subjects)}")
    return subjects


def _check_mood(value: Any) -> dict[str, float]:
    from multiart.records import Mood  # brings PyTorch with it

    if not isinstance(value, Mapping):
        raise ValueError(f"scene.mood must be like {{valence: -0.5, arousal: 0.2}}, got {value!r}")
    mood: dict[str, float] = {}
    for name, number in value.items():
        if name not in ("valence", "arousal"):
            raise ValueError(unknown("scene.mood key", str(name), ("valence", "arousal")))
        if number is None:
            continue
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f"scene.mood.{name} must be a number from -1 to 1, got {number!r}")
        mood[name] = float(number)
    Mood(**mood)
    return mood
