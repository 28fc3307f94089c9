"""The melody model's training data: kept on disk, cut into parts, in batches of like length."""

import random

import pytest
import torch

from multiart.data import melodies
from multiart.data.melodies import CorpusCache, LengthSampler, MelodyDataset, collate
from multiart.data.tunes.corpus import CorpusTune
from multiart.errors import MultiartError
from multiart.music.tune import REST, Event, Tune


def tune(seed: int, count: int = 40, **fields) -> Tune:
    rng = random.Random(seed)
    pitches = [rng.randint(0, 12) for _ in range(count)]
    events = [Event(pitch=pitch, duration=rng.choice((12, 24))) for pitch in pitches]
    events.insert(8, Event(pitch=REST, duration=12))
    given = {"mode": "major", "time_signature": "4/4", "style": "irish", **fields}
    return Tune(events=tuple(events), phrases=(8, count - 8), **given)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Two prepared tunes; how often they were prepared is counted."""
    pytest.importorskip("music21", reason="needs music21: pip install multiart[train]")
    tunes = [
        CorpusTune(tune=tune(0), title="Föhr", collection="a"),
        CorpusTune(tune=tune(1, pickup=12, mode="dorian"), title="", collection="b", split="test"),
    ]
    prepared = []
    monkeypatch.setattr(melodies, "prepare", lambda names: prepared.append(names) or tunes)
    return CorpusCache(tmp_path, ("a", "b")), tunes, prepared


@pytest.mark.train
def test_the_corpus_is_prepared_once_and_kept_as_it_is(cache):
    cached, tunes, prepared = cache
    assert cached.tunes() == tunes == cached.tunes()
    assert prepared == [("a", "b")]


def test_a_long_tune_is_cut_into_parts_that_know_what_came_before(monkeypatch):
    whole = MelodyDataset([tune(0)])[0]
    monkeypatch.setattr(melodies, "LONGEST", 16)
    cut = MelodyDataset([tune(0)])
    assert [len(item.pitches) for item in cut] == [16, 16, 9]
    assert torch.equal(torch.cat([item.features for item in cut]), whole.features)
    assert torch.equal(torch.cat([item.pitches for item in cut]), whole.pitches)


def test_rare_tunes_come_more_often():
    dataset = MelodyDataset([tune(0), tune(1)], [1, 3])
    assert len(dataset) == 4 and dataset[1] is dataset[3]


def test_a_batch_is_padded_where_nothing_is_asked():
    batch = collate(list(MelodyDataset([tune(0, 20), tune(1, 40)])))
    assert batch["pitches"].shape == (2, 41) and batch["features"].shape[:2] == (2, 41)
    assert (batch["pitches"][0, 21:] == melodies.IGNORED).all()
    assert (batch["durations"][1] != melodies.IGNORED).all()


def test_batches_hold_like_lengths_and_every_item_once():
    lengths = [random.Random(i).randint(10, 300) for i in range(1000)]
    sampler = LengthSampler(lengths, batch_size=10, seed=3)
    batches = list(sampler)
    assert sorted(i for batch in batches for i in batch) == list(range(1000))
    padded = sum(10 * max(lengths[i] for i in batch) for batch in batches)
    assert padded < 1.15 * sum(lengths)
    again, other = (LengthSampler(lengths, batch_size=10, seed=seed) for seed in (3, 4))
    assert list(again) == batches != list(other)
    assert torch.equal(sampler.order(1), again.order(1)) and not torch.equal(
        sampler.order(0), sampler.order(1)
    )


def test_without_music21_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("multiart.data.tunes.corpus.find_spec", lambda name: None)
    with pytest.raises(MultiartError, match=r"pip install 'multiart\[train\]'"):
        CorpusCache(tmp_path, ["ryansMammoth"])
