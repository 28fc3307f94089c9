"""Two processes with half a batch each learn what one does with the whole batch."""

import lightning.pytorch as pl
import pytest
import torch
from torch.utils.data import Dataset

from multiart.data.sampler import EpochSampler, training_loader
from multiart.data.works import collate
from multiart.training.painter import PainterModule
from tests.training.joints import Works, module, sources  # noqa: F401
from tests.training.test_painter import batch as painter_batch
from tests.training.test_painter import module as painter_module

pytestmark = pytest.mark.filterwarnings("ignore")


class Data(pl.LightningDataModule):
    """Items in batches, each process its own."""

    def __init__(self, items: Dataset, *, batch_size: int, collate_fn) -> None:
        super().__init__()
        self.items, self.batch_size, self.collate_fn = items, batch_size, collate_fn

    def train_dataloader(self):
        options = {"batch_size": self.batch_size, "seed": 3, "collate_fn": self.collate_fn}
        return training_loader(self.items, self.trainer, **options)


def trained(module: pl.LightningModule, items: Dataset, collate_fn, folder, *, devices: int) -> dict:
    trainer = pl.Trainer(
        max_steps=3,
        accelerator="cpu",
        devices=devices,
        strategy="ddp_fork_find_unused_parameters_true" if devices > 1 else "auto",
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
        use_distributed_sampler=False,
        gradient_clip_val=0.5,
        default_root_dir=folder,
    )
    trainer.fit(module, Data(items, batch_size=4 // devices, collate_fn=collate_fn))
    return {name: value for name, value in module.state_dict().items() if torch.is_tensor(value)}


def assert_close(one: dict, two: dict, start: dict) -> None:
    assert one.keys() == two.keys()
    for name in one:
        torch.testing.assert_close(two[name], one[name], rtol=1e-3, atol=2e-6, msg=name)
    assert any(not torch.equal(one[name], start[name]) for name in one)


def test_the_processes_share_each_batch_of_one():
    alone = EpochSampler(12, batch_size=4, seed=5)
    shared = [EpochSampler(12, batch_size=2, seed=5, rank=rank, num_replicas=2) for rank in (0, 1)]
    for batch, halves in zip(alone, zip(*shared, strict=True), strict=True):
        assert [*batch[0::2]] == [*halves[0]] and [*batch[1::2]] == [*halves[1]]


def test_joint_training_in_two_processes_is_that_in_one(sources, tmp_path):  # noqa: F811
    def fresh():
        return module(sources, lr={"text": 1e-3, "image": 1e-3, "music": 1e-3}, text_share=0.4)

    works = Works(fresh())
    works.items[0]["pixels"] = works.items[3]["melody"] = works.items[5]["melody"] = None
    works.items[6] = works.items[6] | {name: works.items[6][name][:4] for name in ("ids", "lower")}
    start = {name: value for name, value in fresh().state_dict().items() if torch.is_tensor(value)}
    one, two = (trained(fresh(), works, collate, tmp_path, devices=n) for n in (1, 2))
    assert_close(one, two, start)


def test_painter_training_in_two_processes_is_that_in_one(tmp_path):
    whole = painter_batch(8)
    items = [{name: column[n] for name, column in whole.items()} for n in range(8)]

    def stacked(rows):
        return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}

    def fresh() -> PainterModule:
        return painter_module(lr=1e-3)

    one, two = (trained(fresh(), items, stacked, tmp_path, devices=n) for n in (1, 2))
    assert_close(one, two, fresh().state_dict())
