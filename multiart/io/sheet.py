"""A contact sheet: many pictures on one, each with its title and caption below."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from multiart.io.fonts import chinese_font

PAPER, INK, FAINT = "#f5f0e6", "#211e1a", "#7a7166"
MANY = 60  # works; beyond it the tiles are half as large


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One work on a sheet.

    Attributes:
        picture: the file of its picture.
        title: its title.
        caption: a sentence under it.
    """

    picture: Path
    title: str
    caption: str


def contact_sheet(tiles: Sequence[Tile]) -> Image.Image:
    """Lay out the tiles in rows, as near to a square as it gets.

    Args:
        tiles: at least one.

    Raises:
        ValueError: if there are none.
    """
    if not tiles:
        raise ValueError("tiles must hold at least one work, got none")
    side = 320 if len(tiles) <= MANY else 160  # pixels
    columns = min(len(tiles), max(2, round((len(tiles) * 1.4) ** 0.5)))
    gap, text = side // 10, side // 3
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (side + gap) + gap, rows * (side + text + gap) + gap), PAPER)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        _draw(sheet, tile, gap + column * (side + gap), gap + row * (side + text + gap), side)
    return sheet


def _draw(sheet: Image.Image, tile: Tile, x: int, y: int, side: int) -> None:
    with Image.open(tile.picture) as image:
        picture = image.convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    sheet.paste(picture, (x + (side - picture.width) // 2, y + side - picture.height))
    draw = ImageDraw.Draw(sheet)
    title, caption = _lettering(tile.title, side // 17), _lettering(tile.caption, side // 25)
    _lines(draw, (x, y + side + side // 30), *title, INK, width=side, count=1)
    _lines(draw, (x, y + side + side // 9), *caption, FAINT, width=side, count=3)


def _lines(draw, at, text, font, colour, *, width: int, count: int) -> None:
    letters = max(1, int(width / max(1.0, font.getlength(text) / max(1, len(text)))))
    while lines := textwrap.wrap(text, letters, max_lines=count, placeholder="…"):
        if letters == 1 or max(map(font.getlength, lines)) <= width:
            break
        letters -= 1
    draw.multiline_text(at, "\n".join(lines), colour, font=font, spacing=font.size // 3)


def _lettering(text: str, size: int) -> tuple[str, ImageFont.FreeTypeFont]:
    """The text and a font that has its letters; where none has, Chinese in Latin letters."""
    text = " ".join(text.split())
    if text.isascii():
        return text, ImageFont.load_default(size)
    if (path := chinese_font()) is not None:
        return text, ImageFont.truetype(path, size)
    from pypinyin import lazy_pinyin

    latin = " ".join(lazy_pinyin(text)).capitalize()
    return latin.encode("latin-1", "ignore").decode("latin-1"), ImageFont.load_default(size)
