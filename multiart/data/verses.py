"""Lines of verse for every concept, from which training poems are put together."""

VERSE_LINES: dict[str, tuple[str, ...]] = {
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
        "The waves come in and come again",
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
        "The leaves are red, the year is old",
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
    "sun": (
        "The sun hangs round and golden",
        "Light pours from the open sun",
        "The sun looks down on everything",
    ),
    "full moon": (
        "The moon is round and very bright",
        "A silver moon has climbed the sky",
        "I lift my head to the full moon",
    ),
    "crescent moon": (
        "A thin moon, bent like a bow",
        "The crescent hangs upon the air",
        "The new moon is a silver hook",
    ),
    "stars": (
        "The stars are scattered, cold and clear",
        "A thousand stars look down",
        "Starlight has filled the well of the sky",
    ),
    "hills": (
        "The hills lie round on one another",
        "Low hills go rolling out of sight",
        "Over the hills and over the hills",
    ),
    "mountains": (
        "Blue mountains stand behind blue mountains",
        "The far peaks wait in their own silence",
        "The mountains never came this way",
    ),
    "snowy mountains": (
        "The high peaks wear their snow",
        "White summits hold the light",
        "Snow on the mountain does not melt",
    ),
    "boat": (
        "One small boat upon the water",
        "A fisherman is all alone",
        "The oar is still, the boat drifts on",
    ),
    "sailing ship": (
        "The white sails lean into the wind",
        "A ship goes out with all her canvas",
        "Her sails are full, her harbour far",
    ),
    "cottage": (
        "Smoke is rising from a little house",
        "A cottage waits with an open door",
        "Someone is home under that roof",
    ),
    "pagoda": (
        "The temple tower lifts its roofs",
        "A bell sounds from the old pagoda",
        "Roof above roof the tower climbs",
    ),
    "bridge": (
        "The arch of the bridge meets its own shadow",
        "Over the water bends the bridge",
        "I stop in the middle of the bridge",
    ),
    "pine trees": (
        "The pines stand dark and straight",
        "The wind is talking in the pines",
        "Green all the year the pine trees keep",
    ),
    "willow": (
        "The willow lets its long hair down",
        "A thousand threads of willow hang",
        "The willow bends to touch the ground",
    ),
    "bamboo": (
        "The bamboo sways and does not break",
        "Joint above joint the bamboo climbs",
        "Leaves of bamboo whisper together",
    ),
    "flowers": (
        "The flowers open all at once",
        "Petals are bright beside my feet",
        "Who planted all these flowers here",
    ),
    "birds": (
        "The wild geese write across the sky",
        "Birds pass over, calling low",
        "A flock goes by and leaves no trace",
    ),
    "path": ("The path goes on without me", "A winding road leads far away", "Which of us made this path"),
    "reeds": (
        "The reeds are rustling at the edge",
        "Among the rushes something moves",
        "Tall reeds bow down and rise again",
    ),
    "traveller": (
        "A traveller walks with hat and staff",
        "One wanderer, and so far to go",
        "The lone man does not turn his head",
    ),
    "tree spring": (
        "The cherry tree is white and rose",
        "Blossom has covered every bough",
        "Pink petals loosen from the branch",
    ),
    "tree summer": (
        "The great tree spreads its shade",
        "All its leaves are out and green",
        "Under the leafy tree it is cool",
    ),
    "tree autumn": (
        "The maple burns from root to crown",
        "Red leaves let go, one by one",
        "The tree has put on all its fire",
    ),
    "tree winter": (
        "Bare branches scratch upon the sky",
        "The tree has given all its leaves",
        "Black boughs and nothing on them now",
    ),
}

NEUTRAL_LINES: tuple[str, ...] = (
    "And I am far from home",
    "Who will remember this but me",
    "My heart grows quiet, and then full",
    "I think of one I cannot see",
    "How long I stood I do not know",
    "There is no word for what is gone",
    "It is enough to have been here",
    "I had a question, and forgot it",
    "Old friend, I wish that you were near",
    "What passes, passes without sound",
    "Let me be slow, let me be still",
    "I laugh, and no one asks me why",
)
