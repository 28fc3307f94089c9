"""What the gallery knows of a work, out of its manifest."""

import functools
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from multiart.config import STAGES, compose, plain
from multiart.errors import ConfigError
from multiart.io.manifest import brief_of, draft_of
from multiart.paths import conf_dir

PICTURES = ("styled.png", "painting.png")
SOUNDS = (".mp3", ".flac", ".wav")
SCENE = ("place", "season", "time_of_day", "weather", "subjects")


def picture_of(manifest: Mapping[str, Any]) -> str | None:
    """The name of the file of the final picture, or None."""
    return next((name for name in PICTURES if name in manifest["files"]), None)


def entry_of(manifest: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """Describe a work for the gallery.

    Args:
        manifest: as `multiart.io.manifest.load_manifest` gives it.
        folder: of the work, relative to the gallery, with "/".

    Returns:
        Plain containers; paths are relative URLs.
    """
    brief, draft, files = brief_of(manifest), draft_of(manifest), manifest["files"]
    picture, song = picture_of(manifest), _song(files)
    url = {name: quote(f"{folder}/{name}" if folder != "." else name) for name in files}
    entry = {
        "id": _key(manifest, picture),
        "href": url.get("index.html"),
        "picture": picture and url[picture],
        "song": song and url[song],
        "title": draft.title,
        "text": draft.text,
        "language": draft.language,
        "caption": draft.caption,
        **{name: getattr(draft.scene, name) for name in SCENE},
        "valence": draft.scene.mood.valence,
        "arousal": draft.scene.mood.arousal,
        "seed": brief.seed,
        "variation": brief.variation,
        "task": brief.task,
        "style": _style(manifest),
        "created": str(manifest.get("created", "")),
        "metrics": metrics_of(manifest),
        "settings": row_settings(manifest["config"], brief.title, brief.scene),
    }
    return entry if brief.prompt == draft.text else entry | {"prompt": brief.prompt}


def _key(manifest: Mapping[str, Any], picture: str | None) -> str:
    """Of the work and its picture: one brief can have several."""
    file = manifest["files"].get(picture, {}) if picture else {}
    return f"{manifest['id'][:16]}-{str(file.get('sha256', ''))[:8]}".rstrip("-")


def _song(files: Mapping[str, Any]) -> str | None:
    sounds = [name for kind in SOUNDS for name in files if PurePosixPath(name).suffix == kind]
    return sounds[0] if sounds else None


def metrics_of(manifest: Mapping[str, Any]) -> dict[str, float]:
    """The numbers that were measured of a work, by name."""
    metrics = manifest.get("metrics")
    metrics = metrics if isinstance(metrics, Mapping) else {}
    return {name: value for name, value in metrics.items() if isinstance(value, int | float)}


def _style(manifest: Mapping[str, Any]) -> str:
    settings = manifest["stages"].get("style", {}).get("settings")
    if settings is None:
        return "none"
    painters = settings.get("painters", settings.get("painter"))
    if isinstance(painters, Mapping):
        return " + ".join(str(name) for name in painters).replace("_", " ")
    found = painters or PurePosixPath(str(settings.get("image", "own"))).stem
    return str(found).replace("_", " ")


def row_settings(config: Mapping[str, Any], title: str | None, scene: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a row for `render` that asks for the same work, beside its prompt and seed.

    What is as the task has it is left out.

    Args:
        config: out of a manifest.
        title: the user's own.
        scene: the user's answers.
    """
    task, row = config.get("task_name"), {}
    chosen: dict[str, str] = {}
    for stage in STAGES:
        node, usual = config.get(stage), _usual(task, ()).get(stage)
        if _target(node) != _target(usual):
            option = _option(stage, node)
            chosen[stage] = option or "none"
            row[stage] = option
    usual = _usual(task, tuple(chosen.items()))
    for stage in STAGES:
        node, other = config.get(stage), usual.get(stage)
        if isinstance(node, Mapping) and isinstance(other, Mapping):
            row |= {f"{stage}.{k}": v for k, v in node.items() if k in other and v != other[k]}
    row |= {"title": title} if title else {}
    row |= {f"scene.{key}": value for key, value in scene.items()}
    return ({"task": task} if _usual(task, ()) else {}) | row


@functools.cache
def _usual(task: str | None, chosen: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The configuration of a task with options of groups; empty where this program has none of that name."""
    try:
        return plain(compose("run", [f"task={task}", *(f"{group}={option}" for group, option in chosen)]))
    except ConfigError:
        return {}


def _target(node: Any) -> Any:
    return node.get("_target_") if isinstance(node, Mapping) else None


def _option(group: str, node: Any) -> str | None:
    """The first option of a group that builds what `node` does."""
    for path in sorted((conf_dir() / group).glob("*.yaml")):
        found = re.search(r"^_target_:\s*([\w.]+)", path.read_text("utf-8"), re.MULTILINE)
        if found and found[1] == _target(node):
            return path.stem
    return None
