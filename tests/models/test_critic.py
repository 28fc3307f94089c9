"""The critic: vectors of texts and pictures, and the way to disk and back."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models.critic import Critic, CriticNet, load_critic

TINY = {"size": 16, "channels": [8, 8], "width": 6, "text_dim": 16}


def net(**changes) -> CriticNet:
    torch.manual_seed(0)
    return CriticNet(**{**TINY, **changes})


def test_vectors_have_length_one_and_any_size_of_picture_will_do():
    critic = net()
    for side in (16, 40):
        vectors = critic.pictures(torch.rand(3, 3, side, side))
        torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    texts = critic.texts(torch.randn(2, 5, 16), torch.ones(2, 5, dtype=torch.bool))
    torch.testing.assert_close(texts.norm(dim=1), torch.ones(2))


def test_what_is_masked_does_not_count():
    critic, states = net(), torch.randn(1, 5, 16)
    mask = torch.tensor([[True, True, True, False, False]])
    torch.testing.assert_close(
        critic.texts(states, mask), critic.texts(states[:, :3], torch.ones(1, 3, dtype=torch.bool))
    )


def test_an_exported_critic_scores_as_before(tmp_path, tiny_source):
    critic = net(text_encoder_source=tiny_source)
    critic.export(tmp_path / "critic")
    loaded = Critic(f"file:{tmp_path / 'critic'}")
    scores = loaded.score(torch.rand(2, 3, 32, 32), ["the moon", "a boat"])
    assert scores.shape == (2,) and scores.abs().max() <= 1
    torch.testing.assert_close(loaded.net.seen.weight, critic.seen.weight, atol=1e-3, rtol=1e-3)
    assert len(loaded.weights) == 2


def test_a_missing_critic_says_how_to_train_one(tmp_path):
    with pytest.raises(ModelUnavailable, match="experiment=critic"):
        load_critic(f"file:{tmp_path / 'nothing'}")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="not a critic"):
        load_critic(f"file:{tmp_path}")
