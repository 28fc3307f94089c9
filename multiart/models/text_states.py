"""The painter's text encoder: hidden states of a causal language model, pinned by its source."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from multiart.models.language import DEFAULT_SOURCE, LanguageModel, load_causal_lm


@dataclass(frozen=True)
class TextStates:
    """Hidden states of texts, padded at the right.

    Attributes:
        states: float32 ``[B, T, D]``, zeros at padding.
        mask: bool ``[B, T]``, True at tokens.
        caption_mask: bool ``[B, T]``, True at the caption's own tokens.
    """

    states: Tensor
    mask: Tensor
    caption_mask: Tensor


class TextEncoder:
    """Encode captions, each with the poem it comes from.

    A causal model reads from left to right, so the caption's states do not depend on the poem after it.

    Args:
        source: of the language model, as the model store names it.
        layer: index into its hidden states; -1 is the last, after the final norm.
    """

    def __init__(self, *, source: str = DEFAULT_SOURCE, layer: int = -1) -> None:
        self.source = source
        self.layer = layer

    @cached_property
    def language(self) -> LanguageModel:
        """The language model; loaded when first needed."""
        return load_causal_lm(self.source)

    @property
    def sha256(self) -> str:
        """Of the language model."""
        return self.language.sha256

    def encode(
        self, captions: list[str], poems: list[str] | None = None, *, batch_size: int = 32
    ) -> TextStates:
        """Encode B captions; where ``poems`` has a text that is not empty, it follows on a new line.

        Raises:
            ValueError: if a text is longer than the language model can read, or the lists differ in length.
        """
        if poems is not None and len(poems) != len(captions):
            raise ValueError(f"{len(captions)} captions go with as many poems, got {len(poems)}")
        parts = [self._tokens(*both) for both in zip(captions, poems or [""] * len(captions), strict=True)]
        length, dim = max(len(ids) for ids, _ in parts), self.language.hidden_size
        states = torch.zeros(len(parts), length, dim)
        mask = torch.zeros(len(parts), length, dtype=torch.bool)
        caption_mask = mask.clone()
        by_length = sorted(range(len(parts)), key=lambda index: len(parts[index][0]))
        for start in range(0, len(parts), batch_size):
            chosen = by_length[start : start + batch_size]
            encoded = self._forward([parts[index][0] for index in chosen])
            for index, row in zip(chosen, encoded, strict=True):
                ids, caption_end = parts[index]
                states[index, : len(ids)] = row[: len(ids)]
                mask[index, : len(ids)] = True
                caption_mask[index, 1:caption_end] = True
        return TextStates(states=states, mask=mask, caption_mask=caption_mask)

    def _tokens(self, caption: str, poem: str) -> tuple[list[int], int]:
        """Token ids, opened by the model's start token, and where the caption's end."""
        tokenizer = self.language.tokenizer
        start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
        ids = [start, *tokenizer.encode(caption, add_special_tokens=False)]
        caption_end = len(ids)
        if poem:
            ids += tokenizer.encode(f".\n{poem}", add_special_tokens=False)
        if len(ids) > self.language.max_positions:
            raise ValueError(
                f"the text is {len(ids)} tokens long; {self.source} reads {self.language.max_positions} at most"
            )
        return ids, caption_end

    @torch.no_grad()
    def _forward(self, batch: list[list[int]]) -> Tensor:
        """Hidden states ``[B, T, D]`` of token ids, padded at the right."""
        model = self.language.model
        rows = [torch.tensor(ids) for ids in batch]
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True).to(model.device)
        lengths = torch.tensor([[len(row)] for row in rows], device=model.device)
        mask = torch.arange(ids.shape[1], device=model.device) < lengths
        last = self.layer == -1
        output = model.base_model(
            input_ids=ids, attention_mask=mask.long(), output_hidden_states=not last, use_cache=False
        )
        states = output.last_hidden_state if last else output.hidden_states[self.layer]
        return states.float().cpu()
