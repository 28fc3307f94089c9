"""The painter's text encoder: hidden states of a causal language model, pinned by its source."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from multiart.errors import ModelUnavailable
from multiart.models.language import DEFAULT_SOURCE, LanguageModel, load_causal_lm, part_of


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

    A causal model reads from left to right, so the caption's states do not depend on the poem after it. It is
    given a start token first, whose state is the same for every text and is left out.

    Args:
        source: of the language model, as the model store names it.
        layer: index into its hidden states; -1 is the last, after the final norm, and 0 the embeddings.
        device: that it runs on; states come back to the CPU.
    """

    def __init__(self, *, source: str = DEFAULT_SOURCE, layer: int = -1, device: str = "cpu") -> None:
        self.source = source
        self.layer = layer
        self.device = device

    @cached_property
    def language(self) -> LanguageModel:
        """The language model; loaded when first needed."""
        language = load_causal_lm(self.source, device=self.device)
        if not -language.num_layers <= self.layer + 1 <= language.num_layers + 1:
            raise ValueError(
                f"layer must be from {-language.num_layers - 1} to {language.num_layers} for {self.source}, "
                f"got {self.layer}"
            )
        return language

    @property
    def sha256(self) -> str:
        """Of the language model."""
        return self.language.sha256

    def encode(
        self, captions: list[str], poems: list[str] | None = None, *, batch_size: int | None = None
    ) -> TextStates:
        """Encode B captions; where ``poems`` has a text that is not empty, it follows on a new line.

        Args:
            captions: none of them empty.
            poems: as many, or None.
            batch_size: texts in one forward pass, 32 on a CPU and 256 elsewhere; texts of like length go
                together.

        Raises:
            ValueError: a caption is empty, a text is longer than the language model can read, or the lists
                differ in length.
        """
        poems = [""] * len(captions) if poems is None else poems
        if len(poems) != len(captions) or not all(captions):
            raise ValueError(
                f"every text needs a caption and may have a poem, got {len(captions)} captions, "
                f"{captions.count('')} of them empty, and {len(poems)} poems"
            )
        parts = [self.tokens(caption, poem) for caption, poem in zip(captions, poems, strict=True)]
        batch_size = batch_size or (32 if self.device == "cpu" else 256)
        length = max((len(ids) - 1 for ids, _ in parts), default=0)
        states = torch.zeros(len(parts), length, self.language.hidden_size)
        by_length = sorted(range(len(parts)), key=lambda index: len(parts[index][0]))
        for start in range(0, len(parts), batch_size):
            chosen = by_length[start : start + batch_size]
            encoded = self.forward([parts[index][0] for index in chosen])
            for index, row in zip(chosen, encoded, strict=True):
                count = len(parts[index][0]) - 1
                states[index, :count] = row[1 : count + 1]
        places = torch.arange(length)
        mask = places < torch.tensor([len(ids) - 1 for ids, _ in parts]).view(-1, 1)
        caption_mask = places < torch.tensor([count for _, count in parts]).view(-1, 1)
        return TextStates(states=states, mask=mask, caption_mask=caption_mask)

    def tokens(self, caption: str, poem: str) -> tuple[list[int], int]:
        """Token ids, with the start token first, and how many of the others are the caption's.

        Raises:
            ValueError: if they are more than the language model can read.
        """
        tokenizer = self.language.tokenizer
        start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
        caption_ids = tokenizer.encode(caption, add_special_tokens=False)
        poem_ids = tokenizer.encode(f".\n{poem}", add_special_tokens=False) if poem else []
        ids = [start, *caption_ids, *poem_ids]
        limit = self.language.max_positions
        if len(ids) > limit:
            raise ValueError(f"the text is {len(ids)} tokens long; {self.source} reads at most {limit}")
        return ids, len(caption_ids)

    @torch.no_grad()
    def forward(self, batch: list[list[int]]) -> Tensor:
        """Hidden states ``[B, T, D]`` of token ids, that of the start token too, padded at the right."""
        device = self.language.model.device
        rows = [torch.tensor(ids) for ids in batch]
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True).to(device)
        lengths = torch.tensor([[len(row)] for row in rows], device=device)
        mask = (torch.arange(ids.shape[1], device=device) < lengths).long()
        return self._body(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state.float().cpu()

    @cached_property
    def _body(self) -> nn.Module:
        """The layers whose states are asked for, and those below them."""
        model = self.language.model
        count = self.layer % (self.language.num_layers + 1)
        if count == self.language.num_layers:
            return model.base_model
        if not hasattr(model.base_model, "layers") or not hasattr(model.base_model, "norm"):
            raise ModelUnavailable(
                f"{self.source} is a {type(model).__name__}, whose layers cannot be told apart: only"
                f" the states of its last can be had, layer -1, not {self.layer}"
            )
        return part_of(model, model.base_model.layers[:count], norm=False).base_model
