"""The gallery: a page to look through thousands of works, offline, with nothing but files beside it."""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from multiart.errors import MultiartError
from multiart.io.atomic import atomic_path, atomic_write
from multiart.io.gallery_entry import entry_of, picture_of
from multiart.io.layout import MANIFEST
from multiart.io.manifest import load_manifest
from multiart.io.verify import find_works

SIDE = 320  # pixels of a thumbnail
QUALITY = 80
DATA = "gallery"  # the folder of the page's data and thumbnails
_SOURCES = Path(__file__).with_name("gallery_page")
_OURS = '<meta name="generator" content="multiart gallery"'


def write_gallery(
    folder: Path, title: str, *, on_work: Callable[[int, int], None] | None = None
) -> tuple[Path, list[str]]:
    """Write `index.html`, and `gallery/` with its data and thumbnails, for all works in a folder.

    A thumbnail is made once for each picture, whatever happens to the folder around it.

    Args:
        folder: with works at any depth.
        title: of the page.
        on_work: called with the number of works done and of all.

    Returns:
        The page, and a line for each work that cannot be shown.

    Raises:
        MultiartError: if there is no work, the folder is a work itself or has another page, or it
            cannot be written.
    """
    page = folder / "index.html"
    if (folder / MANIFEST).exists():
        raise MultiartError(f"{folder} is a work: it has a page of its own; give the folder it is in.")
    if page.exists() and _OURS not in page.read_text("utf-8", "replace")[:2000]:
        raise MultiartError(f"{page} is no gallery; nothing was overwritten.")
    works = [*find_works(folder)]
    entries, left_out = [], []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        thumbnails = pool.map(lambda work: _told(thumbnail, folder, work), works)
        for number, (work, small) in enumerate(zip(works, thumbnails, strict=True), 1):
            entry = _told(_entry, folder, work)
            if wrong := next((made for made in (entry, small) if isinstance(made, str)), None):
                left_out.append(wrong)
            else:
                entries.append(entry | small)
            if on_work is not None:
                on_work(number, len(works))
    if not entries:
        raise MultiartError("; ".join([f"{folder} holds no works that can be shown", *left_out[:3]]))
    atomic_write(folder / DATA / "works.js", f"window.works = [\n{_lines(entries)}\n];\n")
    atomic_write(
        page, fill("gallery.html", ["gallery.css"], ["make.js", "gallery.js"], {"title": escape(title)})
    )
    return page, left_out


def _told(make: Callable[[Path, Path], dict[str, Any]], folder: Path, work: Path) -> dict[str, Any] | str:
    """What `make` gives, or why it cannot, in words: one work must not stop the others."""
    try:
        return make(folder, work)
    except (MultiartError, OSError, Image.DecompressionBombError) as error:
        return f"{work}: {error}"


def _entry(folder: Path, work: Path) -> dict[str, Any]:
    return entry_of(load_manifest(work), work.relative_to(folder).as_posix())


def thumbnail(folder: Path, work: Path) -> dict[str, Any]:
    """Make the thumbnail of a work unless it is there.

    Args:
        folder: of the page, whose `gallery/` holds the thumbnails.
        work: a folder in it.

    Returns:
        `thumb`, its place in the folder, None without a picture; and the picture's `size`.

    Raises:
        MultiartError, OSError: if the manifest or the picture cannot be read.
    """
    manifest = load_manifest(work)
    name = picture_of(manifest)
    if name is None:
        return {"thumb": None}
    sha256 = str(manifest["files"][name]["sha256"])
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise MultiartError(f"{MANIFEST}: files.{name} has no sha256")
    path = folder / DATA / "thumbs" / sha256[:2] / f"{sha256[:24]}.webp"
    with Image.open(work / name, formats=["PNG"]) as image:
        size = image.size
        if not path.exists():
            small = image.convert("RGB")
            small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            with atomic_path(path) as temporary:
                small.save(temporary, "WEBP", quality=QUALITY)
    return {"thumb": path.relative_to(folder).as_posix(), "size": size}


def _lines(entries: list[dict[str, Any]]) -> str:
    return ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)


def fill(template: str, css: Sequence[str], js: Sequence[str], words: Mapping[str, str]) -> str:
    """A page of its own out of the files in `gallery_page/`.

    Args:
        template: in which ``{{name}}`` is filled in.
        css: style sheets, joined as ``{{css}}``.
        js: scripts, joined as ``{{js}}``.
        words: what else is filled in, as HTML.
    """
    filled = {"css": "".join(map(_source, css)), "js": "".join(map(_source, js)), **words}
    return re.sub(r"\{\{(\w+)\}\}", lambda match: filled[match[1]], _source(template))


def _source(name: str) -> str:
    return (_SOURCES / name).read_text("utf-8")
