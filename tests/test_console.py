import io

import pytest
from rich.console import Console

from multiart.console import StageLines, printable


def shown(run, *, terminal=False):
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80, color_system=None)
    try:
        with StageLines(console) as lines:
            run(lines)
    finally:
        shown.text = console.file.getvalue()
    return shown.text


def works(lines):
    for stage, words in (("text", "[bold]靜夜思[/bold]\x1b[31m\n: night"), ("image", "512x512")):
        lines(stage, "start", "")
        lines(stage, "done", words)
    lines("style", "skipped", "")


def test_a_plain_line_a_stage():
    text, image, style = shown(works).splitlines()
    assert text.split() == ["✓", "text", "0.0", "s", "[bold]靜夜思[/bold]", "[31m", ":", "night"]
    assert image.split() == ["✓", "image", "0.0", "s", "512x512"]
    assert style.split() == ["–", "style", "skipped"]


def test_a_terminal_shows_the_same_lines_and_is_left_clean():
    assert "512x512" in shown(works, terminal=True)
    assert shown.text.count("\x1b[?25l") == shown.text.count("\x1b[?25h")  # the cursor is shown again


@pytest.mark.parametrize(("error", "words"), [(RuntimeError, "failed"), (KeyboardInterrupt, "stopped")])
def test_the_stage_that_failed_is_marked(error, words):
    def run(lines):
        lines("image", "start", "")
        raise error

    with pytest.raises(error):
        shown(run, terminal=True)
    assert words in shown.text
    assert "✗ image" in shown.text


def test_printable_text_fits_one_line_and_cannot_steer_the_terminal():
    assert printable("a\x1b]0;x\x07b\n\tc\u202ed") == "a ]0;x b c d"
    assert printable("x" * 100, 10) == "x" * 9 + "…"
