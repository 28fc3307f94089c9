"""`python -m multiart render`: many works, one a poem; what is complete is skipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from multiart.commands.again import again
from multiart.config import plain
from multiart.console import printable
from multiart.errors import ConfigError, MultiartError
from multiart.io.atomic import atomic_path, atomic_write
from multiart.io.layout import MANIFEST, only_if_whole, safe_name
from multiart.io.manifest import read_manifest, work_id
from multiart.io.page import gallery_page
from multiart.io.prompts import read_poems
from multiart.io.sheet import Tile, contact_sheet
from multiart.io.work import entry_of, write_work
from multiart.records import Brief


@dataclass(frozen=True, kw_only=True)
class Job:
    """One work to make.

    Attributes:
        brief: what is asked for.
        folder: where it goes; its name tells the poem's number and what decides the work.
    """

    brief: Brief
    folder: Path


def main(cfg: DictConfig) -> None:
    """Make a work of every poem in `prompts`, then a contact sheet and a gallery of all.

    Args:
        cfg: the composed and checked configuration.

    Raises:
        MultiartError: for prompts, a key or a model that cannot be used; at the end, if a poem failed.
    """
    from multiart.pipeline import Pipeline

    if cfg.prompts is None:
        raise ConfigError("no prompts: add prompts=poems.txt, prompts=folder/, prompts=- or prompts=[...].")
    config = plain(cfg)
    poems = read_poems(config["prompts"])
    parent = Path(
        cfg.paths.run_dir
        or Path(cfg.paths.outputs) / "render" / safe_name(cfg.task_name) / safe_name(poems.name)
    )
    pipeline = Pipeline.from_config(cfg)
    jobs = [
        _job(pipeline.brief(poem, variation=variation), number, parent, config)
        for number, poem in enumerate(poems.poems, 1)
        for variation in range(cfg.num_variations)
    ]
    failed = _render(jobs, pipeline, config)
    if finished := [job for job in jobs if (job.folder / MANIFEST).is_file()]:
        _show_all(finished, parent, poems.name)
        print(parent / "index.html")
        print(parent)
    if failed:
        raise MultiartError(f"{len(failed)} of {len(jobs)} works failed: {'; '.join(failed)}")


def _job(brief: Brief, number: int, parent: Path, config: Mapping[str, Any]) -> Job:
    return Job(brief=brief, folder=parent / f"{number:03d}-{work_id(config, brief, {})[:10]}")


def _render(jobs: Sequence[Job], pipeline: Any, config: Mapping[str, Any]) -> list[str]:
    """Make what is not complete; returns one line for each job that failed."""
    failed = []
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("works", total=len(jobs))
        for job in jobs:
            try:
                words = "complete" if _is_complete(job, pipeline, config) else _make(job, pipeline, config)
            except Exception as error:  # one poem must not stop the others
                failed.append(f"{job.folder.name}: {error or type(error).__name__}")
                words = f"failed: {error}"
            console.print(f"{job.folder.name}  {printable(words, 100)}", markup=False, soft_wrap=True)
            progress.advance(bar)
    return failed


def _is_complete(job: Job, pipeline: Any, config: Mapping[str, Any]) -> bool:
    """Tell whether the folder holds this very work, whole, made with the weights there are now."""
    manifest = read_manifest(job.folder)
    if manifest is None:
        return False
    weights = {source: pipeline.weights.get(source, sha) for source, sha in manifest["weights"].items()}
    sizes = {name: file["bytes"] for name, file in manifest["files"].items()}
    return manifest["id"] == work_id(config, job.brief, weights) and all(
        (job.folder / name).is_file() and (job.folder / name).stat().st_size == size
        for name, size in sizes.items()
    )


def _make(job: Job, pipeline: Any, config: Mapping[str, Any]) -> str:
    """Make and write one work; returns its title."""
    with only_if_whole(job.folder):
        (job.folder / MANIFEST).unlink(missing_ok=True)  # from other weights: no longer true
        brief = job.brief
        artworks = pipeline.works(brief.prompt, variation=brief.variation)
        folders = [job.folder, *(Path(f"{job.folder}_picture-{n}") for n in range(2, len(artworks) + 1))]
        for artwork, folder in reversed(
            list(zip(artworks, folders, strict=True))
        ):  # the job's own is the last
            write_work(artwork, folder, config=config, command=again(brief.prompt, config))
    return artworks[0].draft.title


def _show_all(jobs: Sequence[Job], parent: Path, name: str) -> None:
    entries = [entry_of(read_manifest(job.folder), job.folder.name) for job in jobs]
    tiles = [
        Tile(picture=parent / entry.image, title=entry.title, caption=entry.note)
        for entry in entries
        if entry.image is not None
    ]
    if tiles:
        with atomic_path(parent / "sheet.png") as path:
            contact_sheet(tiles).save(path, "PNG")
    atomic_write(parent / "index.html", gallery_page(name, entries))
