"""What can be seen together: no boat in a desert, no sun at night."""

from multiart.vocabulary import PLACES, WATERS

_BANKS = ("lake", "river")
_LANDS = ("meadow", "field", "desert")
_GREEN = ("lake", "river", "meadow", "field")
_OBJECT_PLACES = {
    "boat": WATERS,
    "sailing ship": WATERS,
    "bridge": _BANKS,
    "pine trees": ("sea", *_GREEN),
    "tree": ("sea", *_GREEN),
    "willow": _GREEN,
    "bamboo": _GREEN,
    "flowers": _GREEN,
    "path": _LANDS,
    "reeds": _BANKS,
}
_SKY_TIMES = {
    "sun": ("dawn", "day", "sunset"),
    "full moon": ("dusk", "night"),
    "crescent moon": ("dawn", "dusk", "night"),
    "stars": ("night",),
}
_CLASHES = (
    {"sun", "full moon", "crescent moon"},
    {"hills", "mountains", "snowy mountains"},
    {"boat", "sailing ship"},
    {"bridge", "sailing ship"},
    {"bamboo", "willow"},
    {"tree", "bamboo"},
    {"tree", "willow"},
)


def fits(subject: str, *, place: str, season: str, time_of_day: str, weather: str) -> bool:
    """Whether a subject can be seen in such a scene at all."""
    if subject in _SKY_TIMES:
        if time_of_day not in _SKY_TIMES[subject] or weather in ("rain", "snow"):
            return False
        return subject != "stars" or weather == "clear"
    if subject == "flowers" and season == "winter":
        return False
    return place in _OBJECT_PLACES.get(subject, PLACES)


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
