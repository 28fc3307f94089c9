"""What training language model, painter and melody model together is worth, in three arms.

    python benchmarks/joint_arms.py before                         nothing is trained
    python benchmarks/joint_arms.py joint --seed 0 --steps 300     one process of one thread each
    python benchmarks/joint_arms.py frozen --seed 0 --steps 300    the language model stays as it is
    python benchmarks/joint_arms.py shuffled --seed 0 --steps 300  each text has another's painting and tune
    python benchmarks/joint_arms.py table

Each arm is `train +experiment=joint` with a key changed, measured on the 256 held-out triples as they are
matched: losses (of several noises a painting, the same in every arm); how often a painting or a tune is
likelier after its own text than after another's (as likely counts a half); the subjects and attributes that
the detector finds in what is painted of the texts; the likelihood of held-out prose. A step of the frozen arm
is shorter: with more of them it takes the processor time of the others. Needs the extra `train`.

There must be something to learn, so the captions are in words that the shipped painter was not taught, and
of a tune nothing is told but the text: mode, metre and density follow from it alone.
"""

import argparse
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

import torch
from torch.utils.data import DataLoader

from multiart.config import build, compose
from multiart.data.scenes.paint import paint
from multiart.data.scenes.spec import sample_spec
from multiart.data.triples import VALIDATION_SEED, Triples
from multiart.data.works import WorkDataset, collate
from multiart.io.atomic import atomic_write
from multiart.io.manifest import environment
from multiart.metrics.concepts import shares, to_rows
from multiart.metrics.detector import Detector
from multiart.models.precision import prefers_bfloat16
from multiart.seeding import derive_seed
from multiart.training.joint import JointModule

ARMS = {
    "before": [],
    "joint": [],
    "frozen": ["train.module.text.method=frozen"],
    "shuffled": ["data.shuffle_texts=true"],
}
TO_LEARN = ["data.new_words=1", "train.module.music.drop_control=1"]
NOTHING_BESIDE = [
    "callbacks.samples=null",
    "callbacks.checkpoint=null",
    "train.module.gradients_every=0",
    "trainer.limit_val_batches=0",
]
LOSSES, FOUND = ("image", "music", "text"), ("subjects", "attributes")
OWN = ("image_own", "music_own")
COLUMNS_TOLD = (*LOSSES, *OWN, *FOUND)


def train(arm: str, seed: int, folder: Path, overrides: list[str]) -> tuple[JointModule, float]:
    """The models of an arm, and the minutes of processor time that training took."""
    own = [f"seed={seed}", f"paths.run_dir={folder}", *TO_LEARN, *NOTHING_BESIDE, *overrides, *ARMS[arm]]
    cfg = compose("train", ["+experiment=joint", *own])
    torch.manual_seed(derive_seed(seed, "init"))
    data, module = build(cfg.data), build(cfg.train.module)
    if cfg.trainer.max_steps == 0:
        return module, 0.0
    data.setup()
    data.setup = lambda stage=None: None  # to read the texts is no training
    callbacks = [build(node) for node in cfg.callbacks.values() if node is not None]
    trainer = build(cfg.trainer, callbacks=callbacks)
    start = time.process_time()
    trainer.fit(module, data)
    minutes = (time.process_time() - start) / 60
    module.export(folder)
    return module, minutes


@torch.no_grad()
def losses(
    module: JointModule, works: WorkDataset, draws: int, names: Sequence[str] = LOSSES
) -> dict[str, list[float]]:
    """Of every work, in nats a token and a note, and of its painting under ``draws`` noises."""
    module.image.noise["drop_text"] = 0.0
    module.combined.weights = dict.fromkeys(names, 1.0)  # no other term is computed
    found = {name: [] for name in names}
    for number in range(len(works)):
        batch = collate([works[number]] * draws)
        with torch.autocast("cpu", torch.bfloat16, enabled=prefers_bfloat16()):
            terms = module.terms(batch, seed=derive_seed(0, "arms", number), step=10**9)
        for name in names:
            found[name].append(float(terms[name]))
    return found


@torch.no_grad()
def concepts(module: JointModule, works: WorkDataset, count: int) -> dict[str, list[float | None]]:
    """The shares of each text's subjects (None where it has none) and attributes that its painting shows."""
    detector, found = Detector.load("asset:detector"), {name: [] for name in FOUND}
    specs = (paint(sample_spec(VALIDATION_SEED + number), 64)[1] for number in range(count))
    truth = to_rows(specs).bool()
    for start in range(0, count, 16):
        part = slice(start, min(start + 16, count))
        with torch.autocast("cpu", torch.bfloat16, enabled=prefers_bfloat16()):
            painted = module.paint(collate([works[n] for n in range(part.start, part.stop)]))
        for name, share in shares(detector.said(painted.float()), truth[part]).items():
            found[name] += [None if math.isnan(value) else value for value in share.tolist()]
    return found


@torch.no_grad()
def prose(module: JointModule, works: WorkDataset) -> float:
    """Nats a token of plain prose."""
    module.combined.weights = {"text": 1.0}
    total = count = 0
    for batch in DataLoader(works, batch_size=8, collate_fn=collate):
        tokens = int(batch["mask"][:, 1:].sum())
        total += float(module.terms(batch, seed=0, step=10**9)["text"]) * tokens
        count += tokens
    return total / count


