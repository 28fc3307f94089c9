"""Lines of verse for every subject."""

SUBJECTS: dict[str, tuple[str, ...]] = {
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
    "half moon": (
        "Half of the moon is all there is",
        "The half moon leans against the dark",
        "A moon cut clean in two is up",
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
    "aurora": (
        "Green curtains tremble in the north",
        "The northern lights unroll and fold",
        "Cold fires are dancing without sound",
    ),
    "lightning": (
        "The lightning splits the cloud in two",
        "One white crack runs across the sky",
        "A flash, and all the world is there",
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
    "cliffs": (
        "The cliffs stand up out of the water",
        "Rock above rock, too steep to climb",
        "The crags have never learned to bow",
    ),
    "islands": (
        "Small islands ride upon the blue",
        "An island keeps itself apart",
        "Far out the isles are lying low",
    ),
    "waterfall": (
        "The water leaps, and falls, and leaps",
        "A white thread hangs upon the rock",
        "The waterfall is never done",
    ),
    "waves": (
        "Wave after wave lifts up its head",
        "The breakers whiten as they fall",
        "The surf has one long word to say",
    ),
    "tree spring": (
        "The tree has put out its first leaves",
        "New leaves as small as a mouse's ear",
        "Light green has come upon the boughs",
    ),
    "tree summer": (
        "The great tree spreads its shade",
        "All its leaves are out and green",
        "Under the leafy tree it is cool",
    ),
    "tree autumn": (
        "The tree has turned itself to gold",
        "Yellow leaves let go, one by one",
        "The tree pays out its golden coin",
    ),
    "tree winter": (
        "Bare branches scratch upon the sky",
        "The tree has given all its leaves",
        "Black boughs and nothing on them now",
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
    "plum blossom": (
        "The plum has opened in the cold",
        "White plum, before there is a leaf",
        "A branch of plum, and what a scent",
    ),
    "cherry blossom": (
        "The cherry tree is white and rose",
        "Blossom has covered every bough",
        "Pink petals loosen from the branch",
    ),
    "maple": (
        "The maple burns from root to crown",
        "Red leaves let go, one by one",
        "Redder than flowers is the maple",
    ),
    "flowers": (
        "The flowers open all at once",
        "Petals are bright beside my feet",
        "Who planted all these flowers here",
    ),
    "lotus": (
        "The lotus opens on the pond",
        "Clean from the mud the lotus comes",
        "Round leaves are floating, and one bloom",
    ),
    "reeds": (
        "The reeds are rustling at the edge",
        "Among the rushes something moves",
        "Tall reeds bow down and rise again",
    ),
    "boat": (
        "One small boat upon the water",
        "A little boat and no one near",
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
        "The tower lifts its seven roofs",
        "A bell sounds from the old pagoda",
        "Roof above roof the tower climbs",
    ),
    "temple": (
        "A temple keeps its quiet here",
        "The monks have swept the temple steps",
        "Under the wide roof someone prays",
    ),
    "city": (
        "The roofs of the city crowd together",
        "Far off the towers of the town",
        "A thousand windows, and all strange",
    ),
    "ruins": (
        "The walls are down that were so proud",
        "Broken columns hold up nothing",
        "Nothing is left where kings sat down",
    ),
    "gate": (
        "The gate stands open to the way",
        "Who passes through the gate today",
        "An old gate, and no wall beside it",
    ),
    "garden": (
        "The garden keeps within its walls",
        "Someone has loved this garden long",
        "Bed beside bed the garden lies",
    ),
    "bridge": (
        "The arch of the bridge meets its own shadow",
        "Over the water bends the bridge",
        "I stop in the middle of the bridge",
    ),
    "path": ("The path goes on without me", "A winding road leads far away", "Which of us made this path"),
    "lantern": (
        "A lantern swings its little glow",
        "The lanterns one by one are lit",
        "Red paper, and a light inside",
    ),
    "birds": (
        "The birds are up and on the wing",
        "Birds pass over, calling low",
        "A flock goes by and leaves no trace",
    ),
    "geese": (
        "The wild geese write across the sky",
        "A line of geese is going south",
        "The geese call back to those behind",
    ),
    "crane": (
        "The white crane stands upon one leg",
        "A heron waits and does not stir",
        "The crane is thin and white and old",
    ),
    "crow": (
        "A crow, as black as black can be",
        "The raven sits and has no song",
        "The crow calls once, and once again",
    ),
    "fish": (
        "A fish leaps up and leaves a ring",
        "The carp goes by on silken fins",
        "Down in the clear the fishes turn",
    ),
    "horse": (
        "A horse is grazing by itself",
        "The mare looks up and shakes her mane",
        "The old horse knows the way he came",
    ),
    "deer": (
        "A deer has lifted up its head",
        "The stag steps softly, and is gone",
        "A doe stands listening, all eyes",
    ),
    "butterfly": (
        "A butterfly goes here and there",
        "Two wings, and colour upon both",
        "The butterfly has no straight road",
    ),
    "traveller": (
        "A traveller walks with hat and staff",
        "One wanderer, and so far to go",
        "The lone man does not turn his head",
    ),
    "fisherman": (
        "A fisherman is all alone",
        "The angler waits upon his line",
        "He casts his line and says no word",
    ),
    "child": (
        "A child runs by and does not see",
        "The little boy lets out his string",
        "The children have the whole long day",
    ),
    "couple": (
        "Two walk together, side by side",
        "The lovers have no need to speak",
        "He and she, and one shadow only",
    ),
    "rider": (
        "A rider goes by, and is gone",
        "The horseman does not draw his rein",
        "Whose are the hoofbeats passing there",
    ),
    "candle": (
        "One candle holds the dark away",
        "The candle weeps until it ends",
        "A small flame stands upon the wax",
    ),
    "wine cup": (
        "The cup is filled, the cup is drained",
        "Come, pour the wine and do not count",
        "Wine in the cup, and one to drink",
    ),
    "vase of flowers": (
        "The flowers stand within the vase",
        "A vase, and what the garden gave",
        "Cut stems are drinking from the jar",
    ),
    "bowl of fruit": (
        "The apples shine inside their bowl",
        "A bowl of fruit that no one eats",
        "Grapes and a pear, and light on them",
    ),
}
