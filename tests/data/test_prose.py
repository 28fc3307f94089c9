"""The prose that a language model should not forget."""

import pytest

from multiart.data.prose import read_prose


@pytest.mark.train
def test_passages_are_whole_sentences_and_none_is_in_both_parts():
    training, held_out = read_prose()
    assert 0.15 < len(held_out) / (len(training) + len(held_out)) < 0.25
    assert not {*training} & {*held_out}
    assert all(60 <= len(text.split()) < 200 and text[-1] in '.!?"' for text in training)
    assert not any("Gutenberg" in text or "\n" in text for text in training + held_out)
