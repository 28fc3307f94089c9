"""The feet of verse, as far as music needs them."""

from collections.abc import Sequence

from multiart.music.syllables import Syllable

TERNARY_SHARE = 0.5


def feet_are_ternary(syllables: Sequence[Syllable]) -> bool:
    """Whether most stresses of some verse have two syllables or more between them, as in anapaests."""
    gaps, gap = [], None
    for syllable in syllables:
        if syllable.stress:
            gaps += [] if gap is None else [gap]
            gap = 0
        elif gap is not None and syllable.text:
            gap += 1
    between = [gap for gap in gaps if gap]
    return bool(between) and sum(gap > 1 for gap in between) > TERNARY_SHARE * len(between)


def upbeat(verses: Sequence[Sequence[Syllable]]) -> int:
    """How many unstressed syllables, 0 to 2, most verses begin with; Chinese ones begin on the beat."""
    leads = []
    for verse in verses:
        lead = next((n for n, syllable in enumerate(verse) if syllable.stress), 0)
        leads.append(1 if lead > 2 else lead)  # of three, the second takes a beat
    return max(sorted(set(leads)), key=leads.count, default=0)
