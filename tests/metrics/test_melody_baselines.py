"""The n-gram baseline: a distribution, better the more it has seen."""

import math
import random
from dataclasses import replace

import pytest

from multiart.metrics.melody_baselines import SIZES, NgramModel, network_nll
from multiart.music.tune import HIGHEST, LOWEST, Event, Tune
from tests.music.tiny import tiny_composer


def tune(pitches: list[int | None], duration: int = 24) -> Tune:
    events = tuple(Event(pitch=pitch, duration=duration) for pitch in pitches)
    return Tune(mode="major", time_signature="4/4", events=events, phrases=(len(events),))


def test_knowing_nothing_every_note_is_equally_likely():
    nll = NgramModel().nll([tune([0, 2, None])])
    assert nll["pitch"] == pytest.approx(math.log(SIZES["pitch"]))
    assert nll["duration"] == pytest.approx(math.log(SIZES["duration"]))
    assert nll["loss"] == pytest.approx(nll["pitch"] + nll["duration"])


def test_the_chances_of_all_notes_add_up_to_one():
    model = NgramModel(order=3).fit([tune([0, 2, 4, 2, None, 2])])
    pitches = [None, *range(LOWEST, HIGHEST + 1)]
    for before in ([], [0], [2], [9]):
        first = model.nll([tune(before)])["pitch"] * len(before) if before else 0
        chances = []
        for pitch in pitches:
            both = model.nll([tune([*before, pitch])])["pitch"] * (len(before) + 1)
            chances.append(math.exp(first - both))
        assert sum(chances) == pytest.approx(1)


def test_longer_contexts_tell_more_of_a_tune_that_has_a_pattern():
    pattern = [0, 2, 0, 4, 0, 5, 0, 7]
    train, test = [tune(pattern * 4)], [tune(pattern * 2)]
    nll = {order: NgramModel(order=order).fit(train).nll(test)["loss"] for order in (1, 3, 5)}
    assert nll[1] > nll[3] > nll[5]


def test_noise_stays_noise():
    rng = random.Random(0)
    noise = [tune([rng.randint(0, 7) for _ in range(50)]) for _ in range(20)]
    assert NgramModel().fit(noise[:19]).nll(noise[19:])["pitch"] > math.log(8) - 0.1


def test_an_order_of_nothing_is_refused():
    with pytest.raises(ValueError, match="order"):
        NgramModel(order=0)


def test_an_untrained_network_knows_as_little_as_an_untrained_ngram():
    network = tiny_composer().melodist.network
    rng = random.Random(0)
    tunes = [tune([rng.randint(0, 14) for _ in range(60)]) for _ in range(8)]  # no few pitches decide
    nll, knowing_nothing = network_nll(network, tunes), NgramModel().nll(tunes)
    assert nll["loss"] == pytest.approx(knowing_nothing["loss"], abs=0.2)
    assert nll["loss"] == pytest.approx(nll["pitch"] + nll["duration"])


def test_what_the_network_is_told_can_be_left_out():
    network = tiny_composer().melodist.network
    tunes = [tune([0, 2, 4, 5, 7, 5, 4, 2] * 2)]
    tunes = [replace(one, phrases=(8, 8)) for one in tunes]
    told = network_nll(network, tunes)["loss"]
    assert network_nll(network, tunes, controls=False)["loss"] != told
    assert network_nll(network, tunes, forms=False)["loss"] != told
