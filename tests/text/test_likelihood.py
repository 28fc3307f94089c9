"""Gains are differences of log-likelihoods."""

import pytest
import torch

from multiart.models.language import load_causal_lm
from multiart.text.likelihood import _ids, answer_gains
from multiart.text.reading import Reader


def by_hand(lm, prefix, answer):
    prefix_ids, answer_ids = _ids(lm, prefix, start=True), _ids(lm, f" {answer}")
    logits = lm.model(torch.tensor([prefix_ids + answer_ids])).logits[0].float().log_softmax(-1)
    return sum(logits[len(prefix_ids) + n - 1, token].item() for n, token in enumerate(answer_ids))


def test_gains_are_the_likelihood_with_the_text_less_that_without(word_source):
    lm = load_causal_lm(word_source)
    text, question, answers = "bal ben\nbir", "dal den", ["fal", "gal gen gir", "lal len"]
    expected = [
        by_hand(lm, f"{text}\n\n{question}", answer) - by_hand(lm, question, answer) for answer in answers
    ]
    assert answer_gains(lm, text, question, answers) == pytest.approx(expected, abs=1e-4)


def test_a_long_text_is_read_in_a_bounded_number_of_windows(word_source, monkeypatch):
    lm = load_causal_lm(word_source)
    seen = []
    forward = lm.model.forward
    monkeypatch.setattr(
        lm.model, "forward", lambda ids, **kwargs: seen.append(ids.shape[1]) or forward(ids, **kwargs)
    )
    answer_gains(lm, "bal ben\n" * 5000, "dal", ["fal", "gal"])
    assert len(seen) <= 7 and max(seen) < 400


def test_the_model_is_asked_only_what_the_lexicon_leaves_open(word_source, passages, monkeypatch):
    asked = []

    def gains(lm, text, question, answers):
        asked.append(question)
        return [3.0 if answer == "winter" else 0.0 for answer in answers]

    monkeypatch.setattr("multiart.text.reading.answer_gains", gains)
    reader = Reader(language_model=lambda: None)
    scene = reader.read(passages("A boat upon the lake at noon"), language="en")
    assert scene.season == "winter" and scene.evidence["season"] == "by likelihood 0.87"
    assert scene.evidence["time_of_day"].startswith("'noon'")
    assert ["season" in question or "weather" in question for question in asked] == [True, True]
