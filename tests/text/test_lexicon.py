"""Senses, negation, similes; the lexicons themselves."""

import pytest
import yaml

from multiart.text import lexicon
from multiart.vocabulary import TIMES


def concepts(line, language="en"):
    return {
        answer: weight for hit in lexicon.find(line, language) for (_, answer), weight in hit.effects.items()
    }


TRAPS = [
    ("the birds return in spring", "spring", True),
    ("the lions spring up from the grass", "spring", False),
    ("hope will spring forth", "spring", False),
    ("in the fall the leaves are gone", "autumn", True),
    ("I fall upon the thorns of life", "autumn", False),
    ("the darling buds of May", "spring", True),
    ("you may go now", "spring", False),
    ("a red rose in her hand", "flowers", True),
    ("she rose and went away", "flowers", False),
    ("star-crossed lovers", "stars", False),
    ("a star above the hill", "stars", True),
    ("the bank was closed", "river", False),
    ("on the river bank", "river", True),
    ("moonlight on the floor", "full moon", True),
    ("a crescent moon", "full moon", False),
    ("a crescent moon", "crescent moon", True),
    ("there was no moon", "full moon", False),
    ("a night without the moon", "full moon", False),
    ("It is not, said the moon", "full moon", True),
    ("a field without snow", "winter", False),
    ("a sky without a cloud", "clear", True),
    ("she leaves me", "tree", False),
    ("the leaves are turning", "tree", True),
    ("and no birds sing", "birds", False),
    ("the fires are out", "pine trees", False),
    ("no man is an island", "islands", False),
    ("what does the wind say", "deer", False),
    ("she sings hymns at heaven's gate", "gate", False),
    ("he waved to me", "waves", False),
    ("there is no room for sorrow", "room", False),
    ("a child of sorrow", "child", False),
    ("the cock crows twice", "crow", False),
]


@pytest.mark.parametrize(("line", "answer", "found"), TRAPS)
def test_words_are_taken_in_their_sense(line, answer, found):
    assert (answer in concepts(line)) is found


SUNS = [
    ("the sun sets behind the hills", "sunset"),
    ("as the sun rises over the sea", "dawn"),
    ("when the sun is going down", "sunset"),
    ("in the shade the sun cannot reach", "day"),
    ("when the Aurora of the poets wakes", "dawn"),
    ("an aurora over the lake", "night"),
]


@pytest.mark.parametrize(("line", "hour"), SUNS)
def test_an_article_takes_no_word_from_a_longer_entry(line, hour):
    found = concepts(line)
    assert max(TIMES, key=lambda time: found.get(time, 0)) == hour


def test_a_likeness_counts_less_than_the_thing():
    assert 0 < concepts("lonely as a cloud")["cloudy"] < concepts("a lonely cloud")["cloudy"]
    assert concepts("as the sun sets")["sunset"] == concepts("the sun sets")["sunset"]
    assert concepts("pale as the full moon")["full moon"] < concepts("the full moon")["full moon"]
    assert 0 < concepts("疑是地上霜", "zh")["autumn"] < concepts("月落乌啼霜满天", "zh")["autumn"]


def test_plurals_and_genitives_are_found():
    for line in ("two boats", "the boat's oar", "daisies", "wolves by the lakes"):
        assert concepts(line)


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("孤帆远影碧空尽", "孤帆遠影碧空盡"),
        ("枫桥夜泊对愁眠", "楓橋夜泊對愁眠"),
        ("乌云风雪归雁", "烏雲風雪歸雁"),
        ("颓垣闪电岛屿鲤", "頹垣閃電島嶼鯉"),
    ],
)
def test_traditional_characters_read_as_simplified_ones(simplified, traditional):
    assert concepts(traditional, "zh") == concepts(simplified, "zh")
    assert all(hit.words in traditional for hit in lexicon.find(traditional, "zh"))


NEVER_PUT_IN = [
    ("a lone baobab on the savanna", "tree"),
    ("toucans and a hoopoe", "birds"),
    ("the spires of Ljubljana", "city"),
    ("Kathmandu under its kites", "city"),
    ("down the Zambezi by pirogue", "river"),
    ("camped in the Kalahari", "desert"),
    ("the Carpathians, far away", "mountains"),
    ("a windjammer off the Azores", "sailing ship"),
    ("larkspur and zinnias", "flowers"),
]
THINGS = [
    ("mangoes heaped in a blue dish", "bowl of fruit", True),
    ("mangoes in the market", "bowl of fruit", False),
    ("an earthen jug with larkspur", "vase of flowers", True),
    ("an earthen jug", "vase of flowers", False),
    ("瓷碗里的几个芒果", "bowl of fruit", True),
    ("玻璃瓶里插着向日葵", "vase of flowers", True),
    ("the plum trees are in flower", "flowers", False),
    ("the lane is in flower", "flowers", True),
]
CHINESE = [
    ("十月的味道", "full moon", False),
    ("这条道通向山里", "path", True),
    ("巴黎的街头", "city", True),
    ("梅花鹿", "plum blossom", False),
    ("蹒跚学步的婴儿", "child", True),
    ("鸟居", "gate", True),
    ("凌晨三点", "night", True),
    ("半个月亮", "half moon", True),
]


@pytest.mark.parametrize(("line", "answer"), NEVER_PUT_IN)
def test_words_that_nobody_put_in_are_known(line, answer):
    assert answer in concepts(line)
    assert not any(word in lexicon.read_entries("english") for word in line.split() if word[0].isupper())


@pytest.mark.parametrize(("line", "answer", "found"), THINGS + CHINESE)
def test_things_show_together_what_none_shows_alone(line, answer, found):
    assert (answer in concepts(line, "en" if line.isascii() else "zh")) is found
    assert not {"bowl", "fruit", "jar", "bloom"} & concepts(line).keys()


def test_what_was_made_by_hand_wins_over_what_was_generated():
    generated, by_hand = lexicon.read_entries("wordnet"), lexicon.read_entries("english")
    assert not generated.keys() & by_hand.keys()
    assert not any(form in by_hand for word in generated for form in lexicon.forms(word))
    assert "flowers" not in concepts("she rose at dawn")


@pytest.mark.parametrize(
    ("line", "answer", "found"),
    [
        ("rain in Tokyo", "city", True),
        ("Tokyo in rain", "city", True),  # no ordinary word
        ("tokyo in rain", "city", False),
        ("Seine nets hung out to dry", "river", False),  # a name that is a word besides, at a line's start
        ("along the Seine", "river", True),
        ("Tokyo's rooftops", "city", True),
    ],
)
def test_a_name_needs_a_capital(line, answer, found):
    assert (answer in concepts(line)) is found


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("at 2 a.m.", "night"),
        ("5:30 am", "dawn"),
        ("12 pm sharp", "day"),
        ("6 p.m.", "sunset"),
        ("11pm", "night"),
        ("I am 2", None),
    ],
)
def test_a_clock_tells_the_hour(line, hour):
    assert next((time for time in TIMES if time in concepts(line)), None) == hour


def test_a_word_is_seen_and_felt():
    found = concepts("孤舟", "zh")
    assert found["boat"] > 0 > found["valence"]


def test_the_lexicons_are_large_enough_and_hold_no_key_twice():
    assert lexicon.size("en") >= 350
    assert lexicon.size("zh") >= 450
    for name in ("english", "chinese", "wordnet"):
        node = yaml.compose((lexicon._DATA / f"{name}.yaml").read_text("utf-8"))
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys))
