"""What a checkpoint remembers of its configuration, and what a resumed run may change of it."""

import json

import pytest

from multiart.errors import MultiartError
from multiart.training.checkpointing import AtomicCheckpointIO, find_last
from multiart.training.settings import Settings, differences
from tests.training.tiny import TinyModule, tiny_loader, tiny_trainer

CONFIG = {
    "seed": 1,
    "data": {"cache_dir": "a", "size": 8, "collections": ["x", "y"]},
    "train": {"module": {"lr": {"text": 0.1}, "max_steps": 9}},
    "trainer": {"max_steps": 9, "max_minutes": None, "precision": "auto"},
    "callbacks": {"checkpoint": {"keep": 2}, "ema": {"decay": 0.9}},
    "logger": {"csv": {}},
}


def changed(**groups) -> dict:
    config = json.loads(json.dumps(CONFIG))
    for group, keys in groups.items():
        config[group] |= keys
    return config


def test_each_key_that_differs_is_named_with_both_values():
    new = changed(data={"size": 16, "collections": ["x"]}, train={"module": {"lr": {"music": 2}}})
    assert differences(CONFIG, new) == [
        'data.collections: ["x", "y"] -> ["x"]',
        "data.size: 8 -> 16",
        "train.module.lr.music: not given -> 2",
        "train.module.lr.text: 0.1 -> not given",
    ]


def test_length_paths_and_what_only_looks_on_may_change():
    new = changed(
        data={"cache_dir": "b"},
        trainer={"max_steps": 20, "max_minutes": 5.0},
        train={"module": {"lr": {"text": 0.1}, "max_steps": 20}},
        callbacks={"checkpoint": {"keep": 5}, "early_stop": {"patience": 2}},
    )
    assert differences(CONFIG, new) == []
    assert differences(CONFIG, changed(callbacks={"ema": {"decay": 0.5}})) == [
        "callbacks.ema.decay: 0.9 -> 0.5"
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_run_with_other_settings_is_refused_unless_forced(tmp_path):
    tiny_trainer(tmp_path, callbacks=[Settings(CONFIG)], max_epochs=1).fit(TinyModule(), tiny_loader())
    path = find_last(tmp_path)
    assert "logger" not in json.loads(AtomicCheckpointIO().load_checkpoint(path)["settings"])
    Settings(CONFIG).compare(path, force=False)
    other = Settings(changed(data={"size": 16}))
    with pytest.raises(MultiartError, match=r"resume\.force=true.*\n  data\.size: 8 -> 16"):
        other.compare(path, force=False)
    other.compare(path, force=True)


def test_a_checkpoint_without_settings_is_taken(tmp_path):
    AtomicCheckpointIO().save_checkpoint({"state_dict": {}}, tmp_path / "old.ckpt")
    Settings(CONFIG).compare(tmp_path / "old.ckpt", force=False)
