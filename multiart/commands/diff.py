"""`python -m multiart diff A B`: the settings and pictures of two works side by side."""

from datetime import datetime
from pathlib import Path

from omegaconf import DictConfig

from multiart.commands.verify import given_path
from multiart.errors import MultiartError


def main(cfg: DictConfig) -> None:
    """Print what differs in the settings, and write a page with both pictures and their difference.

    Raises:
        MultiartError: if two works were not given, or a manifest or picture cannot be read.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from multiart.console import printable
    from multiart.io.atomic import atomic_write
    from multiart.io.compare_page import compare_page, differences
    from multiart.io.layout import new_work_dir, take_dir
    from multiart.io.manifest import load_manifest

    folders = given_path(cfg.work, "diff"), given_path(cfg.other, "diff")
    manifests = tuple(load_manifest(folder) for folder in folders)
    names = _names(*folders)
    try:
        page = compare_page(names, manifests, folders)
    except OSError as error:
        raise MultiartError(f"a picture cannot be read: {error}") from error
    found = differences(*manifests)
    table = Table("", box=None, pad_edge=False)
    for name in names:
        table.add_column(Text(name), overflow="fold")
    for key, pair in found.items():
        table.add_row(Text(key, style="dim"), *(Text(printable(word, 200)) for word in pair))
    console = Console(highlight=False)
    console.print(table if found else Text("Their settings are the same."))
    if cfg.paths.run_dir is not None:
        new = take_dir(cfg.paths.run_dir)
    else:
        new = new_work_dir(cfg.paths.outputs, "diff", names[0], datetime.now())
    atomic_write(new / "index.html", page)
    print(new / "index.html")


def _names(one: Path, other: Path) -> tuple[str, str]:
    """What to call two folders: their names, or their paths where the names are the same."""
    names = one.resolve().name, other.resolve().name
    return names if names[0] != names[1] else (str(one), str(other))
