"""`python -m multiart export RUN`: what a joint training made, for others to use."""

from pathlib import Path

from omegaconf import DictConfig

from multiart.errors import MultiartError


def main(cfg: DictConfig) -> None:
    """Write the models of a run or a checkpoint, and print the folder.

    Raises:
        MultiartError: if none is given, or it holds no models that were trained together.
    """
    if cfg.folder is None:
        raise MultiartError(
            "export needs a run's folder or a checkpoint: multiart export outputs/train/joint"
        )
    import logging

    from multiart.config import build
    from multiart.training.exporting import load_trained_together

    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    export = build(cfg.export)
    module = load_trained_together(cfg.folder)
    given = Path(cfg.folder).expanduser()
    folder = Path(cfg.paths.run_dir or (given if given.is_dir() else given.parent) / "exported").expanduser()
    export.write(module, folder, build(cfg.data) if export.measure_batches else None)
    print(folder)
