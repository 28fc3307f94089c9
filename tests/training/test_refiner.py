"""Training the refiner, whole, at a tiny size."""

import pytest
import torch

from multiart.commands import train
from multiart.config import check, compose
from multiart.models.refiner import load_refiner, refine
from multiart.training.patch_critic import PatchCritic, hinge_loss
from multiart.training.refiner import RefinerModule
from tests.data.refining import noise_instead
from tests.models.test_refiner import drawn, picture
from tests.style.encoders import save_published, tiny_encoder
from tests.training.tiny import quiet_trainer

pytestmark = pytest.mark.filterwarnings("ignore")
TINY = {"net": {"channels": 8, "num_blocks": 1, "medium_dim": 4}, "critic_width": 4}
ALL_ON = {"lpips_weight": 1.0, "adversarial_start": 0}


@pytest.fixture
def noise_scenes(monkeypatch):
    return noise_instead(monkeypatch)


@pytest.fixture
def encoder(tmp_path):
    save_published(tiny_encoder(), tmp_path / "vgg.pth")
    return f"file:{tmp_path / 'vgg.pth'}"


@pytest.fixture
def config(tmp_path, encoder, noise_scenes):
    def make(name, *more):
        tiny = [
            *(f"train.module.net.{name}" for name in ("channels=8", "num_blocks=1", "medium_dim=4")),
            "data.media=[oil,watercolour,ink wash,woodblock]",
            "train.module.critic_width=4",
            "train.module.adversarial_start=2",
            "train.module.perceptual_start=1",
            "train.module.decay_steps=2",
            f"train.module.encoder={encoder}",
            "data.num_scenes=2",
            "data.num_validation=2",
            "data.size=16",
            "data.crop=8",
        ]
        paths = [f"data.cache_dir={tmp_path}", f"paths.run_dir={tmp_path / name}"]
        quiet = ["trainer.accelerator=cpu", "logger.tensorboard=null"]
        steps = ["trainer.max_steps=6", "trainer.val_check_interval=3", "trainer.log_every_n_steps=1"]
        cfg = compose("train", ["experiment=refiner", *tiny, *paths, *quiet, *steps, *more])
        check(cfg)
        return cfg

    return make


def test_trains_exports_and_resumes_exactly(config, tmp_path):
    train.main(config("whole", "callbacks.checkpoint.every_minutes=0", "callbacks.checkpoint.keep=99"))
    exported, checkpoints = tmp_path / "whole" / "exported", tmp_path / "whole" / "checkpoints"
    names = sorted(path.name for path in exported.iterdir())
    assert names == ["README.md", "config.json", "diffusion_pytorch_model.safetensors"]
    assert "- steps: 6" in (exported / "README.md").read_text()
    painted = refine(load_refiner(f"file:{exported}"), picture(), "oil", generator=drawn())
    assert torch.isfinite(painted).all()
    assert (tmp_path / "whole" / "samples" / "step-00000003.png").exists()
    train.main(config("resumed", f"ckpt_path={checkpoints / 'step-00000003.ckpt'}"))
    whole, resumed = (
        torch.load(tmp_path / name / "checkpoints" / "last.ckpt", weights_only=True)
        for name in ("whole", "resumed")
    )
    for kind in ("state_dict", "current_model_state"):
        assert any(key.startswith("critic.") for key in whole[kind])
        assert not any("perceptual" in key for key in whole[kind])
        assert all(torch.equal(whole[kind][key], resumed[kind][key]) for key in whole[kind])
    for mine, theirs in zip(whole["optimizer_states"], resumed["optimizer_states"], strict=True):
        assert all(
            torch.equal(mine["state"][key][name], theirs["state"][key][name])
            for key in mine["state"]
            for name in mine["state"][key]
        )
    steps = [int(state["state"][0]["step"]) for state in whole["optimizer_states"]]
    assert steps == [6, 4]  # the critic began after two


def module(encoder, **changes):
    return RefinerModule(**TINY, encoder=encoder, **changes)


def batch():
    return {
        "small": torch.rand(4, 3, 8, 8, generator=drawn(1)),
        "target": torch.randint(0, 256, (4, 3, 1, 1), generator=drawn(2)).byte().repeat(1, 1, 32, 32),
        "medium": torch.arange(4),
    }


def fit(refiner, folder, steps):
    trainer = quiet_trainer(folder, steps)
    trainer.fit(refiner, torch.utils.data.DataLoader([batch()], batch_size=None))
    return {name: float(value) for name, value in trainer.callback_metrics.items()}


