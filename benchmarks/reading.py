"""How much of a plain prompt is read: python benchmarks/reading.py [--captions 500]

Held-out captions, every third in words that the painter was not taught, are given to the text stage as
prompts are. What it reads of them is what the painter is then told, in words it knows. A clear sky often goes
unsaid; the other attributes never do.
"""

import argparse
from collections import Counter

import torch
from tqdm import tqdm

from multiart.commands.evaluations.as_run import read_each
from multiart.data.heldout import held_out_scenes
from multiart.metrics.concepts import scores, to_rows
from multiart.vocabulary import ATTRIBUTES


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--captions", type=int, default=500)
    scenes = held_out_scenes(parser.parse_args().captions)
    drafts = read_each(scene.caption for scene in tqdm(scenes, "reading"))
    read = [draft.scene for draft in drafts]
    said, truth = to_rows(read), to_rows(scene.spec for scene in scenes)
    new = torch.tensor([scene.new_words for scene in scenes])
    head = ("words", *ATTRIBUTES, "subjects' recall", "precision")
    print(f"| {' | '.join(head)} |", "|---" * len(head) + "|", sep="\n")
    for name, chosen in (("taught", ~new), ("new", new)):
        found = scores(said[chosen], truth[chosen])
        values = (*found["attributes"].values(), found["subjects"]["recall"], found["subjects"]["precision"])
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in values)} |")
    missed = Counter(
        name
        for scene, found in zip(scenes, read, strict=True)
        for name in {*scene.spec.subjects} - {*found.subjects}
    )
    print("Subjects most often missed:", dict(missed.most_common(8)))


if __name__ == "__main__":
    main()
