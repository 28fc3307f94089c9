"""How a scene feels, by what is in it."""

from collections.abc import Iterable
from math import tanh

from multiart.records import Mood

FEELS = {  # valence, arousal; what is not here leaves both as they are
    "spring": (0.3, 0.0),
    "summer": (0.3, 0.1),
    "autumn": (-0.2, -0.1),
    "winter": (-0.3, -0.1),
    "dawn": (0.3, 0.0),
    "day": (0.2, 0.2),
    "dusk": (-0.2, -0.2),
    "night": (-0.3, -0.3),
    "clear": (0.3, 0.1),
    "cloudy": (-0.2, 0.0),
    "rain": (-0.5, 0.1),
    "snow": (-0.2, -0.3),
    "mist": (-0.3, -0.4),
    "lake": (0.0, -0.2),
    "sea": (0.0, 0.2),
    "river": (0.0, 0.1),
    "desert": (-0.3, 0.0),
    "room": (0.1, -0.3),
    "sun": (0.3, 0.1),
    "lightning": (-0.3, 0.8),
    "waves": (0.0, 0.6),
    "waterfall": (0.1, 0.5),
    "aurora": (0.2, 0.2),
    "cherry blossom": (0.3, 0.0),
    "plum blossom": (0.2, 0.0),
    "flowers": (0.3, 0.1),
    "lotus": (0.1, -0.3),
    "willow": (-0.1, -0.2),
    "ruins": (-0.5, -0.1),
    "lantern": (0.2, 0.0),
    "candle": (0.0, -0.2),
    "wine cup": (0.2, 0.1),
    "crow": (-0.4, 0.1),
    "geese": (-0.2, 0.1),
    "crane": (0.1, -0.2),
    "butterfly": (0.3, 0.1),
    "fish": (0.1, 0.2),
    "horse": (0.1, 0.4),
    "rider": (0.0, 0.5),
    "child": (0.4, 0.3),
    "couple": (0.3, 0.1),
    "traveller": (-0.2, 0.0),
    "fisherman": (0.0, -0.2),
}
"""This project's own table: days, blossom and children are happy, rain and ruins sad, riders excited."""


def feelings(concepts: Iterable[str]) -> tuple[float, float]:
    """The sums of what concepts of a scene bring, valence and arousal, of any size."""
    feels = [FEELS.get(name, (0.0, 0.0)) for name in concepts]
    return sum(valence for valence, _ in feels), sum(arousal for _, arousal in feels)


def mood_of(concepts: Iterable[str]) -> Mood:
    """The mood of what is seen: all that it brings, added and squashed."""
    return Mood(**dict(zip(("valence", "arousal"), map(tanh, feelings(concepts)), strict=True)))
