import json

import mido
import pytest
import soundfile
import torch
from PIL import Image

from multiart.io.manifest import digest_of, read_manifest
from multiart.io.song import describe_melody
from multiart.io.work import licence_of, write_work
from multiart.music.accompaniment import accompany
from multiart.music.synth import SOUNDFONT
from multiart.pipeline import Pipeline
from multiart.records import Song, Sound, StageResult
from tests.fakes import FakeText
from tests.music.songs import amazing_grace, little_star

NOTES = {"melody.mid", "melody.musicxml", "sheet.svg", "sheet.png"}
SOUND = {"melody.wav", "melody.flac", "spectrogram.png"}
POEM = "Twinkle, twinkle, little star,\nHow I wonder what you are!"


class FakeMusic:
    """Sets any text to a tune that does not sing it."""

    weights = {SOUNDFONT: "f" * 64}

    def __init__(self, sound: bool) -> None:
        self.sound = sound

    def generate(self, draft, *, generator):
        tone = 0.5 * torch.sin(torch.arange(24_000) / 20).repeat(2, 1)
        sound = Sound(samples=tone, sample_rate=48_000) if self.sound else None
        return StageResult(output=Song(melody=accompany(little_star(), kind="block"), sound=sound))


def make(folder, *, sound):
    artwork = Pipeline(text=FakeText(), music=FakeMusic(sound))(POEM)
    return artwork, write_work(artwork, folder, config={}, command="multiart run")


@pytest.mark.parametrize("sound", [True, False])
def test_a_song_leaves_its_files(tmp_path, sound):
    _, manifest = make(tmp_path, sound=sound)
    assert set(manifest["files"]) == {"text.txt", "index.html", *NOTES, *(SOUND if sound else ())}
    assert {path.name for path in tmp_path.iterdir()} == {*manifest["files"], "manifest.json"}
    midi = mido.MidiFile(tmp_path / "melody.mid", charset="utf8")
    texts = [message.text for message in midi.tracks[0] if message.type == "text"]
    assert texts == ["Twinkle, twinkle, little star,", f"multiart {manifest['id']}"]
    assert (tmp_path / "text.txt").read_text("utf-8") == POEM + "\n"
    if sound:
        assert soundfile.info(tmp_path / "melody.wav").duration == 0.5
        assert Image.open(tmp_path / "spectrogram.png").width > 1000


def test_the_page_has_player_sheet_and_words(tmp_path):
    make(tmp_path, sound=True)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count("<audio") == 1 and page.count('<figure class="sheet"') == 1
    assert 'data-note="0">Twin</span>' in page and 'id="note-13"' in page
    assert "media-src data:" in page
    make(tmp_path, sound=False)
    silent = (tmp_path / "index.html").read_text("utf-8")
    assert "<audio" not in silent and "<script" not in silent and '<figure class="sheet"' in silent


def test_the_manifest_holds_the_melody_a_note_a_line(tmp_path):
    artwork, manifest = make(tmp_path, sound=False)
    text = (tmp_path / "manifest.json").read_text("utf-8")
    assert '        [60, 0, 1, 80, "Twin-"],\n' in text
    assert '"time_signature": [4, 4],\n' in text
    read = read_manifest(tmp_path)
    assert read["song"]["melody"] == describe_melody(artwork.song.melody)
    assert read["song"]["sheet_font"]
    assert digest_of(read) == read["digest"] == manifest["digest"]


def test_rows_of_text_survive_any_letters(tmp_path):
    from multiart.io.manifest import write_manifest

    nasty = {
        "rows": [[1, '[ a, ] " \\', None], [2, "b\n ]"], [-1.5e-7, "，"]],
        "lines": ["1", "2"],
        "n": [1, [2]],
    }
    write_manifest(tmp_path, dict(nasty))
    read = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert {key: read[key] for key in nasty} == nasty


def test_beats_are_plain_numbers():
    rows = describe_melody(amazing_grace())["notes"]
    assert rows[0] == [62, 0, 1, 80, "A-"]
    assert rows[2][:3] == [71, 3, 0.5]
    assert json.loads(json.dumps(rows)) == rows


def test_the_soundfont_has_a_licence():
    assert licence_of(SOUNDFONT).startswith("GPL-2.0")
