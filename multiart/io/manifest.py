"""The manifest of a work: everything that is needed to know how it came about, and to make it again.

Two works made by the same command are equal in everything but `timings`, `created` and `digest`.
"""

import functools
import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from multiart.errors import MultiartError
from multiart.io.atomic import atomic_write
from multiart.io.layout import MANIFEST
from multiart.records import Artwork, Brief, Draft, Mood, Scene

SCHEMA = 1
PACKAGES = (
    "multiart",
    "torch",
    "transformers",
    "tokenizers",
    "diffusers",
    "onnxruntime",
    "numpy",
    "pillow",
    "pypinyin",
    "vaderSentiment",
    "pretty_midi",
    "mido",
    "midirenderer",
    "torchaudio",
    "soundfile",
    "verovio",
    "resvg-py",
)
CODE = ("text", "image", "style", "music", "models", "io")
"""Folders of the package whose code can change the bytes of a work."""
_ROW = re.compile(r'\[\n\s*-?\d(?:[^\[\]{}"\n]|\n|"(?:[^"\\]|\\.)*")*\]')
"""A list that begins with a number and holds no other, over several lines: a note, say."""
_SHAPE = {"id": str} | dict.fromkeys(
    ("brief", "draft", "stages", "weights", "files", "config", "environment"), dict
)
RENDERING = ("cache", "engine", "watch", "retry", "max_attempts", "min_free_mb")
PLACES = (
    "command",
    "paths",
    "work",
    "other",
    "folder",
    "prompt",
    "prompt_file",
    "prompts",
    "num_variations",
    "variation",
    "optimized_metric",
    "metrics",
    *RENDERING,
)
"""Root keys that say where works come from and go to; they do not decide what one looks like."""


def work_id(
    config: Mapping[str, Any],
    brief: Brief,
    weights: Mapping[str, str],
    recovery: Mapping[str, Any] | None = None,
) -> str:
    """Hash what decides a work: the resolved configuration, the brief, and the weights' sha256.

    Args:
        config: the resolved configuration in plain containers.
        brief: what was asked for.
        weights: source to sha256.
        recovery: what had to be done otherwise than it was asked for, see `recovery_of`.

    Returns:
        64 hexadecimal digits.
    """
    decides = {"config": deciding(config), "brief": asdict(brief), "weights": dict(weights)}
    return hash_json(decides | ({"recovery": recovery} if recovery else {}))


def recovery_of(stages: Mapping[str, Mapping[str, Any]]) -> dict[str, list[dict[str, str]]]:
    """The steps of `multiart.recovery` that the stages of a manifest took, by stage; mostly none."""
    settings = {name: stage["settings"] for name, stage in stages.items()}
    return {name: told["recovery"] for name, told in settings.items() if "recovery" in told}


def work_weights(artwork: Artwork) -> dict[str, str]:
    """Source and sha256 of all weights that made a work."""
    return {source: sha for stage in artwork.stages for source, sha in sorted(stage.weights.items())}


def stages_of(artwork: Artwork) -> dict[str, dict[str, Any]]:
    """How the stages of a work were run, in plain containers by name."""
    return {
        record.stage: {"seed": record.seed, "settings": record.settings, "weights": record.weights}
        for record in artwork.stages
    }


def work_manifest(
    artwork: Artwork, config: Mapping[str, Any], folder: Path, files: Iterable[str], *, command: str
) -> dict:
    """Describe a work.

    Args:
        artwork: the work.
        config: the resolved configuration in plain containers.
        folder: where its files are.
        files: their names.
        command: the command line that makes it again.

    Returns:
        Plain containers, ready for JSON.
    """
    weights, stages = work_weights(artwork), stages_of(artwork)
    return {
        "schema": SCHEMA,
        "id": work_id(config, artwork.brief, weights, recovery_of(stages)),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "brief": asdict(artwork.brief),
        "draft": asdict(artwork.draft),
        "stages": stages,
        "weights": weights,
        "files": {name: describe_file(folder / name) for name in files},
        "config": deciding(config),
        "command": command,
        "environment": environment(),
        "timings": {record.stage: round(record.seconds, 3) for record in artwork.stages},
    }


def write_manifest(folder: Path, manifest: dict) -> None:
    """Write `manifest.json`: the last file of a work, its presence means that the work is whole.

    Sets the manifest's own `digest`.
    """
    manifest["digest"] = digest_of(manifest)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
    text = _ROW.sub(lambda row: re.sub(r"\n\s*", "", row[0].replace(",\n", ", \n")), text)
    atomic_write(folder / MANIFEST, text + "\n")


