"""The painter's loss, its schedule, and the way from training to a pipeline that paints."""

import lightning.pytorch as pl
import pytest
import torch
from safetensors.torch import save_file

from multiart.errors import ModelUnavailable
from multiart.image.diffusion import PromptStates
from multiart.image.loading import load_checkpoint, load_painter
from multiart.image.unet import make_unet, whiten_unet
from multiart.training.flow_matching import velocity_loss, without_text
from multiart.training.painter import PainterModule
from multiart.training.schedules import decay_in_time
from tests.image.tiny import PAINTER, UNET
from tests.training.tiny import quiet_trainer


def module(**changes) -> PainterModule:
    return PainterModule(**{**PAINTER, "lr": 3e-3, "warmup_steps": 1, **changes})


def batch(size: int = 4) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    embeds = torch.randn(size, 6, 16, generator=generator)
    colours = torch.randint(0, 256, (size, 3, 1, 1), generator=generator, dtype=torch.uint8)
    return {
        "pixels": colours.repeat(1, 1, 16, 16),
        "embeds": embeds,
        "mask": torch.ones(size, 6, dtype=torch.bool),
        "pooled": embeds.mean(1),
    }


def test_the_loss_is_the_error_of_the_velocity():
    clean, noise, time = torch.randn(2, 3, 8, 8), torch.randn(2, 3, 8, 8), torch.tensor([0.2, 0.7])
    predicted = torch.randn(2, 3, 8, 8)
    t = time.view(-1, 1, 1, 1)
    noisy = t * clean + (1 - t) * noise
    implied = (predicted - noisy) / (1 - t)
    torch.testing.assert_close(
        velocity_loss(predicted, clean, time), (implied - (clean - noise)).square().mean()
    )
    assert velocity_loss(clean, clean, time) == 0


