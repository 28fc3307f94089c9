"""The music stage sings what it is given, as it is asked to, and says why."""

import mido
import pytest
import torch

from multiart.errors import MultiartError
from multiart.io.midi import write_midi
from multiart.music.folk import Folk
from multiart.music.phrasing import sung_text
from multiart.music.syllables import join_lyrics
from multiart.music.tune import SCALES
from multiart.records import Melody
from tests.music.poems import BYRON, FROST, LI_BAI, all_poems, draft_of
from tests.music.songs import little_star
from tests.music.tiny import tiny_composer


def folk(**given) -> Folk:
    """The stage with a tiny random model, and without sound."""
    stage = Folk(**({"sound": False, "best_of": 2} | given))
    stage.composer = tiny_composer()
    stage.composer.__dict__["weights"] = {"asset:melody": "m" * 64}
    return stage


def sung(text, language="en", seed=0, *, mood=None, **given):
    draft = draft_of(text, language, **(mood or {}))
    return folk(**given).generate(draft, generator=torch.Generator().manual_seed(seed))


def melody_of(*args, **given) -> Melody:
    return sung(*args, **given).output.melody


@pytest.mark.parametrize(("text", "language"), [(FROST, "en"), (BYRON, "en"), (LI_BAI, "zh")])
def test_the_lyrics_are_the_poem_and_no_note_is_without(text, language):
    melody = melody_of(text, language)
    assert join_lyrics(note.lyric for note in melody.notes) == text
    assert all(note.lyric is not None for note in melody.notes)


@pytest.mark.slow
def test_every_poem_at_hand_is_sung_and_can_be_read_back(tmp_path):
    poems = all_poems()
    assert min(sum(language == wanted for _, language in poems) for wanted in ("en", "zh")) >= 15
    for text, language in poems:
        melody, text = melody_of(text, language, best_of=1), sung_text(draft_of(text, language))
        assert join_lyrics(note.lyric for note in melody.notes) == text
        assert {note.lyric is None for note in melody.notes} == {False}
        write_midi(melody, tmp_path / "melody.mid", "id", "title")
        midi = mido.MidiFile(tmp_path / "melody.mid", charset="utf8")
        assert join_lyrics(message.text for message in midi if message.type == "lyrics") == text


@pytest.mark.parametrize(
    "text",
    [
        "Moon",
        "in the year 1999 Dr. Lee of the USA wrote 3 lines",
        "床前明月光 shines on me\nand I, 低头思故乡, 2026",
        " ".join(["over and under the hills"] * 6),
        "x",
    ],
)
def test_odd_texts_are_sung(text):
    assert join_lyrics(note.lyric for note in melody_of(text).notes) == text


def test_a_text_without_letters_is_played():
    result = sung("… !!! 🌙")
    assert {note.lyric for note in result.output.melody.notes} == {None}
    assert "no syllables" in result.settings["words"]


def test_three_hundred_lines_are_sung_as_far_as_a_song_goes():
    text = "\n".join(FROST.split("\n") * 75)
    result = sung(text)
    lyrics = join_lyrics(note.lyric for note in result.output.melody.notes)
    assert text.startswith(lyrics) and len(lyrics) > 3500
    assert "not sung" in result.settings["left_out"]


def test_same_seed_same_song_and_another_seed_another():
    assert sung(FROST, seed=1) == sung(FROST, seed=1)
    assert melody_of(FROST, seed=1) != melody_of(FROST, seed=2)


def test_poems_of_one_form_have_tunes_of_their_own():
    other = "白日依山尽，黄河入海流。\n欲穷千里目，更上一层楼。"
    assert [n.pitch for n in melody_of(LI_BAI, "zh").notes] != [n.pitch for n in melody_of(other, "zh").notes]


def test_what_is_set_is_obeyed():
    given = {
        "mode": "dorian",
        "tempo_bpm": 101,
        "time_signature": "3/4",
        "key_signature": "F#",
        "program": 40,
    }
    result = sung(FROST, **given, style="american", density=3, accompaniment="none")
    melody = result.output.melody
    assert (melody.mode, melody.tempo_bpm, melody.time_signature) == ("dorian", 101, (3, 4))
    assert (melody.tonic, melody.program, melody.accompaniment) == (6, 40, ())
    assert melody.notes[-1].pitch % 12 == 6
    for key in ("mode", "tempo_bpm", "time_signature", "program", "style", "density"):
        assert result.settings[f"{key}_reason"] == "set by the user"


@pytest.mark.parametrize(
    ("key", "tonic", "mode"),
    [("C", 0, "major"), ("Bb", 10, "major"), ("Am", 9, "minor"), ("C#m", 1, "minor")],
)
def test_keys(key, tonic, mode):
    melody = melody_of("The moon is up", key_signature=key, mood={"valence": 0.5})
    assert (melody.tonic, melody.mode) == (tonic, mode)


def test_choices_come_with_their_reasons():
    settings = sung(LI_BAI, "zh", mood={"valence": -0.5, "arousal": -0.3}).settings
    assert settings["mode"] == "yu" and "unhappy" in settings["mode_reason"]
    assert settings["program"] == 77 and "xiao" in settings["program_reason"]
    assert len(settings["agreement"]) == 1


def test_chinese_poems_stay_in_their_scale():
    melody = melody_of(LI_BAI, "zh")
    assert {(note.pitch - melody.tonic) % 12 for note in melody.notes} <= set(SCALES[melody.mode])


