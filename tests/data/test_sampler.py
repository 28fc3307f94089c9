import pytest

from multiart.data.sampler import EpochSampler, ResumableLoader


def test_an_epoch_takes_every_item_once_and_each_epoch_anew():
    loader = ResumableLoader(range(12), EpochSampler(12, batch_size=3, seed=1))
    first, second = list(loader), list(loader)
    assert len(loader) == 4
    assert sorted(int(i) for b in first for i in b) == list(range(12))
    assert sorted(int(i) for b in second for i in b) == list(range(12))
    assert [b.tolist() for b in first] != [b.tolist() for b in second]


@pytest.mark.parametrize("num_workers", [0, 2])
@pytest.mark.parametrize("taken", [1, 3, 4, 5])
def test_goes_on_where_it_stopped(num_workers, taken):
    def stream(loader):
        while True:
            yield from (batch.tolist() for batch in loader)

    def make():
        return ResumableLoader(range(12), EpochSampler(12, batch_size=3, seed=1), num_workers=num_workers)

    whole = stream(make())
    expected = [next(whole) for _ in range(8)]
    first = make()
    batches = stream(first)
    got = [next(batches) for _ in range(taken)]
    second = make()
    second.load_state_dict(first.state_dict())
    rest = stream(second)
    assert got + [next(rest) for _ in range(8 - taken)] == expected


def test_processes_share_an_epoch():
    shares = [EpochSampler(10, batch_size=5, seed=0, rank=r, num_replicas=2) for r in range(2)]
    assert sorted(i for s in shares for batch in s for i in batch) == list(range(10))


def test_too_large_a_batch_is_refused():
    with pytest.raises(ValueError, match="batch_size must be from 1 to 4"):
        EpochSampler(4, batch_size=5)
