"""Stages of tiny random models, as files and words of a command line, that run in any process."""

from pathlib import Path

from multiart.music.melodist import save_melodist
from tests.music.tiny import tiny_composer


def tiny_song(folder: Path) -> list[str]:
    """Overrides for works of a poem and a tune, whose model is saved to a folder."""
    save_melodist(folder / "melody", tiny_composer().melodist)
    music = [f"music.model=file:{folder / 'melody'}", "music.best_of=2", "music.sound=false"]
    return ["text.read_with_model=false", "text.mode=verbatim", "image=null", *music]
