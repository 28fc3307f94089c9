"""The choice, normalisation and split of tunes."""

import random

import pytest

from multiart.data.tunes.abc import read_tune
from multiart.data.tunes.corpus import clusters, normalise, read_collection, split_clusters
from multiart.errors import MultiartError
from multiart.music.tune import Event, Tune

TUNE = "ABcd efga|b2a2 g2f2|edcB A2B2|c4 A4|" * 2


def written(music=TUNE, *, key="Am", meter="4/4"):
    return read_tune(f"X:1\nT:T\nM:{meter}\nL:1/8\nK:{key}\n{music}\n")


def test_a_tune_is_relative_to_its_tonic():
    tune = normalise(written(), style="irish")
    assert [note.pitch for note in tune.notes[:8]] == [0, 2, 3, 5, 7, 8, 10, 12]
    assert (tune.mode, tune.time_signature, tune.pickup, tune.style) == ("minor", "4/4", 0, "irish")
    assert sum(tune.phrases) == len(tune.notes)


def test_transposition_makes_no_difference():
    up = normalise(written("A,B,CDEFGA,B,C2D|" * 9, key="C", meter="6/4"), style="irish")
    same = normalise(written("B,CDEFGAB,CD2E|" * 9, key="Dm", meter="6/4"), style="irish")
    assert up is not None and same is not None
    assert up.time_signature == "6/8"


def test_a_tune_counted_in_half_notes_is_counted_in_quarters():
    halves = normalise(written("A4 B4 c4 d4|" * 8, meter="4/2"), style="irish")
    assert halves.time_signature == "4/4" and {note.duration for note in halves.notes} == {24}


def test_a_pickup_is_told_and_leading_rests_are_left_out():
    tune = normalise(written(f"z2 E2|{TUNE}"), style="irish")
    assert tune.pickup == 24 and tune.notes[0].duration == 24


def test_marked_phrases_are_kept():
    tune = normalise(written("A2B2 c2d2|e4 e4|\n" * 4), style="german", marked=True)
    assert tune.phrases == (6, 6, 6, 6)


@pytest.mark.parametrize(
    "unfit",
    [
        {"music": TUNE[:30]},  # too short
        {"music": TUNE, "meter": "5/4"},
        {"music": TUNE + "[K:D]A"},
        {"music": TUNE.replace("|", "A|")},  # bars too long
        {"music": TUNE.replace("b2", "(7abababa2")},
    ],
)
def test_what_the_model_cannot_learn_from_is_left_out(unfit):
    assert normalise(written(**unfit), style="irish") is None


def random_tune(seed: int) -> Tune:
    rng = random.Random(seed)
    notes = [Event(pitch=rng.randint(0, 12), duration=rng.choice((12, 24))) for _ in range(40)]
    return Tune(mode="major", time_signature="4/4", events=tuple(notes), phrases=(40,))


def test_versions_of_a_tune_are_kept_together():
    tunes = [random_tune(seed) for seed in range(6)]
    version = Tune(mode="major", time_signature="4/4", events=tunes[2].events[10:], phrases=(30,))
    found = clusters([*tunes, version])
    assert found[2] == found[6] and len(set(found)) == 6


def test_whole_small_clusters_are_held_out_the_same_ones_each_time():
    of = [i // 3 for i in range(3000)] + [5000] * 10
    splits = split_clusters(of)
    assert splits == split_clusters(of)
    for cluster in set(of):
        assert len({split for split, c in zip(splits, of, strict=True) if c == cluster}) == 1
    assert splits[-1] == "train"
    assert 200 <= splits.count("validation") <= 203 and 250 <= splits.count("test") <= 253


def test_an_unknown_collection_is_refused():
    with pytest.raises(MultiartError, match="oneills1850"):
        next(read_collection("oneils1850"))


@pytest.mark.train
def test_a_real_book_is_read():
    pytest.importorskip("music21", reason="needs music21: pip install multiart[train]")
    tunes = [normalise(tune, style=style) for tune, style in read_collection("miscFolk")]
    assert {tune.style for tune in tunes if tune} == {"american", "northumbrian"}
    assert sum(tune is not None for tune in tunes) > 150
