"""Sample continuations from a causal language model, decided by a generator."""

from dataclasses import dataclass
from typing import Any

import torch

from multiart.models.language import LanguageModel


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How a language model is sampled; the names and meanings are `transformers.GenerationConfig`'s.

    Raises:
        ValueError: a value is out of range; the message names it as ``text.<key>``.
    """

    max_new_tokens: int = 120
    num_beams: int = 1
    temperature: float = 0.8
    top_k: int = 50
    top_p: float = 0.95
    repetition_penalty: float = 1.15
    num_return_sequences: int = 1

    def __post_init__(self) -> None:
        _check("max_new_tokens", self.max_new_tokens, 16, 1024, whole=True)
        _check("num_beams", self.num_beams, 1, 16, whole=True)
        _check("temperature", self.temperature, 0.05, 5)
        _check("top_k", self.top_k, 0, 1_000_000, whole=True)
        _check("top_p", self.top_p, 0.01, 1)
        _check("repetition_penalty", self.repetition_penalty, 1, 2)
        _check("num_return_sequences", self.num_return_sequences, 1, 16, whole=True)
        if 1 < self.num_beams < self.num_return_sequences:
            raise ValueError(
                "text.num_return_sequences must be at most text.num_beams when beams are searched, "
                f"got {self.num_return_sequences} and {self.num_beams}"
            )


def _check(key: str, given: Any, low: float, high: float, whole: bool = False) -> None:
    kinds = int if whole else int | float
    if isinstance(given, bool) or not isinstance(given, kinds) or not low <= given <= high:
        number = "a whole number" if whole else "a number"
        raise ValueError(f"text.{key} must be {number} from {low} to {high}, got {given!r}")


@torch.no_grad()
def sample(
    lm: LanguageModel, prompt: str, sampling: Sampling, *, generator: torch.Generator, min_new_tokens: int = 0
) -> list[tuple[str, bool]]:
    """Continue ``prompt``.

    The global random state is seeded from ``generator`` for the sampling and put back afterwards. The
    repetition penalty looks only at what was sampled, so the words of the prompt stay free to use.

    Returns:
        ``num_return_sequences`` texts, each with whether the model ended it itself.
    """
    from transformers.generation.logits_process import LogitsProcessorList, RepetitionPenaltyLogitsProcessor

    seed = int(torch.randint(2**62, (), generator=generator, device=generator.device))
    device = lm.model.device
    room = lm.max_positions - sampling.max_new_tokens
    ids = lm.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
    ids = ids[:, -max(room, 1) :].to(device)
    penalty = RepetitionPenaltyLogitsProcessor(
        float(sampling.repetition_penalty), prompt_ignore_length=ids.shape[1]
    )
    ends = _end_tokens(lm)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        sampled = lm.model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=True,
            num_beams=sampling.num_beams,
            temperature=float(sampling.temperature),
            top_k=sampling.top_k,
            top_p=float(sampling.top_p),
            repetition_penalty=1.0,
            logits_processor=LogitsProcessorList([penalty]),
            num_return_sequences=sampling.num_return_sequences,
            max_new_tokens=sampling.max_new_tokens,
            min_new_tokens=min(min_new_tokens, sampling.max_new_tokens),
            eos_token_id=ends or None,
            pad_token_id=ends[0] if ends else 0,
        )[:, ids.shape[1] :]
    return [
        (lm.tokenizer.decode(row, skip_special_tokens=True), any(end in row.tolist() for end in ends))
        for row in sampled
    ]


def _end_tokens(lm: LanguageModel) -> list[int]:
    """Tokens that end a text: the tokenizer's, and those of the model's generation settings."""
    configured = lm.model.generation_config.eos_token_id
    configured = [configured] if isinstance(configured, int) else list(configured or [])
    own = lm.tokenizer.eos_token_id
    return list(dict.fromkeys([*configured, *([own] if own is not None else [])]))
