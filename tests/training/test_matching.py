"""The critic's training: what the loss asks for, and that it learns it."""

import torch
import torch.nn.functional as F

from multiart.models.critic import load_critic
from multiart.training.matching import CriticModule, contrastive_loss
from tests.models.test_critic import TINY


def module(**changes) -> CriticModule:
    return CriticModule(**{"net": TINY, "lr": 1e-2, "warmup_steps": 1, **changes})


def batch(size: int = 6) -> dict[str, torch.Tensor]:
    """Texts that say of what colour their picture is; the wrong picture has another colour."""
    generator = torch.Generator().manual_seed(0)
    colours = torch.eye(6)[:size]
    embeds = (3 * F.pad(colours, (0, 10)))[:, None].repeat(1, 4, 1)
    shades = torch.randint(0, 256, (6, 3), generator=generator)[:size]
    pixels = shades[:, :, None, None].repeat(1, 1, 16, 16).to(torch.uint8)
    mask = torch.ones(size, 4, dtype=torch.bool)
    return {"pixels": pixels, "wrong": pixels.roll(1, 0), "embeds": embeds, "caption_mask": mask}


def test_the_loss_is_least_where_the_right_ones_match_and_the_nearly_right_do_not():
    right, other = torch.eye(4), torch.eye(4).roll(1, 0)
    scale = torch.tensor(20.0)
    assert contrastive_loss(right, right, -right, scale) < 1e-6
    assert contrastive_loss(right, right, right, scale) > contrastive_loss(right, right, other, scale)
    assert contrastive_loss(right, other, right, scale) > 10


def test_it_learns_to_tell_them_apart():
    critic = module()
    optimizer = critic.configure_optimizers()["optimizer"]
    for step in range(80):
        optimizer.zero_grad()
        vectors = critic.vectors(batch(), seed=step)
        contrastive_loss(*vectors, critic.net.log_scale.exp()).backward()
        optimizer.step()
    texts, pictures, wrong = critic.vectors(batch(), seed=None)
    assert ((texts * pictures).sum(1) > (texts * wrong).sum(1)).all()


def test_what_is_exported_loads(tmp_path):
    critic = module()
    critic.export(tmp_path / "critic")
    loaded = load_critic(f"file:{tmp_path / 'critic'}")
    torch.testing.assert_close(loaded.told.weight, critic.net.told.weight, atol=1e-3, rtol=1e-3)
