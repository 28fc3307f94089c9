"""The melody model within joint training: it hears a language model's states of the text."""

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from multiart.models.adapters import merged
from multiart.music.composer import Composer
from multiart.music.melodist import Melodist, load_melodist, save_melodist
from multiart.music.network import MelodyNetwork, note_losses
from multiart.music.tune import Plan, Tune
from multiart.seeding import derive_seed
from multiart.training.melody import drop_controls
from multiart.training.projection import fold_projection, make_projection
from multiart.training.tuning import tune


class MelodyStage(nn.Module):
    """The melody's negative log-likelihood, given the mean state of its text.

    Args:
        hidden_size: width of the states; where the network reads another, a projection is learned.
        init_from: an exported melody model, as the model store names it.
        method, peft: what of the network is trained, see `tune`.
        drop_control: share of tunes trained without each of the controls.
    """

    def __init__(
        self,
        hidden_size: int,
        *,
        init_from: str,
        method: str = "full",
        peft: Mapping[str, Any] | None = None,
        drop_control: float = 0.3,
    ) -> None:
        super().__init__()
        loaded = load_melodist(init_from)
        self.known, self.styles, self.drop_control = loaded.known, loaded.styles, drop_control
        width = loaded.network.config["text_dim"]
        self.projection = nn.Identity() if width == hidden_size else make_projection(hidden_size, width)
        self.network = tune(loaded.network, method, peft)

    def loss(self, states: Tensor, mask: Tensor, melody: dict[str, Tensor], seeds: Sequence[int]) -> Tensor:
        """Nats a note.

        Args:
            states: of the texts ``[B, T, D]``, the start token's first.
            mask: bool ``[B, T]``, True at tokens.
            melody: their tunes, as of `multiart.data.melodies.collate`.
            seeds: of what each tune is not told.
        """
        tunes = [
            drop_controls(
                {name: column[row : row + 1] for name, column in melody.items()},
                share=self.drop_control,
                generator=torch.Generator().manual_seed(derive_seed(seed, "controls")),
            )
            for row, seed in enumerate(seeds)
        ]
        told = {name: torch.cat([one[name] for one in tunes]) for name in melody}
        told["text_states"] = self.projection(mean_state(states, mask))
        pitch, duration, count = note_losses(self.network, told)
        return (pitch + duration) / count

    def sing(self, states: Tensor, mask: Tensor, plans: Sequence[Plan | None]) -> list[Tune | None]:
        """A tune after each text's plan, always with the same random numbers; None where there is no plan."""
        told = self.projection(mean_state(states, mask)).cpu()
        composer = Composer(melodist=self._melodist(copy.deepcopy(self.network).cpu()))
        streams = (torch.Generator().manual_seed(number) for number in range(len(plans)))
        return [
            plan and composer.compose(plan, n=1, generator=stream, text_states=text)[0]
            for plan, stream, text in zip(plans, streams, told, strict=True)
        ]

    def merge(self) -> None:
        """Fold adapters and projection into the network."""
        self.network = merged(self.network)
        fold_projection(self.network, self.projection)
        self.projection = nn.Identity()

    def export(self, folder: str | Path, *, text_source: str) -> None:
        """Write the merged network, which names the language model ``text_source``."""
        network = merged(self.network)
        fold_projection(network, self.projection)
        save_melodist(folder, self._melodist(network, text_source))

    def _melodist(self, network: MelodyNetwork, text_source: str | None = None) -> Melodist:
        return Melodist(network=network, known=self.known, styles=self.styles, text_source=text_source)


def mean_state(states: Tensor, mask: Tensor) -> Tensor:
    """The mean ``[B, D]`` of each text's states ``[B, T, D]`` where mask ``[B, T]`` is, without the first."""
    states, mask = states[:, 1:], mask[:, 1:]
    return (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
