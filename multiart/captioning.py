"""Say a scene in one English sentence: what the painter reads, and what it is trained on."""

from collections.abc import Sequence
from typing import Protocol

_PLACES = {"sea": "the sea"}
_TIMES = {"dawn": "at dawn", "day": "by day", "sunset": "at sunset", "dusk": "at dusk", "night": "at night"}
_WEATHERS = {
    "clear": "",
    "cloudy": "cloudy sky",
    "rain": "falling rain",
    "snow": "falling snow",
    "mist": "mist",
}
_TREES = {
    "spring": "a tree in young leaf",
    "summer": "a green tree",
    "autumn": "a golden tree",
    "winter": "a bare tree",
}
_SUBJECTS = {"sun": "the sun", "garden": "a walled garden", "gate": "an old gate"}
_PLURAL = {
    "stars", "aurora", "lightning", "hills", "mountains", "snowy mountains", "cliffs", "islands", "waves",
    "pine trees", "bamboo", "plum blossom", "cherry blossom", "flowers", "lotus", "reeds", "ruins",
    "birds", "geese",
}  # fmt: skip


class SceneLike(Protocol):
    """Anything that says what a scene holds, such as a ``SceneSpec``."""

    place: str
    season: str
    time_of_day: str
    weather: str
    subjects: tuple[str, ...]


def scene_caption(*, place: str, season: str, time_of_day: str, weather: str, subjects: Sequence[str]) -> str:
    """Word a scene, e.g. "a lake at dusk in autumn, mist, with mountains, a boat and pine trees".

    All arguments are words of `multiart.vocabulary`; subjects are named in the order given. A clear
    sky goes unsaid, and a tree is named by what the season makes of it.
    """
    head = f"{_PLACES.get(place, f'a {place}')} {_TIMES[time_of_day]} in {season}"
    named = [subject_phrase(subject, season) for subject in subjects]
    if len(named) > 1:
        named = [*named[:-2], f"{named[-2]} and {named[-1]}"]
    parts = [head, _WEATHERS[weather], f"with {', '.join(named)}" if named else ""]
    return ", ".join(part for part in parts if part)


def caption_of(scene: SceneLike, subjects: Sequence[str] | None = None) -> str:
    """`scene_caption` of a scene, its subjects in another order where one is given."""
    return scene_caption(
        place=scene.place,
        season=scene.season,
        time_of_day=scene.time_of_day,
        weather=scene.weather,
        subjects=scene.subjects if subjects is None else subjects,
    )


def subject_phrase(subject: str, season: str) -> str:
    """One subject with its article, e.g. "a boat"; a tree as the season has it, e.g. "a bare tree"."""
    if subject == "tree":
        return _TREES[season]
    if subject in _PLURAL:
        return subject
    return _SUBJECTS.get(subject, f"a {subject}")
