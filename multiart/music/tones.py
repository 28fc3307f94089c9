"""The tones of Mandarin syllables, and which way they want a melody to go."""

import re
from functools import cache

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Han characters, as a range of a regular expression."""

PARTICLES = frozenset("的了着吗呢吧啊呀哦么嘛之乎者也矣焉哉兮")
"""Characters that a line passes over."""

_HEIGHTS = {1: (5, 5), 2: (3, 5), 3: (2, 1), 4: (5, 1), 5: (2, 2)}
_RUN = re.compile(f"[{HAN}]+")


def tones_of(text: str) -> dict[int, int]:
    """The tone, 1 to 4 or 5 for the neutral one, of every Han character, by its place in ``text``.

    Characters of several readings are read by the words around them.
    """
    tones = {}
    for run in _RUN.finditer(text):
        for place, syllable in enumerate(_pinyin(run[0]), run.start()):
            tones[place] = int(syllable[-1]) if syllable[-1:] in "12345" else 5
    return tones


@cache
def _pinyin(run: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True, errors=list)
    return tuple(read) if len(read) == len(run) else tuple("5" for _ in run)


def direction(tone: int, following: int) -> int:
    """Where a melody goes from one tone to the next: 1 up, -1 down, 0 where both ways are as good.

    From the height at which a tone ends to that at which the next begins, on Chao's scale of five, the third
    tone as the low one it is in speech; melodies that go against it are avoided in singing (Schellenberg
    2012, "Does language determine music in tone languages?").
    """
    step = _HEIGHTS[following][0] - _HEIGHTS[tone][1]
    return (step > 0) - (step < 0)
