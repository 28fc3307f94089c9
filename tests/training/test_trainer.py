import pytest

from multiart.errors import MultiartError
from multiart.training import trainer as module
from multiart.training.checkpointing import AtomicCheckpointIO


@pytest.mark.parametrize(("supported", "precision"), [(True, "bf16-mixed"), (False, "32-true")])
def test_auto_precision_asks_the_device(monkeypatch, tmp_path, supported, precision):
    monkeypatch.setattr(module, "supports_bfloat16", lambda device: supported)
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
