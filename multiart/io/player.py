"""The song on a work's page: a player, and words and notes that light up as they are sung."""

import base64
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from multiart.io.engraving import sheet_svg
from multiart.io.sound import encode_mp3
from multiart.records import Melody, Note, Song

SKIPPED = 40  # letters of the poem that may lie between two sung syllables
_FILES = ("melody.mid", "melody.musicxml", "sheet.svg", "sheet.png")
_SOUND_FILES = ("melody.flac", "melody.wav", "spectrogram.png")


def player(song: Song) -> str:
    """The controls, as HTML; "" without sound."""
    if song.sound is None:
        return ""
    data = base64.b64encode(encode_mp3(song.sound)).decode()
    return (
        '<div class="player"><audio controls preload="auto" aria-label="The song of the poem" '
        f'src="data:audio/mpeg;base64,{data}"></audio></div>'
    )


def sheet_section(song: Song, title: str) -> str:
    """The sheet music, links to the files beside the page, and the script that follows the sound, as HTML."""
    files = (*_FILES, *(_SOUND_FILES if song.sound is not None else ()))
    links = " · ".join(f'<a href="{name}">{name}</a>' for name in files)
    attributes = f'tabindex="0" role="img" aria-label="Sheet music: {escape(title)}"'
    html = (
        f'<section class="song"><figure class="sheet" {attributes}>'
        f'{sheet_svg(song.melody, title)}</figure><p class="why">{links}</p></section>\n'
    )
    if song.sound is None:
        return html
    times = json.dumps(note_times(song.melody), separators=(",", ":"))
    script = Path(__file__).with_name("player.js").read_text("utf-8")
    return f'{html}<script type="application/json" id="times">{times}</script>\n<script>\n{script}</script>\n'


def note_times(melody: Melody) -> list[tuple[float, float, int]]:
    """For each note its start and end in seconds, and the index of the note with its syllable, or -1."""
    second, rows, sung = 60 / melody.tempo_bpm, [], -1
    for n, note in enumerate(melody.notes):
        sung = n if note.lyric else -1 if note.lyric is None else sung
        rows.append((round(note.start * second, 3), round((note.start + note.duration) * second, 3), sung))
    return rows


def sung_parts(lines: Sequence[str], notes: Sequence[Note]) -> list[list[tuple[str, int]]]:
    """Cut lines of a poem into what is sung on one note, and what lies between.

    Args:
        lines: the poem.
        notes: with the poem's syllables as their lyrics; what is not found in the poem is passed over.

    Returns:
        For each line its parts in order, each with the index of its note, or -1.
    """
    text = "\n".join(lines)
    owner = [-1] * len(text)
    at = 0
    for n, note in enumerate(notes):
        syllable = (note.lyric or "").strip()
        syllable = syllable.removesuffix("-") or syllable
        found = text.find(syllable, at, at + SKIPPED + len(syllable)) if syllable else -1
        if found >= 0:
            at = found + len(syllable)
            owner[found:at] = [n] * len(syllable)
    parts: list[list[tuple[str, int]]] = [[]]
    for letter, n in zip(text, owner, strict=True):
        if letter == "\n":
            parts.append([])
        elif parts[-1] and parts[-1][-1][1] == n:
            parts[-1][-1] = (parts[-1][-1][0] + letter, n)
        else:
            parts[-1].append((letter, n))
    return parts


def lit_line(parts: Sequence[tuple[str, int]]) -> str:
    """A line of a poem as HTML whose syllables the script can find."""
    return "".join(
        escape(text) if n < 0 else f'<span data-note="{n}">{escape(text)}</span>' for text, n in parts
    )
