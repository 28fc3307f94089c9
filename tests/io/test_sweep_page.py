"""Tables, plots and pages of sweeps; tests/io/test_sweep_page_browser.py looks at one in a browser."""

import csv
import json
import re

import pytest

from multiart.errors import MultiartError
from multiart.io.gallery import write_gallery
from multiart.io.plots import axis, parallel, scatter
from multiart.io.sweep_page import write_sweep_page
from multiart.io.sweeps import note_of, read_jobs, show, swept, write_table
from tests.io.swept import write_sweep


@pytest.fixture
def folder(tmp_path):
    """Two keys, three values each; job 4 failed."""
    swept = {"image.guidance_scale": [1.5, 3, 6], "style": ["auto", "none", "gatys"]}
    write_sweep(tmp_path, swept, failed=[4], metric=lambda scale, style: scale / 10)
    return tmp_path


def data_of(page):
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"))
    return json.loads(found[1])


def test_the_table_has_a_row_a_job_and_a_column_a_swept_key(folder):
    jobs = read_jobs(folder)
    assert swept(jobs) == {"image.guidance_scale": [1.5, 3, 6], "style": ["auto", "none", "gatys"]}
    write_table(folder, jobs)
    rows = list(csv.DictReader((folder / "sweep.csv").open()))
    assert [*rows[0]] == ["job", "image.guidance_scale", "style", "state", "result", "seconds", "reason"]
    assert (rows[2]["style"], rows[2]["result"], rows[4]["state"]) == ("gatys", "0.15", "failed")
    assert "memory" in rows[4]["reason"] and len(rows) == 9


def test_the_page_holds_every_job_with_its_picture_or_its_reason(folder):
    page = write_sweep_page(folder, read_jobs(folder), "<moon>")
    text, data = page.read_text("utf-8"), data_of(page)
    assert "<title>&lt;moon&gt;: guidance_scale × style</title>" in text and "{{" not in text
    assert "9 jobs: 8 done, 1 failed" in text and "prompt: old pond, &#x27;x&#x27;" in text
    assert [key["name"] for key in data["keys"]] == ["image.guidance_scale", "style"]
    one, failed = data["jobs"][0], data["jobs"][4]
    assert one["values"] == {"image.guidance_scale": "1.5", "style": "auto"} and one["href"] == "0/index.html"
    assert (folder / one["pictures"][0]["thumb"]).is_file() and one["pictures"][0][
        "picture"
    ] == "0/styled.png"
    assert failed["pictures"] == [] and "<b>no</b> memory" in failed["reason"]
    assert "<b>no</b>" not in text, "a reason is never markup"
    assert "http://" not in text and "https://" not in text


def test_a_job_that_was_cut_short_and_one_without_works(folder):
    note = note_of(folder / "0")
    note.write_text(json.dumps(json.loads(note.read_text()) | {"state": "running"}))
    for path in (folder / "1").iterdir():
        path.unlink()
    page = write_sweep_page(folder, read_jobs(folder), "moon")
    assert "9 jobs: 7 done, 1 failed, 1 not finished" in page.read_text("utf-8")
    assert data_of(page)["jobs"][1]["pictures"] == []


def test_a_page_is_written_anew_but_never_over_another(folder):
    jobs = read_jobs(folder)
    write_sweep_page(folder, jobs[:2], "moon")
    page = write_sweep_page(folder, jobs, "moon")
    assert len(data_of(page)["jobs"]) == 9
    with pytest.raises(MultiartError, match="is no gallery; nothing was overwritten"):
        write_gallery(folder, "moon")
    page.write_text("<p>mine")
    with pytest.raises(MultiartError, match="is not the page of a sweep; nothing was overwritten"):
        write_sweep_page(folder, jobs, "moon")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        (True, "true"),
        (0.5, "0.5"),
        ({"a": 0.6, "b": 0.4}, "0.6 a + 0.4 b"),
        ([1, "x"], "1, x"),
    ],
)
def test_values_in_words(value, words):
    assert show(value) == words


def test_numbers_lie_as_they_are_wide_ranges_by_logarithm_words_evenly():
    assert axis([0, 5, 10]).place(5) == 0.5
    learning_rates = axis([1e-5, 1e-4, 1e-3])
    assert learning_rates.place(1e-4) == pytest.approx(0.5)
    assert [label for _, label in learning_rates.ticks] == ["1e-05", "0.0001", "0.001"]
    words = axis(["auto", None, "gatys"])
    assert words.place("auto") < words.place(None) < words.place("gatys")
    assert axis([3, 3]).place(3) == 0.5
    assert [label for _, label in axis([0.21, 0.52, 0.83], is_measured=True).ticks] == ["0.4", "0.6", "0.8"]
    assert len(axis(range(100)).ticks) <= 8


def test_plots_have_a_mark_a_job_and_name_it():
    values, measured = [1, 1, 2, "<4>"], [0.1, 0.3, 0.2, 0.5]
    plot = scatter("seed", values, "loss", measured)
    assert plot.count("<circle") == 4 and "seed &lt;4&gt;: 0.5" in plot
    assert len(re.search('class="mean" points="([^"]*)"', plot)[1].split()) == 3
    lines = parallel({"seed": values, "style": ["a", "b", "a", "b"]}, "loss", measured)
    assert lines.count("<path style") == 4 and lines.count('class="bar"') == 3
    assert "--share:0%" in lines and "--share:100%" in lines
