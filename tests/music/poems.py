"""Poems to sing: those of the tests of reading, those shipped as prompts, and drafts of them."""

from pathlib import Path

import yaml

from multiart.records import Draft, Mood, Scene

ROOT = Path(__file__).parents[2]

FROST = """Whose woods these are I think I know.
His house is in the village though;
He will not see me stopping here
To watch his woods fill up with snow."""
BYRON = """The Assyrian came down like the wolf on the fold,
And his cohorts were gleaming in purple and gold;
And the sheen of their spears was like stars on the sea,
When the blue wave rolls nightly on deep Galilee."""
SHAKESPEARE = """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;"""
LI_BAI = "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。"


def draft_of(text: str, language: str = "en", *, valence=0.0, arousal=0.0, **given) -> Draft:
    """A draft that keeps a text as it is."""
    scene = Scene(
        place="lake",
        season="autumn",
        time_of_day="night",
        weather="clear",
        mood=Mood(valence=valence, arousal=arousal),
    )
    given = {"title": "A poem", "mode": "verbatim", "mode_reason": "", "caption": ""} | given
    return Draft(lines=tuple(text.split("\n")), language=language, scene=scene, **given)


def all_poems() -> list[tuple[str, str]]:
    """Text and language of more than a hundred."""
    poems = []
    for language in ("en", "zh"):
        listed = yaml.safe_load((ROOT / f"tests/text/poems_{language}.yaml").read_text("utf-8"))
        poems += [(poem["text"], language) for poem in listed]
    shipped = (ROOT / "assets/prompts/twenty_four_poems.txt").read_text("utf-8").strip().split("\n---\n")
    return poems + [(poem.strip(), "zh" if poem.startswith("《") else "en") for poem in shipped]
