"""Entries from a WordNet of a dozen senses."""

from collections import defaultdict

import pytest

from multiart.data import wordnet
from multiart.text import lexicon

NOUNS = """\
  1 This is the licence.
00000001 06 n 01 bunting 0 000 | cloth, and commoner than the bird
00000002 05 n 01 bird 0 004 ~ 00000003 n 0000 ~ 00000004 n 0000 ~ 00000005 n 0000 ~ 00000006 n 0000 | .
00000003 05 n 02 canary 0 Ramphastos_toco 0 001 @ 00000002 n 0000 | no Latin
00000004 05 n 01 bunting 0 001 @ 00000002 n 0000 | a bird
00000005 05 n 02 tree_canary 0 big-billed_canary 0 001 @ 00000002 n 0000 | the first is no tree
00000006 05 n 03 heron 0 redstart 0 swift 0 001 @ 00000002 n 0000 | struck out, put in by hand, mostly no noun
00000007 15 n 01 city 0 004 ~i 00000008 n 0000 ~i 00000009 n 0000 ~i 00000010 n 0000 | .
00000008 15 n 02 Tokyo 0 Japanese_capital 0 001 @i 00000007 n 0000 | .
00000009 15 n 01 Nice 0 001 @i 00000007 n 0000 | an ordinary word besides
00000010 15 n 01 Florence 0 001 @i 00000007 n 0000 | a person besides
00000011 18 n 01 Florence 0 001 @i 00000099 n 0000 | .
00000012 20 n 01 tree 0 001 ~ 00000013 n 0000 | .
00000013 20 n 01 guava 0 001 @ 00000012 n 0000 | .
00000014 13 n 02 edible_fruit 0 guava 0 000 | .
"""
CONCEPTS = {"birds 2": "bird 1", "city 2": "city 1", "tree 2": "tree 1", "thing:fruit 1": "edible_fruit 1"}


@pytest.fixture
def folder(tmp_path):
    """A `dict` folder; of several senses of a noun the first line is the commonest."""
    senses = defaultdict(list)
    for line in NOUNS.splitlines()[1:]:
        offset, _, _, count, *rest = line.split()
        for word in rest[: 2 * int(count, 16) : 2]:
            senses[word.lower()].append(offset)
    index = [f"{word} n {len(found)} 0 {len(found)} 0 {' '.join(found)}  " for word, found in senses.items()]
    met = [f"{word}%1:05:00:: {offset} 1 0" for word, found in senses.items() for offset in found]
    files = {
        "data.noun": NOUNS,
        "data.adj": "00000001 00 a 02 nice 0 swift 0 000 | .",
        "data.verb": "",
        "data.adv": "",
        "index.noun": "\n".join(index),
        "index.sense": "\n".join([*met, "swift%3:00:00:: 00000001 1 5"]),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_nouns_below_a_concept_are_taken_in_their_commonest_sense(folder, monkeypatch):
    monkeypatch.setattr(wordnet, "CONCEPTS", CONCEPTS)
    monkeypatch.setattr(wordnet, "DROPPED", {"heron"})
    by_hand = {"redstart": lexicon.parse_effects("birds 3"), "tree": {("subject", "tree"): 3.0}}
    assert wordnet.entries(wordnet.read(folder), by_hand) == {
        "birds 2": {"bird", "canary", "tree canary"},
        "city 2": {"city", "Tokyo"},
        "tree 2": set(),
        "thing:fruit 1": {"guava"},
    }


def test_the_file_that_ships_holds_every_key_that_generates_something():
    shipped = {tuple(effects.items()) for effects in lexicon.read_entries("wordnet").values()}
    assert shipped <= {tuple(lexicon.parse_effects(key).items()) for key in wordnet.CONCEPTS}
    assert not wordnet.DROPPED & lexicon.read_entries("wordnet").keys()
