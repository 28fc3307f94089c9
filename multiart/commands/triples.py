"""`python -m multiart triples FOLDER`: write generated works, to look at, to correct, and to train on."""

from pathlib import Path

from omegaconf import DictConfig


def main(cfg: DictConfig) -> None:
    """Write the works to train on and those held out to two folders, and print these.

    Raises:
        MultiartError: if what paints or the tunes are not installed, or the folder cannot be written.
    """
    from multiart.config import plain
    from multiart.data.melodies import CorpusCache
    from multiart.data.triples import make_triples
    from multiart.data.tunes.corpus import PUBLIC_DOMAIN
    from multiart.data.written import write_works

    data = plain(cfg)["data"]
    tunes = CorpusCache(data["cache_dir"], data.get("collections") or PUBLIC_DOMAIN).tunes()
    counts = {name: data[name] for name in ("num_triples", "num_validation", "size")}
    folder = Path(cfg.folder or Path(cfg.paths.outputs) / "triples").expanduser()
    for name, works in zip(("train", "heldout"), make_triples(tunes, **counts), strict=True):
        print(write_works(works, folder / name))
