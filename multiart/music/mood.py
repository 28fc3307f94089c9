"""From the mood and words of a poem to the music's mode, metre, tempo and colours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from multiart.records import Draft, Mood


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When to take a value.

    Attributes:
        suits: whether a poem of valence ``v`` and arousal ``a`` is such a one.
        reason: which poems, in words.
    """

    value: str | int
    suits: Callable[[float, float], bool]
    reason: str


def _any(v: float, a: float) -> bool:
    return True


MODES = {
    "en": (
        Rule(value="minor", suits=lambda v, a: v < -0.15, reason="unhappy: minor"),
        Rule(value="major", suits=_any, reason="not unhappy: major"),
    ),
    "zh": (
        Rule(value="yu", suits=lambda v, a: v < -0.15, reason="unhappy: yu, the pentatonic like minor"),
        Rule(value="gong", suits=lambda v, a: v > 0.3, reason="happy: gong, the pentatonic like major"),
        Rule(
            value="shang",
            suits=lambda v, a: v < 0.1 and a < 0,
            reason="neither happy nor excited: shang, grave",
        ),
        Rule(value="zhi", suits=_any, reason="rather bright: zhi"),
    ),
}

METRES = (
    Rule(value="3/4", suits=lambda v, a: a < -0.35, reason="very calm: sways in three"),
    Rule(value="6/8", suits=lambda v, a: a > 0.35 and v > 0, reason="lively and happy: dances"),
    Rule(value="2/4", suits=lambda v, a: a > 0.35, reason="agitated: a short, urgent bar"),
    Rule(value="4/4", suits=_any, reason="a level mood: walks in four"),
)
TERNARY_METRES = (
    Rule(value="3/4", suits=lambda v, a: a < -0.2, reason="a stress every third syllable, calm"),
    Rule(value="6/8", suits=_any, reason="a stress every third syllable"),
)
CHINESE_METRES = (
    Rule(value="2/4", suits=lambda v, a: a > 0.2, reason="lively: two, as most Chinese folk songs"),
    Rule(value="4/4", suits=_any, reason="calm or level: a broad four"),
)

PROGRAMS = {
    "en": (
        Rule(value=40, suits=lambda v, a: v < -0.2 and a > 0.2, reason="unhappy and agitated: violin"),
        Rule(value=69, suits=lambda v, a: v < -0.2, reason="unhappy: English horn"),
        Rule(value=78, suits=lambda v, a: v > 0 and a > 0.4, reason="happy and lively: tin whistle"),
        Rule(value=110, suits=lambda v, a: a > 0.1, reason="lively: fiddle"),
        Rule(value=46, suits=lambda v, a: a < -0.5, reason="very calm: harp"),
        Rule(value=73, suits=_any, reason="a level or calm mood: flute"),
    ),
    "zh": (
        Rule(value=110, suits=lambda v, a: v < -0.2 and a > -0.1, reason="unhappy: bowed, as an erhu"),
        Rule(value=77, suits=lambda v, a: v < 0, reason="unhappy and calm: shakuhachi, for the xiao"),
        Rule(value=107, suits=lambda v, a: a < -0.2, reason="calm: koto, for the guzheng"),
        Rule(value=73, suits=_any, reason="bright: flute, for the dizi"),
    ),
}
"""General MIDI programs of the voice."""

STYLES = {
    "en": (
        Rule(value="irish", suits=lambda v, a: a > 0.1, reason="lively: Irish dances"),
        Rule(value="scottish", suits=lambda v, a: v < -0.15, reason="unhappy and calm: Scottish airs"),
        Rule(value="northumbrian", suits=_any, reason="a level mood: Northumbrian songs"),
    ),
    "zh": (
        Rule(value="scottish", suits=_any, reason="Chinese: Scottish tunes, many of which are pentatonic"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A value and why it was taken."""

    value: str | int | float
    reason: str


def choose(draft: Draft, *, ternary: bool = False) -> dict[str, Choice]:
    """What suits a poem.

    With valence ``v`` and arousal ``a`` of its mood, each from -1 to 1 (the constants are this project's own,
    set by ear of the literature and not fitted; an additive table is enough: Eerola et al. find hardly any
    interactions, and 77 to 89 % of listeners' ratings explained):

    ============== ===================================== ====================================================
    what           rule                                  after
    ============== ===================================== ====================================================
    mode           `MODES`: major-like where v >= 0      Hevner 1935; Eerola, Friberg and Bresin 2013; for
                                                         Chinese listeners Fang et al. 2017, Bai et al. 2016
    tempo_bpm      92 + 36 a + 12 v, 50 to 160           Hevner 1937; Gabrielsson and Lindstroem 2010
    density        1 + 1.4 a + 0.3 v, 0 to 4             Gabrielsson and Lindstroem 2010
    pace           2.6 + 0.8 a notes a second at most;   this project: the corpus is of tunes to dance to
                   Chinese 1.8 + 0.6 a
    register       67 + 4 v + 3 a, mean MIDI pitch       Hevner 1937; Eerola et al. 2013
    span, leap     wider the more excited                Gabrielsson and Lindstroem 2010
    velocity       80 + 20 a                             Eerola et al. 2013
    time_signature `METRES`: flowing where calm          Hevner 1936; the verse's own feet come first
    program        `PROGRAMS`: softer where calm         Eerola, Ferrer and Alluri 2012
    style          `STYLES`                              the collections' own characters
    ============== ===================================== ====================================================

    Args:
        draft: the poem.
        ternary: whether its stresses come every third syllable.

    Returns:
        A choice for each row; span 0 to 3 and leap 0 to 2, as in `multiart.music.tune.Plan`.
    """
    mood, language = draft.scene.mood, draft.language
    v, a = mood.valence, mood.arousal
    metres = CHINESE_METRES if language == "zh" else TERNARY_METRES if ternary else METRES
    felt = f"valence {v:+.2f}, arousal {a:+.2f}"
    numbers = {
        "tempo_bpm": float(_within(round(92 + 36 * a + 12 * v), 50, 160)),
        "density": _within(round(1 + 1.4 * a + 0.3 * v), 0, 4),
        "pace": round(1.8 + 0.6 * a if language == "zh" else 2.6 + 0.8 * a, 2),
        "register": round(67 + 4 * v + 3 * a),
        "span": 1 + (a > 0.2) + (a > 0.6),
        "leap": 1 + (a > 0.3) - (a < -0.4),
        "velocity": round(80 + 20 * a),
    }
    return {
        "mode": _first(MODES[language], mood),
        "time_signature": _first(metres, mood),
        "program": _first(PROGRAMS[language], mood),
        "style": _first(STYLES[language], mood),
        **{name: Choice(value=value, reason=felt) for name, value in numbers.items()},
    }


def _first(rules: Sequence[Rule], mood: Mood) -> Choice:
    rule = next(rule for rule in rules if rule.suits(mood.valence, mood.arousal))
    return Choice(value=rule.value, reason=f"{rule.reason} ({mood.valence:+.2f}, {mood.arousal:+.2f})")


def _within(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)
