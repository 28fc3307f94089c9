"""A work as a folder: text.txt, pictures, the song's files, index.html, and manifest.json last."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from multiart.io.atomic import atomic_write
from multiart.io.manifest import recovery_of, stages_of, work_id, work_manifest, work_weights, write_manifest
from multiart.io.page import work_page
from multiart.io.pictures import save_png
from multiart.io.song import write_song
from multiart.metrics.measuring import measure
from multiart.music.synth import SOUNDFONT
from multiart.records import Artwork


def write_work(artwork: Artwork, folder: Path, *, config: Mapping[str, Any], command: str) -> dict:
    """Write a work; the folder is whole once its manifest is there.

    Args:
        artwork: the work.
        folder: where to; made if it is missing.
        config: the resolved configuration in plain containers; its ``metrics`` are measured.
        command: the command line that makes it again, for the page.

    Returns:
        The manifest.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    weights = work_weights(artwork)
    work = work_id(config, artwork.brief, weights, recovery_of(stages_of(artwork)))
    chunks = {"Title": artwork.draft.title, "Work": work}
    files = ["text.txt"]
    atomic_write(folder / "text.txt", artwork.draft.text + "\n")
    for name, picture in (("painting.png", artwork.painting), ("styled.png", artwork.styled)):
        if picture is not None:
            save_png(picture, folder / name, chunks)
            files.append(name)
    song = {}
    if artwork.song is not None:
        names, told = write_song(artwork.song, folder, title=artwork.draft.title, work_id=work)
        files, song = files + names, {"song": told}
    licences = {source: licence_of(source) for source in weights}
    atomic_write(folder / "index.html", work_page(artwork, command=command, licences=licences))
    manifest = work_manifest(artwork, config, folder, [*files, "index.html"], command=command) | song
    if names := config.get("metrics"):
        manifest["metrics"] = measure(artwork, names)
    write_manifest(folder, manifest)
    return manifest


def licence_of(source: str) -> str:
    """The licence of a source of weights, in a few words."""
    from multiart.models.registry import PACKAGES

    if source == SOUNDFONT:
        return "GPL-2.0 (TimGM6mb, read from the installed package)"
    kind, _, name = source.partition(":")
    if kind == "pypi" and name.partition("/")[0] in PACKAGES:
        return PACKAGES[name.partition("/")[0]].licence
    return {"asset": "MIT, trained by this project", "hub": "see the model's page"}.get(kind, "not known")
