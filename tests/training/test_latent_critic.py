"""The one-step painter's adversary: what the teacher sees, and heads that judge it."""

import torch

from multiart.image.diffusion import PromptStates
from multiart.training.latent_critic import (
    LatentCritic,
    TeacherFeatures,
    critic_loss,
    feature_distance,
    tempered,
)
from multiart.training.painter_pairs import states_of
from tests.training.test_painter import batch
from tests.training.test_painter import module as painter
from tests.training.test_painter_gan import drawn


def test_features_are_taken_at_every_level_and_have_length_1():
    unet = painter().unet
    features, states = TeacherFeatures(unet), states_of(batch(2))
    clean, noise = torch.randn(2, 6, 4, 4, generator=drawn()), torch.randn(2, 6, 4, 4, generator=drawn(1))
    found = features(clean, noise, torch.tensor([0.2, 0.8]), states)
    assert [tuple(f.shape) for f in found] == [(2, 8, 4, 4), (2, 16, 2, 2), (2, 16, 2, 2)]
    assert features.channels == (8, 16, 16)
    for feature in found:
        torch.testing.assert_close(feature.norm(dim=1), torch.ones(2, *feature.shape[2:]))
    assert feature_distance(found, found) == 0
    pure = features(clean, noise, torch.zeros(2), states)  # nothing of the latents is in it
    assert feature_distance(pure, features(-clean, noise, torch.zeros(2), states)) == 0
    other = PromptStates(states.embeds.flip(0), states.mask, states.pooled.flip(0))
    assert feature_distance(found, features(clean, noise, torch.tensor([0.2, 0.8]), other)) > 0
    assert len(unet.up_blocks) == 2 and not unet.down_blocks[0]._forward_hooks  # the teacher stays as it was


def test_no_picture_decides_alone():
    latents = torch.ones(5, 3, 2, 2, requires_grad=True)
    strength = torch.tensor([1.0, 2.0, 3.0, 4.0, 900.0]).view(-1, 1, 1, 1)
    same = tempered(latents)
    assert torch.equal(same, latents)
    (same * strength).sum().backward()
    torch.testing.assert_close(latents.grad[:, 0, 0, 0], torch.tensor([1.0, 2.0, 3.0, 4.0, 6.0]))
    assert torch.equal(tempered(latents.detach()), latents)


def test_the_critic_tells_what_it_has_seen_from_what_it_has_not():
    torch.manual_seed(0)
    critic, text = LatentCritic(channels=(8, 16), text_dim=5, width=8), torch.randn(6, 5)
    true, painted = ([torch.randn(6, c, 1, 1).expand(-1, -1, 4, 4) for c in (8, 16)] for _ in range(2))
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-2)
    losses = []
    for _ in range(80):
        optimizer.zero_grad()
        loss = critic_loss(critic(true, text), critic(painted, text))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert [tuple(score.shape) for score in critic(true, text)] == [(6, 4, 4), (6, 4, 4)]
    assert not torch.equal(critic(true, text)[0], critic(true, text.flip(0))[0])
