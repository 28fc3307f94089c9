"""Distilling a tiny painter into one step, whole, and each of its parts."""

import copy
import json
import shutil

import pytest
import torch

from multiart.commands import train
from multiart.config import build, check, compose
from multiart.errors import ModelUnavailable
from multiart.image.diffusion import PromptStates, integrate, predict_clean
from multiart.image.loading import load_checkpoint, load_painter
from multiart.image.painter import Painter
from multiart.image.schedulers import DETERMINISTIC, make_scheduler
from multiart.models.adapters import CONFIG, WEIGHTS
from multiart.training.latent_critic import critic_loss
from multiart.training.painter_gan import PainterGanModule
from multiart.training.painter_pairs import states_of
from tests.training.test_painter import batch
from tests.training.test_painter import module as painter
from tests.training.tiny import quiet_trainer

pytestmark = pytest.mark.filterwarnings("ignore")
TINY = {"teacher_steps": 2, "pairs_every": 2, "replay": 3, "critic_width": 4, "adversarial_start": 0}


@pytest.fixture
def teacher(tmp_path) -> str:
    painter().export(tmp_path / "teacher")
    return f"file:{tmp_path / 'teacher'}"


def module(teacher: str, **changes) -> PainterGanModule:
    options = {**TINY, "init_from": teacher, "sample_size": 16, "warmup_steps": 1}
    return PainterGanModule(**{**options, **changes})


