"""The page of a work: one HTML file that needs nothing beside it, like a page of an art book."""

import base64
from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from multiart.io.pictures import encode_jpeg
from multiart.io.player import lit_line, player, sheet_section, sung_parts
from multiart.records import Artwork, Draft, Mood, Picture, Scene, Song, StageRecord
from multiart.vocabulary import ATTRIBUTES

MAX_SIDE = 1600  # pixels of a picture on the page
SHORT_POEM = 8  # lines; set larger
LONG_POEM = {
    "en": 22,
    "zh": 10,
}  # lines; English then scrolls beside its painting, Chinese is set in two tiers

_POLICY = (
    "default-src 'none'; img-src data: 'self'; media-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'"
)
_SLIDE = "this.parentElement.style.setProperty('--cut', this.value + '%')"


def work_page(artwork: Artwork, *, command: str, licences: Mapping[str, str]) -> str:
    """Lay out a work as a self-contained HTML page: no network, no other file.

    Args:
        artwork: the work.
        command: the command line that makes it again.
        licences: of the weights, by source.

    Returns:
        The document; the same work gives the same text.
    """
    draft, picture, song = artwork.draft, artwork.picture, artwork.song
    controls = "" if song is None else player(song)
    painting = controls if picture is None else _painting(picture, draft, controls)
    alone = " alone" if picture is None else ""
    body = f'<main class="spread{alone}">{painting}{_poem(draft, song)}</main>\n'
    body += ("" if song is None else sheet_section(song, draft.title)) + '<aside class="label">\n'
    body += _section("How the poem was read", _reading(draft), is_open=True)
    if artwork.styled is not None and artwork.painting is not None:
        body += _section("Before and after the style", _compare(artwork.painting, artwork.styled, draft))
    body += _section("Settings", "".join(_settings(record) for record in artwork.stages))
    body += _section("Make it again", f'<pre dir="auto">{escape(command)}</pre>')
    body += _section("Weights and licences", _weights(artwork, licences))
    body += '<p class="colophon">Read, painted and set by trained models with multiart.</p>\n</aside>'
    return document(draft.title, body)


def document(title: str, body: str) -> str:
    """A whole HTML document with the style sheet inside.

    Args:
        title: plain text.
        body: HTML.
    """
    css = Path(__file__).with_name("page.css").read_text("utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="multiart">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
<style>
{css}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _painting(picture: Picture, draft: Draft, controls: str) -> str:
    return (
        f'<figure class="painting"><div class="mat">{_img(picture, draft.caption)}</div>'
        f'<figcaption class="caption" dir="auto">{escape(draft.caption)}</figcaption>{controls}</figure>'
    )


def _body(draft: Draft) -> tuple[str, ...]:
    """The lines without one that only heads them with the title, which is set above them anyway."""
    first, *rest = draft.lines
    heads = first.strip().startswith("《") or (rest and not rest[0].strip())
    return tuple(rest) if heads and rest and first.strip().strip("《》") == draft.title else draft.lines


def _poem(draft: Draft, song: Song | None) -> str:
    body = _body(draft)
    parted = sung_parts(body, () if song is None else song.melody.notes)
    rows = zip(body, map(lit_line, parted), strict=True)
    stanzas = [list(lines) for full, lines in groupby(rows, key=lambda row: bool(row[0].strip())) if full]
    text = "".join(
        '<p class="stanza">'
        + "".join(f'<span class="verse" dir="auto">{verse}</span>' for _, verse in lines)
        + "</p>"
        for lines in stanzas
    )
    seal = '<span class="sealed" aria-hidden="true">詩畫</span>' if draft.language == "zh" else ""
    size = " short" if len(body) <= SHORT_POEM else " long" if len(body) > LONG_POEM[draft.language] else ""
    title = f'<h1 dir="auto">{escape(draft.title)}</h1>'
    return f'<article class="poem{size}" lang="{draft.language}">{title}{text}{seal}</article>'


def _img(picture: Picture, alt: str, classes: str = "") -> str:
    data = base64.b64encode(encode_jpeg(picture, MAX_SIDE, quality=93)).decode()
    size = f'width="{picture.width}" height="{picture.height}"'
    attributes = f'class="{classes}" {size}' if classes else size
    return f'<img {attributes} alt="{escape(alt)}" src="data:image/jpeg;base64,{data}">'


def _section(title: str, inside: str, *, is_open: bool = False) -> str:
    opened = " open" if is_open else ""
    return f'<details{opened}><summary>{title}</summary><div class="inside">{inside}</div></details>\n'


def _reading(draft: Draft) -> str:
    scene = draft.scene
    rows = [(name.replace("_", " "), getattr(scene, name), _why(scene, name)) for name in ATTRIBUTES]
    rows += [
        ("with" if i == 0 else "", subject, _why(scene, subject)) for i, subject in enumerate(scene.subjects)
    ]
    rows += [("mood", _mood_in_words(scene.mood), _why(scene, "mood"))]
    rows += [("text", draft.mode, draft.mode_reason)]
    return _facts((name, f"{escape(value)}{_aside(why)}") for name, value, why in rows)


def _why(scene: Scene, key: str) -> str:
    return scene.evidence.get(key, "")


def _aside(why: str) -> str:
    return f' <span class="why" dir="auto">— {escape(why)}</span>' if why else ""


def _mood_in_words(mood: Mood) -> str:
    feeling = _word(mood.valence, "sad", "neither sad nor happy", "happy")
    energy = _word(mood.arousal, "calm", "even", "excited")
    return f"{feeling}, {energy} (valence {mood.valence:+.2f}, arousal {mood.arousal:+.2f})"


def _word(value: float, low: str, middle: str, high: str) -> str:
    return middle if abs(value) < 0.15 else high if value > 0 else low


def _compare(before: Picture, after: Picture, draft: Draft) -> str:
    return (
        f'<div class="compare">{_img(before, f"Before the style: {draft.caption}")}'
        f'{_img(after, f"After the style: {draft.caption}", "over")}<span class="edge"></span>'
        f'<input type="range" aria-label="Where the picture is cut" oninput="{_SLIDE}">'
        '</div><p class="ends"><span>before</span><span>after</span></p>'
    )


def _settings(record: StageRecord) -> str:
    rows = [*_flat(record.settings), ("seed", str(record.seed))]
    return f"<section><h2>{escape(record.stage)}</h2>{_facts((k, escape(v)) for k, v in rows)}</section>"


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", f"{value:.6g}" if isinstance(value, float) else str(value)


def _weights(artwork: Artwork, licences: Mapping[str, str]) -> str:
    weights = {source: sha for record in artwork.stages for source, sha in record.weights.items()}
    return _facts(
        (source, f'{escape(licences[source])}<br><span class="hash">sha256 {escape(sha)}</span>')
        for source, sha in weights.items()
    )


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    return '<dl class="facts">' + "".join(f"<dt>{escape(k)}</dt><dd>{v}</dd>" for k, v in rows) + "</dl>"
