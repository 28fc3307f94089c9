"""Lines of verse for every place, season, hour and weather."""

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "lake": (
        "The lake keeps everything it sees",
        "Still water holds the sky",
        "Not a ripple crosses the lake",
    ),
    "river": (
        "The river goes its winding way",
        "Water runs on between its banks",
        "The stream has somewhere else to be",
    ),
    "sea": (
        "The tide comes in and comes again",
        "The sea breathes slowly in and out",
        "Salt wind over the wide water",
    ),
    "meadow": (
        "The grass bends under the wind",
        "Across the meadow nothing hurries",
        "The open grassland rolls away",
    ),
    "field": (
        "Furrow by furrow the field runs on",
        "Rows of earth run to the sky",
        "Where the plough has gone the field lies open",
    ),
    "desert": (
        "The dunes move on without a sound",
        "Sand upon sand as far as the eye",
        "The desert writes and wipes its lines",
    ),
    "room": (
        "Inside the room the hours are still",
        "Beyond the window goes the world",
        "A table, a window, and a little light",
    ),
    "spring": (
        "Spring comes up soft and green",
        "New shoots are in the air again",
        "The warm wind brings the spring",
    ),
    "summer": (
        "Summer stands full and deep",
        "The green of summer is at its height",
        "Long is the summer and heavy with leaves",
    ),
    "autumn": (
        "Autumn has turned the world to gold",
        "The leaves come down, the year is old",
        "The autumn wind is in the grass",
    ),
    "winter": (
        "Winter has whitened all the ground",
        "The cold has quieted everything",
        "Frost lies over the sleeping earth",
    ),
    "dawn": (
        "The first light opens, rose and grey",
        "Day breaks upon the eastern rim",
        "Morning comes softly over the world",
    ),
    "day": ("The noon is bright and wide", "Clear daylight lies on everything", "High is the day and blue"),
    "sunset": (
        "The west is burning red and gold",
        "The day goes down in fire",
        "Evening glow spills over the sky",
    ),
    "dusk": (
        "The dusk comes violet and slow",
        "Twilight has gathered in the air",
        "The last light leaves without a word",
    ),
    "night": (
        "Night has come down, deep and blue",
        "The dark lies over everything",
        "It is the hour when all men sleep",
    ),
    "cloudy": (
        "Clouds drift across the heavy sky",
        "Grey upon grey the clouds are piled",
        "The sky has drawn its curtains",
    ),
    "rain": (
        "Rain falls, and goes on falling",
        "The fine rain threads the air",
        "I hear the rain on every leaf",
    ),
    "snow": (
        "Snow comes down, flake upon flake",
        "White falls on white without a sound",
        "The falling snow forgets the road",
    ),
    "mist": (
        "Mist has rubbed out the distance",
        "The fog lies low and white",
        "Half of the world is hidden in haze",
    ),
}
