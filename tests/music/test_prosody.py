"""The feet of verse are heard."""

from multiart.music.prosody import feet_are_ternary, upbeat
from multiart.music.syllables import syllables_of
from tests.music.poems import BYRON, FROST, LI_BAI, SHAKESPEARE


def test_anapaests_are_heard():
    assert feet_are_ternary(syllables_of(BYRON))
    assert not feet_are_ternary(syllables_of(FROST))
    assert not feet_are_ternary(syllables_of(SHAKESPEARE))
    assert not feet_are_ternary(syllables_of(LI_BAI, "zh"))


def test_upbeats_follow_the_stress():
    assert upbeat([syllables_of(FROST.split("\n")[3])]) == 1
    assert upbeat([syllables_of(BYRON.split("\n")[1])]) == 2
    assert upbeat([syllables_of("Tyger Tyger, burning bright")]) == 0
    assert upbeat([syllables_of(LI_BAI, "zh")]) == 0
    assert upbeat([()]) == 0