def measure(asked: argparse.Namespace, overrides: list[str]) -> None:
    """Train an arm, measure it, and write what was found."""
    torch.set_num_threads(1)
    steps = 0 if asked.arm == "before" else asked.steps
    name = f"{asked.arm}-{asked.seed}-{steps}"
    own = [f"trainer.max_steps={steps}", *overrides]
    module, minutes = train(asked.arm, asked.seed, asked.out / name, own)
    module.eval()
    held_out, others = (
        triples([*overrides, f"data.shuffle_texts={shuffle}"]) for shuffle in ("false", "true")
    )
    works = held_out.validation
    told = {"arm": asked.arm, "seed": asked.seed, "steps": steps, "cpu_minutes": minutes}
    lasting = [override for override in overrides if not override.startswith("data.cache_dir=")]
    told |= {"overrides": lasting, "processor": environment()["processor"]}
    told |= {"prose": prose(module, held_out.prose)} | losses(module, works, asked.draws)
    matched = [likelier.removesuffix("_own") for likelier in OWN]
    mistold = losses(module, others.validation, asked.draws, matched)
    for likelier, loss in zip(OWN, matched, strict=True):
        told[likelier] = [(a < b) + (a == b) / 2 for a, b in zip(told[loss], mistold[loss], strict=True)]
    told |= concepts(module, works, min(asked.painted, len(works)))
    atomic_write(asked.out / f"{name}.json", json.dumps(told) + "\n")
    print(name, *(f"{key} {mean_and_half(told[key])[0]:.4f}" for key in COLUMNS_TOLD), flush=True)


def triples(overrides: list[str]) -> Triples:
    """The held-out triples, and none to train on."""
    own = [*TO_LEARN, *overrides, "paths.run_dir=.", "data.num_triples=1", "data.prose_share=0"]
    data = build(compose("train", ["+experiment=joint", *own]).data)
    data.setup()
    return data


def mean_and_half(values: list[float | None]) -> tuple[float, float]:
    """The mean of those there are, and half of the width of its 95 % interval."""
    known = [value for value in values if value is not None]
    return mean(known), 1.96 * stdev(known) / math.sqrt(len(known))


def table(folder: Path, beside: Path | None = None) -> str:
    """Every arm's means, and its differences from the joint one of its seed, work by work, in Markdown.

    The arms of `beside` are compared too, but for its joint ones, which were trained in another way. Where an
    arm has several seeds, a last row tells the differences of each work in the mean over them.
    """
    others = [] if beside is None else [p for p in beside.glob("*.json") if not p.name.startswith("joint")]
    paths = sorted([*folder.glob("*.json"), *others], key=lambda path: path.name)
    results = [json.loads(path.read_text()) for path in paths]
    joint = {told["seed"]: told for told in results if told["arm"] == "joint"}
    lines = [f"| arm | seed | steps | CPU minutes | {' | '.join(COLUMNS_TOLD)} | perplexity of prose |"]
    lines.append(f"|{'---|' * (len(COLUMNS_TOLD) + 5)}")
    changes: dict[str, list[dict[str, list[float]]]] = {}
    for told in results:
        cells = [f"{mean_and_half(told[name])[0]:.4f}" for name in COLUMNS_TOLD]
        base = joint.get(told["seed"])
        if base is not None and base is not told:
            change = {name: differences(told[name], base[name]) for name in COLUMNS_TOLD}
            cells = [f"{cell} ({signed(change[name])})" for cell, name in zip(cells, change, strict=True)]
            changes.setdefault(told["arm"], []).append(change)
        own = [told["arm"], told["seed"], told["steps"], f"{told['cpu_minutes']:.1f}"]
        lines.append(row([*own, *cells, f"{math.exp(told['prose']):.2f}"]))
    for arm, every in changes.items():
        if len(every) > 1:
            means = [[mean(x) for x in zip(*(c[name] for c in every), strict=True)] for name in COLUMNS_TOLD]
            lines.append(row([f"{arm} over joint", f"all {len(every)}", "", "", *map(signed, means), ""]))
    return "\n".join(lines) + "\n"


def differences(own: list[float | None], other: list[float | None]) -> list[float]:
    """Work by work, of those that have both."""
    return [a - b for a, b in zip(own, other, strict=True) if a is not None]


def signed(values: list[float]) -> str:
    """A mean with its sign, and half the width of its interval."""
    change, half = mean_and_half(values)
    return f"{change:+.4f} ± {half:.4f}"


def row(cells: list[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Other words are overrides, e.g. data.num_triples=500.",
    )
    parser.add_argument("arm", choices=[*ARMS, "table"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--draws", type=int, default=4, help="noises a painting")
    parser.add_argument("--painted", type=int, default=256, help="held-out texts painted")
    parser.add_argument("--out", type=Path, default=Path("outputs/benchmarks/joint_arms"))
    parser.add_argument("--beside", type=Path, help="of a table: other arms, in another folder")
    asked, overrides = parser.parse_known_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.arm == "table":
        print(table(asked.out, asked.beside), end="")
    else:
        measure(asked, overrides)


if __name__ == "__main__":
    main()
