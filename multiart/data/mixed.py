"""Several data sets as one, in fixed shares."""

import random
from collections.abc import Sequence
from typing import Any

from torch.utils.data import Dataset


class Mixed(Dataset):
    """Items of several data sets, so many of each in a row of a hundred.

    Args:
        sources: the data sets.
        shares: of the items, one a data set; they need not add up to 1.
    """

    def __init__(self, sources: Sequence[Dataset], shares: Sequence[float]) -> None:
        self.sources = sources
        whole = sum(shares)
        self.turns = [n for n, share in enumerate(shares) for _ in range(round(100 * share / whole))]
        random.Random(0).shuffle(self.turns)
        before = [0] * len(sources)
        self.places = []
        for source in self.turns:
            self.places.append(before[source])
            before[source] += 1
        self.counts = before

    def __len__(self) -> int:
        return len(self.turns) * max(
            -(-len(source) // count) for source, count in zip(self.sources, self.counts, strict=True) if count
        )

    def __getitem__(self, item: int) -> Any:
        row, turn = divmod(item, len(self.turns))
        source = self.turns[turn]
        place = row * self.counts[source] + self.places[turn]
        return self.sources[source][place % len(self.sources[source])]
