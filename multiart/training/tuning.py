"""Which parameters of a pretrained network are trained: all, none, or adapters put into it."""

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from multiart.errors import ModelUnavailable, unknown
from multiart.models.adapters import inject, save_adapters
from multiart.models.language import DEFAULT_SOURCE, load_causal_lm, part_of

METHODS = ("full", "frozen", "peft")
LORA = {
    "peft_type": "LORA",
    "r": 8,
    "lora_alpha": 16,
    "lora_dropout": 0.05,
    "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
}


def tune(network: nn.Module, method: str, peft: Mapping[str, Any] | None = None) -> nn.Module:
    """Choose what of a network is trained, in place.

    Args:
        network: any network.
        method: `full` trains everything, `frozen` nothing, `peft` only the adapters put into it.
        peft: of the adapters, see `multiart.models.adapters.inject`.

    Raises:
        ValueError: for an unknown method, or a `peft` that does not fit the network.
    """
    if method not in METHODS:
        raise ValueError(unknown("tune", method, METHODS))
    if method != "peft":
        return network.requires_grad_(method == "full")
    if not peft or "peft_type" not in peft:
        raise ValueError(
            f"tune=peft needs peft.peft_type, e.g. LORA, and its settings; got {dict(peft or {})}"
        )
    return inject(network, peft)


class TunedLanguageModel(nn.Module):
    """The top layers of a causal language model, being tuned; the layers below stay as they are.

    What the lower layers make of a text never changes, so it can be computed once and kept. The parameters of
    this module are those being trained and no others: a checkpoint holds a few megabytes, not the model.

    Args:
        source: of the language model, as the model store names it.
        method: see `tune`; `full` trains the layers and the final norm, not the embeddings and the head.
        layers: how many from the top; None for all.
        peft: for `method="peft"`; what is not given is LoRA (Hu et al. 2022) of rank 8 on every projection.
        gradient_checkpointing: recompute activations in the backward pass: less memory, more time.

    Raises:
        ModelUnavailable: the source cannot be had, or its layers cannot be told apart.
        ValueError: for an unknown method, or more layers than there are.
    """

    def __init__(
        self,
        *,
        source: str = DEFAULT_SOURCE,
        method: str = "peft",
        layers: int | None = 8,
        peft: Mapping[str, Any] | None = None,
        gradient_checkpointing: bool = False,
    ) -> None:
        super().__init__()
        self.source, self.method, self.peft = source, method, {**LORA, **(peft or {})}
        self.loaded = load_causal_lm(source, dtype=torch.float32)
        model = self.loaded.model
        if not all(hasattr(model.base_model, name) for name in ("layers", "norm", "rotary_emb")):
            raise ModelUnavailable(
                f"{source} is a {type(model).__name__}, whose layers cannot be tuned apart:"
                " a Llama, Qwen, Mistral or another model with rotary positions is needed"
            )
        every = model.base_model.layers
        layers = len(every) if layers is None else layers
        if not 1 <= layers <= len(every):
            raise ValueError(f"text.layers must be from 1 to {len(every)} for {source}, got {layers}")
        self.first = len(every) - layers
        below = part_of(model, every[: self.first], norm=False)
        top = tune(part_of(model, copy.deepcopy(every[self.first :])), method, self.peft)
        for shared in (top.get_input_embeddings(), top.get_output_embeddings()):
            shared.requires_grad_(False)
        if gradient_checkpointing:
            top.gradient_checkpointing_enable({"use_reentrant": False})
        top.train(self.training)
        self._parts = {"below": below, "original": part_of(model, every[self.first :]), "top": top}
        trained = {name.replace(".", "/"): p for name, p in top.named_parameters() if p.requires_grad}
        self.trained = nn.ParameterDict(trained)

    def __deepcopy__(self, memo: dict[int, Any]) -> "TunedLanguageModel":
        """A copy with trained weights of its own, e.g. for an average; those that never change are shared."""
        every = [p for part in self._parts.values() for p in part.parameters()]
        memo.update({id(p): p for p in every if not p.requires_grad} | {id(self.loaded): self.loaded})
        memo[id(self)] = copied = type(self).__new__(type(self))
        copied.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return copied

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> "TunedLanguageModel":
        for part in self._parts.values():  # no submodules of this one, and so not moved to a device with it
            part._apply(fn)
        return super()._apply(fn, recurse)

    @property
    def hidden_size(self) -> int:
        return self.loaded.hidden_size

    @torch.no_grad()
    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States ``[B, T, D]`` below the layers being tuned, of token ids ``[B, T]``."""
        body = self._parts["below"].base_model
        return body(input_ids=ids, attention_mask=mask.long(), use_cache=False).last_hidden_state

    def forward(self, lower: Tensor, mask: Tensor) -> Tensor:
        """States ``[B, T, D]`` after the last layer and norm, from those of `lower`; mask ``[B, T]`` bool."""
        return self._above("top", lower, mask)

    @torch.no_grad()
    def original(self, lower: Tensor, mask: Tensor) -> Tensor:
        """The same, of the model before any tuning."""
        return self._above("original", lower, mask)

    def logits(self, states: Tensor) -> Tensor:
        """Logits ``[..., V]`` of the next token; the head is not tuned."""
        return self._parts["top"].get_output_embeddings()(states)

    def _above(self, part: str, lower: Tensor, mask: Tensor) -> Tensor:
        body, trained = self._parts[part].base_model, {}
        if part == "top":
            if body.training != self.training:
                body.train(self.training)  # no submodule of this one, and so not told
            # Sharded, they are others than those that the layers were made with.
            prefix = f"{self._parts[part].base_model_prefix}."
            trained = {name.replace("/", ".").removeprefix(prefix): p for name, p in self.trained.items()}
        given = {"inputs_embeds": lower.float(), "attention_mask": mask.long(), "use_cache": False}
        return functional_call(body, trained, (), given).last_hidden_state

    def export(self, folder: str | Path) -> None:
        """Write what was trained.

        Adapters are written as `peft.PeftModel.from_pretrained` loads them onto the whole model; where layers
        themselves were trained, the whole model is, with its tokenizer.

        Raises:
            ValueError: if nothing was trained.
        """
        from peft import get_peft_model_state_dict

        if self.method == "frozen":
            raise ValueError("text.method=frozen has trained nothing to export")
        if self.method == "full":
            whole = copy.deepcopy(self.loaded.model)
            top = self._parts["top"].state_dict()
            whole.load_state_dict(
                {self._in_whole(name): weight for name, weight in top.items()}, strict=False
            )
            whole.save_pretrained(folder)
            self.loaded.tokenizer.save_pretrained(folder)
            return
        weights = get_peft_model_state_dict(self._parts["top"])
        shifted = {self._in_whole(name): weight for name, weight in weights.items()}
        layers = list(range(self.first, self.first + self._count))
        save_adapters(
            shifted, self.peft, folder, base=self.source, task_type="CAUSAL_LM", layers_to_transform=layers
        )

    @property
    def _count(self) -> int:
        return len(self._parts["top"].base_model.layers)

    def _in_whole(self, name: str) -> str:
        """A parameter's name in the whole model, where the tuned layers are not the first."""
        return re.sub(r"(\.layers\.)(\d+)", lambda m: f"{m[1]}{int(m[2]) + self.first}", name)
