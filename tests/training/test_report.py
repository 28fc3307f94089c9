"""The page at the end of a training, and the pictures on it."""

import pytest
import torch

from multiart.image.diffusion import PromptStates
from multiart.training.painter import PainterModule
from multiart.training.report import chart, chosen, grouped, read_curves, smoothed, use_of, write_report
from multiart.training.samples import SampleSheets
from tests.image.tiny import PAINTER


@pytest.fixture
def run_dir(tmp_path):
    for version, rows in ((0, ["0,1.0,", "1,0.9,5", "2,0.8,"]), (1, ["2,0.7,", "3,0.6,4"])):
        folder = tmp_path / "csv" / f"version_{version}"
        folder.mkdir(parents=True)
        (folder / "metrics.csv").write_text("\n".join(["step,train/loss,val/loss", *rows]))
    return tmp_path


def test_curves_of_a_resumed_run_are_joined(run_dir):
    curves = read_curves(run_dir)
    assert curves["train/loss"] == [(0, 1.0), (1, 0.9), (2, 0.7), (3, 0.6)]
    assert grouped(curves) == {"train": {"loss": curves["train/loss"]}, "val": {"loss": [(1, 5.0), (3, 4.0)]}}


def test_a_long_curve_is_smoothed_and_keeps_its_mean():
    points = [(step, float(step % 7)) for step in range(600)]
    smooth = smoothed(points)
    assert len(smooth) == 60
    assert sum(y for _, y in smooth) / 60 == pytest.approx(sum(y for _, y in points) / 600)
    assert smoothed(points[:3]) == points[:3]


def test_a_chart_draws_its_curve_and_names_its_last_value():
    svg = chart("a<b", [(0, 1.0), (10, 2.5)])
    assert svg.count("<polyline") == 1 and "a&lt;b 2.5" in svg and "step 10" in svg
    assert "<polyline" in chart("flat", [(0, 3.0)])


def test_sheets_are_spread_over_the_run():
    assert chosen(list(range(50)), 3) == [0, 24, 49] and chosen([1, 2], 3) == [1, 2]


def test_the_page_has_curves_pictures_and_the_command(run_dir):
    states = PromptStates.empty(2, 3, 16)
    module = PainterModule(**PAINTER)
    batch = {"embeds": states.embeds, "mask": states.mask, "pooled": states.pooled}
    batch["pixels"] = torch.zeros(2, 3, 16, 16, dtype=torch.uint8)

    class Trainer:
        is_global_zero, global_step = True, 250

    sheets = SampleSheets(folder=str(run_dir / "samples"), count=2)
    sheets.on_validation_batch_end(Trainer(), module, None, batch, 0)
    sheets.on_validation_batch_end(Trainer(), module, None, batch, 1)
    assert [path.name for path in (run_dir / "samples").iterdir()] == ["step-00000250.png"]
    page = write_report(
        run_dir, title="a & b", command="python -m multiart train", use="use <it>"
    ).read_text()
    assert page.count("<svg") == 2 and "step 250" in page and "use &lt;it&gt;" in page and "a &amp; b" in page


def test_the_page_tells_what_the_language_model_forgot(run_dir):
    log = run_dir / "csv" / "version_1" / "metrics.csv"
    log.write_text("step,general/nll,general/nll_before\n1,3.0,3.0\n9,3.1,3.0")
    page = write_report(run_dir, title="t", command="c").read_text()
    assert "Jane Austen, Lady Susan" in page and "20.09 before, 22.20 after (+10.5%)" in page


def test_the_command_fits_what_was_exported(tmp_path):
    assert use_of(tmp_path) is None
    (tmp_path / "unet").mkdir()
    assert "image.source=" in use_of(tmp_path)
    (tmp_path / "melody").mkdir()
    assert "models=ckpt models.path=" in use_of(tmp_path)
