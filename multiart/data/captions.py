"""What scenes are called: the canonical caption, freer wordings of it, and short verses."""

import random

from multiart.captioning import SceneLike, caption_of
from multiart.data.verses import NEUTRAL_LINES, VERSE_LINES
from multiart.data.wordings import HELD_OUT_SYNONYMS, SYNONYMS
from multiart.text.lexicon import words_of

_FRAMES = (
    "{place} {time} {season}{weather}{with_subjects}",
    "{subjects_first}{place} {season}, {time}{weather}",
    "{time} {season}: {place}{comma_subjects}{weather}",
    "a painting of {place} {time}{with_subjects}, {season}{weather}",
    "{season}, {place}{with_subjects}, {time}{weather}",
    "{subjects_dash}{place}, {time}{weather}, {season}",
)


def sample_caption(spec: SceneLike, rng: random.Random, *, held_out: bool = False) -> str:
    """Caption a scene: every third time the canonical way in any order of subjects, else in other words.

    In other words, one time in five, the season, the hour or the weather is left out; a subject never.

    Args:
        held_out: use the wordings the painter was not taught, for measuring; never the canonical ones.
    """
    subjects = list(spec.subjects)
    rng.shuffle(subjects)
    if not held_out and rng.random() < 1 / 3:
        return caption_of(spec, subjects)

    def word(concept: str) -> str:
        return HELD_OUT_SYNONYMS[concept] if held_out else rng.choice(SYNONYMS[concept])

    named = _listed([word(f"tree {spec.season}" if s == "tree" else s) for s in subjects])
    place, time, season = word(spec.place), word(spec.time_of_day), word(spec.season)
    weather = word(spec.weather) if spec.weather != "clear" or rng.random() < 0.15 else ""
    if rng.random() < 0.2:
        gone = rng.choice(("time", "season", "weather"))
        time, season = ("" if gone == "time" else time), ("" if gone == "season" else season)
        weather = "" if gone == "weather" else weather
    caption = rng.choice(_FRAMES).format(
        place=place,
        time=time,
        season=season,
        weather=f", {weather}" if weather else "",
        with_subjects=f" with {named}" if named else "",
        comma_subjects=f", {named}" if named else "",
        subjects_first=f"{named}, " if named else "",
        subjects_dash=f"{named} - " if named else "",
    )
    return _tidy(caption)


def sample_verse(spec: SceneLike, rng: random.Random) -> str:
    """Two to four short lines that speak of the scene, and of nothing that is not in it."""
    concepts = [f"tree {spec.season}" if s == "tree" else s for s in spec.subjects]
    concepts += [spec.place, spec.season, spec.time_of_day]
    if spec.weather != "clear":
        concepts.append(spec.weather)
    rng.shuffle(concepts)
    lines = [rng.choice(VERSE_LINES[concept]) for concept in concepts[: rng.randint(2, 4)]]
    if rng.random() < 0.4:
        lines[-1] = rng.choice(NEUTRAL_LINES)
    return "\n".join(lines)


def sample_other_verse(rng: random.Random) -> str:
    """Verse that is no help: lines about anything, in English or of Chinese words in any order.

    Poets say much that a caption does not, and a painter that has read only verse about its scenes paints it
    all: beside such verse it learns that the caption decides.
    """
    if rng.random() < 0.5:
        lines = [line for spoken in VERSE_LINES.values() for line in spoken]
        return "\n".join(rng.choice(lines) for _ in range(rng.randint(2, 10)))
    words, length = sorted(words_of("zh")), rng.choice((5, 7))
    lines = ["".join(rng.choices(words, k=length))[:length] for _ in range(rng.choice((2, 4, 4, 6)))]
    ended = [line + "，。"[number % 2] for number, line in enumerate(lines)]
    return "\n".join([f"《{rng.choice(words)}》"] * (rng.random() < 0.5) + ended)


def _listed(names: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _tidy(caption: str) -> str:
    """Close the gaps that words left out have made."""
    words = " ".join(caption.split())
    while " ," in words or ",," in words or " :" in words:
        words = words.replace(" ,", ",").replace(",,", ",").replace(" :", ":")
    return words.strip(" ,:-")
