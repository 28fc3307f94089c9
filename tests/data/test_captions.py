import random
from dataclasses import replace

import pytest

from multiart.captioning import scene_caption, subject_phrase
from multiart.data.captions import sample_caption, sample_other_verse, sample_verse
from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.data.verses import NEUTRAL_LINES, VERSE_LINES
from multiart.data.wordings import HELD_OUT_SYNONYMS, SYNONYMS
from multiart.vocabulary import PLACES, SEASONS, SUBJECTS, TIMES, WEATHERS


def concept(subject: str, season: str) -> str:
    return f"tree {season}" if subject == "tree" else subject


def wordings(key: str) -> tuple[str, ...]:
    return (*SYNONYMS[key], HELD_OUT_SYNONYMS[key])


def bare(spec: SceneSpec) -> str:
    return scene_caption(
        place=spec.place, season=spec.season, time_of_day=spec.time_of_day, weather=spec.weather, subjects=()
    )


CONCEPTS = {*PLACES, *SEASONS, *TIMES, *WEATHERS, *SUBJECTS, *(f"tree {s}" for s in SEASONS)} - {"tree"}


def test_every_concept_has_words():
    assert set(SYNONYMS) == set(HELD_OUT_SYNONYMS) == CONCEPTS
    assert set(VERSE_LINES) == CONCEPTS - {"clear"}
    assert all(len(SYNONYMS[hour]) >= 30 for hour in TIMES)
    assert all(len(SYNONYMS[word]) >= 16 for word in (*PLACES, *SEASONS, *WEATHERS))
    assert all(len(words) >= 6 for words in SYNONYMS.values())


def test_no_wording_means_two_things():
    words = [w for key in SYNONYMS for w in wordings(key)]
    assert len(words) == len(set(words))


def test_no_taught_wording_holds_one_that_is_held_out():
    for taught in (wording for words in SYNONYMS.values() for wording in words):
        assert not any(held in taught for held in HELD_OUT_SYNONYMS.values()), taught
    unseen = {"dawn": "sunrise", "day": "midday", "sunset": "sundown", "dusk": "nightfall", "night": "small"}
    assert not any(word in wording for hour, word in unseen.items() for wording in SYNONYMS[hour])


@pytest.mark.parametrize("held_out", [False, True])
def test_captions_name_every_subject(held_out):
    rng = random.Random(0)
    for spec in map(sample_spec, range(500)):
        caption = sample_caption(spec, rng, held_out=held_out)
        for subject in spec.subjects:
            words = (subject_phrase(subject, spec.season), *wordings(concept(subject, spec.season)))
            assert any(w in caption for w in words), (caption, subject)


def test_held_out_words_never_leak():
    rng, held = random.Random(0), set(HELD_OUT_SYNONYMS.values())
    for spec in map(sample_spec, range(2000)):
        caption = sample_caption(spec, rng)
        assert not any(phrase in caption for phrase in held), caption


def test_a_third_of_the_captions_are_canonical_and_punctuation_is_tidy():
    rng, canonical = random.Random(0), 0
    for spec in map(sample_spec, range(600)):
        caption = sample_caption(spec, rng)
        assert (
            "  " not in caption and " ," not in caption and ",," not in caption and caption[0] not in ",:- "
        )
        canonical += caption.startswith(bare(spec))
    assert 150 < canonical < 250


def test_captions_and_verses_follow_the_generator():
    spec = sample_spec(4)
    assert sample_caption(spec, random.Random(1)) == sample_caption(spec, random.Random(1))
    assert sample_verse(spec, random.Random(1)) == sample_verse(spec, random.Random(1))


def test_verses_speak_only_of_the_scene():
    rng = random.Random(0)
    owner = {line: key for key, lines in VERSE_LINES.items() for line in lines}
    for spec in map(sample_spec, range(300)):
        present = {concept(s, spec.season) for s in spec.subjects}
        present |= {spec.place, spec.season, spec.time_of_day, spec.weather}
        lines = sample_verse(spec, rng).split("\n")
        assert 2 <= len(lines) <= 4
        assert all(line in NEUTRAL_LINES or owner[line] in present for line in lines)
        assert any(line not in NEUTRAL_LINES for line in lines)


def test_a_verse_does_not_speak_of_a_subject_that_was_hidden():
    spec = replace(sample_spec(0), subjects=())
    lines = {line for s in SUBJECTS if s != "tree" for line in VERSE_LINES[s]}
    assert not lines & set(sample_verse(spec, random.Random(3)).split("\n"))


def test_verse_about_anything_is_english_or_chinese_and_follows_from_its_seed():
    verses = [sample_other_verse(random.Random(seed)) for seed in range(60)]
    assert verses == [sample_other_verse(random.Random(seed)) for seed in range(60)]
    english = [verse for verse in verses if verse.isascii()]
    assert 15 < len(english) < 45
    spoken = {line for lines in VERSE_LINES.values() for line in lines}
    assert all(set(verse.splitlines()) <= spoken for verse in english)
    for verse in set(verses) - set(english):
        lines = [line for line in verse.splitlines() if not line.startswith("《")]
        assert len(lines) in (2, 4, 6) and len({len(line) for line in lines}) == 1
