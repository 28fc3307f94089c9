"""Fonts that are on this machine."""

from functools import cache
from pathlib import Path

_DIRS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_CHINESE = (
    "NotoSerifCJK-Regular.*",
    "SourceHanSerif*Regular.*",
    "Songti.ttc",
    "NotoSansCJK-Regular.*",
    "SourceHanSans*Regular.*",
    "PingFang.ttc",
    "msyh.ttc",
    "simsun.ttc",
    "uming.ttc",
    "wqy-*.ttc",
)
_SERIF = ("LiberationSerif-Regular.*", "Times New Roman.ttf", "times.ttf", "Times.ttc", "DejaVuSerif.ttf")


def chinese_font() -> Path | None:
    """A font file with Chinese letters, or None."""
    return _first(_CHINESE)


def serif_font() -> Path | None:
    """A font file of the measures of Times, or another one with serifs, or None."""
    return _first(_SERIF)


@cache
def _first(patterns: tuple[str, ...]) -> Path | None:
    for folder in (Path(name).expanduser() for name in _DIRS):
        for pattern in patterns:
            if found := sorted(folder.rglob(pattern)):
                return found[0]
    return None
