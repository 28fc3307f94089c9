"""A run that is stopped and resumed ends as the unbroken one does, bit for bit."""

import os
import signal
import zipfile

import lightning.pytorch as pl
import pytest
import torch
from lightning.pytorch.callbacks import EarlyStopping
from lightning.pytorch.utilities.exceptions import SIGTERMException

from multiart.errors import MultiartError
from multiart.training.checkpointing import (
    AtomicCheckpointIO,
    DurableCheckpoint,
    explained_mismatch,
    find_last,
    interrupt_as_sigterm,
)
from tests.training.tiny import TinyModule, tiny_loader, tiny_trainer

pytestmark = pytest.mark.filterwarnings("ignore")


class StopAt(pl.Callback):
    """Send this process a signal while a batch is being trained on."""

    def __init__(self, step: int, number: int = signal.SIGTERM) -> None:
        self.step, self.number = step, number

    def on_train_batch_start(self, trainer, *_):
        if trainer.global_step == self.step:
            os.kill(os.getpid(), self.number)


def end_of(trainer: pl.Trainer, folder) -> dict:
    return AtomicCheckpointIO().load_checkpoint(folder / f"step-{trainer.global_step:08d}.ckpt")


def assert_same(a, b) -> None:
    """Compare nested dicts, lists and tensors exactly."""
    if isinstance(a, dict):
        assert a.keys() == b.keys()
        for key in a:
            assert_same(a[key], b[key])
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            assert_same(one, other)
    elif isinstance(a, torch.Tensor):
        assert torch.equal(a, b)
    else:
        assert a == b


STATE = ("state_dict", "current_model_state", "averaging_state", "optimizer_states", "lr_schedulers")


def assert_same_end(folder_a, trainer_a, folder_b, trainer_b) -> None:
    a, b = end_of(trainer_a, folder_a), end_of(trainer_b, folder_b)
    for key in STATE:
        assert_same(a[key], b[key])


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken")
    module, trainer = TinyModule(), tiny_trainer(folder)
    trainer.fit(module, tiny_loader())
    assert trainer.global_step == 15
    return folder, trainer, module


@pytest.mark.parametrize("step", range(1, 15))
def test_resume_from_any_step_is_exact(unbroken, tmp_path, step):
    folder, trainer, module = unbroken
    resumed, again = TinyModule(), tiny_trainer(tmp_path)
    again.fit(resumed, tiny_loader(), ckpt_path=str(folder / f"step-{step:08d}.ckpt"))
    assert resumed.seen == module.seen[step:]
    assert_same_end(folder, trainer, tmp_path, again)


@pytest.mark.parametrize("num_workers", [0, 1])
def test_sigterm_in_the_middle_of_an_epoch(unbroken, tmp_path, num_workers):
    folder, trainer, module = unbroken
    first = TinyModule()
    stopped = tiny_trainer(tmp_path, callbacks=[StopAt(6)], every_minutes=99)
    with pytest.raises(SIGTERMException):
        stopped.fit(first, tiny_loader(num_workers))
    last = find_last(tmp_path)
    assert last.name == "step-00000007.ckpt"
    second, again = TinyModule(), tiny_trainer(tmp_path, every_minutes=99)
    again.fit(second, tiny_loader(num_workers), ckpt_path=str(last))
    assert first.seen + second.seen == module.seen
    assert_same_end(folder, trainer, tmp_path, again)
    average = end_of(again, tmp_path)["state_dict"]
    assert all(torch.equal(value, average[name]) for name, value in second.state_dict().items())
    assert not torch.equal(
        average["net.0.weight"], end_of(again, tmp_path)["current_model_state"]["net.0.weight"]
    )


def test_sigterm_in_the_middle_of_added_up_gradients(tmp_path):
    def fit(name, ckpt_path=None, callbacks=()):
        module = TinyModule()
        options = {"accumulate_grad_batches": 3, "every_minutes": 99, "callbacks": callbacks}
        trainer = tiny_trainer(tmp_path / name, **options)
        trainer.fit(module, tiny_loader(), ckpt_path=ckpt_path)
        return trainer

    trainer = fit("unbroken")
    with pytest.raises(SIGTERMException):
        fit("stopped", callbacks=[StopAt(2)])  # the first of the three batches of the third step
    again = fit("stopped", ckpt_path=str(find_last(tmp_path / "stopped")))
    assert_same_end(tmp_path / "unbroken", trainer, tmp_path / "stopped", again)


class StopInValidation(pl.Callback):
    """Send this process SIGTERM in the middle of its second validation."""

    def __init__(self) -> None:
        self.validations = 0

    def on_validation_start(self, *_):
        self.validations += 1

    def on_validation_batch_start(self, *_):
        if self.validations == 2:
            os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("stop", [StopAt(7), StopInValidation()])
def test_sigterm_with_validations_every_four_batches(tmp_path, stop):
    def fit(name, ckpt_path=None, callbacks=()):
        options = {"val_check_interval": 4, "check_val_every_n_epoch": None, "num_sanity_val_steps": 0}
        trainer = tiny_trainer(tmp_path / name, every_minutes=99, callbacks=callbacks, **options)
        trainer.fit(TinyModule(), tiny_loader(), tiny_loader(), ckpt_path=ckpt_path)
        return trainer

    trainer = fit("unbroken")
    with pytest.raises(SIGTERMException):
        fit("stopped", callbacks=[stop])
    assert find_last(tmp_path / "stopped").name == "step-00000008.ckpt"
    again = fit("stopped", ckpt_path=str(find_last(tmp_path / "stopped")))
    assert_same_end(tmp_path / "unbroken", trainer, tmp_path / "stopped", again)


