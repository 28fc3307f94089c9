"""How two works differ, stage by stage, and what between the two could explain it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from multiart.io.manifest import describe_file

CHAIN = ("text", "image", "style", "music", "page")
_STAGE_OF = {"text.txt": "text", "painting.png": "image", "styled.png": "style", "index.html": "page"}
NOT_COMPARED = ("schema", "created", "timings", "digest", "environment", "files", "id")
"""Keys of a manifest that say nothing of what was asked for."""


def flat(values: Any, prefix: str = "") -> dict[str, Any]:
    """The leaves of nested mappings by dotted key; a list is a leaf."""
    if not isinstance(values, Mapping) or not values:
        return {prefix: values}
    keys = {key: f"{prefix}.{key}" if prefix else str(key) for key in values}
    return {name: leaf for key, place in keys.items() for name, leaf in flat(values[key], place).items()}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The leaves that differ, by dotted key, in the order of the first; what one lacks is None."""
    a, b = flat(one), flat(other)
    return {key: (a.get(key), b.get(key)) for key in [*a, *(b.keys() - a.keys())] if a.get(key) != b.get(key)}


def settings_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What of a manifest decides the work, without what every work has of its own."""
    return {key: value for key, value in manifest.items() if key not in NOT_COMPARED}


def compare_stages(
    then: Mapping[str, Any], now: Mapping[str, Any], folders: tuple[Path, Path]
) -> dict[str, list[str]]:
    """What each stage of a work made differently when it was made again.

    Args:
        then: the manifest of the work.
        now: the manifest of the work made again.
        folders: where they are; what was made then is compared by its hash where its file is gone or changed.

    Returns:
        For every stage of either, in the order of the chain, a line for each difference; none if it is equal.
    """
    files = [*then["files"], *(now["files"].keys() - then["files"].keys())]
    found: dict[str, list[str]] = {}
    for stage in CHAIN:
        own = [name for name in files if _STAGE_OF.get(name, "music") == stage]
        if stage in then["stages"] or stage in now["stages"] or own:
            found[stage] = [*_stage(stage, then, now), *_files(own, then, now, folders)]
    return found


def _stage(stage: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Differences of its settings, and of the reading of the text."""
    pairs = differing(*(_asked(manifest, stage) for manifest in (then, now)))
    for key, (before, after) in pairs.items():
        yield f"{key}: {before!r} then, {after!r} now"


def _asked(manifest: Mapping[str, Any], stage: str) -> dict[str, Any]:
    made = manifest["stages"].get(stage, {})
    told = {"seed": made.get("seed"), "settings": made.get("settings")}
    return told | ({"draft": manifest["draft"]} if stage == "text" else {})


def _files(
    names: list[str], then: Mapping[str, Any], now: Mapping[str, Any], folders: tuple[Path, Path]
) -> Iterator[str]:
    for name in names:
        before, after = (manifest["files"].get(name) for manifest in (then, now))
        if before is None or after is None:
            yield f"{name}: {'was not made then' if before is None else 'is not made now'}"
        elif before != after:
            yield f"{name}: {_how(*(folder / name for folder in folders), before)}"


def _how(before: Path, after: Path, told: Mapping[str, Any]) -> str:
    if not before.is_file() or describe_file(before) != told:
        return "another sha256; the file made then is gone or was changed"
    if before.suffix == ".png":
        return picture_difference(before, after)[1]
    sizes = [path.stat().st_size for path in (before, after)]
    return "other bytes" if sizes[0] == sizes[1] else f"{sizes[0]:,} bytes then, {sizes[1]:,} now"


def picture_difference(one: Path, other: Path) -> tuple[np.ndarray | None, str]:
    """Compare two pictures pixel by pixel.

    Returns:
        The absolute difference, uint8 ``[H, W, 3]``, or None where the sizes differ; and that in words.
    """
    a, b = (_pixels(path) for path in (one, other))
    if a.shape != b.shape:
        return None, f"{a.shape[1]}x{a.shape[0]} pixels against {b.shape[1]}x{b.shape[0]}"
    difference = np.abs(a.astype(np.int16) - b).astype(np.uint8)
    count = int((difference.max(2) > 0).sum())
    if count == 0:
        return difference, "the same pixels; the words in the file differ"
    share = 100 * count / difference[..., 0].size
    words = f"{count:,} pixels differ ({share:.3g} %), by up to {difference.max()} of 255"
    return difference, f"{words}, {difference.mean():.2g} on average"


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path, formats=["PNG"]) as image:
        return np.asarray(image.convert("RGB"))


def causes(then: Mapping[str, Any], now: Mapping[str, Any], stage: str) -> list[str]:
    """What was different when a work was made again, as far as it can have changed a stage."""
    weights = (_weights(manifest, stage) for manifest in (then, now))
    lines = [
        f"weights {source}: sha256 {_short(before)} then, {_short(after)} now"
        for source, (before, after) in _changed(*weights)
    ]
    before, after = then["environment"], now["environment"]
    packages = ({"python": e.get("python")} | (e.get("packages") or {}) for e in (before, after))
    lines += [f"version of {name}: {a} then, {b} now" for name, (a, b) in _changed(*packages)]
    parts = {"page": "io"}.get(stage, stage), "models", "io", "multiart"
    code = ({part: (e.get("code") or {}).get(part) for part in parts} for e in (before, after))
    lines += [f"the code of {_place(part)} is another" for part, _ in _changed(*code)]
    keys = ("threads", "processor", "graphics", "platform")
    machines = ({key: e.get(key) for key in keys} for e in (before, after))
    return lines + [f"{key}: {a} then, {b} now" for key, (a, b) in _changed(*machines)]


def _weights(manifest: Mapping[str, Any], stage: str) -> dict[str, Any]:
    """Of a stage; of all of them for the page, which tells them."""
    if stage != "page":
        return manifest["stages"].get(stage, {}).get("weights", {})
    stages = manifest["stages"].items()
    return {f"{source} of {name}": sha for name, made in stages for source, sha in made["weights"].items()}


def _changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for key in {**one, **other}:
        if one.get(key) != other.get(key):
            yield key, (one.get(key), other.get(key))


def _place(part: str) -> str:
    return "multiart/*.py" if part == "multiart" else f"multiart/{part}"


def _short(sha256: Any) -> str:
    return "none" if sha256 is None else f"{str(sha256)[:12]}…"
