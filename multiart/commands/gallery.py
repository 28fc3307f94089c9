"""`python -m multiart gallery FOLDER`: a page to look through many works."""

from pathlib import Path

from omegaconf import DictConfig

from multiart.errors import MultiartError


def main(cfg: DictConfig) -> None:
    """Write the page, with the progress on standard error, and print where it is.

    Raises:
        MultiartError: if there is no such folder, no work in it, or it cannot be written.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from multiart.console import printable
    from multiart.io.gallery import write_gallery

    folder = Path(cfg.folder or cfg.paths.outputs).expanduser()
    if not folder.is_dir():
        raise MultiartError(f"there is no folder {folder}.")
    console = Console(stderr=True, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("works")
        page, left_out = write_gallery(
            folder,
            cfg.title or folder.resolve().name,
            on_work=lambda done, total: progress.update(bar, completed=done, total=total),
        )
    for line in left_out:
        console.print(f"left out: {printable(line, 300)}", markup=False, soft_wrap=True)
    print(page)
