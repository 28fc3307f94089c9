"""A sweep on disk without having been run: notes of its jobs, and works of fake stages."""

import copy
import itertools
import json
import math

from PIL import Image

from multiart.io.manifest import describe_file, load_manifest
from multiart.io.sweeps import note_of
from tests.io.test_verify import make


def write_sweep(
    folder, swept, *, fixed=("+task=poem_to_painting", "prompt='old pond, \\'x\\''"), failed=(), metric=None
):
    """Write the jobs of a grid.

    Args:
        folder: of the sweep.
        swept: for each key its values.
        fixed: overrides that all jobs share.
        failed: numbers of jobs that failed.
        metric: of a job's values, or None.
    """
    base = load_manifest(make(folder / "base"))
    for number, values in enumerate(itertools.product(*swept.values())):
        job = folder / str(number)
        words = [*fixed, *(f"{key}={value}" for key, value in zip(swept, values, strict=True))]
        told = {"key": "0" * 64, "overrides": words, "metric": "metrics.concepts"}
        if number in failed:
            told |= {"state": "failed", "reason": "the painter: <b>no</b> memory for 4096 x 4096 pixels " * 2}
        else:
            result = None if metric is None else metric(*values)
            told |= {"state": "done", "result": result, "seconds": 3 + number % 7 / 3}
            write_tiny(job, copy.deepcopy(base), number, len(swept) and number / 50)
        note_of(job).parent.mkdir(parents=True, exist_ok=True)
        note_of(job).write_text(json.dumps(told))
    for path in (folder / "base").iterdir():
        path.unlink()
    (folder / "base").rmdir()


def write_tiny(folder, manifest, number, share):
    """Write the files of a work that the page reads: a picture that tells its number."""
    folder.mkdir(parents=True)
    picture = Image.new("RGB", (64, 64))
    hue = lambda x, y: (  # noqa: E731
        int(127 + 120 * math.sin(x / 11 + number)),
        int(127 + 120 * math.cos(y / 13 + share * 6)),
        int(127 + 100 * math.sin((x + y) / 17 + number / 3)),
    )
    picture.putdata([hue(x, y) for y in range(64) for x in range(64)])
    picture.save(folder / "styled.png")
    (folder / "index.html").write_text("<title>a work</title>")
    manifest["files"] = {name: describe_file(folder / name) for name in ("styled.png", "index.html")}
    manifest["draft"]["title"] = f"Old pond {number}"
    (folder / "manifest.json").write_text(json.dumps(manifest))
