"""The page of a sweep of 50 jobs in Chromium."""

import pytest

from multiart.io.sweep_page import write_sweep_page
from multiart.io.sweeps import read_jobs
from tests.io.swept import write_sweep
from tests.io.test_gallery_browser import browser, find, js, press, wait  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Ten seeds and five scales; two jobs failed."""
    folder = tmp_path_factory.mktemp("sweep")
    swept = {"image.guidance_scale": [1.5, 2, 3, 4, 6], "seed": range(10)}
    write_sweep(folder, swept, failed=[17, 33], metric=lambda scale, seed: scale + seed / 10)
    return write_sweep_page(folder, read_jobs(folder), "moon")


@pytest.fixture
def open_page(browser, page):  # noqa: F811
    browser.get(page.as_uri())
    wait(lambda: find(browser, ".cells .card"))
    yield browser
    assert browser.get_log("browser") == []


def texts(browser, selector):  # noqa: F811
    return [node.text for node in find(browser, selector)]


def test_rows_and_columns_are_labelled_and_every_job_is_in_its_cell(open_page):
    assert texts(open_page, ".cells thead th")[1:] == [str(seed) for seed in range(10)]
    assert texts(open_page, ".cells tbody th") == ["1.5", "2", "3", "4", "6"]
    assert texts(open_page, ".cells .keys span") == ["seed →", "guidance_scale ↓"]
    assert len(find(open_page, ".cells .card")) == 50
    label = find(open_page, ".cells tbody tr:nth-child(2) td:nth-of-type(8) .card")[0].get_attribute(
        "aria-label"
    )
    assert label.startswith("guidance_scale 2 · seed 7. failed: the painter")
    assert js(open_page, "[...document.querySelectorAll('.cells img')].every(i => i.loading === 'lazy')")
    wait(lambda: js(open_page, "document.querySelector('.cells img').naturalWidth > 0"))
    assert js(open_page, "document.documentElement.scrollWidth <= innerWidth"), "only the grid scrolls aside"


def test_the_axes_can_be_chosen(open_page):
    from selenium.webdriver.support.ui import Select

    Select(find(open_page, "#columns")[0]).select_by_visible_text("image.guidance_scale")
    assert js(open_page, "document.getElementById('rows').value") == ""
    assert len(find(open_page, "#works h3")) == 10, "each seed is a part of its own"
    Select(find(open_page, "#columns")[0]).select_by_visible_text("–")
    assert len(find(open_page, ".list .card")) == 50


def test_a_look_at_a_work_goes_on_by_keyboard(open_page):
    find(open_page, ".cells .card")[16].click()
    assert texts(open_page, "#viewer-title") == ["Old pond 16"]
    press(open_page, "\ue014")
    assert "no</b> memory" in texts(open_page, "#viewer .reason")[0]
    press(open_page, "\ue00c")
    wait(lambda: not js(open_page, "document.getElementById('viewer').open"))


def test_the_table_is_sorted_by_a_click(open_page):
    head = find(open_page, "#jobs th button")[4]
    assert head.text == "metrics.concepts"
    for _ in range(2):
        js(open_page, "arguments[0].click()", head)
    numbers = [text for text in texts(open_page, "#jobs tbody td:nth-child(5)") if text]
    assert numbers[0] == "6.9" and numbers == sorted(numbers, key=float, reverse=True)
    assert texts(open_page, "#jobs tbody td:nth-child(4)")[-2:] == ["failed"] * 2