def test_iambs_begin_with_a_pickup():
    assert melody_of(FROST).pickup == 1
    assert melody_of("Tyger Tyger, burning bright\nIn the forests of the night").pickup == 0


def test_the_best_of_many_suits_the_words_better():
    one, many = (sung(FROST, best_of=n).settings["fitness"][0] for n in (1, 16))
    assert many > one


def test_a_title_is_not_sung():
    draft = draft_of(f"Woods\n\n{FROST}", title="Woods")
    melody = folk().generate(draft, generator=torch.Generator()).output.melody
    assert join_lyrics(note.lyric for note in melody.notes) == FROST


@pytest.fixture
def star(tmp_path):
    write_midi(little_star(), tmp_path / "star.mid", "id", "title")
    return str(tmp_path / "star.mid")


def test_words_are_sung_to_a_tune_that_is_long_enough(star):
    result = sung(LI_BAI, "zh", primer=star, key_signature="D")
    melody = result.output.melody
    assert [n.pitch - melody.notes[0].pitch for n in melody.notes[:7]] == [0, 0, 7, 7, 9, 9, 7]
    assert melody.notes[0].pitch % 12 == melody.tonic == 2
    assert join_lyrics(note.lyric for note in melody.notes) == LI_BAI
    assert len(melody.notes) == 42 and melody.notes[20].lyric is None
    assert melody.accompaniment and melody.tempo_bpm == pytest.approx(100)


def test_a_long_poem_goes_on_from_the_tune(star):
    text = f"{FROST}\n{BYRON}"
    result = sung(text, primer=star)
    melody = result.output.melody
    assert {note.lyric for note in melody.notes[:42]} == {None}
    assert join_lyrics(note.lyric for note in melody.notes) == text
    assert result.settings["primer"] == "the tune goes on from it"


def test_rhythm_is_borrowed(star):
    melody = melody_of(LI_BAI, "zh", style_of=star)
    starts = [note.start for note in melody.notes[:8]]
    assert starts == [note.start for note in little_star().notes[:8]]
    assert {(note.pitch - melody.tonic) % 12 for note in melody.notes} <= set(SCALES[melody.mode])


def test_weights_are_those_that_were_used(star):
    accompanied, composed = folk(primer=star), folk()
    for stage in (accompanied, composed):
        stage.generate(draft_of("The moon is up"), generator=torch.Generator())
    assert accompanied.weights == {} and composed.weights == {"asset:melody": "m" * 64}


def test_a_model_that_was_trained_with_texts_hears_the_poem(monkeypatch):
    stage, heard, asked = folk(), [], []
    states = torch.ones(stage.composer.melodist.network.config["text_dim"])
    monkeypatch.setattr(stage.composer, "text_states", lambda *text: asked.append(text) or states)
    compose = stage.composer.compose
    monkeypatch.setattr(
        stage.composer, "compose", lambda *a, **k: heard.append(k["text_states"]) or compose(*a, **k)
    )
    draft = draft_of(FROST, "en")
    stage.generate(draft, generator=torch.Generator().manual_seed(0))
    assert asked == [(draft.caption, draft.text)] and all(one is states for one in heard) and heard


def test_the_song_is_heard():
    stage = folk(sound=True)
    song = stage.generate(draft_of(LI_BAI, "zh"), generator=torch.Generator()).output
    seconds = song.melody.duration * 60 / song.melody.tempo_bpm
    assert seconds < song.sound.samples.shape[1] / song.sound.sample_rate < seconds + 4
    assert stage.weights.keys() == {"asset:melody", "installed:pretty_midi/TimGM6mb.sf2"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"mode": "lydian"}, "unknown music.mode 'lydian'"),
        ({"time_signature": "7/8"}, "unknown music.time_signature '7/8'"),
        ({"style": "irsh"}, "Did you mean 'irish'"),
        ({"accompaniment": "band"}, "unknown music.accompaniment 'band'"),
        ({"tempo_bpm": 5}, "music.tempo_bpm must be from 20 to 320, got 5"),
        ({"tempo_bpm": float("nan")}, "music.tempo_bpm must be"),
        ({"program": 128}, "music.program must be from 0 to 127, got 128"),
        ({"density": 5}, "music.density must be from 0 to 4"),
        ({"temperature": 0}, "music.temperature must be"),
        ({"top_p": 1.5}, "music.top_p must be"),
        ({"best_of": 0}, "music.best_of must be from 1 to 64, got 0"),
        ({"key_signature": "H"}, "music.key_signature must be a key such as C, F#, Bb or Am, got 'H'"),
        ({"key_signature": "C##"}, "got 'C##'"),
        ({"key_signature": "Am", "mode": "major"}, "music.key_signature=Am is minor, but music.mode=major"),
        ({"primer": "no.mid"}, "music.primer: "),
        ({"soundfont": "no.sf2"}, "music.soundfont: there is no file no.sf2"),
        ({"soundfont": __file__}, "is not a SoundFont (.sf2)"),
        ({"style_of": "no.mid"}, "music.style_of: "),
        ({"primer": "a.mid", "style_of": "b.mid"}, "exclude each other"),
    ],
)
def test_what_cannot_be_is_refused_at_once(given, message):
    with pytest.raises((ValueError, MultiartError)) as error:
        Folk(**given)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
