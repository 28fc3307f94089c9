"""The melody model's network: a small transformer over notes, with a way to copy what it was shown."""

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from multiart.music.events import (
    CONTROL_SIZES,
    DURATIONS,
    FEATURE_SIZES,
    FIRST_PAIR,
    GUESSES,
    NUM_PITCHES,
)

TEXT_DIM = 576  # of a state of SmolLM2-135M
MAX_STEPS = 512  # that attend to one another
IGNORED = -100  # the target of padding


class Table(nn.Module):
    """Sums one embedding a column of integers.

    Args:
        sizes: how many values each column has.
        width: of the embeddings.
    """

    def __init__(self, sizes: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(sum(sizes), width, mode="sum")
        starts = torch.tensor([0, *sizes[:-1]]).cumsum(0)
        self.register_buffer("starts", starts, persistent=False)

    def forward(self, columns: Tensor) -> Tensor:
        """``[..., K]`` to ``[..., width]``."""
        rows = (columns + self.starts).flatten(0, -2)
        return self.bag(rows).unflatten(0, columns.shape[:-1])


@dataclass
class Cache:
    """Keys and values of the steps so far, a pair ``[B, heads, T, D]`` a layer."""

    layers: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Append to a layer and give all it has."""
        if layer in self.layers:
            before = self.layers[layer]
            keys, values = torch.cat([before[0], keys], 2), torch.cat([before[1], values], 2)
        self.layers[layer] = keys, values
        return keys, values

    def __len__(self) -> int:
        return self.layers[0][0].shape[2] if self.layers else 0


class Block(nn.Module):
    """Causal attention and a gated feed-forward layer, each after RMS normalisation."""

    def __init__(self, layer: int, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        inner = int(width * 8 / 3) // 16 * 16
        self.layer, self.heads, self.dropout = layer, heads, dropout
        self.norm1, self.norm2 = nn.RMSNorm(width), nn.RMSNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.gate = nn.Linear(width, 2 * inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor], cache: Cache | None) -> Tensor:
        x = x + F.dropout(self.out(self._attend(self.norm1(x), rotation, cache)), self.dropout, self.training)
        gate, value = self.gate(self.norm2(x)).chunk(2, -1)
        return x + F.dropout(self.down(F.silu(gate) * value), self.dropout, self.training)

    def _attend(self, x: Tensor, rotation: tuple[Tensor, Tensor], cache: Cache | None) -> Tensor:
        """Plain softmax of products: on a CPU the fused kernel's backward is slower."""
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, rotation), rotate(k, rotation)
        if cache is not None:
            k, v = cache.extend(self.layer, k, v)
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
        steps, seen = scores.shape[-2:]
        if steps > 1:
            hidden = torch.ones(steps, seen, dtype=torch.bool, device=x.device).triu(1 + seen - steps)
            scores = scores.masked_fill(hidden, float("-inf"))
        return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def rotate(x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary position embedding (Su et al. 2021) of ``[B, heads, T, D]``."""
    cos, sin = rotation
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


class MelodyNetwork(nn.Module):
    """Reads the features of each step (`multiart.music.events`), gives logits of its pitch and duration.

    Args:
        width: of the hidden states; divisible by ``2 * heads``.
        depth: layers.
        heads: of attention.
        dropout: share of the inputs and of every layer's outputs left out while training.
        text_dim: width of the text states that may be given.
    """

    def __init__(
        self,
        *,
        width: int = 192,
        depth: int = 5,
        heads: int = 6,
        dropout: float = 0.1,
        text_dim: int = TEXT_DIM,
    ) -> None:
        super().__init__()
        if width % (2 * heads):
            raise ValueError(f"width must be divisible by twice the heads, got {width} and {heads}")
        self.config = {
            "width": width,
            "depth": depth,
            "heads": heads,
            "dropout": dropout,
            "text_dim": text_dim,
        }
        self.features = Table(FEATURE_SIZES, width)
        self.controls = Table(tuple(size + 1 for size in CONTROL_SIZES), width)
        self.text = nn.Linear(text_dim, width, bias=False)
        self.blocks = nn.ModuleList(Block(layer, width, heads, dropout) for layer in range(depth))
        self.norm = nn.RMSNorm(width)
        self.pitch, self.pitch_gates = nn.Linear(width, NUM_PITCHES), nn.Linear(width, GUESSES)
        self.given_pitch = nn.Embedding(NUM_PITCHES, width)
        self.mix = nn.Linear(width, width)
        self.duration, self.duration_gates = nn.Linear(width, len(DURATIONS)), nn.Linear(width, GUESSES)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.02)
        nn.init.zeros_(self.text.weight)
        size = width // heads
        frequencies = 10_000 ** -(torch.arange(0, size, 2) / size)
        angles = torch.outer(torch.arange(MAX_STEPS), frequencies)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(
        self,
        features: Tensor,
        controls: Tensor,
        text_states: Tensor | None = None,
        cache: Cache | None = None,
    ) -> Tensor:
        """Hidden states ``[B, T, width]``.

        Args:
            features: int64 ``[B, T, len(FEATURE_SIZES)]``; ``T`` and what is cached at most `MAX_STEPS`.
            controls: int64 ``[B, len(CONTROL_SIZES)]``; an id one above the last stands for not given.
            text_states: float ``[B, text_dim]`` or None.
            cache: of the steps before; it is extended.
        """
        condition = self.controls(controls)
        if text_states is not None:
            condition = condition + self.text(text_states)
        x = F.dropout(self.features(features) + condition[:, None], self.blocks[0].dropout, self.training)
        start = 0 if cache is None else len(cache)
        steps = slice(start, start + features.shape[1])
        rotation = self.cos[steps].to(x.dtype), self.sin[steps].to(x.dtype)
        for block in self.blocks:
            x = block(x, rotation, cache)
        return self.norm(x)

    def pitch_logits(self, hidden: Tensor, features: Tensor) -> Tensor:
        """``[B, T, NUM_PITCHES]``."""
        return copied(self.pitch(hidden), self.pitch_gates(hidden), features[..., FIRST_PAIR + 2 :: 2])

    def duration_logits(self, hidden: Tensor, features: Tensor, pitches: Tensor) -> Tensor:
        """Logits of the durations ``[B, T, len(DURATIONS)]`` of notes whose pitch ids are ``[B, T]``."""
        hidden = F.silu(self.mix(hidden) + self.given_pitch(pitches))
        guesses = features[..., FIRST_PAIR + 3 :: 2]
        return copied(self.duration(hidden), self.duration_gates(hidden), guesses)


def copied(logits: Tensor, gates: Tensor, guesses: Tensor) -> Tensor:
    """Add to each guess's logit its gate; an id beyond the last logit guesses nothing.

    Args:
        logits: ``[B, T, V]``.
        gates: ``[B, T, G]``.
        guesses: int64 ``[B, T, G]``, 0 to V.
    """
    wider = F.pad(logits, (0, 1))
    return wider.scatter_add(-1, guesses, gates.to(logits.dtype))[..., :-1]


def note_losses(network: MelodyNetwork, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Summed negative log-likelihood in nats of the pitches, of the durations, and the number of events.

    Args:
        network: the melody model.
        batch: ``pitches`` and ``durations`` [B, T], ``features`` [B, T, K], ``controls`` [B, C], and, where
            words are given, ``text_states`` [B, D].
    """
    pitches, durations, features = batch["pitches"], batch["durations"], batch["features"]
    hidden = network(features, batch["controls"], batch.get("text_states"))
    of_pitch = network.pitch_logits(hidden, features).float()
    of_duration = network.duration_logits(hidden, features, pitches.clamp(min=0)).float()

    def nll(logits: Tensor, truth: Tensor) -> Tensor:
        return F.cross_entropy(logits.flatten(0, 1), truth.flatten(), ignore_index=IGNORED, reduction="sum")

    return nll(of_pitch, pitches), nll(of_duration, durations), (pitches != IGNORED).sum()
