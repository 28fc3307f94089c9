"""The words the stages share: what a scene can hold, and what it is called.

The reader maps a poem onto these, the scene painter draws them, the painter model is trained on
them and the detector finds them. A new concept starts here.
"""

SEASONS = ("spring", "summer", "autumn", "winter")
TIMES = ("dawn", "day", "sunset", "dusk", "night")
WEATHERS = ("clear", "cloudy", "rain", "snow", "mist")
PLACES = ("lake", "sea", "river", "meadow", "field", "desert", "room")
WATERS = ("lake", "sea", "river")

SKY = ("sun", "full moon", "half moon", "crescent moon", "stars", "aurora", "lightning")
MOUNTAINS = ("hills", "mountains", "snowy mountains")
OBJECTS = (
    # land and water
    "cliffs",
    "islands",
    "waterfall",
    "waves",
    # plants
    "tree",
    "pine trees",
    "willow",
    "bamboo",
    "plum blossom",
    "cherry blossom",
    "maple",
    "flowers",
    "lotus",
    "reeds",
    # what people build
    "boat",
    "sailing ship",
    "cottage",
    "pagoda",
    "temple",
    "city",
    "ruins",
    "gate",
    "garden",
    "bridge",
    "path",
    "lantern",
    # animals
    "birds",
    "geese",
    "crane",
    "crow",
    "fish",
    "horse",
    "deer",
    "butterfly",
    # people
    "traveller",
    "fisherman",
    "child",
    "couple",
    "rider",
    # on the table of a room
    "candle",
    "wine cup",
    "vase of flowers",
    "bowl of fruit",
)
SUBJECTS = SKY + MOUNTAINS + OBJECTS

ATTRIBUTES = {"season": SEASONS, "time_of_day": TIMES, "weather": WEATHERS, "place": PLACES}

MEDIA = ("oil", "watercolour", "ink wash", "woodblock")
PLAIN = "plain"  # no medium: the picture as it is, only larger

MODES = ("major", "minor", "dorian", "mixolydian", "gong", "shang", "jue", "zhi", "yu")
"""Modes of a melody; the last five are the Chinese pentatonic ones."""
