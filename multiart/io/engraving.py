"""Sheet music of a melody: MusicXML engraved by verovio, as SVG and as PNG."""

import re
import tempfile
import unicodedata
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from PIL import ImageFont

from multiart.errors import MultiartError
from multiart.io.fonts import chinese_font, serif_font
from multiart.io.score import CHINESE, musicxml
from multiart.music.harmony import pulse_beats
from multiart.records import Melody

PAPER = "#fffdf8"
WIDTH = 1700  # units of the SVG
PNG_WIDTH, PNG_HEIGHT = 1400, 20000  # pixels, at most
_OPTIONS = {
    "pageWidth": WIDTH,
    "pageHeight": 60000,
    "pageMarginTop": 20,
    "pageMarginBottom": 20,
    "adjustPageHeight": True,
    "header": "none",
    "footer": "none",
    "smuflTextFont": "none",
    "svgViewBox": True,
    "svgRemoveXlink": True,
    "svgFormatRaw": True,
    "xmlIdSeed": 1,
    "lyricSize": 4.2,
    "lyricWordSpace": 3.0,
    "spacingSystem": 6,
}
_FAMILIES = "Times, 'Songti SC', 'Noto Serif CJK SC', 'Source Han Serif SC', SimSun, serif"
_MUSIC_LETTER = re.compile('<tspan font-family="Leipzig" font-size="[0-9.]+px">(.)</tspan>')
_AS_TEXT = {  # accidentals of chord symbols, which verovio letters with a font that readers lack
    "\uea64": '<tspan font-size="378px">b</tspan>',
    "\uea66": '<tspan font-size="378px">#</tspan>',
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Sheet music.

    Attributes:
        svg: an SVG document of `WIDTH` units; the note of index n is the element ``note-n``.
        png: the same as a picture.
        font: of the picture, and whether it had no Chinese letters.
    """

    svg: str
    png: bytes
    font: str


def engrave(melody: Melody, title: str) -> Sheet:
    """Engrave a melody; the same melody and fonts give the same bytes.

    Where no Chinese font is on this machine, Chinese is written in Latin letters on the picture.

    Args:
        melody: the tune, its words and chords.
        title: set above it.
    """
    svg = sheet_svg(melody, title)
    text = title + "".join(note.lyric or "" for note in melody.notes)
    chinese = len(CHINESE.findall(text))
    if not chinese:
        return Sheet(svg=svg, **_drawn(svg, serif_font()))
    if (font := chinese_font()) is not None:
        mostly = 2 * chinese > sum(map(str.isalpha, text))
        return Sheet(svg=svg, **(_drawn(svg, font) if mostly else _drawn(svg, serif_font(), font)))
    drawn = _drawn(sheet_svg(*_in_latin(melody, title)), serif_font())
    return Sheet(svg=svg, png=drawn["png"], font=f"{drawn['font']}, with Chinese in Latin letters")


def sheet_svg(melody: Melody, title: str) -> str:
    """Engrave a melody as one tall SVG page with its title and tempo above."""
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit(False)
    # Its default path to its fonts is known to the thread that imported it alone.
    toolkit.setResourcePath(str(Path(verovio.__file__).parent / "data"))
    tall = any(CHINESE.search(note.lyric or "") for note in melody.notes)
    toolkit.setOptions(_OPTIONS | {"lyricTopMinMargin": 5.0 if tall else 3.0})
    # The tempo is drawn by `_heading`: verovio would letter it with a font of its own, 70 kB in each file.
    if not toolkit.loadData(re.sub("<direction .*?</direction>", "", musicxml(melody, title))):
        raise MultiartError("verovio could not engrave the melody")
    pages = [toolkit.renderToSVG(number) for number in range(1, toolkit.getPageCount() + 1)]
    height, parts = 170, [_heading(melody, title)]
    for page in pages:
        tall = int(re.search(r'viewBox="0 0 \d+ (\d+)"', page).group(1))
        page = page[page.index("<svg") :].replace("<svg", f'<svg y="{height}" height="{tall}"', 1)
        page = page.replace('font-family="Times, serif"', "")
        parts.append(_MUSIC_LETTER.sub(lambda letter: _AS_TEXT.get(letter[1], ""), page))
        height += tall
    box = f'viewBox="0 0 {WIDTH} {height}" font-family="{_FAMILIES}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>\n{"".join(parts)}</svg>\n'


def _heading(melody: Melody, title: str) -> str:
    size = min(60, 1500 / sum(1 if CHINESE.match(letter) else 0.5 for letter in title or " "))
    pulse = pulse_beats(melody.time_signature)
    stem, dot = '<path d="M10 -3V-46" stroke="#000" stroke-width="2.5"/>', '<circle cx="19" cy="-2" r="3.4"/>'
    return (
        f'<text x="{WIDTH / 2:g}" y="82" font-size="{size:.4g}" text-anchor="middle">{escape(title)}</text>\n'
        '<g class="tempo" transform="translate(66 150)"><ellipse rx="11.5" ry="8" transform="rotate(-24)"/>'
        f"{stem}{dot if pulse == 1.5 else ''}"
        f'<text x="32" y="8" font-size="38">= {melody.tempo_bpm / pulse:.0f}</text></g>\n'
    )


def _in_latin(melody: Melody, title: str) -> tuple[Melody, str]:
    notes = tuple(
        note if note.lyric is None else replace(note, lyric=_latin(note.lyric)) for note in melody.notes
    )
    return replace(melody, notes=notes), _latin(title, between=" ").capitalize()


def _latin(text: str, between: str = "") -> str:
    from pypinyin import lazy_pinyin

    latin = unicodedata.normalize("NFKC", between.join(lazy_pinyin(text)).replace("。", "."))
    return latin.encode("latin-1", "ignore").decode("latin-1")


def _drawn(svg: str, font: Path | None, *others: Path) -> dict[str, Any]:
    """The picture of a sheet and the name of its font: the one that Pillow carries, if it is None.

    Letters that the font lacks come from the others.
    """
    import resvg_py

    height = int(re.search(r'viewBox="0 0 \d+ (\d+)"', svg).group(1))
    with tempfile.TemporaryDirectory() as folder:
        if font is None:
            font = Path(folder) / "font.ttf"
            font.write_bytes(ImageFont.load_default(12).font_bytes)
        family = _family(font)
        png = resvg_py.svg_to_bytes(
            svg_string=svg.replace(_FAMILIES, "serif", 1),
            background=PAPER,
            width=min(PNG_WIDTH, PNG_HEIGHT * WIDTH // height),
            font_files=[str(font), *map(str, others)],
            skip_system_fonts=True,
            font_family=family,
            serif_family=family,
        )
    return {"png": bytes(png), "font": family}


def _family(font: Path) -> str:
    """The name of a font's family; of a collection's the simplified Chinese one, if there is one."""
    names = []
    for index in range(16):
        try:
            names.append(ImageFont.truetype(font, 12, index=index).getname()[0])
        except OSError:
            break
    return next((name for name in names if name.endswith("SC")), names[0])
