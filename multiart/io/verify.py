"""Whether a work on disk is what its manifest says: files, lineage from poem to picture, weights.

Everything is checked against the manifest, and the manifest against itself, so that any change by hand or by
a failing disk is found. It is no signature: who changes a work and computes every hash anew is not found.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from multiart.errors import ModelUnavailable, MultiartError
from multiart.io.layout import MANIFEST
from multiart.io.manifest import brief_of, digest_of, draft_of, load_manifest, recovery_of, work_id
from multiart.records import Draft
from multiart.seeding import derive_seed

STAGES = ("text", "image", "style", "music")
PICTURES = ("painting.png", "styled.png")
TOLERANCE = 0.01  # beats, of a note's start in a MIDI file
WORK_FILES = ("text.txt", *PICTURES)
"""Files by which the folder of a work is known when its manifest is gone."""


def find_works(folder: Path) -> Iterator[Path]:
    """The folders of works in a folder, at any depth, itself included, in order of their names.

    Folders that hold files of a work without its manifest are among them. Links are not followed.
    """
    for place, folders, files in os.walk(folder):
        folders.sort()
        if MANIFEST in files or not {*files}.isdisjoint(WORK_FILES):
            folders.clear()
            yield Path(place)


def verify_work(folder: Path) -> list[str]:
    """Find whatever differs from a work's manifest.

    Args:
        folder: of the work.

    Returns:
        A line for each thing that is wrong, beginning with the file it is in; empty for a whole work.
    """
    try:
        manifest = load_manifest(folder)
    except MultiartError as error:
        return [str(error)]
    return [*_manifest(manifest), *_files(folder, manifest), *_lineage(folder, manifest)]


def _manifest(manifest: Mapping[str, Any]) -> Iterator[str]:
    brief, stages, weights = brief_of(manifest), manifest["stages"], manifest["weights"]
    if manifest.get("digest") != digest_of(manifest):
        yield f"{MANIFEST}: a field was edited: it has another digest"
    if manifest["id"] != work_id(manifest["config"], brief, weights, recovery_of(stages)):
        yield f"{MANIFEST}: config, brief or weights are not those of the work: they give another id"
    if {k: v for stage in stages.values() for k, v in stage["weights"].items()} != weights:
        yield f"{MANIFEST}: weights are not those of the stages"
    if [*stages] != [stage for stage in STAGES if stage in stages]:
        yield f"{MANIFEST}: stages are {', '.join(stages)}, which is not the order of the chain"
    for name, stage in stages.items():
        if stage.get("seed") != derive_seed(brief.seed, name, brief.variation):
            yield f"{MANIFEST}: stages.{name}.seed does not follow from seed and variation of the brief"


def _files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    listed = manifest["files"]
    there = {path.name: path for path in folder.iterdir() if path.name != MANIFEST}
    for name in listed:
        if name not in there:  # a name with a path in it is never there
            yield f"{name}: missing"
        elif there[name].is_symlink() or not there[name].is_file():
            yield f"{name}: is a link or folder, not a file"
        else:
            yield from _content(there[name], listed)
    for name in sorted(there.keys() - listed.keys()):
        yield f"{name}: was added, the work has no such file"


def _content(path: Path, listed: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    size, wanted = path.stat().st_size, listed[path.name]
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found == wanted["sha256"] and size == wanted["bytes"]:
        return
    owner = next((name for name, other in listed.items() if other["sha256"] == found), None)
    if owner is not None and owner != path.name:
        yield f"{path.name}: holds what belongs in {owner}"
    elif size != wanted["bytes"]:
        yield f"{path.name}: was changed: {size:,} bytes instead of {wanted['bytes']:,}"
    else:
        yield f"{path.name}: was changed: another sha256"


def _lineage(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """From the prompt to the text, its title and caption, and to what pictures and notes say of them."""
    brief, draft, stages = brief_of(manifest), draft_of(manifest), manifest["stages"]
    if draft.mode == "verbatim" and draft.text.split() != brief.prompt.split():
        yield f"{MANIFEST}: draft.lines are not the lines of the prompt"
    if brief.title and brief.title.strip() and draft.title != " ".join(brief.title.split()):
        yield f"{MANIFEST}: draft.title is not the title of the brief"
    painted_from = stages.get("image", {}).get("settings", {}).get("caption", draft.caption)
    if painted_from != draft.caption:
        yield f"{MANIFEST}: stages.image.settings.caption is not the caption of the draft"
    if (path := folder / "text.txt").is_file() and path.read_bytes() != f"{draft.text}\n".encode():
        yield "text.txt: is not the text of the draft"
    for name in PICTURES:
        if name in manifest["files"] and (folder / name).is_file():
            yield from _chunks(folder / name, manifest["id"], draft)
    if "melody.mid" in manifest["files"] and (folder / "melody.mid").is_file():
        yield from _midi(folder / "melody.mid", manifest, draft)


def _chunks(path: Path, work: str, draft: Draft) -> Iterator[str]:
    try:
        with Image.open(path, formats=["PNG"]) as image:
            image.load()  # the text may come after the pixels, and broken pixels are found
            chunks = image.text
    except Exception as error:  # a broken picture raises almost anything
        yield f"{path.name}: cannot be read as a PNG: {error}"
        return
    for key, value in (("Title", draft.title), ("Work", work)):
        if (said := chunks.get(key)) != value:
            yield f"{path.name}: its {key} is {said!r}, in the manifest {value!r}"


def _midi(path: Path, manifest: Mapping[str, Any], draft: Draft) -> Iterator[str]:
    """What the file says of its title and work, and its tune against the notes in the manifest."""
    import mido

    try:
        midi = mido.MidiFile(path, charset="utf8")
        told = [(note[0], note[1]) for note in manifest["song"]["melody"]["notes"]]
    except Exception as error:  # a broken file raises almost anything
        yield f"{path.name}: cannot be read, or has no song in the manifest: {error!r}"
        return
    texts = [message.text for track in midi.tracks for message in track if message.type == "text"]
    for key, value in (("title", draft.title), ("work", f"multiart {manifest['id']}")):
        if value not in texts:
            yield f"{path.name}: its {key} is not the one in the manifest"
    notes = _tune(midi)
    if len(notes) != len(told) or any(
        pitch != note or abs(beat - start) > TOLERANCE
        for (pitch, beat), (note, start) in zip(notes, told, strict=True)
    ):
        yield f"{path.name}: its tune is not the song in the manifest"


def _tune(midi: Any) -> list[tuple[int, float]]:
    """Pitch and beat of the notes of the track called voice."""
    notes = []
    for track in (track for track in midi.tracks if track.name == "voice"):
        ticks = 0
        for message in track:
            ticks += message.time
            if message.type == "note_on" and message.velocity > 0:
                notes.append((message.note, ticks / midi.ticks_per_beat))
    return notes


def verify_weights(source: str, sha256: str) -> tuple[bool, str]:
    """Look for weights on this machine, and whether they are the ones that were used; nothing is downloaded.

    Args:
        source: as the model store names it, or the path of a checkpoint.
        sha256: of the weights that were used.

    Returns:
        Whether nothing is wrong, and in words what was found; "" if the very weights are here.
    """
    from multiart.models.store import fetch

    source = source if ":" in source else f"file:{source}"
    scheme, _, name = source.partition(":")
    try:
        if scheme == "file" and not _is_model(Path(name).expanduser()):
            return True, "not on this machine"
        found = fetch(source, download=False).sha256
    except ModelUnavailable:
        return True, "not on this machine"
    except (MultiartError, OSError) as error:
        return False, str(error)
    if found != sha256:
        return False, f"this machine has other ones (sha256 {found[:12]}…, the work used {sha256[:12]}…)"
    return True, ""


def _is_model(path: Path) -> bool:
    """Whether to read a path for its hash: whatever a manifest names, never a device or a whole disk."""
    ours = ("config.json", "model_index.json", "adapter_config.json")
    return path.is_file() or any((path / name).is_file() for name in ours)
