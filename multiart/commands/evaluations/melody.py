"""Compose tunes to the plans of held-out ones, and compare them."""

from typing import Any

from omegaconf import DictConfig

from multiart.commands.evaluate import Evaluation
from multiart.errors import MultiartError


def evaluate(cfg: DictConfig, suite: Any) -> Evaluation:
    """Measure the model of `music=folk`.

    Raises:
        MultiartError: if no such model is chosen, or the melodies' package is missing.
    """
    import torch
    from rich.console import Console
    from rich.progress import Progress

    from multiart.metrics.melody_baselines import NgramModel, network_nll
    from multiart.metrics.melody_suite import table
    from multiart.music.composer import Composer

    if cfg.music is None or "model" not in cfg.music:
        raise MultiartError("suite=melody measures the model of music=folk; choose it, and music.model")
    tunes = corpus(f"{cfg.paths.outputs}/cache")
    composer, prompts = Composer(source=cfg.music.model), suite.choose(tunes["test"])
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("composing", total=len(prompts) * suite.num_seeds)
        composed = suite.compose(composer, prompts, seed=cfg.seed, on_tune=lambda: progress.advance(bar))
    result = suite.measure(composed, prompts, tunes["train"])
    network = composer.melodist.network
    with torch.no_grad():
        result["nll"] = {
            "the model": network_nll(network, tunes["test"]),
            "told no controls, no form": network_nll(network, tunes["test"], controls=False, forms=False),
            "5-gram": NgramModel(order=5).fit(tunes["train"]).nll(tunes["test"]),
        }
    gates = [entry["passes"] for entry in result["measures"].values() if entry["passes"] is not None]
    return Evaluation(
        report=table(result), result={"weights": composer.weights} | result, score=sum(gates) / len(gates)
    )


def corpus(cache_dir: str) -> dict[str, list]:
    """The tunes in the public domain, by split.

    Raises:
        MultiartError: if music21 is missing.
    """
    from multiart.data.melodies import CorpusCache
    from multiart.data.tunes.corpus import PUBLIC_DOMAIN

    tunes = CorpusCache(cache_dir, PUBLIC_DOMAIN).tunes()
    return {split: [t.tune for t in tunes if t.split == split] for split in ("train", "test")}
