"""What a painted scene holds, and sensible random scenes."""

import random
from dataclasses import dataclass

from multiart.errors import unknown
from multiart.fitting import clashes, fits
from multiart.vocabulary import ATTRIBUTES, OBJECTS, SEASONS, SUBJECTS, TIMES

_TIME_WEIGHTS = (17, 24, 19, 18, 22)
_PLACE_WEIGHTS = {"lake": 20, "river": 18, "sea": 16, "meadow": 14, "field": 11, "desert": 11, "room": 10}
_OBJECT_WEIGHTS = {
    "waves": 3.0, "bridge": 1.9, "islands": 1.8, "cliffs": 1.8, "waterfall": 1.8, "reeds": 1.7, "path": 1.6,
    "maple": 4.0, "cherry blossom": 4.0, "lotus": 5.0, "plum blossom": 2.5, "butterfly": 2.5, "lantern": 2.5,
    "flowers": 1.4, "boat": 1.3, "sailing ship": 1.3, "garden": 1.6, "fish": 1.4, "horse": 1.3, "rider": 1.3,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SceneSpec:
    """What a scene shows. Together with ``seed`` it decides every stroke of the painting.

    Attributes:
        subjects: words of ``vocabulary.SUBJECTS``, sky first, then mountains, then objects.
        seed: decides shapes and places, not what is shown.
    """

    place: str
    season: str
    time_of_day: str
    weather: str
    subjects: tuple[str, ...]
    seed: int

    def __post_init__(self) -> None:
        for key, allowed in ATTRIBUTES.items():
            if getattr(self, key) not in allowed:
                raise ValueError(unknown(key, getattr(self, key), allowed))
        for subject in self.subjects:
            if subject not in SUBJECTS:
                raise ValueError(unknown("subject", subject, SUBJECTS))


def sample_spec(seed: int) -> SceneSpec:
    """Draw a sensible scene from ``seed`` alone: the same seed gives the same scene everywhere."""
    rng = random.Random(f"spec/{seed}")
    season = rng.choices(SEASONS, (24, 23, 23, 30))[0]
    weathers = {"clear": 32, "cloudy": 20, "rain": 19, "mist": 19}
    if season == "winter":
        weathers = {"clear": 28, "cloudy": 16, "rain": 4, "mist": 14, "snow": 38}
    traits = {
        "place": rng.choices(list(_PLACE_WEIGHTS), _PLACE_WEIGHTS.values())[0],
        "season": season,
        "time_of_day": rng.choices(TIMES, _TIME_WEIGHTS)[0],
        "weather": rng.choices(list(weathers), weathers.values())[0],
    }
    subjects = _sky(rng, traits) + _mountains(rng, traits["place"]) + _objects(rng, traits)
    return SceneSpec(**traits, subjects=subjects, seed=seed)


def _sky(rng: random.Random, traits: dict[str, str]) -> tuple[str, ...]:
    if fits("lightning", **traits) and rng.random() < 0.3:
        return ("lightning",)
    lights = [s for s in ("sun", "full moon", "half moon", "crescent moon") if fits(s, **traits)]
    chosen = [rng.choice(lights)] if lights and rng.random() < 0.8 else []
    if fits("stars", **traits) and (not chosen or rng.random() < 0.7):
        chosen.append("stars")
    if fits("aurora", **traits) and rng.random() < 0.55:
        chosen = [s for s in chosen if not clashes(s, "aurora")] + ["aurora"]
    return tuple(chosen)


def _mountains(rng: random.Random, place: str) -> tuple[str, ...]:
    nothing = 55 if place == "sea" else 24
    ridge = rng.choices(("", "hills", "mountains", "snowy mountains"), (nothing, 23, 30, 23))[0]
    return (ridge,) if ridge else ()


def _objects(rng: random.Random, traits: dict[str, str]) -> tuple[str, ...]:
    pool = [o for o in OBJECTS if fits(o, **traits)]
    count = rng.choices((0, 1, 2, 3), (5, 20, 38, 37))[0]
    chosen: list[str] = []
    while pool and len(chosen) < count:
        pick = rng.choices(pool, [_OBJECT_WEIGHTS.get(o, 1.0) for o in pool])[0]
        chosen.append(pick)
        pool = [o for o in pool if o != pick and not clashes(pick, o)]
    return tuple(chosen)
