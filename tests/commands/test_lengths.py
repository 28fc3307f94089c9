"""Texts that are too long to be painted are refused before anything is loaded."""

import json

import pytest

from multiart.commands import lengths, render
from multiart.commands.lengths import check_length
from multiart.config import compose
from multiart.errors import ConfigError, MultiartError
from multiart.models import language


@pytest.fixture
def painter(tiny_folder, tmp_path, monkeypatch):
    """The source of a painter whose text encoder reads 64 bytes; it has no weights."""
    monkeypatch.setattr(lengths, "SURELY_SHORT", 20)
    monkeypatch.setattr(lengths, "CAPTION", 14)
    monkeypatch.setattr(language, "_load", lambda *args: pytest.fail("no model is needed"))
    (tmp_path / "painter").mkdir()
    told = {"text_encoder_source": f"file:{tiny_folder}"}
    (tmp_path / "painter" / "model_index.json").write_text(json.dumps(told))
    return f"file:{tmp_path / 'painter'}"


def cfg_of(*overrides):
    return compose("run", ["task=poem_to_painting", *overrides])


def test_the_limit_is_that_of_the_painters_encoder(painter):
    cfg = cfg_of(f"image.source={painter}")
    check_length("a" * 50, cfg)
    with pytest.raises(
        ConfigError, match=f"prompt is 51 tokens long; image.source={painter} reads at most 50"
    ):
        check_length("a" * 51, cfg)


def test_without_such_a_painter_any_length_will_do(painter):
    for overrides in (["image=null"], ["image=hub", "image.model=org/name"], ["image.ckpt=last.ckpt"]):
        check_length("a" * 10_000, cfg_of(*overrides))


def test_short_texts_need_no_tokenizer(painter):
    check_length("a" * 20, cfg_of("image.source=file:nowhere"))


def test_a_row_is_refused_before_the_first_work(painter, in_tmp):
    (in_tmp / "poems.csv").write_text(f"prompt\nmoon\n{'a' * 60}\n")
    cfg = compose("render", ["task=poem_to_painting", "prompts=poems.csv", f"image.source={painter}"])
    with pytest.raises(MultiartError, match="poems.csv.* 3 is 60 tokens long"):
        render.main(cfg)
    assert not (in_tmp / "outputs").exists()
