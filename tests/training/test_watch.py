import pytest
import torch

from multiart.errors import MultiartError
from multiart.training.checkpointing import find_last
from multiart.training.watch import History, NonFiniteGuard
from tests.training.tiny import TinyModule, tiny_loader, tiny_trainer

pytestmark = pytest.mark.filterwarnings("ignore")


class Breaks(TinyModule):
    """Its loss is not a number at the given steps."""

    def __init__(self, at: set[int]) -> None:
        super().__init__()
        self.at, self.batches = at, 0

    def training_step(self, batch, batch_idx):
        self.batches += 1
        return super().training_step(batch, batch_idx) * (float("nan") if self.batches in self.at else 1.0)


def test_one_bad_step_is_left_out(tmp_path):
    module = Breaks(at={3})
    tiny_trainer(tmp_path, callbacks=[NonFiniteGuard(patience=2)]).fit(module, tiny_loader())
    assert module.batches == 15
    assert all(torch.isfinite(p).all() for p in module.parameters())


def test_a_loss_that_stays_bad_ends_training_naming_the_step(tmp_path):
    trainer = tiny_trainer(tmp_path, callbacks=[NonFiniteGuard(patience=3)])
    with pytest.raises(MultiartError, match="3 steps in a row, up to step 8"):
        trainer.fit(Breaks(at=set(range(7, 99))), tiny_loader())
    saved = torch.load(find_last(tmp_path), weights_only=True)["current_model_state"]
    assert all(torch.isfinite(value).all() for value in saved.values())


def test_history_goes_on_after_a_resume(tmp_path):
    tiny_trainer(tmp_path, callbacks=[History()], max_steps=60, max_epochs=-1, every_minutes=99).fit(
        TinyModule(), tiny_loader()
    )
    history = History()
    again = tiny_trainer(tmp_path, callbacks=[history], max_steps=210, max_epochs=-1, every_minutes=99)
    again.fit(TinyModule(), tiny_loader(), ckpt_path=str(find_last(tmp_path)))
    assert [step for step, _ in history.losses] == [100, 200]
    assert history.seconds > 0


def test_a_batch_that_teaches_nothing_is_not_in_the_mean(tmp_path):
    class Skips(TinyModule):
        def training_step(self, batch, batch_idx):
            return None if batch_idx == 2 else super().training_step(batch, batch_idx)

    history = History()
    tiny_trainer(tmp_path, callbacks=[history], max_epochs=1).fit(Skips(), tiny_loader())
    ((_, mean),) = history.rows(5)
    assert mean > 0 and history.state_dict()["count"] == 4
