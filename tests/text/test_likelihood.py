"""Gains are differences of log-likelihoods."""

import pytest
import torch

from multiart.models.language import load_causal_lm
from multiart.text.likelihood import Asked, _alone, _ids
from multiart.text.reading import Reader


def by_hand(lm, prefix, answer):
    prefix_ids, answer_ids = _ids(lm, prefix, start=True), _ids(lm, f" {answer}")
    logits = lm.model(torch.tensor([prefix_ids + answer_ids])).logits[0].float().log_softmax(-1)
    return sum(logits[len(prefix_ids) + n - 1, token].item() for n, token in enumerate(answer_ids))


def test_gains_are_the_likelihood_with_the_text_less_that_without(word_source):
    lm = load_causal_lm(word_source)
    text, answers = "bal ben\nbir", ["fal", "gal gen gir", "lal len"]
    asked = Asked(lambda: lm, text)
    for question in (
        "dal den",
        "dal den fal",
        "gal",
        "dal den",
    ):  # the first reads the text, the others go on from it
        expected = [
            by_hand(lm, f"{text}\n\n{question}", answer) - by_hand(lm, question, answer) for answer in answers
        ]
        assert asked.gains(question, answers) == pytest.approx(expected, abs=1e-4)


@pytest.fixture
def seen(word_source, monkeypatch):
    """How many tokens the model is given each time."""
    lm, lengths = load_causal_lm(word_source), []
    forward = lm.model.forward
    monkeypatch.setattr(
        lm.model, "forward", lambda ids, **kwargs: lengths.append(ids.shape[1]) or forward(ids, **kwargs)
    )
    _alone.cache_clear()
    return lm, lengths


def test_a_text_is_read_once_and_a_question_alone_once_for_all_texts(seen):
    lm, lengths = seen
    for text in ("bal ben\n" * 20, "bir " * 30):
        asked = Asked(lambda: lm, text)
        for question in ("dal", "den"):
            asked.gains(question, ["fal", "gal"])
    long = [length for length in lengths if length > 10]
    assert len(long) == 2 and len(lengths) == 2 + 2 * 2


def test_a_long_text_is_read_in_a_bounded_number_of_windows(seen):
    lm, lengths = seen
    Asked(lambda: lm, "bal ben\n" * 5000).gains("dal", ["fal", "gal"])
    assert len(lengths) <= 7 and max(lengths) < 400


def test_the_model_is_asked_only_what_the_lexicon_leaves_open(word_source, passages, monkeypatch):
    asked = []

    def gains(self, question, answers):
        asked.append(question)
        return [3.0 if answer == "winter" else 0.0 for answer in answers]

    monkeypatch.setattr(Asked, "gains", gains)
    reader = Reader(language_model=lambda: None)
    scene = reader.read(passages("A boat upon the lake at noon"), language="en")
    assert scene.season == "winter" and scene.evidence["season"] == "by likelihood 0.87"
    assert scene.evidence["time_of_day"].startswith("'noon'")
    assert scene.weather == "clear" and scene.evidence["weather"] == "default"
    assert len(asked) == 1 and "season" in asked[0]  # neither of the weather nor of what is told
