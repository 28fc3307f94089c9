"""Several data sets as one."""

import pytest

from multiart.data.mixed import Mixed


def test_sources_are_mixed_in_their_shares_and_every_item_comes_up():
    mixed = Mixed([list("abc"), list(range(40))], [1, 3])
    items = [mixed[n] for n in range(len(mixed))]
    assert sum(isinstance(item, str) for item in items) / len(items) == pytest.approx(0.25)
    assert {*items} == {*"abc", *range(40)}
