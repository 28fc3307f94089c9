"""The melody model's loss, its exact resume, and the way from training to a composer."""

import random

import lightning.pytorch as pl
import pytest
import torch

from multiart.data.melodies import LengthSampler, MelodyDataset, collate
from multiart.data.sampler import ResumableLoader
from multiart.music.composer import Composer
from multiart.music.events import CONTROL_SIZES, UNKNOWN_FORM
from multiart.music.network import note_losses
from multiart.music.tune import Event, Plan, Tune
from multiart.training.checkpointing import find_last
from multiart.training.melody import MelodyModule, drop_controls
from tests.music.tiny import NETWORK
from tests.training.tiny import tiny_trainer


def tune(seed: int) -> Tune:
    rng = random.Random(seed)
    events = tuple(Event(pitch=rng.randint(0, 12), duration=rng.choice((12, 24))) for _ in range(20))
    return Tune(mode="major", time_signature="4/4", events=events, phrases=(8, 12))


TUNES = [tune(seed) for seed in range(10)]
DATASET = MelodyDataset(TUNES)


def module(**changes) -> MelodyModule:
    given = {"network": {**NETWORK, "dropout": 0.2}, "lr": 1e-2, "warmup_steps": 1}
    return MelodyModule(**{**given, **changes})


def loader() -> ResumableLoader:
    sampler = LengthSampler(DATASET.lengths, batch_size=4, seed=1)
    return ResumableLoader(DATASET, sampler, collate_fn=collate)


def trainer(folder, steps: int) -> pl.Trainer:
    return tiny_trainer(folder, max_steps=steps, max_epochs=-1)


def test_the_loss_counts_notes_and_not_padding():
    network = module().network.eval()
    short = collate([DATASET[0]])
    padded = collate([DATASET[0], *MelodyDataset([tune(99)])])
    padded["pitches"][1] = padded["durations"][1] = -100
    for alone, beside in zip(note_losses(network, short), note_losses(network, padded), strict=True):
        torch.testing.assert_close(alone, beside)
    assert note_losses(network, short)[2] == 20


def test_controls_and_forms_are_dropped_by_the_generator():
    batch = collate([DATASET[0]] * 200)
    drop = [drop_controls(batch, share=0.3, generator=torch.Generator().manual_seed(s)) for s in (0, 0, 1)]
    assert torch.equal(drop[0]["controls"], drop[1]["controls"])
    assert not torch.equal(drop[0]["controls"], drop[2]["controls"])
    none = drop[0]["controls"] == torch.tensor(CONTROL_SIZES)
    assert 0.2 < none.float().mean() < 0.4
    formless = (drop[0]["features"][..., list(UNKNOWN_FORM)[0]] == 0).all(1)
    assert 0.2 < formless.float().mean() < 0.4
    assert torch.equal(batch["features"], collate([DATASET[0]] * 200)["features"])


def test_a_resumed_training_is_the_unbroken_one(tmp_path):
    unbroken = module()
    trainer(tmp_path / "a", 5).fit(unbroken, loader())
    trainer(tmp_path / "b", 3).fit(module(), loader())
    resumed = module()
    trainer(tmp_path / "b", 5).fit(resumed, loader(), ckpt_path=str(find_last(tmp_path / "b")))
    for name, weight in unbroken.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name


def test_it_learns_a_tune_by_heart(tmp_path):
    melody = module(network=NETWORK)
    batch = collate([DATASET[0]] * 4)
    fast = torch.optim.AdamW(melody.parameters(), lr=1e-2)
    losses = []
    for _ in range(80):
        pitch, duration, count = note_losses(melody.network, batch)
        losses.append(((pitch + duration) / count).item())
        fast.zero_grad()
        ((pitch + duration) / count).backward()
        fast.step()
    assert losses[0] > 4 and losses[-1] < 0.5 * losses[0]


def test_what_is_exported_composes_and_knows_what_it_was_trained_on(tmp_path):
    melody = module()
    melody._trainer = type("Trainer", (), {"datamodule": type("Data", (), {"tunes": {"train": TUNES}})})
    melody.export(tmp_path / "melody")
    composer = Composer(source=f"file:{tmp_path / 'melody'}")
    assert composer.melodist.known.quoted(TUNES[0].notes) and not composer.melodist.known.quoted(
        tune(77).notes
    )
    assert composer.melodist.styles == ("irish",)
    assert list(composer.weights) == [f"file:{tmp_path / 'melody'}"]
    for name, weight in composer.melodist.network.state_dict().items():
        torch.testing.assert_close(weight, melody.network.state_dict()[name].half().float())
    plan = Plan(mode="major", time_signature="4/4", phrases=(8, 8))
    assert len(composer.compose(plan, n=1, generator=torch.Generator().manual_seed(0))[0].notes) == 16
    again = module(init_from=f"file:{tmp_path / 'melody'}")
    torch.testing.assert_close(again.network.mix.weight, melody.network.mix.weight, atol=1e-3, rtol=1e-3)


def test_the_learning_rate_warms_up_stays_and_decays():
    factors = [
        module(warmup_steps=10, max_steps=100, decay_steps=20).lr_factor(step) for step in (0, 9, 50, 90, 99)
    ]
    assert factors == pytest.approx([0.1, 1, 1, 0.5, 0.05])


@pytest.mark.parametrize("wrong", [{"drop_control": 1.0}, {"decay_steps": 5}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        module(**wrong)
