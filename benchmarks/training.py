"""Steps a second of training, against a plain PyTorch loop: python benchmarks/training.py [painter joint]

    ours   what `train +experiment=painter` or `+experiment=joint` runs, average of the weights included
    plain  a loop by hand over the same networks, losses and data, without Lightning, autocast, compiling or
           average; for joint training with the whole language model, adapters on the same layers, as scripts
           have it that keep no states of the layers below; both look at the prediction of every token, unless
           --text-share lets ours look at as many as training does by default (0.25)

Each is a process of its own with all cores, one after the other. The median step counts, after the first few.
Prints a table with ratios and peak memory, and writes `outputs/benchmarks/training.json`. Needs the extra
`train`.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import lightning.pytorch as pl
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from multiart.config import build, compose
from multiart.io.atomic import atomic_write

KINDS = {
    "painter": ["data.num_captions=500"],
    "joint": ["data.num_triples=500", "data.num_validation=8", "train.module.gradients_every=0"],
}  # the same for both ways
BESIDE = ["callbacks.samples=null", "callbacks.checkpoint=null", "trainer.limit_val_batches=0"]
WARM = 3  # steps that do not count


class Clock(pl.Callback):
    """When each step ended."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def on_train_batch_end(self, *unused: Any) -> None:
        self.times.append(time.perf_counter())


def parts(
    kind: str, steps: int, folder: Path, more: Sequence[str] = ()
) -> tuple[Any, pl.LightningDataModule, pl.LightningModule]:
    """Configuration, data and module of an experiment."""
    own = [f"trainer.max_steps={steps}", f"paths.run_dir={folder}"]
    cfg = compose("train", [f"+experiment={kind}", *own, *BESIDE, *KINDS[kind], *more])
    return cfg, build(cfg.data), build(cfg.train.module)


def ours(kind: str, steps: int, folder: Path, text_share: float) -> list[float]:
    """When each step ended."""
    own = [f"train.module.text_share={text_share}"] if kind == "joint" else []
    cfg, data, module = parts(kind, steps, folder, own)
    callbacks = [build(node) for node in cfg.callbacks.values() if node is not None]
    clock = Clock()
    build(cfg.trainer, callbacks=[*callbacks, clock]).fit(module, data)
    return clock.times


def plain(kind: str, steps: int, folder: Path) -> list[float]:
    """When each step ended."""
    cfg, data, module = parts(kind, steps, folder)
    data.setup("fit")
    loss, parameters = (plain_painter if kind == "painter" else plain_joint)(module)
    optimizer = torch.optim.AdamW(parameters, lr=1e-4)
    times = []
    for batch in batches(data.training, cfg.data.batch_size, kind, steps):
        loss(batch, len(times)).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        times.append(time.perf_counter())
    return times


def batches(data: Dataset, size: int, kind: str, count: int) -> Iterator[Any]:
    from multiart.data.painted import collate as collate_painted
    from multiart.data.works import collate as collate_works

    collate = collate_painted if kind == "painter" else collate_works
    loader = iter(DataLoader(data, size, shuffle=True, collate_fn=collate))
    return (next(loader) for _ in range(count))


def plain_painter(module: Any) -> tuple[Any, list[nn.Parameter]]:
    """The loss of a batch, and what is trained."""
    return lambda batch, step: module.loss(batch, seed=step), [*module.unet.parameters()]


def plain_joint(module: Any) -> tuple[Any, list[nn.Parameter]]:
    """The loss of a batch, through the whole language model, and what is trained."""
    from peft import LoraConfig, get_peft_model

    from multiart.models.language import DEFAULT_SOURCE, load_causal_lm
    from multiart.training.tuning import LORA

    p = module.hparams
    language = load_causal_lm(DEFAULT_SOURCE, dtype=torch.float32)
    settings = {name: value for name, value in (LORA | p.text["peft"]).items() if name != "peft_type"}
    top = [*range(language.num_layers - p.text["layers"], language.num_layers)]
    adapters = LoraConfig(**settings, layers_to_transform=top)
    model = get_peft_model(language.model, adapters)
    weights = p.loss["weights"]

    def loss(batch: dict[str, Any], step: int) -> Tensor:
        given = {"input_ids": batch["ids"], "attention_mask": batch["mask"].long()}
        told = model(**given, output_hidden_states=True)
        with torch.no_grad(), model.disable_adapter():
            before = model(**given).logits
        counted = batch["mask"][:, 1:]
        after, before = (x[:, :-1][counted].log_softmax(-1) for x in (told.logits, before))
        states, count = told.hidden_states[-1], len(batch["ids"])
        total = weights["text"] * F.nll_loss(after, batch["ids"][:, 1:][counted])
        total += weights["text_kl"] * F.kl_div(after, before, log_target=True, reduction="batchmean")
        seeds = [step * count + row for row in range(count)]
        if len(batch["painted"]):
            rows = (x[batch["painted"]] for x in (states, batch["mask"], batch["caption_mask"]))
            pictures = batch["pixels"].float() / 255
            seen = module.image.denoise(pictures, module.image.told(*rows), seeds=seeds[: len(pictures)])
            total += weights["image"] * seen[0]
        if len(batch["sung"]):
            rows = (x[batch["sung"]] for x in (states, batch["mask"]))
            heard = module.music.loss(*rows, batch["melody"], seeds[: len(batch["sung"])])
            total += weights["music"] * heard
        return total

    networks = (model, module.image.network, module.music.network)
    return loss, [p for network in networks for p in network.parameters() if p.requires_grad]


def measured(kind: str, way: str, steps: int, text_share: float) -> dict[str, float]:
    """Run a part in a process of its own."""
    command = [sys.executable, __file__, kind, "--steps", str(steps), "--way", way]
    command += ["--text-share", str(text_share)]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {result.returncode}")
    return json.loads(result.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", choices=KINDS, nargs="*", default=[*KINDS])
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--text-share", type=float, default=1.0, help="of the tokens, in joint training")
    parser.add_argument("--way", choices=("ours", "plain"), help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, default=Path("outputs/benchmarks/training.json"))
    asked = parser.parse_args()
    if asked.way:
        of = (asked.kinds[0], asked.steps, asked.json.parent / "training")
        times = ours(*of, asked.text_share) if asked.way == "ours" else plain(*of)
        step = median(b - a for a, b in zip(times[WARM:-1], times[WARM + 1 :], strict=True))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds_a_step": step, "peak_mb": peak}))
        return
    told: dict[str, Any] = {
        "steps": asked.steps,
        "text_share": asked.text_share,
        "threads": torch.get_num_threads(),
    }
    for kind in asked.kinds:
        told[kind] = {way: measured(kind, way, asked.steps, asked.text_share) for way in ("plain", "ours")}
        told[kind]["ratio"] = told[kind]["plain"]["seconds_a_step"] / told[kind]["ours"]["seconds_a_step"]
        for way in ("plain", "ours"):
            found = told[kind][way]
            print(f"{kind:8} {way:6} {found['seconds_a_step']:7.2f} s/step {found['peak_mb']:7.0f} MB")
        print(f"{kind:8} ratio  {told[kind]['ratio']:7.2f}", flush=True)
    atomic_write(asked.json, json.dumps(told, indent=1) + "\n")
    print(asked.json)


if __name__ == "__main__":
    main()
