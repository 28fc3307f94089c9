"""The sixty works that ship are whole, small, and all can be read."""

from multiart.data.folder import read_works
from multiart.models.store import assets_dir


def test_all_sixty_are_read():
    folder = assets_dir() / "works_tiny"
    records = read_works(folder, size=128)
    assert len(records.works) == 60 and not records.faults
    assert all(work.picture is not None and work.tune is not None for work in records.works.values())
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000