@pytest.mark.parametrize(
    ("weights", "terms"),
    [
        ({"content_weight": 0.0, "style_weight": 0.0, "adversarial_weight": 0.0}, {"l1"}),
        ({"l1_weight": 0.0, "adversarial_start": 9}, {"content", "style"}),
        ({"perceptual_start": 1, "shrunk_weight": 1.0, "adversarial_start": 9}, {"l1"}),
        ({"shrunk_weight": 1.0, "adversarial_start": 9}, {"l1", "content", "style", "shrunk"}),
        ({"content_weight": 0.0, **ALL_ON}, {"l1", "style", "lpips", "adversarial", "critic"}),
    ],
)
def test_a_term_of_weight_0_is_not_there(encoder, tmp_path, weights, terms):
    refiner = module(encoder, **weights)
    if weights.get("adversarial_weight") == 0:
        assert refiner.critic is None and refiner.perceptual == ()
    before = None if refiner.critic is None else [p.clone() for p in refiner.critic.parameters()]
    assert {*fit(refiner, tmp_path, 1)} == {f"train/{name}" for name in terms | {"loss"}}
    if before is not None:
        same = all(map(torch.equal, before, refiner.critic.parameters()))
        assert same == ("critic" not in terms)


def test_it_learns_one_batch_by_heart(encoder, tmp_path):
    refiner = module(encoder, lr=5e-3, warmup_steps=1, **ALL_ON)
    before = sum_of(refiner)
    fit(refiner, tmp_path, 60)
    assert sum_of(refiner) < 0.7 * before


def sum_of(refiner):
    with torch.no_grad():
        return sum(refiner.terms(refiner.paint(batch(), seed=5), batch()["target"] / 255).values()).item()


def test_the_critic_tells_what_it_has_seen_from_what_it_has_not():
    torch.manual_seed(0)
    critic, media = PatchCritic(num_media=4, width=8), torch.arange(4)
    bright, dark = torch.full((4, 3, 32, 32), 0.9), torch.full((4, 3, 32, 32), 0.1)
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-2)
    assert critic(bright, media).shape == (4, 4, 4)
    for _ in range(40):
        optimizer.zero_grad()
        loss = hinge_loss(critic(bright, media), critic(dark, media))
        loss.backward()
        optimizer.step()
    assert (critic(bright, media).mean((1, 2)) > critic(dark, media).mean((1, 2))).all()
    assert hinge_loss(torch.tensor([1.0, 2.0]), torch.tensor([-1.0])) == 0
    assert not torch.equal(critic(bright, media), critic(bright, media.flip(0)))


def test_what_is_lost_of_small_things_is_seen_in_shrunk_pictures(encoder):
    refiner = module(encoder, shrunk_weight=1.0, adversarial_weight=0.0)
    true = torch.full((1, 3, 64, 64), 0.8)
    true[..., 28:32, 28:32] = 0.1  # one pixel of the small picture
    flat = true.clone()
    flat[..., 28:32, 28:32] = 0.6
    assert refiner.terms(true, true)["shrunk"] == 0
    assert refiner.terms(flat, true)["shrunk"] > refiner.terms(0.9 * true + 0.1 * flat, true)["shrunk"] > 0


def test_goes_on_from_what_was_exported(encoder, tmp_path):
    refiner = module(encoder)
    refiner.export(tmp_path / "refiner")
    again = module(encoder, init_from=f"file:{tmp_path / 'refiner'}")
    assert again.net.training and all(weight.requires_grad for weight in again.net.parameters())
    torch.testing.assert_close(again.net.first.weight, refiner.net.first.weight, atol=1e-3, rtol=1e-3)


def test_what_is_exported_may_be_the_mean_of_two_trainings(encoder, tmp_path):
    first, second = (f"{tmp_path / name}" for name in ("first", "second"))
    for seed, folder in enumerate((first, second)):
        module(encoder, seed=seed).export(folder)
    file = f"{second}/diffusion_pytorch_model.safetensors"
    refiner = module(encoder, init_from=f"file:{first}", warm_start=file, keep_start=0.25)
    refiner.export(tmp_path / "mean")
    one, other, mean = (
        load_refiner(f"file:{folder}").first.weight for folder in (first, second, tmp_path / "mean")
    )
    assert torch.equal(refiner.net.first.weight, other) and not torch.equal(one, other)
    torch.testing.assert_close(mean, 0.25 * one + 0.75 * other, atol=1e-3, rtol=1e-3)


def test_what_cannot_be_learnt_is_said(encoder):
    with pytest.raises(ValueError, match="weights of the loss must be 0 or more"):
        module(encoder, style_weight=-1.0)
    nothing = dict.fromkeys(("l1_weight", "content_weight", "style_weight", "adversarial_weight"), 0.0)
    with pytest.raises(ValueError, match="one above 0"):
        module(encoder, **nothing)
    with pytest.raises(ValueError, match="unknown train.module.shrunk_layers 'relu9_9'"):
        module(encoder, shrunk_weight=1.0, shrunk_layers=["relu9_9"])
    with pytest.raises(ValueError, match="decay_steps"):
        module(encoder, decay_steps=5)
    with pytest.raises(ValueError, match="keep_start must be at least 0 and less than 1, and 0 without init"):
        module(encoder, keep_start=0.5)
    with pytest.raises(ValueError, match="perceptual_crop and fit_colors_on must be 0 or more, got -1"):
        module(encoder, perceptual_crop=-1)
    with pytest.raises(ValueError, match="perceptual_start must be 0 where l1_weight is"):
        module(encoder, l1_weight=0.0, perceptual_start=5)
