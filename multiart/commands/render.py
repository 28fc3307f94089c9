"""`python -m multiart render`: many works; the same command again makes what is missing."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from omegaconf import DictConfig, ListConfig

from multiart.commands.again import overrides
from multiart.commands.jobs import Job, Planner
from multiart.commands.rendering import Renderer
from multiart.commands.stopping import Stop
from multiart.config import build, plain
from multiart.errors import ConfigError, MultiartError
from multiart.io.atomic import atomic_path
from multiart.io.collection import Collection, read_collection
from multiart.io.gallery import write_gallery
from multiart.io.gallery_entry import picture_of
from multiart.io.layout import MANIFEST, safe_name
from multiart.io.ledger import Ledger
from multiart.io.manifest import read_manifest
from multiart.io.sheet import Tile, contact_sheet

SHEET_WORKS = 500
"""The most works on one contact sheet."""
POLL_SECONDS = 2.0


def main(cfg: DictConfig) -> None:
    """Make every work of `prompts`, then a contact sheet and a gallery of all.

    Args:
        cfg: the composed and checked configuration.

    Raises:
        MultiartError: for rows, a key or a model that cannot be used; at the end, if works failed.
        KeyboardInterrupt: if the user stopped it.
    """
    if cfg.prompts is None:
        raise ConfigError("no prompts: add prompts=poems.csv, prompts=folder/, prompts=- or prompts=[...].")
    if cfg.watch and (isinstance(cfg.prompts, ListConfig) or cfg.prompts == "-"):
        raise ConfigError("watch=true needs prompts to be a file or a folder.")
    source = plain(cfg)["prompts"]
    planner, collection = Planner(cfg, overrides()), read_collection(source)
    jobs = planner.jobs(collection.rows)
    parent = _parent(cfg, collection)
    with (
        Ledger(parent, max_attempts=cfg.max_attempts) as ledger,
        closing(build(cfg.engine)) as engine,
        Stop() as stop,
    ):
        renderer = Renderer(ledger, engine, stop, min_free_mb=cfg.min_free_mb)
        renderer.render(jobs, retry=cfg.retry)
        _show_all([parent / renderer.folders[job.key] for job in jobs], parent, collection.name)
        for jobs in _added(source, planner, stop) if cfg.watch else ():
            renderer.render(jobs)
            _show_all([parent / renderer.folders[job.key] for job in jobs], parent, collection.name)
        renderer.report(jobs)


def _parent(cfg: DictConfig, collection: Collection) -> Path:
    if cfg.paths.run_dir is not None:
        return Path(cfg.paths.run_dir)
    return Path(cfg.paths.outputs) / "render" / safe_name(cfg.task_name) / safe_name(collection.name)


def _added(source: str, planner: Planner, stop: Stop) -> Iterator[list[Job]]:
    """The jobs of a file or folder, each time that it has changed and come to rest."""
    seen = before = _looks(Path(source))
    while not stop.asked:
        time.sleep(POLL_SECONDS)
        now = _looks(Path(source))
        if now == before and now != seen:
            seen = now
            try:
                yield planner.jobs(read_collection(source).rows)
            except MultiartError as error:  # while it is being written
                print(f"multiart: {error}", file=sys.stderr)
        before = now


def _looks(path: Path) -> list[tuple[str, int, int]]:
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    stats = [(file.name, file.stat()) for file in files if file.is_file()]
    return [(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats]


def _show_all(folders: Sequence[Path], parent: Path, name: str) -> None:
    """A gallery and a contact sheet of what is finished, and where they are."""
    manifests = {folder: read_manifest(folder) for folder in folders if (folder / MANIFEST).is_file()}
    if not manifests:
        return
    tiles = [
        Tile(picture=folder / picture, title=manifest["draft"]["title"], caption=manifest["draft"]["caption"])
        for folder, manifest in manifests.items()
        if (picture := picture_of(manifest)) is not None
    ]
    if 0 < len(tiles) <= SHEET_WORKS:
        with atomic_path(parent / "sheet.png") as path:
            contact_sheet(tiles).save(path, "PNG")
    _, left_out = write_gallery(parent, name)
    for line in left_out:
        print(f"multiart: not in the gallery: {line}", file=sys.stderr)
    print(parent / "index.html")
    print(parent)
