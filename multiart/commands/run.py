"""`python -m multiart run`: make one work from a text, in as many variations as asked."""

from datetime import datetime
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from multiart.commands.again import again, look_up
from multiart.commands.lengths import check_length
from multiart.commands.shared import shared
from multiart.config import plain, read_prompt, variations
from multiart.console import StageLines, printable
from multiart.errors import ConfigError
from multiart.io.atomic import check_free
from multiart.io.gallery import write_gallery
from multiart.io.layout import new_work_dir, only_if_whole, take_dir
from multiart.io.work import write_work


def main(cfg: DictConfig) -> float | None:
    """Make the works, show each stage, and end with where they are.

    Args:
        cfg: the composed and checked configuration.

    Returns:
        The number named by `optimized_metric`, e.g. "metrics.concepts", from the first work's manifest.

    Raises:
        MultiartError: for a prompt, key or model that cannot be used, or a folder that cannot be written.
    """
    prompt = read_prompt(cfg)
    check_length(prompt, cfg)
    check_free(Path(cfg.paths.run_dir or cfg.paths.outputs), takes_mb=0, min_free_mb=cfg.min_free_mb)
    with only_if_whole(_folder(cfg)) as folder:
        manifests = _make(cfg, prompt, folder)
        if "" not in manifests:
            write_gallery(folder, next(iter(manifests.values()))["draft"]["title"])
    for name, manifest in manifests.items():
        title = printable(manifest["draft"]["title"])
        print(f"{title}: {', '.join([*manifest['files'], 'manifest.json'])}{name and f' in {name}/'}")
    print(folder / "index.html")
    print(folder)
    return _metric(cfg.optimized_metric, next(iter(manifests.values())))


def _make(cfg: DictConfig, prompt: str, folder: Path) -> dict[str, dict]:
    """Make and write the works; returns their manifests by subfolder, "" for the folder itself."""
    from multiart.pipeline import Pipeline

    pipeline, config = Pipeline.from_config(cfg, build=shared), plain(cfg)
    manifests = {}
    for variation in variations(config):
        command = again(prompt, config, [f"variation={variation}"] * (variation > 0))
        with StageLines() as lines:
            artworks = pipeline.works(prompt, variation=variation, on_stage=lines)
        for number, artwork in enumerate(artworks, 1):
            names = [f"variation-{variation}"] * (cfg.num_variations > 1) + [f"picture-{number}"] * (
                len(artworks) > 1
            )
            name = "_".join(names)
            manifests[name] = write_work(artwork, folder / name, config=config, command=command)
    return manifests


def _folder(cfg: DictConfig) -> Path:
    if cfg.paths.run_dir is not None:
        return take_dir(cfg.paths.run_dir)
    return new_work_dir(cfg.paths.outputs, cfg.command, cfg.task_name, datetime.now())


def _metric(key: str | None, manifest: dict[str, Any]) -> float | None:
    if key is None:
        return None
    try:
        return float(look_up(manifest, key))
    except (KeyError, TypeError, ValueError):
        raise ConfigError(
            f"optimized_metric={key} is no number in the work's manifest, e.g. metrics.concepts"
        ) from None