def drawn(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def fit(gan: PainterGanModule, folder, steps: int) -> dict[str, float]:
    run = quiet_trainer(folder, steps)
    run.fit(gan, torch.utils.data.DataLoader([batch()], batch_size=None))
    return {name: float(value) for name, value in run.callback_metrics.items()}


def by_hand(unet, noise: torch.Tensor, states: PromptStates, steps: int, guidance: float) -> torch.Tensor:
    """Clean latents by Euler's method with equal steps, guided until time .9, from .25 on further."""
    without, noisy = states.emptied(), noise
    for step in range(steps):
        time = torch.full((len(noise),), step / steps)
        clean = predict_clean(unet, noisy, time, states)
        if step / steps <= 0.9:
            untold = predict_clean(unet, noisy, time, without)
            scale = guidance if step / steps < 0.25 else guidance + min(guidance, 2.5) - 1
            clean = untold + scale * (clean - untold)
        noisy = noisy + (clean - noisy) / (steps - step)
    return noisy


@pytest.mark.parametrize("steps", [1, 3, 10])
@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_a_sample_is_what_the_pipeline_paints(teacher, steps, guidance):
    pipeline, states = load_painter(teacher), states_of(batch(2))
    pipeline.scheduler = make_scheduler("euler", flow_shift=1.0)
    noise = torch.stack([torch.randn(6, 4, 4, generator=drawn(seed)) for seed in (1, 2)])
    with torch.no_grad():
        sample = by_hand(pipeline.unet, noise, states, steps, guidance)
    options = {"num_inference_steps": steps, "guidance_scale": guidance}
    images = pipeline(states, generators=[drawn(1), drawn(2)], **options).images
    torch.testing.assert_close(pipeline.vae.decode(sample).clamp(0, 1), images, atol=1e-4, rtol=0)


@pytest.mark.parametrize("steps", [1, 3, 10])
@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_a_pair_is_noise_and_what_the_painter_paints_of_it(teacher, steps, guidance):
    pipeline = load_painter(teacher)
    pairs = module(teacher, teacher_steps=steps, guidance_scale=guidance).pairs.make(batch(2), drawn())
    options = {"num_inference_steps": steps, "guidance_scale": guidance, "generators": ()}
    painted = integrate(
        pipeline.unet,
        pairs["noise"].float(),
        states_of(pairs),
        scheduler=make_scheduler(DETERMINISTIC),
        **options,
    )
    assert painted.shape == (2, 6, 4, 4) and not torch.equal(painted, pairs["noise"].float())
    torch.testing.assert_close(pairs["sample"].float(), painted, atol=1e-2, rtol=1e-2)


def test_what_the_teacher_predicts_of_noise_is_its_guided_first_step(teacher):
    pairs, states = module(teacher, guidance_scale=3.0).pairs, states_of(batch(2))
    noise, clean = (torch.randn(2, 6, 4, 4, generator=drawn(seed)) for seed in (1, 2))
    first = integrate(
        pairs.unet,
        noise,
        states,
        scheduler=make_scheduler("euler"),
        generators=(),
        num_inference_steps=4,
        guidance_scale=3.0,
        until=0.0,
    )
    torch.testing.assert_close(pairs.predict(clean, noise, torch.zeros(2), states), first)
    later = pairs.predict(clean, noise, torch.full((2,), 0.5), states)
    assert not later.requires_grad and not torch.allclose(later, first)


def test_samples_are_drawn_again_from_the_same_noise(teacher):
    plain, again = (module(teacher, redraw_time=time).pairs.make(batch(2), drawn()) for time in (1.0, 0.5))
    assert torch.equal(plain["noise"], again["noise"]) and not torch.equal(plain["sample"], again["sample"])
    same = module(teacher, redraw_time=0.5).pairs.make(batch(2), drawn())
    assert torch.equal(again["sample"], same["sample"])


def test_it_begins_as_the_teacher_and_ends_as_something_else(teacher, tmp_path):
    gan = module(teacher, distillation_weight=1.0)
    taught, features = copy.deepcopy(gan.pairs.unet), copy.deepcopy(gan.features[0].trunk)
    before, critic = copy.deepcopy(gan.unet), copy.deepcopy(gan.critic)
    assert all(map(torch.equal, before.parameters(), taught.parameters()))
    metrics = fit(gan, tmp_path, 1)
    assert all(map(torch.equal, taught.parameters(), gan.pairs.unet.parameters()))
    assert all(map(torch.equal, features.parameters(), gan.features[0].trunk.parameters()))
    for old, new in ((critic, gan.critic), (before, gan.unet)):
        same = [*map(torch.equal, old.parameters(), new.parameters())]
        assert sum(same) < 0.2 * len(same)  # biases of the heads may wait
    names = {"regression", "features", "adversarial", "distillation", "critic", "loss"}
    assert {*metrics} == {f"train/{name}" for name in names}


def test_only_the_generator_learns_of_the_critics_opinion(teacher):
    gan = module(teacher)
    pairs = gan.pairs.make(batch(), drawn())
    fake = gan.paint(pairs["noise"].float(), states_of(pairs))
    terms, seen = gan.terms(fake, pairs, drawn(), judge=True)
    assert {*terms} == {"regression", "features", "adversarial"} and len(seen) == 3
    terms["adversarial"].backward(inputs=[*gan.unet.parameters()])
    assert all(weight.grad is not None for weight in gan.unet.conv_out.parameters())
    frozen = [*gan.critic.parameters(), *gan.features[0].trunk.parameters(), *gan.pairs.unet.parameters()]
    assert all(weight.grad is None for weight in frozen)
    gan.unet.zero_grad()
    scores = gan.critic([feature.detach() for feature in seen], gan.features[0].text(states_of(pairs)))
    critic_loss(scores, scores).backward()
    assert all(weight.grad is None for weight in gan.unet.parameters())


@pytest.mark.parametrize(
    ("changes", "terms"),
    [
        ({"feature_weight": 0.0, "adversarial_weight": 0.0}, {"regression"}),
        ({"regression_weight": 0.0, "adversarial_start": 9}, {"features"}),
        ({"feature_weight": 0.0}, {"regression", "adversarial", "critic"}),
    ],
)
def test_a_term_of_weight_0_is_not_there(teacher, tmp_path, changes, terms):
    gan = module(teacher, **changes)
    assert (gan.critic is None) == (changes.get("adversarial_weight") == 0)
    assert {*fit(gan, tmp_path, 1)} == {f"train/{name}" for name in terms | {"loss"}}


def test_it_learns_pairs_by_heart(teacher, tmp_path):
    gan = module(teacher, lr=3e-3, pairs_every=10**6, adversarial_weight=0.01)
    pairs = gan.pairs.at(0, batch(), drawn())

    def error() -> float:
        with torch.no_grad():
            return (
                (gan.paint(pairs["noise"].float(), states_of(pairs)) - pairs["sample"]).square().mean().item()
            )

    before = error()
    gan.pairs.at = lambda *_: pairs
    fit(gan, tmp_path, 60)
    assert error() < 0.5 * before


def test_pairs_are_made_now_and_then_and_the_newest_are_kept(teacher):
    pairs = module(teacher).pairs
    first, again, second = (pairs.at(step, batch(), drawn(step)) for step in range(3))
    assert again is first and second is not first
    assert first["noise"].shape == first["sample"].shape == (4, 6, 4, 4)
    assert not torch.equal(first["sample"], second["sample"])
    for step in range(3, 20):
        taken = pairs.at(step, batch(), drawn(step))
        assert any(taken is kept for kept in pairs.kept)
    assert len(pairs.kept) == 3 and not any(first is kept for kept in pairs.kept)


def test_what_is_exported_paints_in_one_step_what_the_module_paints(teacher, tmp_path):
    gan = module(teacher)
    torch.nn.init.normal_(gan.unet.conv_out.bias, generator=drawn())
    gan.export(tmp_path / "exported")
    loaded, states = load_painter(f"file:{tmp_path / 'exported'}"), states_of(batch(1))
    images = loaded(states, generators=[drawn(7)], num_inference_steps=1, guidance_scale=1.0).images
    gan.unet.load_state_dict(loaded.unet.state_dict())  # in half precision
    noise = torch.randn(1, 6, 4, 4, generator=drawn(7))
    with torch.no_grad():
        own = gan.vae.decode(gan.paint(noise, states)).clamp(0, 1)
    torch.testing.assert_close(images, own, atol=1e-5, rtol=0)
    assert not torch.allclose(own, load_painter(teacher)(states, generators=[drawn(7)]).images, atol=0.01)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"adversarial_weight": -1.0}, "weights of the loss must be 0 or more"),
        ({"regression_weight": 0.0, "feature_weight": 0.0}, "regression_weight or feature_weight above 0"),
        ({"decay_steps": 5}, "decay_steps"),
        ({"teacher_steps": 0}, "teacher_steps must be 1 or more, got 0"),
        ({"pairs_every": 0}, "pairs_every must be 1 or more, got 0"),
        ({"replay": 0}, "replay must be 1 or more, got 0"),
        ({"guidance_scale": -1.0}, "guidance_scale must be 0 or more, got -1"),
        ({"redraw_time": 0.0}, "redraw_time must be above 0 and at most 1, got 0"),
        ({"method": "peft"}, "tune=peft needs peft.peft_type"),
        ({"sample_size": 32}, "sample_size must be 16, as of file:.*, got 32"),
        ({"text_encoder_layer": 3}, "text_encoder_layer must be -1"),
    ],
)
def test_what_cannot_be_learnt_is_said(teacher, changes, message):
    with pytest.raises(ValueError, match=message):
        module(teacher, **changes)


