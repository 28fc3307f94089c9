"""What scenes are called: the canonical caption, freer wordings of it, and short verses."""

import random
from typing import Protocol

from multiart.data.verses import NEUTRAL_LINES, VERSE_LINES

Phrases = dict[str, tuple[str, ...]]


class SceneLike(Protocol):
    """Anything that says what a scene holds, such as a ``SceneSpec``."""

    place: str
    season: str
    time_of_day: str
    weather: str
    subjects: tuple[str, ...]


_CANONICAL = {
    "lake": "a lake",
    "river": "a river",
    "sea": "the sea",
    "meadow": "a meadow",
    "field": "a field",
    "desert": "a desert",
    "dawn": "at dawn",
    "day": "by day",
    "sunset": "at sunset",
    "dusk": "at dusk",
    "night": "at night",
    "cloudy": "clouds",
    "rain": "rain",
    "snow": "snow",
    "mist": "mist",
    "sun": "the sun",
    "full moon": "a full moon",
    "crescent moon": "a crescent moon",
    "boat": "a boat",
    "sailing ship": "a sailing ship",
    "cottage": "a cottage",
    "pagoda": "a pagoda",
    "bridge": "a bridge",
    "willow": "a willow",
    "path": "a path",
    "traveller": "a traveller",
}
_TREES = {
    "spring": "a blossoming tree",
    "summer": "a green tree",
    "autumn": "a red-leaved autumn tree",
    "winter": "a bare tree",
}

