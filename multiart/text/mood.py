"""How a text feels: by its words and punctuation, and by the scene that it lets one see."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import tanh

from multiart.records import Mood
from multiart.text.passage import Passage
from multiart.text.scene_mood import feelings

_EXCITED = """
storm thunder lightning roar rage raging wild fierce fire flame blaze burn burning war battle fight
sword charge rush run running race leap dance dancing shout cry scream shriek crash clash break
broken burst tempest gale whirl fury furious blood strike drum trumpet tremble terror fear swift
rapid mad madness ecstasy joy laugh laughter glory triumph passion kiss desire flash dazzling howl
hurled plunge dread thrill revel awake
"""
_CALM = """
still stillness quiet quietly calm peace peaceful silence silent hush hushed sleep asleep slumber
rest drowsy soft softly gentle gently slow slowly mild dream dreamy serene tranquil lull lullaby low
murmur whisper drift idle lonely alone solitude wait weary tired faint fade dim pale cool evening
twilight moss deep
"""
PART_WORDS = 200
SEEN_SHARE = 0.5  # of what a scene brings: the words come first
_WORD = re.compile(r"[a-z]+")


def read_mood(
    passages: Sequence[Passage],
    weights: Mapping[tuple[str, str], float],
    language: str,
    seen: Sequence[str] = (),
) -> tuple[Mood, dict[str, str]]:
    """The mood of the passages and what it rests on.

    English valence is the mean compound sentiment of the lines that have one (VADER, Hutto and Gilbert
    2014), moved by the moods of words in the lexicon (``weights``) a line; Chinese moods are the sums of
    the lexicon's alone. `SEEN_SHARE` of what is ``seen`` brings is added, and the sum squashed.
    """
    bright, lively = (SEEN_SHARE * feeling for feeling in feelings(seen))
    exclaims = sum(passage.text.count("!") + passage.text.count("！") for passage in passages)
    excitement = exclaims / max(len(passages), 1)
    if language == "zh":
        valence = tanh(weights.get(("mood", "valence"), 0.0) / 1.5 + bright)
        arousal = tanh(weights.get(("mood", "arousal"), 0.0) / 1.5 + excitement + lively)
        return _mood(valence, arousal, ["the lexicon's moods", *seen])
    compounds = [
        _sentiment().polarity_scores(part)["compound"]
        for passage in passages
        for part in _parts(passage.text)
    ]
    felt = [compound for compound in compounds if compound]
    words = _WORD.findall(" ".join(passage.text.lower() for passage in passages))
    excited, calm = (sum(word in group for word in words) for group in (_EXCITED.split(), _CALM.split()))
    named = weights.get(("mood", "valence"), 0.0) / max(len(passages), 1)
    valence = tanh(sum(felt) / max(len(felt), 1) + named + bright)
    balance = (excited - calm) / (excited + calm + 2)
    arousal = tanh(balance + excitement + lively)
    return _mood(valence, arousal, ["VADER and words of arousal", *seen])


def _parts(text: str) -> list[str]:
    """A line, or the pieces of a very long one, which would take VADER quadratic time."""
    words = text.split()
    return [" ".join(words[start : start + PART_WORDS]) for start in range(0, len(words), PART_WORDS)]


def _mood(valence: float, arousal: float, sources: Sequence[str]) -> tuple[Mood, dict[str, str]]:
    mood = Mood(valence=round(valence, 3), arousal=round(arousal, 3))
    by = ", ".join(sources)
    return mood, {
        "mood.valence": f"{mood.valence:+.2f} by {by}",
        "mood.arousal": f"{mood.arousal:+.2f} by {by}",
    }


@lru_cache
def _sentiment():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
