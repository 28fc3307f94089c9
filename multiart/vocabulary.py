"""The words the stages share: what a scene can hold, and what it is called.

The reader maps a poem onto these, the scene painter draws them, the painter model is trained on
them and the detector finds them. A new concept starts here.
"""

SEASONS = ("spring", "summer", "autumn", "winter")
TIMES = ("dawn", "day", "sunset", "dusk", "night")
WEATHERS = ("clear", "cloudy", "rain", "snow", "mist")
PLACES = ("lake", "sea", "river", "meadow", "field", "desert")
WATERS = ("lake", "sea", "river")

SKY = ("sun", "full moon", "crescent moon", "stars")
MOUNTAINS = ("hills", "mountains", "snowy mountains")
OBJECTS = (
    "boat",
    "sailing ship",
    "cottage",
    "pagoda",
    "bridge",
    "pine trees",
    "tree",
    "willow",
    "bamboo",
    "flowers",
    "birds",
    "path",
    "reeds",
    "traveller",
)
SUBJECTS = SKY + MOUNTAINS + OBJECTS

ATTRIBUTES = {"season": SEASONS, "time_of_day": TIMES, "weather": WEATHERS, "place": PLACES}

MEDIA = ("oil", "watercolour", "ink wash", "woodblock")
PLAIN = "plain"  # no medium: the picture as it is, only larger

MODES = ("major", "minor", "dorian", "mixolydian", "gong", "shang", "jue", "zhi", "yu")
"""Modes of a melody; the last five are the Chinese pentatonic ones."""