def test_the_same_step_draws_the_same_noise_and_another_does_not():
    painter = module()
    first, again, other = (painter.loss(batch(), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_dropped_text_is_no_text_and_the_rest_stays():
    states = PromptStates.from_tokens(*(batch()[key] for key in ("embeds", "mask", "mask")))
    dropped = without_text(states, torch.tensor([True, False, False, False]))
    empty = PromptStates.empty(1, 6, 16)
    assert torch.equal(dropped.embeds[0], empty.embeds[0]) and torch.equal(dropped.mask[0], empty.mask[0])
    assert torch.equal(dropped.embeds[1:], states.embeds[1:]) and torch.equal(
        dropped.pooled[1:], states.pooled[1:]
    )


def test_the_learning_rate_warms_up_stays_and_decays():
    painter = module(warmup_steps=10, max_steps=100, decay_steps=20)
    factors = [painter.lr_factor(step) for step in (0, 9, 50, 80, 90, 99)]
    assert factors == pytest.approx([0.1, 1, 1, 1, 0.5, 0.05])


@pytest.mark.parametrize("wrong", [{"drop_text": 1.0}, {"decay_steps": 5}, {"keep_start": 0.5}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        module(**wrong)


def test_it_learns_one_batch_by_heart(tmp_path):
    painter = module()
    before = torch.stack([painter.loss(batch(), seed=seed) for seed in range(20)]).mean().item()
    loader = torch.utils.data.DataLoader([batch()], batch_size=None)
    quiet_trainer(tmp_path, 60).fit(painter, loader)
    after = torch.stack([painter.loss(batch(), seed=seed) for seed in range(20)]).mean().item()
    assert after < 0.5 * before


def test_pictures_are_judged_late_and_in_part(tmp_path, monkeypatch):
    seen = []

    def judge(self, painted, true, active):
        seen.append((painted.shape, true.shape, {*active}))
        return {name: (painted - true).square().mean() for name in active}

    monkeypatch.setattr("multiart.training.judged.PictureTerms.forward", judge)
    plain, painter = module(), module(perceptual_weight=2.0, style_weight=0.5, perceptual_start=3)
    assert painter.loss(batch(), seed=1) == plain.loss(batch(), seed=1)
    terms = painter.terms(batch(), seed=1, judge=True)
    assert {*terms} == {"image", "image_perceptual", "image_style"}
    assert terms["image"] == plain.loss(batch(), seed=1)
    assert terms["image_style"].requires_grad
    assert seen.pop() == ((1, 3, 16, 16), (1, 3, 16, 16), {"image_perceptual", "image_style"})
    quiet_trainer(tmp_path, 5).fit(painter, torch.utils.data.DataLoader([batch()], batch_size=None))
    assert len(seen) == 2  # of five steps
    with pytest.raises(ValueError, match="perceptual_weight"):
        module(perceptual_weight=-1)


def test_what_is_exported_loads_and_paints(tmp_path):
    painter = module()
    painter.export(tmp_path / "painter")
    loaded = load_painter(f"file:{tmp_path / 'painter'}")
    assert loaded.config.sample_size == 16
    states = PromptStates.empty(1, 3, 16)
    images = loaded(states, generators=[torch.Generator().manual_seed(0)], num_inference_steps=2).images
    assert images.shape == (1, 3, 16, 16)
    for name, value in loaded.unet.state_dict().items():
        torch.testing.assert_close(value, painter.unet.state_dict()[name].half().float())
    assert torch.equal(loaded.vae.basis, painter.vae.basis)


def test_a_training_goes_on_from_an_export(tmp_path):
    painter = module()
    painter.export(tmp_path / "painter")
    again = module(init_from=f"file:{tmp_path / 'painter'}", unet=None)
    torch.testing.assert_close(again.unet.conv_out.weight, painter.unet.conv_out.weight, atol=1e-3, rtol=1e-3)


def test_what_is_exported_keeps_a_share_of_where_training_began(tmp_path):
    start, trained = module(), module(seed=1)
    start.export(tmp_path / "start")
    again = module(init_from=f"file:{tmp_path / 'start'}", unet=None, keep_start=0.25)
    again.unet.load_state_dict(trained.unet.state_dict())
    again.export(tmp_path / "mean")
    mean = load_painter(f"file:{tmp_path / 'mean'}").unet.state_dict()
    for name, weight in trained.unet.state_dict().items():
        expected = 0.25 * start.unet.state_dict()[name] + 0.75 * weight
        torch.testing.assert_close(mean[name], expected, atol=2e-3, rtol=2e-3)
    assert torch.equal(again.unet.conv_in.weight, trained.unet.conv_in.weight), "training itself goes on"


def test_a_training_takes_over_what_fits_of_other_weights(tmp_path):
    other, path = module(seed=1, unet={**UNET, "latent_channels": 5}), tmp_path / "other.safetensors"
    save_file({name: weight.contiguous() for name, weight in other.unet.state_dict().items()}, path)
    painter = module(warm_start=str(path))
    assert torch.equal(
        painter.unet.mid_block.resnets[0].conv1.weight, other.unet.mid_block.resnets[0].conv1.weight
    )
    assert not torch.equal(painter.unet.conv_out.bias, torch.zeros(6))
    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(ValueError, match="no weight"):
        module(warm_start=str(path))


def test_weights_of_fewer_levels_go_to_the_lowest(tmp_path):
    fewer, path = module(seed=1), tmp_path / "fewer.safetensors"
    save_file({name: weight.contiguous() for name, weight in fewer.unet.state_dict().items()}, path)
    painter = module(unet={**UNET, "block_out_channels": [8, 8, 16]}, sample_size=32, warm_start=str(path))
    for own, other in zip(
        painter.unet.down_blocks[-1].parameters(), fewer.unet.down_blocks[-1].parameters(), strict=True
    ):
        assert torch.equal(own, other)
    assert torch.equal(
        painter.unet.up_blocks[0].resnets[0].conv1.weight, fewer.unet.up_blocks[0].resnets[0].conv1.weight
    )


def test_a_checkpoint_paints_and_anything_else_is_refused(tmp_path):
    painter = module()
    pl_trainer = quiet_trainer(tmp_path, 1)
    pl_trainer.fit(painter, torch.utils.data.DataLoader([batch()], batch_size=None))
    pl_trainer.save_checkpoint(tmp_path / "a.ckpt")
    loaded = load_checkpoint(str(tmp_path / "a.ckpt"))
    assert torch.equal(loaded.unet.conv_out.weight, painter.unet.conv_out.weight)
    (tmp_path / "b.ckpt").write_bytes((tmp_path / "a.ckpt").read_bytes()[:1000])
    for name in ("b.ckpt", "c.ckpt"):
        with pytest.raises(ModelUnavailable, match=name):
            load_checkpoint(str(tmp_path / name))


def test_a_new_network_reads_text_whitened():
    torch.manual_seed(0)
    mixing = torch.randn(16, 16) * torch.logspace(-1, 1, 16)
    states = torch.randn(4000, 16) @ mixing + 30
    unet = make_unet(**UNET)
    before = unet.class_embedding.linear_1.weight.clone()
    whiten_unet(unet, states, states)
    read = unet.encoder_hid_proj(states)
    torch.testing.assert_close(read.mean(0), torch.zeros(16), rtol=0, atol=1e-2)
    covariance = torch.cov(read.T)
    strong = torch.linalg.eigvalsh(torch.cov(states.T)).flip(0) > 1  # the weakest are not blown up
    torch.testing.assert_close(covariance[strong][:, strong], torch.eye(int(strong.sum())), rtol=0, atol=5e-2)
    assert covariance.diagonal().max() < 1.05
    pooled = unet.class_embedding.linear_1(states)
    assert pooled.mean(0).abs().max() < 1  # the same bias as before, and nothing of the mean state
    assert not torch.equal(before, unet.class_embedding.linear_1.weight)


def test_several_noises_a_picture_count_as_a_larger_batch(monkeypatch):
    many = batch()
    torch.manual_seed(0)
    once = module(draws=2)
    again = {name: part.repeat_interleave(2, 0) for name, part in many.items()}
    monkeypatch.setattr(PainterModule, "global_step", 0)
    monkeypatch.setattr(once, "log", lambda *args, **options: None)
    seen = {}
    once.terms = lambda given, **options: seen.update(given=given, **options) or {"image": torch.zeros(())}
    once.training_step(many, 0)
    assert all(torch.equal(seen["given"][name], part) for name, part in again.items())
    assert len(seen["places"]) == 8
    with pytest.raises(ValueError, match="draws"):
        module(draws=0)


@pytest.mark.parametrize("left, share", [(None, 1), (10, 1), (4, 1), (2, 0.5), (0, 0.05), (-1, 0.05)])
def test_the_rate_falls_over_the_last_minutes(left, share):
    assert decay_in_time(left, 4) == share
    assert decay_in_time(left, 0) == 1


def test_the_end_of_the_time_is_where_the_rate_ends(tmp_path):
    painter = module(decay_minutes=1e6)
    timed = pl.Trainer(max_time={"minutes": 5}, accelerator="cpu", logger=False, enable_checkpointing=False)
    painter.trainer = timed
    assert painter.lr_factor(10) == 0.05
    timed.callbacks = []
    assert painter.lr_factor(10) == 1


def test_what_is_exported_does_not_say_where_it_was_loaded_from(tmp_path):
    module().export(tmp_path / "first")
    module(init_from=f"file:{tmp_path / 'first'}").export(tmp_path / "second")
    written = [path.read_text("utf-8") for path in (tmp_path / "second").rglob("*.json")]
    assert written and not any(str(tmp_path) in text for text in written)
