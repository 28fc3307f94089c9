"""Ask a language model which of several answers a text makes likelier."""

import copy
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import torch
from torch import Tensor

from multiart.models.language import LanguageModel

WINDOW_TOKENS = 384  # of the text, read at a time
MAX_WINDOWS = 6  # of a long text, evenly spread


class Asked:
    """A text that a language model is asked about; it reads the text once for all questions.

    Args:
        language_model: gives the model; called at the first question.
        text: of any length; of a long one, windows are read.
    """

    def __init__(self, language_model: Callable[[], LanguageModel], text: str) -> None:
        self._language_model, self.text = language_model, text

    @cached_property
    def lm(self) -> LanguageModel:
        return self._language_model()

    @cached_property
    def _starts(self) -> list["_Start"]:
        ids = self.lm.tokenizer(self.text, add_special_tokens=False)["input_ids"]
        width = min(WINDOW_TOKENS, self.lm.max_positions // 2)
        windows = [ids[start : start + width] for start in range(0, len(ids), width)]
        step = max(1, -(-len(windows) // MAX_WINDOWS))
        texts = [self.lm.tokenizer.decode(window).strip() for window in windows[::step]]
        return [_Start(self.lm, f"{text}\n\n") for text in texts]

    def gains(self, question: str, answers: Sequence[str]) -> list[float]:
        """How much likelier each answer becomes by reading the text, in nats.

        An answer's gain is ``log p(answer | text, question) - log p(answer | question)``, summed over its
        tokens and averaged over windows of a long text: what is likely anyway drops out (domain-conditional
        pointwise mutual information, Holtzman et al. 2021, arXiv:2104.08315).

        Args:
            question: ends where the answer begins, e.g. "The season is".
            answers: words that can follow the question.
        """
        alone = _alone(self.lm, question, tuple(answers))
        with_text = [_log_likelihoods(start, question, answers) for start in self._starts]
        return (torch.stack(with_text).mean(0) - alone).tolist()


class _Start:
    """The beginning of several prompts: what the first of them shares with another is not read again."""

    def __init__(self, lm: LanguageModel, text: str) -> None:
        self.lm, self.text = lm, text
        self._ids: list[int] = []
        self._cache: Any = None

    def read(self, rest: str) -> tuple[Tensor, Any]:
        """Logits ``[1, 1, V]`` of what follows the prompt, and a cache of it that may be changed."""
        ids = _ids(self.lm, self.text + rest, start=True)
        known = 0
        while known < min(len(ids) - 1, len(self._ids)) and ids[known] == self._ids[known]:
            known += 1
        cache = copy.deepcopy(self._cache)
        if known < len(self._ids):
            cache.crop(known - len(self._ids))  # the tokens after what is shared
        read = torch.tensor([ids[known:]], device=self.lm.model.device)
        output = self.lm.model(read, past_key_values=cache, use_cache=True)
        if self._cache is None:
            self._ids, self._cache = ids, copy.deepcopy(output.past_key_values)
        return output.logits[:, -1:], output.past_key_values


@lru_cache(maxsize=32)
def _alone(lm: LanguageModel, question: str, answers: tuple[str, ...]) -> Tensor:
    return _log_likelihoods(_Start(lm, ""), question, answers)


@torch.no_grad()
def _log_likelihoods(start: _Start, question: str, answers: Sequence[str]) -> Tensor:
    """``log p(answer | start, question)`` of each answer, ``[N]``; all answers go in one batch."""
    lm, device = start.lm, start.lm.model.device
    answer_ids = [_ids(lm, f" {answer}") for answer in answers]
    longest = max(map(len, answer_ids))
    padded = torch.tensor([ids + [ids[-1]] * (longest - len(ids)) for ids in answer_ids], device=device)
    real = torch.tensor([[n < len(ids) for n in range(longest)] for ids in answer_ids], device=device)

    first, cache = start.read(question)
    logits = first.expand(len(answers), -1, -1)
    if longest > 1:
        cache.batch_repeat_interleave(len(answers))
        rest = lm.model(padded[:, :-1], past_key_values=cache).logits
        logits = torch.cat([logits, rest], dim=1)
    gained = logits.float().log_softmax(-1).gather(2, padded[..., None])[..., 0]
    return (gained * real).sum(1).cpu()


def _ids(lm: LanguageModel, text: str, start: bool = False) -> list[int]:
    ids = lm.tokenizer(text, add_special_tokens=False)["input_ids"]
    bos = lm.tokenizer.bos_token_id
    return [bos, *ids] if start and bos is not None else ids
