"""What the critic's choice is worth: python benchmarks/best_of.py [--captions 64] [--of 4]

Each of the first held-out scenes, worded as `run` words what it has read, is painted several times. What the
detector finds of it in the picture whose sketch the critic prefers is compared with the mean of all of its
pictures, and with the best that could be chosen: work by work, with 95 % intervals. ``once`` is how much of
what should be there once is not seen twice.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from multiart.captioning import caption_of
from multiart.data.heldout import held_out_scenes
from multiart.image.diffusion import PromptStates
from multiart.image.painter import Painter
from multiart.io.atomic import atomic_write
from multiart.metrics.concepts import shares, to_rows
from multiart.metrics.detector import Detector
from multiart.metrics.doubles import told_and_twice
from multiart.metrics.intervals import interval
from multiart.models.critic import Judge, make_judge
from multiart.seeding import derive_seed


def measure(captions: int, candidates: int, critic: Judge) -> dict[str, Any]:
    """Paint, choose and compare."""
    painter, detector = Painter(), Detector.load()
    scenes = held_out_scenes(captions)
    found: dict[str, list[Tensor]] = {"subjects": [], "attributes": [], "once": []}
    chosen = []
    for number, scene in enumerate(tqdm(scenes, "painting")):
        seeds = [derive_seed(0, "best of", number, candidate) for candidate in range(candidates)]
        caption, truth = caption_of(scene.spec), to_rows([scene.spec] * candidates).bool()
        states = PromptStates.stacked([painter.states([caption])] * candidates)
        history: list[Tensor] = []
        sketches = painter.paint_states(states, seeds, sketch=True, history=history)
        pictures = painter.paint_states(states, seeds, history=history)
        chosen.append(int(critic.score(sketches, [caption]).argmax()))
        for name, share in shares(detector.said(pictures), truth).items():
            found[name].append(share)
        asked, twice = told_and_twice(detector, pictures, truth)
        found["once"].append(1 - twice.sum(1) / asked.sum(1))
    result = {name: compare(torch.stack(rows), torch.tensor(chosen)) for name, rows in found.items()}
    return {"weights": painter.weights | critic.weights, "candidates": candidates} | result


def compare(found: Tensor, chosen: Tensor) -> dict[str, Any]:
    """What was chosen of the shares ``[captions, candidates]``, beside their mean and the best of them."""
    told = found.isfinite().all(1)  # of a caption without subjects there is no share
    found, chosen = found[told], chosen[told]
    picks, means = found.gather(1, chosen[:, None])[:, 0], found.mean(1)
    return {
        "captions": len(found),
        "mean of all": means.mean().item(),
        "chosen": picks.mean().item(),
        "the best": found.amax(1).mean().item(),
        "chosen over mean": interval((picks - means).tolist()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--captions", type=int, default=64)
    parser.add_argument("--of", type=int, default=4, help="pictures a caption")
    parser.add_argument("--critic", default="asset:critic", help="source of the critic")
    parser.add_argument("--json", type=Path, default=Path("outputs/benchmarks/best_of.json"))
    asked = parser.parse_args()
    result = measure(asked.captions, asked.of, make_judge(asked.critic))
    for name in ("subjects", "attributes", "once"):
        row = result[name]
        print(f"{name}: {row['mean of all']:.3f} in the mean, {row['chosen']:.3f} chosen,", end=" ")
        print(f"{row['the best']:.3f} at best;", end=" ")
        print("chosen over mean {:+.3f} ({:+.3f} to {:+.3f})".format(*row["chosen over mean"]))
    atomic_write(asked.json, json.dumps(result, indent=1) + "\n")
    print(asked.json)


if __name__ == "__main__":
    main()