def read_manifest(folder: Path) -> dict | None:
    """The manifest of a finished work, or None where there is none.

    Raises:
        MultiartError: if the file is there but is no manifest.
    """
    try:
        return json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise MultiartError(f"cannot read {folder / MANIFEST}: {error}") from error


def load_manifest(folder: Path) -> dict:
    """The manifest of a finished work, with all that a reader counts on in its place.

    Raises:
        MultiartError: if it is missing, cut short, out of shape, or of another program or version.
    """
    path = folder / MANIFEST
    manifest = read_manifest(folder)
    if manifest is None:
        raise MultiartError(f"{folder} is no finished work: it has no {MANIFEST}.")
    if not isinstance(manifest, dict) or "schema" not in manifest:
        raise MultiartError(f"{path} is not a manifest of multiart.")
    if manifest["schema"] != SCHEMA:
        raise MultiartError(f"{path} has schema {manifest['schema']!r}; this version reads {SCHEMA}.")
    for key, kind in _SHAPE.items():
        if not isinstance(manifest.get(key), kind):
            raise MultiartError(f"{path}: {key} is missing or no {'text' if kind is str else 'mapping'}.")
    for name, file in manifest["files"].items():
        if not isinstance(file, dict) or not {"bytes", "sha256"} <= file.keys():
            raise MultiartError(f"{path}: files.{name} has no bytes and sha256.")
    for name, stage in manifest["stages"].items():
        if not isinstance(stage, dict) or not all(
            isinstance(stage.get(k), dict) for k in ("settings", "weights")
        ):
            raise MultiartError(f"{path}: stages.{name} has no settings and weights.")
    try:
        brief_of(manifest), draft_of(manifest)
    except (TypeError, ValueError, AttributeError) as error:
        raise MultiartError(f"{path}: {error}") from error
    return manifest


def brief_of(manifest: Mapping[str, Any]) -> Brief:
    """What was asked for, out of a manifest; `load_manifest` has found that it can be had."""
    brief = Brief(**manifest["brief"])
    for name, kind in (("prompt", str), ("task", str), ("seed", int), ("variation", int), ("scene", dict)):
        if not isinstance(getattr(brief, name), kind):
            raise ValueError(f"brief.{name} must be {kind.__name__}, got {getattr(brief, name)!r}")
    return brief


def draft_of(manifest: Mapping[str, Any]) -> Draft:
    """The text and its reading, out of a manifest; `load_manifest` has found that they can be had."""
    draft = dict(manifest["draft"])
    scene = dict(draft["scene"]) if isinstance(draft.get("scene"), dict) else {}
    scene["subjects"] = tuple(scene.get("subjects", ()))
    scene["mood"] = Mood(**scene.get("mood", {}))
    lines = draft.get("lines", ())
    if not all(isinstance(text, str) for text in (draft.get("title"), draft.get("caption"), *lines)):
        raise ValueError("draft.title, draft.caption and draft.lines must be texts")
    return Draft(**draft | {"scene": Scene(**scene), "lines": tuple(lines)})


def digest_of(manifest: Mapping[str, Any]) -> str:
    """The sha256 of a manifest without its `digest`: an edited field is found by it. It is no signature."""
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    return hash_json(json.loads(json.dumps(rest, default=str)))


def describe_file(path: Path) -> dict[str, Any]:
    """Size and sha256 of a file."""
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def environment() -> dict[str, Any]:
    """Versions, code, machine and threads: what may change the last bit of a result."""
    import torch

    has_cuda = torch.cuda.is_available()

    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "code": dict(_code()),
        "platform": platform.platform(),
        "processor": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        "graphics": torch.cuda.get_device_name() if has_cuda else None,
        "threads": torch.get_num_threads(),
    }


@functools.cache
def _code() -> dict[str, str]:
    """A hash of each of `CODE`, data included, and of the modules beside them: 16 hexadecimal digits."""
    package = Path(__file__).resolve().parents[1]
    parts = {name: (package / name).rglob("*") for name in CODE} | {"multiart": package.glob("*.py")}
    return {
        name: hashlib.sha256(
            b"\0".join(
                path.read_bytes() for path in sorted(paths) if path.is_file() and path.suffix != ".pyc"
            )
        ).hexdigest()[:16]
        for name, paths in parts.items()
    }


def deciding(config: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a configuration that decides what a work looks like."""
    return {key: value for key, value in config.items() if key not in PLACES}


@functools.cache
def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def hash_json(value: Any) -> str:
    """The sha256 of plain containers, in 64 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