@pytest.fixture
def reader(tmp_path, tiny_folder) -> str:
    """The tiny language model, for longer texts."""
    shutil.copytree(tiny_folder, tmp_path / "reader")
    settings = json.loads((tmp_path / "reader" / "config.json").read_text())
    (tmp_path / "reader" / "config.json").write_text(
        json.dumps({**settings, "max_position_embeddings": 2048})
    )
    return f"file:{tmp_path / 'reader'}"


@pytest.fixture
def config(tmp_path, reader):
    pytest.importorskip("skia", reason="needs skia-python: pip install multiart[train]")
    painter(text_encoder_source=reader).export(tmp_path / "teacher")

    def make(name, *more):
        tiny = [
            f"train.module.init_from=file:{tmp_path / 'teacher'}",
            *(f"train.module.{key}={value}" for key, value in {**TINY, "adversarial_start": 2}.items()),
            "train.module.method=full",
            "train.module.decay_steps=2",
            "data.size=16",
            "data.num_captions=8",
            "data.num_validation=2",
            "data.batch_size=2",
            f"data.text_encoder_source={reader}",
        ]
        paths = [f"data.cache_dir={tmp_path}", f"paths.run_dir={tmp_path / name}"]
        quiet = ["trainer.accelerator=cpu", "logger.tensorboard=null"]
        steps = ["trainer.max_steps=6", "trainer.val_check_interval=3", "trainer.log_every_n_steps=1"]
        cfg = compose("train", ["experiment=painter_gan", *tiny, *paths, *quiet, *steps, *more])
        check(cfg)
        return cfg

    return make


def test_trains_exports_and_resumes_exactly(config, tmp_path):
    train.main(config("whole", "callbacks.checkpoint.every_minutes=0", "callbacks.checkpoint.keep=99"))
    exported, checkpoints = tmp_path / "whole" / "exported", tmp_path / "whole" / "checkpoints"
    assert "- steps: 6" in (exported / "README.md").read_text()
    assert "image=painter_gan" in (exported / "README.md").read_text()
    assert (tmp_path / "whole" / "samples" / "step-00000003.png").exists()
    train.main(config("resumed", f"ckpt_path={checkpoints / 'step-00000003.ckpt'}"))
    whole, resumed = (
        torch.load(tmp_path / name / "checkpoints" / "last.ckpt", weights_only=True)
        for name in ("whole", "resumed")
    )
    for kind in ("state_dict", "current_model_state"):
        assert {key.split(".")[0] for key in whole[kind]} == {"vae", "unet", "critic"}
        assert all(torch.equal(whole[kind][key], resumed[kind][key]) for key in whole[kind])
    for mine, theirs in zip(whole["pairs"], resumed["pairs"], strict=True):
        assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    steps = [int(state["state"][0]["step"]) for state in whole["optimizer_states"]]
    assert steps == [6, 4]  # the critic began after two
    average = load_checkpoint(str(checkpoints / "last.ckpt")).unet.state_dict()
    painted = load_painter(f"file:{exported}").unet.state_dict()
    assert all(torch.equal(weight.half().float(), painted[name]) for name, weight in average.items())
    stage = Painter(source=f"file:{exported}", num_inference_steps=1, guidance_scale=1.0)
    assert stage.paint(["the sea at night"], seeds=[1]).shape == (1, 3, 16, 16)


def test_the_experiment_trains_and_exports_adapters(config, tmp_path):
    train.main(config("adapters", "train.module.method=peft", "train.module.peft.r=2"))
    exported = tmp_path / "adapters" / "exported"
    assert {path.name for path in exported.iterdir()} == {CONFIG, WEIGHTS, "README.md"}
    assert load_painter(f"file:{exported}")


def test_until_there_are_weights_the_command_that_trains_them_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr("multiart.models.store.assets_dir", lambda: tmp_path)
    stage = build(compose("run", ["image=painter_gan", "paths.run_dir=out"]).image)
    for ask in (lambda: stage.weights, lambda: stage.paint(["the sea"], seeds=[1])):
        with pytest.raises(ModelUnavailable, match=r"no asset 'painter_gan'.*train \+experiment=painter_gan"):
            ask()