SYNONYMS: Phrases = {
    "lake": ("a quiet lake", "the still water of a lake", "a mirror lake", "a wide lake", "calm lake water"),
    "river": ("a winding river", "a stream", "a river between its banks", "the long river", "flowing water"),
    "sea": ("the open sea", "the ocean", "waves of the sea", "the wide sea", "the rolling waves"),
    "meadow": ("a grassy meadow", "grassland", "an open meadow", "a rolling meadow", "the grass"),
    "field": ("a ploughed field", "rows of a farm field", "farmland", "the furrows", "a field of crops"),
    "desert": ("sand dunes", "the sands", "a sandy desert", "the dunes", "desert sand"),
    "spring": ("in spring", "in springtime", "when spring comes", "in early spring", "in the spring wind"),
    "summer": ("in summer", "in the green of summer", "in high summer", "on a summer's day", "in midsummer"),
    "autumn": ("in autumn", "in fall", "in late autumn", "in the gold of autumn", "when leaves turn"),
    "winter": ("in winter", "in deep winter", "in the cold of winter", "in white winter", "on frozen ground"),
    "dawn": ("at dawn", "at daybreak", "in the early morning", "as the day breaks", "at first light"),
    "day": ("by day", "in daylight", "at noon", "under a bright sky", "in the afternoon"),
    "sunset": (
        "at sunset",
        "as the sun goes down",
        "in the evening glow",
        "in the red evening",
        "under a burning sky",
    ),
    "dusk": ("at dusk", "at twilight", "in the dusk", "after sunset", "as evening darkens"),
    "night": ("at night", "in the dark night", "at midnight", "in the deep of night", "under the night sky"),
    "clear": ("a clear sky", "cloudless air", "bright clear air", "fair weather"),
    "cloudy": ("clouds", "a cloudy sky", "drifting clouds", "heavy clouds", "an overcast sky"),
    "rain": ("rain", "falling rain", "a rain shower", "drizzle", "pouring rain"),
    "snow": ("snow", "falling snow", "snowfall", "drifting snowflakes", "a snowstorm"),
    "mist": ("mist", "fog", "white haze", "drifting mist", "veils of fog"),
    "sun": ("the sun", "a glowing sun", "the round sun", "sunlight", "the golden sun"),
    "full moon": ("a full moon", "the round moon", "a bright moon", "moonlight", "the silver moon"),
    "crescent moon": ("a crescent moon", "a thin moon", "a new moon", "a sickle moon", "a curved moon"),
    "stars": ("stars", "bright stars", "a starry sky", "starlight", "a thousand stars"),
    "hills": ("hills", "rolling hills", "low hills", "round hills", "hills in the distance"),
    "mountains": ("mountains", "distant peaks", "blue mountains", "far mountains", "ridge behind ridge"),
    "snowy mountains": (
        "snowy mountains",
        "white peaks",
        "snow-capped mountains",
        "summits under snow",
        "icy mountains",
    ),
    "boat": ("a boat", "a small boat", "a lone boat", "a fisherman in a boat", "a little skiff"),
    "sailing ship": (
        "a sailing ship",
        "a ship under sail",
        "white sails",
        "a tall ship",
        "a ship with full sails",
    ),
    "cottage": ("a cottage", "a little house", "a farmhouse", "a small home", "a hut"),
    "pagoda": ("a pagoda", "a temple tower", "a tower of curved roofs", "a temple", "an old pagoda"),
    "bridge": ("a bridge", "an arched bridge", "a red bridge", "a bridge over the water", "an old bridge"),
    "pine trees": ("pine trees", "pines", "dark pines", "firs", "evergreen trees"),
    "willow": (
        "a willow",
        "a weeping willow",
        "willow branches",
        "a drooping willow",
        "hanging willow strands",
    ),
    "bamboo": ("bamboo", "bamboo stalks", "tall bamboo", "a bamboo grove", "green bamboo"),
    "flowers": ("flowers", "blooming flowers", "wildflowers", "blossoms in the grass", "bright flowers"),
    "birds": ("birds", "flying birds", "a flock of birds", "wild geese", "birds on the wing"),
    "path": ("a path", "a winding path", "a road", "a footpath", "a long road"),
    "reeds": ("reeds", "rushes", "tall reeds", "cattails", "reeds by the water"),
    "traveller": (
        "a traveller",
        "a wanderer",
        "a walker with a staff",
        "a lone figure",
        "a man in a wide hat",
    ),
    "tree spring": (
        _TREES["spring"],
        "a cherry tree in blossom",
        "pink blossoms",
        "a flowering tree",
        "a plum tree in flower",
    ),
    "tree summer": (
        _TREES["summer"],
        "a leafy tree",
        "a broad green tree",
        "a shady tree",
        "a tree in full leaf",
    ),
    "tree autumn": (
        _TREES["autumn"],
        "a tree with red leaves",
        "a red maple",
        "autumn leaves",
        "a tree in autumn colours",
    ),
    "tree winter": (
        _TREES["winter"],
        "a leafless tree",
        "naked branches",
        "a bare winter tree",
        "a tree without leaves",
    ),
}
"""Wordings of every concept the painter is taught (a tree has one list a season)."""

HELD_OUT_SYNONYMS: dict[str, str] = {
    "lake": "a glassy lake",
    "river": "a brook",
    "sea": "the deep blue sea",
    "meadow": "a green pasture",
    "field": "tilled land",
    "desert": "a sandy waste",
    "spring": "in the new spring",
    "summer": "in the heat of summer",
    "autumn": "in the fall of the year",
    "winter": "in the frost of winter",
    "dawn": "at sunrise",
    "day": "at midday",
    "sunset": "at sundown",
    "dusk": "at nightfall",
    "night": "in the small hours",
    "clear": "a cloudless sky",
    "cloudy": "a sky full of clouds",
    "rain": "a downpour",
    "snow": "flakes of snow",
    "mist": "a veil of mist",
    "sun": "the bright disc of the sun",
    "full moon": "a whole moon",
    "crescent moon": "a slender moon",
    "stars": "glittering stars",
    "hills": "gentle hills",
    "mountains": "a mountain range",
    "snowy mountains": "mountains covered in snow",
    "boat": "a rowing boat",
    "sailing ship": "a sailboat",
    "cottage": "a lonely house",
    "pagoda": "an ancient temple tower",
    "bridge": "a footbridge",
    "pine trees": "a stand of pines",
    "willow": "a trailing willow",
    "bamboo": "a thicket of bamboo",
    "flowers": "a carpet of flowers",
    "birds": "birds in flight",
    "path": "a trail",
    "reeds": "a reed bed",
    "traveller": "a pilgrim",
    "tree spring": "a tree full of blossom",
    "tree summer": "a tree with green leaves",
    "tree autumn": "a scarlet tree",
    "tree winter": "a tree stripped of its leaves",
}
"""One wording a concept the painter never sees in training: does it understand new words?"""

