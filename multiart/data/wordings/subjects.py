"""Words for what a scene shows."""

# fmt: off
SUBJECTS: dict[str, tuple[str, ...]] = {
    "sun": ("the sun", "a glowing sun", "the round sun", "sunlight", "the golden sun", "a shining sun"),
    "full moon": (
        "a full moon", "the round moon", "a bright moon", "moonlight", "the silver moon",
        "the full round moon",
    ),
    "half moon": (
        "a half moon", "half a moon", "a moon cut in half", "the waxing half moon", "a moon at the half",
        "the moon in its first quarter", "a quarter moon",
    ),
    "crescent moon": (
        "a crescent moon", "a thin moon", "a new moon", "a sickle moon", "a curved moon", "the horned moon",
    ),
    "stars": ("stars", "bright stars", "a starry sky", "starlight", "a thousand stars", "scattered stars"),
    "aurora": (
        "the aurora", "northern lights", "aurora borealis", "curtains of green light", "the polar lights",
        "green lights dancing in the sky", "ribbons of aurora",
    ),
    "lightning": (
        "a flash of lightning", "a lightning bolt", "forked lightning", "thunder and lightning",
        "lightning in the sky", "a jagged bolt", "a thunderbolt",
    ),
    "hills": (
        "hills", "rolling hills", "low hills", "round hills", "hills in the distance", "a line of hills",
    ),
    "mountains": (
        "mountains", "distant peaks", "blue mountains", "far mountains", "ridge behind ridge",
        "high mountains",
    ),
    "snowy mountains": (
        "snowy mountains", "white peaks", "snow-capped mountains", "summits under snow", "icy mountains",
        "high peaks white with snow",
    ),
    "cliffs": (
        "steep cliffs", "rocky cliffs", "a cliff", "tall cliffs", "crags", "a wall of rock",
        "a sheer rock face",
    ),
    "islands": (
        "small islands", "an island", "rocky islands", "islets", "islands in the water", "distant isles",
        "wooded islands",
    ),
    "waterfall": (
        "a waterfall", "a cascade", "falling water", "a tall waterfall", "a cataract",
        "water plunging down the rocks", "a white waterfall",
    ),
    "waves": (
        "breaking waves", "big waves", "the surf", "breakers", "white-crested waves", "foaming waves",
        "rolling waves", "a heavy swell",
    ),
    "tree spring": (
        "a tree in young leaf", "a tree in new leaf", "a budding tree", "fresh young leaves",
        "a tree with tender leaves", "a light green tree", "a tree coming into leaf",
    ),
    "tree summer": (
        "a green tree", "a leafy tree", "a broad green tree", "a shady tree", "a tree in full leaf",
        "a spreading tree",
    ),
    "tree autumn": (
        "a golden tree", "a yellow tree", "a tree with yellow leaves", "autumn leaves",
        "a tree in autumn gold", "golden leaves", "a tree in autumn colours",
    ),
    "tree winter": (
        "a bare tree", "a leafless tree", "naked branches", "a bare winter tree", "a tree without leaves",
        "bare boughs",
    ),
    "pine trees": ("pine trees", "pines", "dark pines", "firs", "evergreen trees", "tall pines"),
    "willow": (
        "a willow", "a weeping willow", "willow branches", "a drooping willow", "hanging willow strands",
        "a willow tree",
    ),
    "bamboo": ("bamboo", "bamboo stalks", "tall bamboo", "a bamboo grove", "green bamboo", "bamboo canes"),
    "plum blossom": (
        "branches of plum blossom", "a plum tree in flower", "a flowering plum", "white plum blossom",
        "plum flowers", "a plum branch in blossom", "plum blossom on the bough",
    ),
    "cherry blossom": (
        "a cherry tree in blossom", "pink cherry blossom", "pink blossoms", "a blossoming cherry",
        "cherry trees in bloom", "a tree pink with blossom", "pink petals on the boughs",
        "a blossoming tree",
    ),
    "maple": (
        "a red maple", "a maple tree", "maple leaves", "a maple with red leaves", "a tree with red leaves",
        "a scarlet maple", "a red-leaved tree", "red maple leaves",
    ),
    "flowers": (
        "flowers", "blooming flowers", "wildflowers", "flowers in bloom", "bright flowers", "many flowers",
    ),
    "lotus": (
        "lotus flowers", "lotus leaves", "pink lotus", "a lotus in bloom", "water lilies",
        "lotus on the water", "lily pads",
    ),
    "reeds": ("reeds", "rushes", "tall reeds", "cattails", "reeds by the water", "swaying reeds"),
    "boat": ("a boat", "a small boat", "a lone boat", "a wooden boat", "a little skiff", "a punt"),
    "sailing ship": (
        "a sailing ship", "a ship under sail", "white sails", "a tall ship", "a ship with full sails",
        "a ship with masts",
    ),
    "cottage": ("a cottage", "a little house", "a farmhouse", "a small home", "a hut", "a thatched house"),
    "pagoda": (
        "a pagoda", "a tower of curved roofs", "a tower of many storeys", "an old pagoda", "a tall pagoda",
        "a pagoda tower",
    ),
    "temple": (
        "a temple", "an old temple", "a shrine", "a temple hall", "a monastery", "a Buddhist temple",
        "a temple with a wide roof",
    ),
    "city": (
        "a city", "a town", "a walled city", "the roofs of a town", "a city skyline", "towers and spires",
        "a city in the distance",
    ),
    "ruins": (
        "old ruins", "broken columns", "a ruin", "crumbling walls", "an ancient ruin", "fallen stones",
        "ruined columns",
    ),
    "gate": (
        "an old gate", "a wooden gate", "a gateway", "an open gate", "a roofed gate", "a gate of two posts",
        "a stone gate",
    ),
    "garden": (
        "a walled garden", "a garden", "a little garden", "garden beds", "a garden with a wall",
        "a courtyard garden", "a tended garden",
    ),
    "bridge": (
        "a bridge", "an arched bridge", "a red bridge", "a bridge over the water", "an old bridge",
        "a stone bridge",
    ),
    "path": ("a path", "a winding path", "a road", "a footpath", "a long road", "a lane"),
    "lantern": (
        "a lantern", "a glowing lantern", "a red lantern", "a hanging lantern", "a paper lantern",
        "lantern light", "a lit lantern",
    ),
    "birds": (
        "birds", "flying birds", "a flock of birds", "birds on the wing", "small birds", "birds in the air",
    ),
    "geese": (
        "wild geese", "a skein of geese", "a line of geese", "geese flying south", "migrating geese",
        "geese in the sky", "geese flying in a V",
    ),
    "crane": (
        "a crane", "a white crane", "a standing crane", "a heron", "a crane on one leg", "an egret",
        "a long-legged crane",
    ),
    "crow": ("a crow", "a black crow", "a raven", "a rook", "crows", "a perched crow", "a lone crow"),
    "fish": (
        "a fish", "a leaping fish", "a carp", "red carp", "fish in the water", "a school of fish",
        "swimming fish",
    ),
    "horse": ("a horse", "a grazing horse", "a white horse", "a brown horse", "a mare", "a pony", "a steed"),
    "deer": ("a deer", "a stag", "a doe", "a grazing deer", "a fawn", "a red deer", "a stag with antlers"),
    "butterfly": (
        "a butterfly", "butterflies in the air", "a fluttering butterfly", "a white butterfly",
        "a yellow butterfly", "a pair of butterflies", "bright butterfly wings",
    ),
    "traveller": (
        "a traveller", "a wanderer", "a walker with a staff", "a lone figure", "a man in a wide hat",
        "a wayfarer",
    ),
    "fisherman": (
        "a fisherman", "an angler", "an old fisherman", "a man fishing", "a fisherman with a rod",
        "a fisher in a straw cloak", "a lone angler",
    ),
    "child": (
        "a child", "a little child", "a boy", "a little girl", "a child at play", "a child with a kite",
        "a boy flying a kite",
    ),
    "couple": (
        "a couple", "two lovers", "a man and a woman", "a couple walking", "two people side by side",
        "lovers arm in arm", "two figures together",
    ),
    "rider": (
        "a rider", "a horseman", "a man on horseback", "a rider on a horse", "a galloping rider",
        "a lone horseman", "a man riding",
    ),
    "candle": (
        "a candle", "a burning candle", "a lit candle", "candlelight", "a candle flame", "a white candle",
        "a candle in a holder",
    ),
    "wine cup": (
        "a wine cup", "a cup of wine", "a silver goblet", "a glass of wine", "a full cup",
        "a wine jug and a cup", "a cup of red wine",
    ),
    "vase of flowers": (
        "a vase of flowers", "flowers in a vase", "a bouquet in a vase", "a bouquet", "a jar of flowers",
        "cut flowers in a jug", "a flower vase",
    ),
    "bowl of fruit": (
        "a bowl of fruit", "apples in a bowl", "a fruit bowl", "a dish of apples", "a bowl of apples",
        "fruit in a bowl", "grapes and apples",
    ),
}
# fmt: on
"""Wordings the painter is taught (a tree has one list a season)."""

