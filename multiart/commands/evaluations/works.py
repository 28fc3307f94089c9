"""Read works from disk, and judge whether their parts belong together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from multiart.commands.evaluate import Evaluation
from multiart.errors import MultiartError

TUNE = "melody.mid"


def evaluate(cfg: DictConfig, suite: Any) -> Evaluation:
    """Measure all works in `suite.folder`.

    Raises:
        MultiartError: if it is not given, is no folder, or has no two works with pictures or tunes.
    """
    from rich.console import Console
    from rich.progress import track

    from multiart.io.verify import find_works
    from multiart.metrics.works_suite import table

    if suite.folder is None:
        raise MultiartError(
            "suite=works needs suite.folder=, a folder of works, e.g. suite.folder=outputs/render"
        )
    folder = Path(suite.folder).expanduser()
    if not folder.is_dir():
        raise MultiartError(f"suite.folder: there is no folder {folder}.")
    works, left_out, console = [], [], Console(stderr=True)
    for work in track([*find_works(folder)], description="judging works", console=console, transient=True):
        try:
            works.append(judge(suite, work, work.relative_to(folder).as_posix()))
        except MultiartError as error:
            left_out.append(f"{work}: {error}")
    for line in left_out:
        console.print(f"left out: {line}", markup=False, soft_wrap=True)
    result = suite.measure(works)
    if not result:
        raise MultiartError(f"suite.folder: {folder} has no two works with pictures or tunes to compare.")
    beaten = [row["beaten"][0] for row in result.values()]
    return Evaluation(
        report=table(result),
        result={"weights": suite.weights, "pairs": result, "left_out": left_out},
        score=sum(beaten) / len(beaten),
    )


def judge(suite: Any, folder: Path, name: str) -> Any:
    """What a `WorksSuite` makes of the work in a folder, under a name.

    Raises:
        MultiartError: if it is no whole work, or something of it cannot be read.
    """
    from multiart.io.manifest import draft_of, load_manifest
    from multiart.io.midi import read_tune_notes
    from multiart.io.verify import PICTURES
    from multiart.pictures import load_picture

    manifest = load_manifest(folder)
    files: Mapping[str, Any] = manifest["files"]
    picture = next((file for file in PICTURES if file in files), None)
    tune = read_tune_notes(folder / TUNE)[:2] if TUNE in files else None
    return suite.judge(name, draft_of(manifest), picture and load_picture(folder / picture), tune)
