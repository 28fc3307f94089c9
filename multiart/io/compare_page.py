"""A page that shows two works side by side: pictures, what differs between them, and their settings."""

import base64
import io
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from multiart.io.compare import differing, picture_difference, settings_of
from multiart.io.page import document

PICTURES = ("styled.png", "painting.png")
MAX_SIDE = 900  # pixels of a picture on the page

_CSS = """<style>
.sides { max-width: 92rem; margin: 0 auto; padding: clamp(1.25rem, 4vw, 3.5rem); }
.sides h1 { font-weight: 500; font-size: 1.6rem; margin-bottom: 1.4rem; }
.sides .row { display: grid; gap: 1.6rem; }
@media (min-width: 52rem) { .sides .row { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
.sides figcaption { color: var(--faint); font-size: .86rem; margin-top: .8rem; }
.sides .scroll { overflow-x: auto; margin-top: 2.4rem; }
.sides table { border-collapse: collapse; width: 100%; }
.sides th, .sides td { text-align: left; vertical-align: top; padding: .45rem .8rem; font-weight: 400; }
.sides tr { border-top: 1px solid var(--line); }
.sides th { color: var(--faint); }
.sides td { white-space: pre-wrap; overflow-wrap: anywhere; width: 40%; }
</style>"""


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What of two manifests differs in what was asked for and how it was made, by key, as texts to show."""
    pairs = differing(settings_of(one), settings_of(other)) | {
        f"environment.{key}": pair
        for key, pair in differing(one["environment"], other["environment"]).items()
    }
    return {key: (_word(a), _word(b)) for key, (a, b) in pairs.items() if not _is_repeat(key)}


def _is_repeat(key: str) -> bool:
    """Whether a key is told by others: the stages have their weights, and the settings make the command."""
    return key == "command" or key.startswith("weights.")


def compare_page(names: tuple[str, str], manifests: tuple[dict, dict], folders: tuple[Path, Path]) -> str:
    """Lay out two works as a self-contained HTML page.

    Args:
        names: what to call them.
        manifests: of the works.
        folders: where they are.

    Returns:
        The document.
    """
    titles = [manifest["draft"]["title"] for manifest in manifests]
    paths = [_picture(*pair) for pair in zip(manifests, folders, strict=True)]
    figures = [
        _figure(Image.open(path).convert("RGB"), f"{title} — {name}") if path else ""
        for path, title, name in zip(paths, titles, names, strict=True)
    ]
    if all(paths):
        pixels, words = picture_difference(*paths)
        figures.append(
            f"<p>The pictures differ in size: {escape(words)}.</p>"
            if pixels is None
            else _figure(magnified(pixels), f"{words}{_times(pixels)}")
        )
    rows = "".join(
        f'<tr><th scope="row">{escape(key)}</th>'
        f'<td dir="auto">{escape(a)}</td><td dir="auto">{escape(b)}</td></tr>'
        for key, (a, b) in differences(*manifests).items()
    )
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    table = f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    body = f'{_CSS}<main class="sides"><h1 dir="auto">{escape(" / ".join(dict.fromkeys(titles)))}</h1>'
    body += f'<div class="row">{"".join(figures)}</div>'
    body += f'<div class="scroll">{table if rows else "<p>Their settings are the same.</p>"}</div></main>'
    return document("Two works", body)


def magnified(difference: np.ndarray) -> Image.Image:
    """A difference as a picture: black where it is none, its largest value white."""
    return Image.fromarray((difference * _gain(difference)).round().clip(0, 255).astype(np.uint8))


def _gain(difference: np.ndarray) -> float:
    return 255 / max(1, int(difference.max()))


def _times(difference: np.ndarray) -> str:
    return f"; shown {_gain(difference):.3g} times as bright" if difference.any() else ""


def _picture(manifest: Mapping[str, Any], folder: Path) -> Path | None:
    return next((folder / name for name in PICTURES if name in manifest["files"]), None)


def _figure(image: Image.Image, words: str) -> str:
    buffer = io.BytesIO()
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    image.save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    size = f'width="{image.width}" height="{image.height}"'
    picture = f'<div class="mat"><img {size} alt="{escape(words)}" src="data:image/png;base64,{data}"></div>'
    return f'<figure>{picture}<figcaption dir="auto">{escape(words)}</figcaption></figure>'


def _word(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return "–" if value is None else json.dumps(value, ensure_ascii=False)