HELD_OUT_SUBJECTS: dict[str, str] = {
    "sun": "the bright disc of the sun",
    "full moon": "a whole moon",
    "half moon": "a moon half full",
    "crescent moon": "a slender moon",
    "stars": "glittering stars",
    "aurora": "lights of the far north",
    "lightning": "a stroke of lightning",
    "hills": "gentle hills",
    "mountains": "a mountain range",
    "snowy mountains": "mountains covered in snow",
    "cliffs": "a precipice",
    "islands": "a group of isles",
    "waterfall": "a plunging torrent",
    "waves": "crashing billows",
    "tree spring": "a tree putting out leaves",
    "tree summer": "a tree with green leaves",
    "tree autumn": "a tree turned yellow",
    "tree winter": "a tree stripped of its leaves",
    "pine trees": "a stand of pines",
    "willow": "a trailing willow",
    "bamboo": "a thicket of bamboo",
    "plum blossom": "a blossoming plum",
    "cherry blossom": "a flowering cherry",
    "maple": "a crimson maple",
    "flowers": "a carpet of flowers",
    "lotus": "blooming lotuses",
    "reeds": "a reed bed",
    "boat": "a rowing boat",
    "sailing ship": "a sailboat",
    "cottage": "a lonely house",
    "pagoda": "an ancient tower with many roofs",
    "temple": "a holy shrine",
    "city": "the spires of a far town",
    "ruins": "the remains of a palace",
    "gate": "an ancient gateway",
    "garden": "an enclosed garden",
    "bridge": "a footbridge",
    "path": "a trail",
    "lantern": "a lamp of red paper",
    "birds": "birds in flight",
    "geese": "a wedge of geese",
    "crane": "a wading crane",
    "crow": "a jet-black raven",
    "fish": "a darting fish",
    "horse": "a chestnut horse",
    "deer": "an antlered deer",
    "butterfly": "dancing butterflies",
    "traveller": "a pilgrim",
    "fisherman": "a man angling",
    "child": "a youngster",
    "couple": "a strolling couple",
    "rider": "a mounted man",
    "candle": "a wax taper",
    "wine cup": "a goblet of wine",
    "vase of flowers": "a vase with blooms",
    "bowl of fruit": "a plate of fruit",
}
"""One wording each that it never sees in training."""
