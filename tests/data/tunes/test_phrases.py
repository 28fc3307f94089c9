"""Phrases inferred from notes: in clear cases as one hears them, and against phrases marked by people."""

import random

import pytest

from multiart.data.tunes.phrases import boundary_scores, infer_phrases
from multiart.music.tune import Event, bar_ticks


def events(*notes: tuple[int | None, int]) -> list[Event]:
    return [Event(pitch=pitch, duration=duration) for pitch, duration in notes]


LINE = [(0, 24), (2, 24), (4, 24), (5, 24), (7, 24), (5, 24), (4, 48)]  # two bars of 4/4


def test_long_notes_on_stable_degrees_end_phrases():
    other = [(7, 24), (7, 24), (5, 24), (4, 24), (2, 24), (4, 24), (0, 48)]
    assert infer_phrases(events(*LINE, *other, *LINE, *other), bar=96) == (7, 7, 7, 7)


def test_a_pickup_belongs_to_the_phrase_it_leads_to():
    line = [(7, 24), (0, 24), (2, 24), (4, 24), (5, 24), (7, 24), (5, 24), (4, 24)]
    assert infer_phrases(events(*line * 4), bar=96, pickup=24) == (8, 8, 8, 8)


def test_rests_belong_to_no_phrase_and_nothing_is_lost():
    phrases = infer_phrases(events(*LINE[:-1], (4, 36), (None, 12), *LINE), bar=96)
    assert phrases == (7, 7)
    rng = random.Random(0)
    for _ in range(20):
        notes = events(*((rng.randint(0, 12), rng.choice((12, 24))) for _ in range(40)))
        assert sum(infer_phrases(notes, bar=72)) == 40


def test_a_single_note_is_a_phrase():
    assert infer_phrases(events((0, 24)), bar=96) == (1,)


def test_scores_of_boundaries():
    assert boundary_scores([(4, 4, 4)], [(4, 8)]) == {
        "precision": 0.5,
        "recall": 1.0,
        "f1": pytest.approx(2 / 3),
    }
    assert boundary_scores([(4, 8)], [(4, 8)])["f1"] == pytest.approx(1)


@pytest.mark.train
def test_most_phrases_that_people_marked_are_found():
    from multiart.data.tunes.abc import read_book
    from multiart.data.tunes.corpus import ESSEN, corpus_folder, normalise

    pytest.importorskip("music21", reason="needs music21: pip install multiart[train]")
    book = (corpus_folder() / ESSEN / "ballad10.abc").read_text("utf-8", errors="replace")
    tunes = [normalise(written, style="german", marked=True) for written in read_book(book)]
    tunes = [tune for tune in tunes if tune is not None]
    inferred = [
        infer_phrases(tune.events, bar=bar_ticks(tune.time_signature), pickup=tune.pickup) for tune in tunes
    ]
    assert len(tunes) > 10
    assert boundary_scores(inferred, [tune.phrases for tune in tunes])["f1"] > 0.7
