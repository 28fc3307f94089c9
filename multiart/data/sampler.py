"""The order of training data: a function of (seed, epoch), with a place in it that can be saved.

A Lightning checkpoint holds neither random states nor the place inside a shuffled `DataLoader`; with
these two classes a run stopped in the middle of an epoch goes on with exactly the batches it missed.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch import distributed as dist
from torch.utils.data import DataLoader, Dataset

from multiart.seeding import derive_seed

if TYPE_CHECKING:
    from lightning.pytorch import Trainer


class EpochSampler:
    """Batches of indices, shuffled anew every epoch by a generator derived from (seed, epoch).

    Iterating yields the batches from the current place to the end of the epoch. The place is one number,
    `step`, the batches already taken in all epochs together, so it rolls over by itself after the last
    batch. A batch that is not full is left out.

    Args:
        num_items: length of the data set.
        batch_size: indices a batch, on each process.
        seed: any integer of 0 or more.
        rank, num_replicas: which of how many processes this is; each gets its own share of an epoch.

    Raises:
        ValueError: if an epoch holds less than one batch.
    """

    def __init__(
        self, num_items: int, *, batch_size: int, seed: int = 0, rank: int = 0, num_replicas: int = 1
    ) -> None:
        if batch_size < 1 or num_items // num_replicas < batch_size:
            raise ValueError(
                f"batch_size must be from 1 to {num_items // num_replicas}, the number of items"
                f" on each of {num_replicas} processes, got {batch_size}"
            )
        self.num_items = num_items
        self.batch_size = batch_size
        self.seed = seed
        self.rank = rank
        self.num_replicas = num_replicas
        self.step = 0

    def __len__(self) -> int:
        """Batches an epoch."""
        return self.num_items // self.num_replicas // self.batch_size

    def order(self, epoch: int) -> Tensor:
        """The indices of one epoch in the order this process takes them, int64 ``[N]``."""
        generator = torch.Generator().manual_seed(derive_seed(self.seed, "epoch", epoch))
        order = torch.randperm(self.num_items, generator=generator)
        return order[self.rank :: self.num_replicas]

    def __iter__(self) -> Iterator[list[int]]:
        epoch, place = divmod(self.step, len(self))
        order = self.order(epoch)
        for start in range(place * self.batch_size, len(self) * self.batch_size, self.batch_size):
            yield order[start : start + self.batch_size].tolist()


class ResumableLoader(DataLoader):
    """A `DataLoader` whose place Lightning saves in a checkpoint and restores exactly.

    It counts the batches handed out, not those that workers fetched ahead, so any `num_workers` will do.

    Args:
        dataset: a data set whose items depend on the index only.
        sampler: gives the batches; its `step` is moved by this loader.
        options: what `DataLoader` takes beside a batch sampler (`num_workers`, `collate_fn`, ...).
    """

    def __init__(self, dataset: Dataset, sampler: EpochSampler, **options: Any) -> None:
        super().__init__(dataset, batch_sampler=sampler, **options)

    def __iter__(self) -> Iterator[Any]:
        for batch in super().__iter__():
            self.batch_sampler.step += 1
            yield batch

    def state_dict(self) -> dict[str, int]:
        """The place: batches taken since the start of training."""
        return {"step": self.batch_sampler.step}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on from the place of `state_dict`."""
        self.batch_sampler.step = state["step"]


def training_loader(
    dataset: Dataset, trainer: "Trainer", *, batch_size: int, seed: int, **options: Any
) -> ResumableLoader:
    """Load a data set in the order of `EpochSampler`, each process of the trainer its own share.

    Args:
        dataset: a data set whose items depend on the index only.
        trainer: the Lightning trainer that fits.
        batch_size, seed: of the sampler.
        options: of `ResumableLoader`.
    """
    sampler = EpochSampler(
        len(dataset),
        batch_size=batch_size,
        seed=seed,
        rank=trainer.global_rank,
        num_replicas=trainer.world_size,
    )
    return ResumableLoader(dataset, sampler, **options)


def places_of(count: int) -> range:
    """Where this process's `count` items stand in the batch of all processes together.

    Noise by this place does not depend on how many processes share a batch.
    """
    running = dist.is_available() and dist.is_initialized()
    rank, processes = (dist.get_rank(), dist.get_world_size()) if running else (0, 1)
    return range(rank, rank + processes * count, processes)
