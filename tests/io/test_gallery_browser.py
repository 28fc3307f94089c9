"""The gallery of 2,000 works in Chromium, at desktop and phone size.

A folder named by MULTIART_SHOTS gets a picture of the page after each test.
"""

import copy
import json
import os
import random
import shutil
import struct
import time
import wave
from pathlib import Path

import pytest
from PIL import Image

from multiart.captioning import scene_caption
from multiart.io import gallery
from multiart.io.collection import read_collection
from multiart.io.manifest import describe_file, load_manifest
from multiart.style.favourites import read_favourites
from multiart.vocabulary import ATTRIBUTES, SUBJECTS
from tests.io.test_verify import make

COUNT = 2000
DESKTOP, PHONE = (1400, 900), (390, 844)
POEMS = (
    ("en", "Old pond\na frog jumps in"),
    ("zh", "静夜思\n床前明月光\n疑是地上霜"),
    ("en", "Snow\non <b>the</b> bridge"),
)
STYLES = ("starry_night", "great_wave", "monet", "la_muse")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A gallery of 2,000 works that differ in poem, scene, mood, seed and style."""
    folder = tmp_path_factory.mktemp("gallery")
    base = load_manifest(make(folder / "base"))
    chance = random.Random(0)
    for number in range(COUNT):
        write_tiny(folder / f"{number:04d}", copy.deepcopy(base), number, chance)
    shutil.rmtree(folder / "base")
    return gallery.write_gallery(folder, "Two thousand works")[0]


def write_tiny(folder, manifest, number, chance):
    """Write the files the gallery reads, without waiting for the disk."""
    folder.mkdir()
    language, poem = POEMS[number % len(POEMS)]
    scene = {name: chance.choice(words) for name, words in ATTRIBUTES.items()}
    scene["subjects"] = chance.sample(SUBJECTS, 2)
    lines = poem.splitlines()
    mood = {name: round(chance.uniform(-1, 1), 2) for name in ("valence", "arousal")}
    manifest["draft"] |= {"title": lines[0], "lines": lines, "language": language}
    manifest["draft"] |= {"scene": {**scene, "mood": mood}, "caption": scene_caption(**scene)}
    manifest["brief"] |= {"prompt": poem, "seed": number, "variation": number % 2}
    manifest["stages"]["style"]["settings"] = {"painters": {STYLES[number % len(STYLES)]: 1.0}}
    manifest["id"] = f"{number:064x}"
    Image.new("RGB", (12, 9), tuple(chance.choices(range(256), k=3))).save(folder / "styled.png")
    (folder / "index.html").write_text("<title>a work</title>")
    names = ["styled.png", "index.html"]
    if number % 100 == 0:
        with wave.open(str(folder / "melody.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(struct.pack("<8000h", *[number] * 8000))
        names.append("melody.wav")
    manifest["files"] = {name: describe_file(folder / name) for name in names}
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def browser(request, page, tmp_path_factory):
    """Chromium without a window, and without a network."""
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("needs chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    width, height = request.param
    profile = tmp_path_factory.mktemp("profile")
    for flag in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "hide-scrollbars"):
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={profile}")
    options.add_argument(f"--window-size={width},{height}")
    if request.param == PHONE:
        metrics = {"width": width, "height": height, "pixelRatio": 2.0}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.add_experimental_option("prefs", {"download.default_directory": str(profile / "saved")})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    driver.profile, driver.is_phone = profile, request.param == PHONE
    yield driver
    driver.quit()


@pytest.fixture
def open_page(browser, page, request):
    """Open the gallery anew; what the browser complained of by the end fails the test."""
    browser.get(page.as_uri())
    browser.execute_script("localStorage.clear(); location.hash = ''; location.reload()")
    wait(lambda: shown(browser) == f"{COUNT:,} works")
    yield browser
    if shots := os.environ.get("MULTIART_SHOTS"):
        browser.save_screenshot(str(Path(shots) / f"{request.node.name}.png"))
    assert browser.get_log("browser") == []


def wait(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def find(browser, selector):
    return browser.find_elements("css selector", selector)


def js(browser, code, *arguments):
    return browser.execute_script(f"return {code}", *arguments)


def shown(browser):
    found = find(browser, "#count")
    return found[0].text if found else ""


def press(browser, *keys):
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def test_only_what_is_in_sight_is_in_the_document(open_page):
    cards = find(open_page, "#grid li")
    assert 4 <= len(cards) <= 60
    assert cards[0].get_attribute("aria-setsize") == str(COUNT)
    assert js(open_page, "document.documentElement.scrollWidth <= innerWidth")
    js(open_page, "scrollTo(0, document.body.scrollHeight)")
    last = f"document.querySelector('#grid li[aria-posinset=\"{COUNT}\"]') !== null"
    wait(lambda: js(open_page, last))
    assert len(find(open_page, "#grid li")) <= 60
    picture = "[...document.querySelectorAll('#grid img')].every(i => i.complete && i.naturalWidth > 0)"
    wait(lambda: js(open_page, picture))


def test_search_reads_poems_also_chinese_and_markup_stays_text(open_page):
    (field,) = find(open_page, "#search")
    field.send_keys("明月")
    wait(lambda: shown(open_page) == "667 of 2,000 works")
    assert {card.text for card in find(open_page, "#grid .name")} == {"静夜思"}
    field.clear()
    field.send_keys("SNOW <b>")
    wait(lambda: shown(open_page) == "666 of 2,000 works")
    find(open_page, ".card")[0].click()
    assert "on <b>the</b> bridge" in find(open_page, "#viewer .verses")[0].text
    press(open_page, "\ue00c")  # Escape


def test_nothing_found_says_so_and_can_be_cleared(open_page):
    find(open_page, "#search")[0].send_keys("zebra")
    wait(lambda: shown(open_page) == "0 of 2,000 works")
    find(open_page, "#clear")[0].click()
    wait(lambda: shown(open_page) == "2,000 works")


def test_filters_by_style_seed_and_mood_survive_a_reload(open_page):
    from selenium.webdriver.support.ui import Select

    find(open_page, "#more")[0].click()
    Select(find(open_page, "#style")[0]).select_by_value("great wave")
    wait(lambda: shown(open_page) == "500 of 2,000 works")
    find(open_page, "#seed-to")[0].send_keys("99")
    wait(lambda: shown(open_page) == "25 of 2,000 works")
    find(open_page, "#valence-from")[0].send_keys("0")
    wait(lambda: shown(open_page) != "25 of 2,000 works")
    some, works = shown(open_page), js(open_page, "shown.map(w => [w.style, w.seed, w.valence])")
    assert works and all(style == "great wave" and seed < 100 and v >= 0 for style, seed, v in works)
    open_page.refresh()
    wait(lambda: shown(open_page) == some)


def test_sorting(open_page):
    from selenium.webdriver.support.ui import Select

    Select(find(open_page, "#sort")[0]).select_by_visible_text("calm to excited")
    arousal = js(open_page, "shown.map(w => w.arousal)")
    assert arousal == sorted(arousal)


def test_favourites_are_kept_saved_and_loaded(open_page):
    ids = js(open_page, "shown.slice(0, 2).map(w => w.id)")
    js(
        open_page,
        "(document.querySelectorAll('.heart')[0].click(), document.querySelectorAll('.heart')[1].click())",
    )
    open_page.refresh()
    wait(lambda: find(open_page, "#loved") and find(open_page, "#loved")[0].text == "2")
    find(open_page, "#only")[0].click()
    wait(lambda: shown(open_page) == "2 of 2,000 works")
    find(open_page, "#more")[0].click()
    saved = open_page.profile / "saved" / "favourites.jsonl"
    saved.unlink(missing_ok=True)
    find(open_page, "#save")[0].click()
    wait(saved.exists)
    rows = [json.loads(line) for line in saved.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ids
    assert [(row["prompt"], row["seed"]) for row in rows] == [(POEMS[0][1], 0), (POEMS[1][1], 1)]
    assert ["variation" in row for row in rows] == [False, True] and rows[1]["variation"] == 1
    assert read_collection(saved).rows[1].values["variation"] == 1, "render reads them"
    assert read_favourites(saved)[1].painters == ("great_wave",)
    js(open_page, "(localStorage.clear(), location.hash = '', location.reload())")
    wait(lambda: find(open_page, "#loved") and find(open_page, "#loved")[0].text == "0")
    find(open_page, "#file")[0].send_keys(str(saved))
    wait(lambda: js(open_page, "loved.size") == 2)


def test_the_keyboard_goes_everywhere(open_page):
    right, down, end, home, escape, enter = "\ue014", "\ue015", "\ue010", "\ue011", "\ue00c", "\ue007"
    place = "+document.activeElement.closest('li')?.getAttribute('aria-posinset')"
    find(open_page, ".card")[0].send_keys(right)
    assert js(open_page, place) == 2
    press(open_page, down)
    columns = js(open_page, "columns")
    assert js(open_page, place) == 2 + columns
    press(open_page, end)
    assert js(open_page, place) == COUNT
    press(open_page, home, "f")
    assert js(open_page, place) == 1 and find(open_page, "#loved")[0].text == "1"
    press(open_page, enter)
    assert js(open_page, "document.getElementById('viewer').open")
    press(open_page, right)
    assert find(open_page, "#viewer-title")[0].text == "静夜思"
    press(open_page, escape)
    wait(lambda: js(open_page, "!document.getElementById('viewer').open"))
    wait(lambda: js(open_page, place) == 2)  # the browser gives the focus back a moment later
    press(open_page, "/", "m")
    assert js(open_page, "document.activeElement.id + document.activeElement.value") == "searchm"


def test_works_side_by_side(open_page):
    press(open_page, "\ue014")  # an arrow takes the focus to the first work
    press(open_page, "c", "\ue014", "c", "\ue014", "c", "s")
    heads = [head.text for head in find(open_page, "#sides thead th")]
    assert heads == ["", "Old pond", "静夜思", "Snow"]
    rows = [row.text for row in find(open_page, "#sides tbody th")]
    assert {"picture", "poem", "style", "seed"} <= {*rows}
    assert js(open_page, "document.getElementById('sides').scrollWidth <= innerWidth + 200")


def test_a_song_plays(open_page):
    find(open_page, ".card")[0].click()
    play = next(button for button in find(open_page, "#viewer button") if "Play" in button.text)
    play.click()
    audio = "document.querySelector('#player audio')"
    wait(lambda: js(open_page, f"{audio}.readyState") >= 1)
    assert js(open_page, f"{audio}.error") is None and js(open_page, f"{audio}.duration") == 1.0
    press(open_page, "\ue00c")


def test_everything_has_a_name_for_a_screen_reader(open_page):
    find(open_page, "#more")[0].click()
    find(open_page, ".card")[0].click()
    tree = open_page.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = (
        "button",
        "link",
        "textbox",
        "searchbox",
        "combobox",
        "spinbutton",
        "image",
        "dialog",
        "list",
        "form",
    )
    for node in tree:
        role = node.get("role", {}).get("value")
        if role in roles and not node.get("ignored"):
            assert node.get("name", {}).get("value", "").strip(), node
    assert {"dialog", "heading", "image"} <= {node.get("role", {}).get("value") for node in tree}
    press(open_page, "\ue00c")
    assert "With a song" in find(open_page, ".card")[0].get_attribute("aria-label")


def test_text_stands_out_from_its_ground_in_light_and_dark(open_page):
    style = "getComputedStyle(document.body)"
    colours = f"['--paper', '--mat', '--ink', '--faint'].map(name => {style}.getPropertyValue(name))"
    for scheme in ("light", "dark"):
        feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        open_page.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
        paper, mat, *inks = (luminance(colour) for colour in js(open_page, colours))
        for ink in inks:
            for ground in (paper, mat):
                light, dark = max(ink, ground), min(ink, ground)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, scheme
    open_page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def luminance(colour):
    """Relative luminance of WCAG 2 for "#rrggbb"."""
    parts = [int(colour.strip()[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
