"""Keys and values are bound to signatures that are read from the source."""

import pytest

import multiart
from multiart.errors import ConfigError
from multiart.signatures import bind

SOURCE = """
from collections.abc import Mapping
from typing import Literal
from nowhere import Thing

raise RuntimeError("this module is never imported")

PAINTERS = {"starry_night": 19, "great_wave": 24}

class Stage:
    def __init__(
        self, *, size: int = 1, share: float | None = None, flag: bool = False, name: str = "",
        mode: Literal["auto", "draft"] = "auto", painter: Literal[*PAINTERS] | Mapping[str, float] = "ember",
        steps: list[int] = (), thing: Thing = None,
    ) -> None: ...

def open_to_all(*, size: int, **options): ...
"""


@pytest.fixture
def stage(tmp_path, monkeypatch):
    (tmp_path / "written.py").write_text(SOURCE, "utf-8")
    monkeypatch.setattr(multiart, "__path__", [*multiart.__path__, str(tmp_path)])
    return "multiart.written.Stage"


@pytest.mark.parametrize(
    "values",
    [
        {"size": 3, "share": 2, "flag": True, "name": "a", "mode": "draft"},
        {"share": None, "painter": "great_wave", "steps": [1, 2], "thing": object()},
        {"share": 0.5, "painter": {"great_wave": 0.5}},
        {"name": {"_target_": "multiart.anything"}},  # what a node becomes is not known yet
    ],
)
def test_what_fits_passes(stage, values):
    bind("image", stage, values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"siez": 3}, "unknown key of image 'siez'. Did you mean 'size'?"),
        ({"size": 1.5}, "image.size must be a whole number, got 1.5."),
        ({"size": True}, "image.size must be a whole number, got True."),
        ({"share": "half"}, "image.share must be a number or null, got 'half'."),
        ({"flag": 1}, "image.flag must be true or false, got 1."),
        ({"name": 3}, "image.name must be a text, got 3."),
        ({"mode": "drafft"}, "unknown image.mode 'drafft'. Did you mean 'draft'? Choose from: auto, draft."),
        ({"painter": "starry_nite"}, "unknown image.painter 'starry_nite'. Did you mean 'starry_night'?"),
        ({"painter": 3}, "image.painter must be one of starry_night, great_wave or a mapping, got 3."),
        ({"steps": 3}, "image.steps must be a list, got 3."),
    ],
)
def test_what_does_not_is_named_with_what_is_allowed(stage, values, message):
    with pytest.raises(ConfigError) as error:
        bind("image", stage, values)
    assert message in str(error.value)


def test_a_target_that_takes_any_keyword_takes_it(stage):
    bind("image", "multiart.written.open_to_all", {"anything": 1})
    with pytest.raises(ConfigError, match="image.size must be a whole number"):
        bind("image", "multiart.written.open_to_all", {"size": "big"})


def test_a_class_of_another_package_is_bound_too():
    bind("optimizer", "torch.optim.AdamW", {"lr": 1e-3})
    with pytest.raises(ConfigError, match="unknown key of optimizer 'learning_rate'"):
        bind("optimizer", "torch.optim.AdamW", {"learning_rate": 1e-3})
