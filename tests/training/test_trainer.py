import pytest

from multiart.training import trainer as module
from multiart.training.checkpointing import AtomicCheckpointIO


@pytest.mark.parametrize(("supported", "precision"), [(True, "bf16-mixed"), (False, "32-true")])
def test_auto_precision_asks_the_device(monkeypatch, tmp_path, supported, precision):
    monkeypatch.setattr(module, "supports_bfloat16", lambda device: supported)
    trainer = module.build_trainer(accelerator="cpu", max_steps=1, run_dir=str(tmp_path))
    assert trainer.precision == precision
    assert isinstance(trainer.strategy.checkpoint_io, AtomicCheckpointIO)
