"""What can be seen together: no boat in a desert, no sun at night."""

from multiart.vocabulary import PLACES, SEASONS, TIMES, WATERS, WEATHERS

OUTDOORS = tuple(place for place in PLACES if place != "room")
ON_A_TABLE = ("candle", "wine cup", "vase of flowers", "bowl of fruit")
"""What can be seen in a room only."""
_BANKS = ("lake", "river")
_LANDS = ("meadow", "field", "desert")
_GREEN = ("lake", "river", "meadow", "field")
_OBJECT_PLACES = {
    "cliffs": ("sea", "lake"),
    "islands": ("sea", "lake"),
    "waterfall": _BANKS,
    "waves": ("sea",),
    "boat": WATERS,
    "sailing ship": WATERS,
    "bridge": _BANKS,
    "pine trees": ("sea", *_GREEN),
    "tree": ("sea", *_GREEN),
    "willow": _GREEN,
    "bamboo": _GREEN,
    "plum blossom": _GREEN,
    "cherry blossom": _GREEN,
    "maple": _GREEN,
    "flowers": _GREEN,
    "lotus": _BANKS,
    "path": _LANDS,
    "reeds": _BANKS,
    "ruins": ("sea", *_LANDS),
    "gate": _GREEN,
    "garden": ("lake", "river", "meadow"),
    "crane": _GREEN,
    "fish": WATERS,
    "horse": ("river", *_LANDS),
    "deer": _GREEN,
    "butterfly": _GREEN,
    "fisherman": WATERS,
    "rider": ("river", *_LANDS),
    **dict.fromkeys(ON_A_TABLE, ("room",)),
}
_TIMES = {
    "sun": ("dawn", "day", "sunset"),
    "full moon": ("dusk", "night"),
    "half moon": ("dusk", "night"),
    "crescent moon": ("dawn", "dusk", "night"),
    "stars": ("night",),
    "aurora": ("night",),
    "lantern": ("dusk", "night"),
    "butterfly": ("dawn", "day", "sunset"),
}
_SEASONS = {
    "plum blossom": ("winter", "spring"),
    "cherry blossom": ("spring",),
    "maple": ("autumn",),
    "lotus": ("summer",),
    "flowers": ("spring", "summer", "autumn"),
    "butterfly": ("spring", "summer", "autumn"),
}
_WEATHERS = {
    "sun": ("clear", "cloudy", "mist"),
    "full moon": ("clear", "cloudy", "mist"),
    "half moon": ("clear", "cloudy", "mist"),
    "crescent moon": ("clear", "cloudy", "mist"),
    "stars": ("clear",),
    "aurora": ("clear",),
    "lightning": ("cloudy", "rain"),
    "butterfly": ("clear", "cloudy", "mist"),
}
_INDOORS = (
    "sun",
    "full moon",
    "half moon",
    "crescent moon",
    "stars",
    "hills",
    "mountains",
    "snowy mountains",
)
"""What can be seen through the window of a room."""
_CLASHES = (
    {"sun", "full moon", "half moon", "crescent moon", "lightning"},
    {"sun", "full moon", "half moon", "aurora"},
    {"hills", "mountains", "snowy mountains"},
    {"boat", "sailing ship", "fish"},
    {"bridge", "sailing ship", "fish"},
    {"boat", "fisherman"},
    {"tree", "willow", "bamboo", "plum blossom", "cherry blossom", "maple"},
    {"traveller", "fisherman", "child", "couple", "rider"},
    {"horse", "rider"},
    {"horse", "deer", "crane"},
    {"birds", "geese"},
    {"cottage", "temple", "garden"},
    {"cliffs", "islands"},
    {"reeds", "lotus"},
    {"city", "ruins"},
)


def fits_time(subject: str, time_of_day: str) -> bool:
    """Whether a subject can be seen at that hour."""
    return time_of_day in _TIMES.get(subject, TIMES)


def fits(subject: str, *, place: str, season: str, time_of_day: str, weather: str) -> bool:
    """Whether a subject can be seen in such a scene at all."""
    if place == "room" and subject in _INDOORS:
        places: tuple[str, ...] = PLACES
    else:
        places = _OBJECT_PLACES.get(subject, OUTDOORS)
    return (
        place in places
        and season in _SEASONS.get(subject, SEASONS)
        and fits_time(subject, time_of_day)
        and weather in _WEATHERS.get(subject, WEATHERS)
    )


def clashes(one: str, other: str) -> bool:
    """Whether two different subjects are never shown together (a scene has one moon, one ridge)."""
    return one != other and any({one, other} <= group for group in _CLASHES)


def clash_free(subjects: list[str]) -> list[str]:
    """``subjects`` in order, without those that clash with an earlier one."""
    kept: list[str] = []
    for subject in subjects:
        if not any(clashes(subject, other) for other in kept):
            kept.append(subject)
    return kept