def test_an_early_stop_saves_and_can_be_gone_on_from(tmp_path):
    def fit(name, ckpt_path=None, callbacks=()):
        options = {"val_check_interval": 4, "check_val_every_n_epoch": None, "num_sanity_val_steps": 0}
        trainer = tiny_trainer(tmp_path / name, every_minutes=99, callbacks=callbacks, **options)
        trainer.fit(TinyModule(), tiny_loader(), tiny_loader(), ckpt_path=ckpt_path)
        return trainer

    trainer = fit("unbroken")
    stop = EarlyStopping("val/loss", patience=1, min_delta=99.0, verbose=False)
    assert fit("stopped", callbacks=[stop]).global_step == 8
    last = find_last(tmp_path / "stopped")
    assert last.name == "step-00000008.ckpt"
    assert_same_end(tmp_path / "unbroken", trainer, tmp_path / "stopped", fit("stopped", str(last)))


def test_steps_may_be_raised_after_the_end(unbroken, tmp_path):
    folder, trainer, _ = unbroken
    tiny_trainer(tmp_path, max_steps=8, max_epochs=-1).fit(TinyModule(), tiny_loader())
    again = tiny_trainer(tmp_path)
    again.fit(TinyModule(), tiny_loader(), ckpt_path=str(find_last(tmp_path)))
    assert_same_end(folder, trainer, tmp_path, again)


def test_a_complete_run_given_again_holds_the_average(unbroken, tmp_path):
    folder, trainer, module = unbroken
    again = TinyModule()
    tiny_trainer(tmp_path).fit(again, tiny_loader(), ckpt_path=str(folder / "step-00000015.ckpt"))
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in module.state_dict().items())


def test_ctrl_c_ends_the_step_and_saves(tmp_path):
    trainer = tiny_trainer(tmp_path, callbacks=[StopAt(3, signal.SIGINT)], every_minutes=99)
    with pytest.raises(KeyboardInterrupt), interrupt_as_sigterm():
        trainer.fit(TinyModule(), tiny_loader())
    assert find_last(tmp_path).name == "step-00000004.ckpt"


def test_keeps_the_newest_and_links_the_last(tmp_path):
    tiny_trainer(tmp_path, keep=2, max_epochs=1).fit(TinyModule(), tiny_loader())
    kept = ["last.ckpt", "step-00000004.ckpt", "step-00000005.ckpt"]
    assert sorted(p.name for p in tmp_path.iterdir()) == kept
    assert (tmp_path / "last.ckpt").resolve() == find_last(tmp_path)


def test_a_checkpoint_cut_short_is_passed_over_and_named(tmp_path):
    tiny_trainer(tmp_path, max_epochs=1).fit(TinyModule(), tiny_loader())
    newest = tmp_path / "step-00000005.ckpt"
    newest.write_bytes(newest.read_bytes()[:-200])
    assert find_last(tmp_path).name == "step-00000004.ckpt"
    with pytest.raises(MultiartError, match=r"step-00000005\.ckpt cannot be read"):
        tiny_trainer(tmp_path).fit(TinyModule(), tiny_loader(), ckpt_path=str(newest))


@pytest.mark.parametrize("change", ["missing", "extra"])
def test_a_checkpoint_of_other_weights_is_named(tmp_path, change):
    tiny_trainer(tmp_path, max_epochs=1).fit(TinyModule(), tiny_loader())
    checkpoint = AtomicCheckpointIO().load_checkpoint(find_last(tmp_path))
    for state in (checkpoint["state_dict"], checkpoint["current_model_state"]):
        state["net.2.bias" if change == "extra" else "net.9.bias"] = state.pop("net.2.bias")
        if change == "extra":
            state["net.9.bias"] = torch.zeros(1)
    AtomicCheckpointIO().save_checkpoint(checkpoint, tmp_path / "other.ckpt")
    with pytest.raises(MultiartError, match=r"other\.ckpt .*net\.\d\.bias"), explained_mismatch("other.ckpt"):
        tiny_trainer(tmp_path).fit(TinyModule(), tiny_loader(), ckpt_path=str(tmp_path / "other.ckpt"))


def test_a_flipped_byte_is_found(tmp_path):
    tiny_trainer(tmp_path, max_epochs=1).fit(TinyModule(), tiny_loader())
    newest = tmp_path / "step-00000005.ckpt"
    with zipfile.ZipFile(newest) as archive:
        pickled = next(member for member in archive.infolist() if member.filename.endswith("data.pkl"))
    data = bytearray(newest.read_bytes())
    data[pickled.header_offset + 500] ^= 0xFF
    newest.write_bytes(data)
    assert find_last(tmp_path).name == "step-00000004.ckpt"


def test_code_in_a_checkpoint_is_refused(tmp_path):
    path = tmp_path / "evil.ckpt"
    torch.save({"state_dict": {}, "call": os.system}, path)
    with pytest.raises(MultiartError, match="plain values"):
        AtomicCheckpointIO().load_checkpoint(path, weights_only=False)


def test_a_failed_write_leaves_the_old_checkpoint(tmp_path):
    path = tmp_path / "a.ckpt"
    AtomicCheckpointIO().save_checkpoint({"a": 1}, path)
    with pytest.raises(Exception, match="pickle"):
        AtomicCheckpointIO().save_checkpoint({"a": lambda: 0}, path)
    assert AtomicCheckpointIO().load_checkpoint(path) == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.ckpt"]


def test_no_checkpoint(tmp_path):
    assert find_last(tmp_path / "none") is None
    with pytest.raises(MultiartError, match="there is no checkpoint"):
        AtomicCheckpointIO().load_checkpoint(tmp_path / "a.ckpt")
    with pytest.raises(ValueError, match="keep"):
        DurableCheckpoint(folder=str(tmp_path), keep=0)
