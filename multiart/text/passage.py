"""A piece of text that is read into a scene."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Some text to read: what it is called in the evidence, and how much it counts."""

    label: str
    text: str
    weight: float = 1.0
