"""Works in a folder, as `multiart.data.folder` reads them."""

import json
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from multiart.data.works import Work
from multiart.io.atomic import atomic_path, atomic_write
from multiart.io.midi import write_midi
from multiart.music.singing import place_tonic, sing
from multiart.music.tune import Tune
from multiart.records import Melody

REGISTER, TEMPO_BPM, VELOCITY, PROGRAM = 67, 92.0, 80, 73  # of a tune that has only its notes; 73 is a flute


def write_works(works: Iterable[Work], folder: str | Path) -> Path:
    """Write each work's first picture, its tune and, last, `metadata.jsonl` with texts and captions.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    folder, rows = Path(folder), []
    for number, work in enumerate(works, 1):
        row = {"text": work.text, "caption": work.caption}
        if work.picture is not None:
            row["file_name"] = f"{number:05d}.png"
            image = Image.fromarray(work.picture(0).permute(1, 2, 0).numpy())
            with atomic_path(folder / row["file_name"]) as temporary:
                image.save(temporary, "PNG", optimize=True)
        if work.tune is not None:
            row["midi"] = f"{number:05d}.mid"
            write_midi(melody_of(work.tune), folder / row["midi"], f"{number:05d}", work.caption)
        rows.append(json.dumps(row, ensure_ascii=False))
    atomic_write(folder / "metadata.jsonl", "\n".join(rows) + "\n")
    return folder


def melody_of(tune: Tune) -> Melody:
    """A tune in a key that can be sung."""
    parts = [(tune, ())]
    tonic = place_tonic(parts, register=REGISTER)
    return sing(parts, tonic=tonic, tempo_bpm=TEMPO_BPM, velocity=VELOCITY, program=PROGRAM)
