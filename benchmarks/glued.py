"""The chain glued together by hand, to compare `render` with: python benchmarks/glued.py poems.txt out

One warm process makes one work after the other, as a script of an afternoon would: the same models with the
same weights, settings and seeds are called through the classes that come with them, and what they make is
written with Pillow, soundfile, pretty_midi, verovio and resvg. Pictures, notes and samples are those of
`render`. There is no ledger, no manifest, no hash, no fsync, and the page links to its files where that of
`render` holds them.
"""

import argparse
import json
import time
from html import escape
from pathlib import Path

import pretty_midi
import soundfile
import torch
from PIL import Image

from multiart.image.painter import Painter
from multiart.io.collection import split_poems
from multiart.io.engraving import engrave
from multiart.io.score import musicxml
from multiart.io.sound import spectrogram
from multiart.music.folk import Folk
from multiart.records import Brief, Draft, Melody, Picture, Song
from multiart.seeding import generator_for
from multiart.style.auto import AutoStyle
from multiart.text.writer import Writer


class Chain:
    """All models, loaded once."""

    def __init__(self) -> None:
        self.text, self.style = Writer(temperature=0.7, repetition_penalty=1.1), AutoStyle()
        self.image, self.music = Painter(), Folk()

    @torch.no_grad()
    def __call__(self, poem: str, folder: Path) -> None:
        draft = self.text.generate(Brief(prompt=poem), generator=generator_for(0, "text", 0)).output
        painting = self.image.generate(draft, generator=generator_for(0, "image", 0)).output[0]
        styled = self.style.apply(painting, draft, generator=generator_for(0, "style", 0)).output
        song = self.music.generate(draft, generator=generator_for(0, "music", 0)).output
        folder.mkdir(parents=True)
        write(folder, draft, painting, styled, song)


def write(folder: Path, draft: Draft, painting: Picture, styled: Picture, song: Song) -> None:
    """Write the files of a work."""
    (folder / "text.txt").write_text(draft.text + "\n", encoding="utf-8")
    for name, picture in (("painting", painting), ("styled", styled)):
        pixels = (picture.pixels.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
        Image.fromarray(pixels).save(folder / f"{name}.png")
    write_midi(song.melody, folder / "melody.mid")
    (folder / "melody.musicxml").write_text(musicxml(song.melody, draft.title), encoding="utf-8")
    sheet = engrave(song.melody, draft.title)
    (folder / "sheet.svg").write_text(sheet.svg, encoding="utf-8")
    (folder / "sheet.png").write_bytes(sheet.png)
    samples = (song.sound.samples.T * 32767).round().to(torch.int16).numpy()
    for kind in ("wav", "flac"):
        soundfile.write(folder / f"melody.{kind}", samples, song.sound.sample_rate, "PCM_16")
    spectrogram(song.sound).save(folder / "spectrogram.png")
    files = "".join(f'<a href="{path.name}">{path.name}</a> ' for path in sorted(folder.iterdir()))
    page = f'<h1>{escape(draft.title)}</h1><img src="styled.png"><pre>{escape(draft.text)}</pre>{files}'
    (folder / "index.html").write_text(page, encoding="utf-8")


def write_midi(melody: Melody, path: Path) -> None:
    """The tune with its words and what accompanies it."""
    midi = pretty_midi.PrettyMIDI(initial_tempo=melody.tempo_bpm, charset="utf-8")
    second = 60 / melody.tempo_bpm
    midi.lyrics = [pretty_midi.Lyric(n.lyric, n.start * second) for n in melody.notes if n.lyric]
    for program, notes in (
        (melody.program, melody.notes),
        *((track.program, track.notes) for track in melody.accompaniment),
    ):
        instrument = pretty_midi.Instrument(program)
        for note in notes:
            times = note.start * second, (note.start + note.duration) * second
            instrument.notes.append(pretty_midi.Note(note.velocity, note.pitch, *times))
        midi.instruments.append(instrument)
    midi.write(str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("poems", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=None, help="of torch")
    options = parser.parse_args()
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    chain = Chain()
    for number, poem in enumerate(split_poems(options.poems.read_text("utf-8")), 1):
        chain(poem, options.out / f"{number:03d}")
        print(json.dumps({"work": number, "time": time.time()}), flush=True)


if __name__ == "__main__":
    main()
