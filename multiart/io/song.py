"""A song as files beside a work: notes, sheet music, sound, and what the manifest says of it."""

from pathlib import Path
from typing import Any

from multiart.io.atomic import atomic_path, atomic_write
from multiart.io.engraving import engrave
from multiart.io.midi import write_midi
from multiart.io.score import musicxml
from multiart.io.sound import save_sound, spectrogram
from multiart.records import Melody, Note, Song


def write_song(song: Song, folder: Path, *, title: str, work_id: str) -> tuple[list[str], dict[str, Any]]:
    """Write `melody.mid`, `melody.musicxml`, `sheet.svg`, `sheet.png`, and what there is of sound.

    Args:
        song: the song; its sound goes to `melody.wav`, `melody.flac` and `spectrogram.png`.
        folder: where to.
        title: of the sheet and in the MIDI file.
        work_id: in the MIDI file.

    Returns:
        The names of the files, and the song in plain containers for the manifest.

    Raises:
        MultiartError: if the disk is full or the folder may not be written.
    """
    sheet = engrave(song.melody, title)
    write_midi(song.melody, folder / "melody.mid", work_id, title)
    atomic_write(folder / "melody.musicxml", musicxml(song.melody, title))
    atomic_write(folder / "sheet.svg", sheet.svg)
    atomic_write(folder / "sheet.png", sheet.png)
    files = ["melody.mid", "melody.musicxml", "sheet.svg", "sheet.png"]
    if song.sound is not None:
        save_sound(song.sound, folder / "melody.wav")
        save_sound(song.sound, folder / "melody.flac")
        with atomic_path(folder / "spectrogram.png") as path:
            spectrogram(song.sound).save(path, "PNG")
        files += ["melody.wav", "melody.flac", "spectrogram.png"]
    return files, {"melody": describe_melody(song.melody), "sheet_font": sheet.font}


def describe_melody(melody: Melody) -> dict[str, Any]:
    """A melody in plain containers; a note is a list of pitch, start, duration, velocity and lyric."""
    return {
        "tonic": melody.tonic,
        "mode": melody.mode,
        "time_signature": list(melody.time_signature),
        "tempo_bpm": melody.tempo_bpm,
        "pickup": _plain(melody.pickup),
        "program": melody.program,
        "phrases": list(melody.phrases),
        "notes": [[*_row(note), note.lyric] for note in melody.notes],
        "accompaniment": [
            {"name": track.name, "program": track.program, "notes": [_row(note) for note in track.notes]}
            for track in melody.accompaniment
        ],
        "chords": [[_plain(start), name] for start, name in melody.chords],
    }


def _row(note: Note) -> list[float]:
    return [note.pitch, _plain(note.start), _plain(note.duration), note.velocity]


def _plain(beats: float) -> float:
    """Beats to a millionth, whole ones without a point."""
    beats = round(float(beats), 6)
    return int(beats) if beats.is_integer() else beats
