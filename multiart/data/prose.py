"""Plain English prose, to see that a language model forgets little of what it could do before."""

import re

from multiart.data.tunes.corpus import corpus_folder

NAME = "Jane Austen, Lady Susan (in the public domain; the package music21 carries it)"
HELD_OUT_SHARE = 0.2  # of the passages, the last ones


def read_prose(words: int = 60) -> tuple[list[str], list[str]]:
    """Passages of a novel in letters: those to train on, and those of its last fifth, held out.

    Args:
        words: in a passage, at least, but for the last one; it ends with a sentence.

    Raises:
        MultiartError: if music21 is not installed.
    """
    path = corpus_folder().parent / "languageExcerpts" / "trainingData" / "en.txt"
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", path.read_text("utf-8"))]
    passages = [""]
    for paragraph in paragraphs:
        if "Project Gutenberg" in paragraph or len(paragraph.split()) < 8:  # numbers, names and places
            continue
        for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", paragraph):
            if len(passages[-1].split()) >= words:
                passages.append("")
            passages[-1] = f"{passages[-1]} {sentence}".strip()
    held_out = round(len(passages) * HELD_OUT_SHARE)
    return passages[:-held_out], passages[-held_out:]
