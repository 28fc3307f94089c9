from pathlib import Path

import numpy as np
import pytest

from multiart.commands import diff
from multiart.config import check, compose
from multiart.errors import MultiartError
from multiart.io.compare_page import magnified
from tests.io.test_verify import make


def start(*overrides):
    cfg = compose("diff", [*overrides])
    check(cfg)
    diff.main(cfg)


def test_two_works_side_by_side(in_tmp, capsys):
    make(in_tmp / "a", "moon <b>\non the lake", seed=1)
    make(in_tmp / "b", "sun\non the lake", seed=2)
    start("work=a", "other=b")
    said = capsys.readouterr().out
    lines = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}
    assert lines["brief.seed"] == ["1", "2"] and lines["draft.title"] == ["moon", "<b>", "sun"]
    assert "draft.scene.season" not in lines and "config.seed" not in lines
    page = Path(said.splitlines()[-1])
    assert page.parent.parent == Path("outputs/diff/a")
    text = page.read_text()
    assert "moon &lt;b&gt; / sun" in text and "moon <b>" not in text
    assert text.count("<img ") == 3 and "pixels differ (" in text and "times as bright" in text


def test_a_work_against_itself_and_into_a_chosen_folder(in_tmp, capsys):
    work = make(in_tmp / "a")
    start(f"work={work}", "other=a/manifest.json", "paths.run_dir=out")
    assert capsys.readouterr().out == "Their settings are the same.\nout/index.html\n"
    text = (in_tmp / "out" / "index.html").read_text()
    assert "the same pixels" in text and "Their settings are the same." in text


def test_what_cannot_be_compared(in_tmp):
    make(in_tmp / "a")
    make(in_tmp / "b")
    (in_tmp / "c").mkdir()
    for other, message in (
        ("null", "diff needs a work"),
        ("nowhere", "no folder nowhere"),
        ("c", "no finished"),
    ):
        with pytest.raises(MultiartError, match=message):
            start("work=a", f"other={other}")
    (in_tmp / "b" / "styled.png").write_bytes(b"no picture")
    with pytest.raises(MultiartError, match="a picture cannot be read"):
        start("work=a", "other=b")
    assert not (in_tmp / "outputs").exists()


def test_the_largest_difference_is_white():
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0, 1] = (1, 2, 4)
    assert np.asarray(magnified(pixels))[0, 1].tolist() == [64, 128, 255]
    assert not np.asarray(magnified(pixels * 0)).any()
