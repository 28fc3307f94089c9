"""What a song takes and how it sounds: python benchmarks/song.py

Each of the shipped poems is set to music, with accompaniment and sound, once everything is loaded. Prints
seconds by the clock and of the processor (where the machine does nothing else the two are much the same),
loudness, true peak, the share of silence, samples at full scale, and whether playing the melody once more
gives the same bytes of WAV. The result is in docs/melody_evaluation.md.
"""

import argparse
import io
import json
import time
from pathlib import Path
from statistics import mean

import soundfile
import torch
from torch.nn import functional as F

from multiart.io.collection import split_poems
from multiart.music.folk import Folk
from multiart.music.synth import render_sound, true_peaks
from multiart.records import Brief, Draft, Sound
from multiart.seeding import generator_for
from multiart.text.writer import Writer

POEMS = Path(__file__).resolve().parents[1] / "assets" / "prompts" / "twenty_four_poems.txt"
FRAME = 2400  # samples, a twentieth of a second
SILENT = 1e-3  # of full scale, root mean square of a frame


def wav_bytes(sound: Sound) -> bytes:
    """The sound as a WAV file of 16 bits."""
    file = io.BytesIO()
    soundfile.write(file, sound.samples.T.numpy(), sound.sample_rate, "PCM_16", format="WAV")
    return file.getvalue()


def heard(sound: Sound) -> dict[str, float]:
    """Loudness in LUFS, true peak in dB, share of frames that are silent, samples at full scale."""
    from torchaudio.functional import loudness

    samples = sound.samples
    padded = F.pad(samples, (0, -samples.shape[1] % FRAME))
    frames = padded.unflatten(1, (-1, FRAME)).square().mean((0, 2)).sqrt()
    return {
        "loudness": loudness(samples, sound.sample_rate).item(),
        "true_peak": 20 * true_peaks(padded).max().log10().item(),
        "silent": (frames < SILENT).float().mean().item(),
        "clipped": int((samples.abs() >= 1).sum()),
    }


def measure(stage: Folk, draft: Draft) -> dict[str, float]:
    """Set a poem to music and listen to it."""
    wall, cpu = time.perf_counter(), time.process_time()
    song = stage.generate(draft, generator=generator_for(0, "music", 0)).output
    row = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    row["lasts"] = song.sound.samples.shape[1] / song.sound.sample_rate
    again = wav_bytes(render_sound(song.melody)) == wav_bytes(song.sound)
    return row | heard(song.sound) | {"same_again": int(again)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    torch.set_num_threads(parser.parse_args().threads)
    writer, stage = Writer(read_with_model=False), Folk()
    poems = [Brief(prompt=poem) for poem in split_poems(POEMS.read_text("utf-8"))]
    drafts = [writer.generate(poem, generator=generator_for(0, "text", 0)).output for poem in poems]
    measure(stage, drafts[0])  # loads
    rows = []
    for draft in drafts:
        rows.append(measure(stage, draft))
        shown = {name: round(value, 3) for name, value in rows[-1].items()}
        print(json.dumps({"title": draft.title} | shown, ensure_ascii=False), flush=True)
    for name in rows[0]:
        values = [row[name] for row in rows]
        print(f"{name}: {min(values):.3f} to {max(values):.3f}, mean {mean(values):.3f}")


if __name__ == "__main__":
    main()
