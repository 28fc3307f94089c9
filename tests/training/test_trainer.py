import pytest

from multiart.errors import MultiartError
from multiart.training import trainer as module
from multiart.training.checkpointing import AtomicCheckpointIO


@pytest.mark.parametrize(("supported", "precision"), [(True, "bf16-mixed"), (False, "32-true")])
def test_auto_precision_asks_the_device(monkeypatch, tmp_path, supported, precision):
    monkeypatch.setattr(module, "prefers_bfloat16", lambda device: supported)
    trainer = module.build_trainer(accelerator="cpu", max_steps=1, run_dir=str(tmp_path))
    assert trainer.precision == precision
    assert isinstance(trainer.strategy.checkpoint_io, AtomicCheckpointIO)


def test_devices_that_are_not_there_are_told_in_a_line(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    with pytest.raises(
        MultiartError, match="no training with trainer.accelerator=cuda and trainer.devices=2"
    ):
        module.build_trainer(accelerator="cuda", devices=2)


@pytest.mark.parametrize(
    ("steps", "batches", "interval"), [(100, 1, 100), (100, 2, 200), (900, 1, 250), (-1, 1, 250)]
)
def test_a_short_run_is_validated_at_its_end(tmp_path, steps, batches, interval):
    trainer = module.build_trainer(
        accelerator="cpu",
        max_steps=steps,
        accumulate_grad_batches=batches,
        val_check_interval=250,
        run_dir=str(tmp_path),
    )
    assert trainer.val_check_interval == interval
