"""Generated triples, and works written to a folder."""

import pytest

from multiart.data.folder import read_works
from multiart.data.tunes.corpus import CorpusTune
from multiart.data.works import Work
from multiart.data.written import write_works
from multiart.music.tune import Event, Tune


def tune(*pitches: int, mode: str = "major") -> Tune:
    events = tuple(Event(pitch=pitch, duration=24) for pitch in pitches)
    return Tune(mode=mode, time_signature="4/4", events=events, phrases=(len(pitches),))


@pytest.mark.train
def test_what_is_held_out_is_never_trained_on_and_has_other_tunes():
    from multiart.data.triples import make_triples, shuffled

    corpus = [
        CorpusTune(tune=tune(0, 2, 4, place), title="t", collection="c", split=split)
        for split, place in (("train", 5), ("test", 7))
    ]
    training, held_out = make_triples(corpus, num_triples=6, num_validation=3, size=16, wordings=2)
    again, _ = make_triples(corpus, num_triples=6, num_validation=3, size=16, wordings=2)
    assert len(training) == 6 and len(held_out) == 3
    assert {work.tune.notes[-1].pitch for work in training} == {5}
    assert {work.tune.notes[-1].pitch for work in held_out} == {7}
    assert not {work.text for work in training} & {work.text for work in held_out}
    assert [work.wordings for work in training] == [work.wordings for work in again]
    assert all(len(work.wordings) == 2 for work in training) and held_out[0].wordings == ()
    others = shuffled(training)
    assert [work.text for work in others] == [work.text for work in training[1:] + training[:1]]
    assert [work.tune for work in others] == [work.tune for work in training]


def test_written_works_are_read_again(tmp_path):
    import torch

    works = [
        Work(caption="a lake", text="one\ntwo", tune=tune(0, 4, 7, 12)),
        Work(
            caption="a sea",
            text="three",
            picture=lambda layout: torch.full((3, 32, 32), 200, dtype=torch.uint8),
        ),
    ]
    records = read_works(write_works(works, tmp_path / "works"), size=16)
    sung, painted = records.works.values()
    assert not records.faults and (sung.caption, sung.text) == ("a lake", "one\ntwo")
    assert [event.pitch for event in sung.tune.notes] == [0, 4, 7, 12]
    assert painted.tune is None and painted.picture(0).float().mean() == 200


@pytest.mark.train
def test_its_settings_can_be_read_from_a_checkpoint(tmp_path):
    import torch

    from multiart.data.triples import Triples

    torch.save(dict(Triples(cache_dir="here", num_triples=5).hparams), tmp_path / "a.ckpt")
    found = torch.load(tmp_path / "a.ckpt", weights_only=True)
    assert found["num_triples"] == 5 and found["text_layers"] == 8


@pytest.mark.train
def test_a_tune_is_picked_by_mode_before_metre_before_density():
    import random

    from multiart.data.triples import Shelf

    def timed(mode: str, time_signature: str, duration: int) -> Tune:
        events = tuple(Event(pitch=pitch, duration=duration) for pitch in (0, 2, 4, 5))
        return Tune(mode=mode, time_signature=time_signature, events=events, phrases=(4,))

    slow, fast, dance, sad = (
        timed("major", "4/4", 24),
        timed("major", "4/4", 6),
        timed("major", "6/8", 24),
        timed("minor", "3/4", 6),
    )
    shelf, rng = Shelf([slow, fast, dance, sad]), random.Random(0)
    assert shelf.pick("major", "4/4", 1, rng) is slow
    assert shelf.pick("major", "4/4", 3, rng) is fast
    assert shelf.pick("major", "6/8", 4, rng) is dance
    assert shelf.pick("minor", "6/8", 0, rng) is sad
    assert shelf.pick("dorian", "3/4", 4, rng) is sad


@pytest.mark.train
def test_captions_may_be_in_words_the_painter_was_not_taught():
    from multiart.data.painted import VALIDATION_SEED
    from multiart.data.scenes.spec import sample_spec
    from multiart.data.triples import Shelf, make_triple
    from multiart.data.wordings import HELD_OUT_SYNONYMS

    shelf, seed = Shelf([tune(0, 2, 4, 5)]), VALIDATION_SEED
    word = HELD_OUT_SYNONYMS[sample_spec(seed).place]
    assert word in make_triple(seed, shelf, size=16, new_words=1).caption
    assert word not in make_triple(seed, shelf, size=16).caption
