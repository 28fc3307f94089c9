"""What a poem feels like decides what its music is."""

import pytest

from multiart.music.mood import choose
from multiart.music.tune import STYLES, TIME_SIGNATURES, Plan
from tests.music.poems import FROST, LI_BAI, draft_of

LEVELS = [-1.0, -0.5, -0.2, 0.0, 0.2, 0.5, 1.0]


def values(language="en", ternary=False, **mood):
    draft = draft_of(LI_BAI if language == "zh" else FROST, language, **mood)
    return {name: choice.value for name, choice in choose(draft, ternary=ternary).items()}


def test_sad_is_minor_and_happy_is_major():
    assert values(valence=-0.6)["mode"] == "minor"
    assert values(valence=0.6)["mode"] == "major"


def test_chinese_poems_are_pentatonic():
    modes = {values("zh", valence=v, arousal=a)["mode"] for v in LEVELS for a in LEVELS}
    assert modes == {"gong", "zhi", "shang", "yu"}
    assert values("zh", valence=0.6)["mode"] == "gong"
    assert values("zh", valence=-0.6)["mode"] == "yu"


def test_excitement_makes_it_faster_denser_louder_higher_and_wider():
    calm, excited = values(arousal=-0.8), values(arousal=0.8)
    for name in ("tempo_bpm", "density", "velocity", "register", "span", "leap"):
        assert calm[name] < excited[name], name


def test_feet_of_three_are_sung_in_threes():
    assert values(ternary=True)["time_signature"] == "6/8"
    assert values(ternary=True, arousal=-0.5)["time_signature"] == "3/4"
    assert values()["time_signature"] == "4/4"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mood_gives_what_a_plan_can_hold(language):
    for v in LEVELS:
        for a in LEVELS:
            chosen = values(language, valence=v, arousal=a)
            Plan(
                phrases=(4,),
                **{
                    name: chosen[name]
                    for name in ("mode", "time_signature", "style", "density", "span", "leap")
                },
            )
            assert 50 <= chosen["tempo_bpm"] <= 160
            assert chosen["style"] in STYLES and chosen["time_signature"] in TIME_SIGNATURES
            assert 0 <= chosen["program"] <= 127
            assert 60 <= chosen["register"] <= 74


def test_every_choice_has_a_reason():
    assert all(choice.reason for choice in choose(draft_of(FROST)).values())