_FRAMES = (
    "{place} {time} {season}{weather}{with_subjects}",
    "{subjects_first}{place} {season}, {time}{weather}",
    "{time} {season}: {place}{comma_subjects}{weather}",
    "a painting of {place} {time}{with_subjects}, {season}{weather}",
    "{season}, {place}{with_subjects}, {time}{weather}",
    "{subjects_dash}{place}, {time}{weather}, {season}",
)


def scene_caption(place: str, season: str, time_of_day: str, weather: str, subjects: tuple[str, ...]) -> str:
    """Say a scene in one English sentence; the only wording used when painting poems.

    Args:
        place, season, time_of_day, weather: words of ``vocabulary.ATTRIBUTES``.
        subjects: words of ``vocabulary.SUBJECTS``, named in this order.
    """
    caption = f"{_CANONICAL[place]} {_CANONICAL[time_of_day]} in {season}"
    if weather != "clear":
        caption += f", {_CANONICAL[weather]}"
    named = [_TREES[season] if s == "tree" else _CANONICAL.get(s, s) for s in subjects]
    return f"{caption}, with {_listed(named)}" if named else caption


def sample_caption(spec: SceneLike, rng: random.Random, *, held_out: bool = False) -> str:
    """Caption a scene: half the time the canonical way in any order of subjects, else in other words.

    In other words, one time in five, the season, the hour or the weather is left out; a subject never.

    Args:
        held_out: use the wordings the painter was not taught, for measuring; never the canonical ones.
    """
    subjects = list(spec.subjects)
    rng.shuffle(subjects)
    if not held_out and rng.random() < 0.5:
        return scene_caption(spec.place, spec.season, spec.time_of_day, spec.weather, tuple(subjects))

    def word(concept: str) -> str:
        return HELD_OUT_SYNONYMS[concept] if held_out else rng.choice(SYNONYMS[concept])

    named = _listed([word(f"tree {spec.season}" if s == "tree" else s) for s in subjects])
    place, time, season = word(spec.place), word(spec.time_of_day), word(spec.season)
    weather = word(spec.weather) if spec.weather != "clear" or rng.random() < 0.15 else ""
    if rng.random() < 0.2:
        gone = rng.choice(("time", "season", "weather"))
        time, season = ("" if gone == "time" else time), ("" if gone == "season" else season)
        weather = "" if gone == "weather" else weather
    caption = rng.choice(_FRAMES).format(
        place=place,
        time=time,
        season=season,
        weather=f", {weather}" if weather else "",
        with_subjects=f" with {named}" if named else "",
        comma_subjects=f", {named}" if named else "",
        subjects_first=f"{named}, " if named else "",
        subjects_dash=f"{named} - " if named else "",
    )
    return _tidy(caption)


def sample_verse(spec: SceneLike, rng: random.Random) -> str:
    """Two to four short lines that speak of the scene, and of nothing that is not in it."""
    concepts = [f"tree {spec.season}" if s == "tree" else s for s in spec.subjects]
    concepts += [spec.place, spec.season, spec.time_of_day]
    if spec.weather != "clear":
        concepts.append(spec.weather)
    rng.shuffle(concepts)
    lines = [rng.choice(VERSE_LINES[concept]) for concept in concepts[: rng.randint(2, 4)]]
    if rng.random() < 0.4:
        lines[-1] = rng.choice(NEUTRAL_LINES)
    return "\n".join(lines)


def _listed(names: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _tidy(caption: str) -> str:
    """Close the gaps that words left out have made."""
    words = " ".join(caption.split())
    while " ," in words or ",," in words or " :" in words:
        words = words.replace(" ,", ",").replace(",,", ",").replace(" :", ":")
    return words.strip(" ,:-")
