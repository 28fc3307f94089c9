import io
import re
import threading
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from PIL import Image

from multiart.io import engraving
from multiart.io.engraving import engrave, sheet_svg
from multiart.music.accompaniment import accompany
from tests.music.songs import amazing_grace, greensleeves, little_star, quiet_night


def picture(sheet):
    return Image.open(io.BytesIO(sheet.png))


def test_every_note_and_word_is_on_it():
    melody = accompany(amazing_grace(), kind="block")
    sheet = engrave(melody, "Amazing <Grace>")
    text = " ".join(fromstring(sheet.svg).itertext())
    assert "Amazing <Grace>" in text and "= 84" in text
    for word in ("zing", "grace!", "sound,", "wretch", "see."):
        assert word in text
    assert set(re.findall('id="note-([0-9]+)"', sheet.svg)) == set(map(str, range(len(melody.notes))))
    assert "base64" not in sheet.svg and "http" not in sheet.svg.replace("http://www.w3.org", "")


def test_every_thread_engraves_the_same():
    here, elsewhere = sheet_svg(little_star(), "Star"), []
    thread = threading.Thread(target=lambda: elsewhere.append(sheet_svg(little_star(), "Star")))
    thread.start()
    thread.join()
    assert elsewhere == [here] and 'id="note-0"' in here


def test_the_picture_has_the_shape_of_the_page():
    sheet = engrave(little_star(), "Star")
    width, height = map(int, re.match(r'<svg [^>]*viewBox="0 0 (\d+) (\d+)"', sheet.svg).groups())
    assert picture(sheet).width == engraving.PNG_WIDTH
    assert picture(sheet).height == pytest.approx(height * engraving.PNG_WIDTH / width, abs=1)
    ink = np.asarray(picture(sheet).convert("L")) < 128
    assert 0.005 < ink.mean() < 0.2
    assert not ink[:, :10].any() and not ink[:, -10:].any() and not ink[-5:].any()


def test_the_same_melody_gives_the_same_bytes():
    assert engrave(quiet_night(), "静夜思") == engrave(quiet_night(), "静夜思")


def test_flat_chords_are_in_plain_letters():
    melody = replace(accompany(greensleeves(), kind="block"), chords=((0.5, "Bbm"), (3.5, "F#")))
    text = re.sub("<[^>]*>", "", sheet_svg(melody, "x"))
    assert "Bb" in text and "F#" in text and not re.search("[\ue000-\uf8ff]", text)


def test_without_a_chinese_font_the_picture_has_latin_letters(monkeypatch):
    monkeypatch.setattr(engraving, "chinese_font", lambda: None)
    drawn = []
    monkeypatch.setattr(engraving, "_drawn", lambda svg, font: drawn.append(svg) or {"png": b"", "font": "x"})
    sheet = engrave(quiet_night(), "静夜思")
    assert "床" in sheet.svg and "静夜思" in sheet.svg
    (svg,) = drawn
    assert "chuang" in svg and "guang," in svg and "Jing ye si" in svg and "床" not in svg


def test_without_any_font_there_are_letters_still(monkeypatch):
    monkeypatch.setattr(engraving, "serif_font", lambda: None)
    blank = engrave(
        replace(little_star(), notes=tuple(replace(n, lyric=None) for n in little_star().notes)), " "
    )
    sheet = engrave(little_star(), "Star")
    assert sheet.font == "Aileron"
    assert np.asarray(picture(sheet).convert("L")).mean() < np.asarray(picture(blank).convert("L")).mean()


def test_a_long_poem_is_one_page_of_limited_height(monkeypatch):
    monkeypatch.setattr(engraving, "PNG_HEIGHT", 2000)
    one = little_star()
    notes = tuple(replace(n, start=n.start + 48 * k) for k in range(30) for n in one.notes)  # 180 lines
    sheet = engrave(replace(one, notes=notes, phrases=one.phrases * 30), "Long")
    assert len(set(re.findall('id="note-([0-9]+)"', sheet.svg))) == len(notes)
    assert 1900 < picture(sheet).height <= 2050


def test_a_chinese_word_in_an_english_song_leaves_the_other_letters_as_they_are():
    notes = (replace(little_star().notes[0], lyric="月 "), *little_star().notes[1:])
    mixed, plain = (
        engrave(replace(little_star(), notes=notes), "Star").font,
        engrave(little_star(), "Star").font,
    )
    assert mixed.removesuffix(", with Chinese in Latin letters") == plain  # where no font has Chinese
