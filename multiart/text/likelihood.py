"""Ask a language model which of several answers a text makes likelier."""

from collections.abc import Sequence

import torch
from torch import Tensor

from multiart.models.language import LanguageModel

WINDOW_TOKENS = 384  # of the text, read at a time
MAX_WINDOWS = 6  # of a long text, evenly spread


def answer_gains(lm: LanguageModel, text: str, question: str, answers: Sequence[str]) -> list[float]:
    """How much likelier each answer becomes by reading the text, in nats.

    An answer's gain is ``log p(answer | text, question) - log p(answer | question)``, summed over its
    tokens and averaged over windows of a long text: what is likely anyway drops out (domain-conditional
    pointwise mutual information, Holtzman et al. 2021, arXiv:2104.08315).

    Args:
        question: ends where the answer begins, e.g. "The season is".
        answers: words that can follow the question.
    """
    ids = lm.tokenizer(text, add_special_tokens=False)["input_ids"]
    width = min(WINDOW_TOKENS, lm.max_positions // 2)
    windows = [ids[start : start + width] for start in range(0, len(ids), width)]
    step = max(1, -(-len(windows) // MAX_WINDOWS))
    texts = [lm.tokenizer.decode(window) for window in windows[::step]]
    alone = _log_likelihoods(lm, question, answers)
    with_text = [_log_likelihoods(lm, f"{part.strip()}\n\n{question}", answers) for part in texts]
    return (torch.stack(with_text).mean(0) - alone).tolist()


@torch.no_grad()
def _log_likelihoods(lm: LanguageModel, prefix: str, answers: Sequence[str]) -> Tensor:
    """``log p(answer | prefix)`` of each answer, ``[N]``; the prefix is read once, all answers in a batch."""
    device = lm.model.device
    read = torch.tensor([_ids(lm, prefix, start=True)], device=device)
    answer_ids = [_ids(lm, f" {answer}") for answer in answers]
    longest = max(map(len, answer_ids))
    padded = torch.tensor([ids + [ids[-1]] * (longest - len(ids)) for ids in answer_ids], device=device)
    real = torch.tensor([[n < len(ids) for n in range(longest)] for ids in answer_ids], device=device)

    first = lm.model(read, use_cache=True)
    logits = first.logits[:, -1:].expand(len(answers), -1, -1)
    if longest > 1:
        cache = first.past_key_values
        cache.batch_repeat_interleave(len(answers))
        rest = lm.model(padded[:, :-1], past_key_values=cache).logits
        logits = torch.cat([logits, rest], dim=1)
    gained = logits.float().log_softmax(-1).gather(2, padded[..., None])[..., 0]
    return (gained * real).sum(1).cpu()


def _ids(lm: LanguageModel, text: str, start: bool = False) -> list[int]:
    ids = lm.tokenizer(text, add_special_tokens=False)["input_ids"]
    bos = lm.tokenizer.bos_token_id
    return [bos, *ids] if start and bos is not None else ids
