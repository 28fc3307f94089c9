"""The network: causal, the same step by step, and deaf to words until it is taught."""

import pytest
import torch

from multiart.music.events import CONTROL_SIZES, FEATURE_SIZES, NUM_PITCHES
from multiart.music.network import Cache, MelodyNetwork, Table, copied
from tests.music.tiny import NETWORK


@pytest.fixture
def network():
    torch.manual_seed(0)
    return MelodyNetwork(**{**NETWORK, "depth": 2}).eval()


def inputs(batch: int = 2, steps: int = 7):
    generator = torch.Generator().manual_seed(0)

    def draw(sizes, *shape):
        return torch.stack([torch.randint(size, shape, generator=generator) for size in sizes], -1)

    return draw(FEATURE_SIZES, batch, steps), draw(CONTROL_SIZES, batch)


def test_a_table_sums_one_embedding_a_column():
    table = Table((3, 2), 4)
    weight = table.bag.weight
    torch.testing.assert_close(table(torch.tensor([[[2, 1]]]))[0, 0], weight[2] + weight[4])


def test_no_step_sees_a_later_one(network):
    features, controls = inputs()
    changed = features.clone()
    changed[:, 4:] = 0
    before, after = network(features, controls), network(changed, controls)
    torch.testing.assert_close(before[:, :4], after[:, :4])
    assert not torch.allclose(before[:, 4:], after[:, 4:])


def test_steps_one_by_one_give_what_all_at_once_do(network):
    features, controls = inputs()
    whole, cache = network(features, controls), Cache()
    parts = [network(features[:, :3], controls, cache=cache)]
    parts += [network(features[:, i : i + 1], controls, cache=cache) for i in range(3, 7)]
    assert len(cache) == 7
    torch.testing.assert_close(torch.cat(parts, 1), whole)


def test_words_change_nothing_before_training_but_can_be_learned(network):
    features, controls = inputs()
    text = torch.randn(2, NETWORK["text_dim"])
    assert torch.equal(network(features, controls, text), network(features, controls))
    network(features, controls, text).square().sum().backward()
    assert network.text.weight.grad.abs().sum() > 0


def test_a_guess_raises_its_own_logit():
    logits, gates = torch.zeros(1, 1, 3), torch.tensor([[[1.0, 2.0, 4.0]]])
    assert copied(logits, gates, torch.tensor([[[0, 2, 0]]])).tolist() == [[[5.0, 0.0, 2.0]]]
    assert copied(logits, gates, torch.tensor([[[3, 3, 3]]])).tolist() == [[[0.0, 0.0, 0.0]]]


def test_a_width_that_cannot_be_shared_is_refused():
    with pytest.raises(ValueError, match="width"):
        MelodyNetwork(width=10, heads=3)


def test_logits_have_a_place_for_every_pitch_and_duration(network):
    features, controls = inputs()
    hidden = network(features, controls)
    assert network.pitch_logits(hidden, features).shape == (2, 7, NUM_PITCHES)
    pitches = torch.zeros(2, 7, dtype=torch.long)
    assert network.duration_logits(hidden, features, pitches).shape == (2, 7, 21)
