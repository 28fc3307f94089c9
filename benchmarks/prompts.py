"""What of independent prompts is read and painted: python benchmarks/prompts.py [--paint]

The prompts were written, with what each says of a scene, by a large language model that was told the
vocabulary and saw nothing of the reader. The lexicon was widened, concept by concept, by what was missed of
those in `prompts/seen`; after those in `prompts/unseen` had been read, nothing was changed. An attribute
counts where a prompt says or implies it; subjects are counted together, not by concept.

With `--paint` those in `unseen` are painted and finished as `run` does, and the detector says what of them
can be seen. It misses some of true scenes too (`assets/detector`), and a subject that the painter adds of
itself, such as a sun by day, is no mistake: so there is no precision of pictures.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from multiart.commands.evaluations.as_run import read_each
from multiart.image.painter import Painter
from multiart.metrics.concepts import CONCEPTS, to_row
from multiart.metrics.detector import Detector
from multiart.records import Draft
from multiart.seeding import generator_for
from multiart.vocabulary import ATTRIBUTES, SUBJECTS

FOLDER = Path(__file__).parent / "prompts"
PARTS = [(part, language) for part in ("seen", "unseen") for language in ("english", "chinese")]
HEAD = ("", "prompts", "language", "number", *ATTRIBUTES, "subjects' recall", "precision")


def load(path: Path) -> list[dict[str, Any]]:
    """Prompts with their ``text``, ``subjects``, and those attributes that they tell."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def seen(drafts: Sequence[Draft]) -> Tensor:
    """What the detector sees in the finished pictures: bool ``[N, len(CONCEPTS)]``."""
    painter, detector = Painter(), Detector.load()
    said = []
    for draft in tqdm(drafts, "painting"):
        result = painter.generate(draft, generator=generator_for(0, "image"))
        said.append(detector.said(result.output[0].pixels[None]))
    return torch.cat(said)


def row(prompts: Sequence[dict[str, Any]], said: Tensor) -> dict[str, str]:
    """Shares of the attributes told, and recall and precision of subjects.

    Args:
        prompts: N.
        said: bool ``[N, len(CONCEPTS)]``.
    """
    words = [{CONCEPTS[place] for place in some.nonzero().flatten().tolist()} for some in said]
    cells = {}
    for name in ATTRIBUTES:
        found = [prompt[name] in said for prompt, said in zip(prompts, words, strict=True) if name in prompt]
        cells[name] = f"{sum(found) / len(found):.2f} of {len(found)}"
    told = [{*prompt["subjects"]} for prompt in prompts]
    shown = [{*SUBJECTS} & some for some in words]
    hits = sum(len(a & b) for a, b in zip(told, shown, strict=True))
    cells["subjects' recall"] = f"{hits / sum(map(len, told)):.3f} of {sum(map(len, told))}"
    cells["precision"] = f"{hits / sum(map(len, shown)):.3f}"
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--paint", action="store_true", help="paint those in `unseen` too")
    asked = parser.parse_args()
    rows = []
    for part, language in PARTS:
        prompts = load(FOLDER / part / f"{language}.jsonl")
        drafts = read_each(prompt["text"] for prompt in tqdm(prompts, "reading"))
        cells = row(prompts, torch.stack([to_row(draft.scene) for draft in drafts]).bool())
        rows.append(("read", part, language, str(len(prompts)), *cells.values()))
        if asked.paint and part == "unseen":
            cells = row(prompts, seen(drafts)) | {"precision": "–"}
            rows.append(("seen", part, language, str(len(prompts)), *cells.values()))
    print(f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|", sep="\n")
    for cells in rows:
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
