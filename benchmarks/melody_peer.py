"""The melody model against REMI tokens: two transformers of 2 M weights, the same tunes, the same CPU time.

    pip install 'multiart[peer]'
    python benchmarks/melody_peer.py remi --minutes 8
    python benchmarks/melody_peer.py melody --minutes 8

`remi` predicts the tokens of MidiTok's REMI (Huang and Yang 2020; here with time signatures, without
velocities, 24 positions a beat) one after another; `melody` is the network of `multiart.music`. Both are
trained on the training split relative to the tonic, with the same optimiser, schedule, average of the weights
and number format, on one thread; processor time is counted, making the data and evaluating are not. The
result is the likelihood of the test split in nats an event, which is a note or a rest. REMI writes an event
as several tokens, whose nats are added: once all of them, once without those that only say where bars begin.
It is told no plan; the melody model is measured with its plan, and told no controls and no repeats.
The result is in docs/melody_evaluation.md.
"""

import argparse
import copy
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from multiart.data.melodies import CorpusCache, LengthSampler, MelodyDataset, collate
from multiart.data.tunes.corpus import PUBLIC_DOMAIN
from multiart.errors import MultiartError
from multiart.io.atomic import atomic_write
from multiart.metrics.melody_baselines import network_nll
from multiart.models.precision import prefers_bfloat16
from multiart.music.network import IGNORED, Block, MelodyNetwork, note_losses
from multiart.music.tune import HIGHEST, LOWEST, TICKS_PER_BEAT, TIME_SIGNATURES, Tune, bar_ticks
from multiart.training.melody import drop_controls

WARMUP, DECAY = 100, 0.55  # steps, share of the time over which the rate falls
LR, WEIGHT_DECAY = 2.5e-3, 0.05
WINDOW = 1024  # tokens; of 250 held-out tunes one is longer
TONIC = 60  # MIDI number
REPORT_S = 120  # of processor time between two lines


class Tokens:
    """Tunes as tokens of REMI.

    Raises:
        MultiartError: if MidiTok is not installed.
    """

    def __init__(self) -> None:
        try:
            import miditok
            import symusic
        except ImportError as error:
            raise MultiartError("the peer's tokens are MidiTok's: pip install 'multiart[peer]'") from error
        self._symusic = symusic
        metres: dict[int, list[int]] = {}
        for name in TIME_SIGNATURES:
            beats, unit = map(int, name.split("/"))
            metres.setdefault(unit, []).append(beats)
        self._tokenizer = miditok.REMI(
            miditok.TokenizerConfig(
                pitch_range=(TONIC + LOWEST, TONIC + HIGHEST + 1),
                beat_res={(0, 16): TICKS_PER_BEAT},
                special_tokens=["PAD", "BOS"],
                use_velocities=False,
                use_time_signatures=True,
                time_signature_range=metres,
            )
        )
        names = sorted(self._tokenizer.vocab, key=self._tokenizer.vocab.get)
        kinds = [name.split("_")[0] for name in names]
        self.kinds = sorted(set(kinds))
        self.kind_of = torch.tensor([self.kinds.index(kind) for kind in kinds])
        self.start = self._tokenizer.vocab["BOS_None"]

    def __len__(self) -> int:
        return len(self._tokenizer)

    def ids(self, tune: Tune) -> Tensor:
        """The tokens of a tune after one that says it begins."""
        score = self._symusic.Score(TICKS_PER_BEAT)
        beats, unit = map(int, tune.time_signature.split("/"))
        score.time_signatures.append(self._symusic.TimeSignature(0, beats, unit))
        track = self._symusic.Track(program=0)
        tick = -tune.pickup % bar_ticks(tune.time_signature)
        for event in tune.events:
            if event.pitch is not None:
                track.notes.append(self._symusic.Note(tick, event.duration, TONIC + event.pitch, 100))
            tick += event.duration
        score.tracks.append(track)
        return torch.tensor([self.start, *self._tokenizer.encode(score)[0].ids])


class TokenTransformer(nn.Module):
    """The melody model's blocks over tokens, whose embeddings are also what they are predicted with.

    Args:
        vocabulary: tokens.
        width, depth, heads, dropout: as of `MelodyNetwork`.
    """

    def __init__(
        self, vocabulary: int, *, width: int = 200, depth: int = 4, heads: int = 5, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.blocks = nn.ModuleList(Block(layer, width, heads, dropout) for layer in range(depth))
        self.norm = nn.RMSNorm(width)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.02)
        size = width // heads
        angles = torch.outer(torch.arange(WINDOW), 10_000 ** -(torch.arange(0, size, 2) / size))
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits ``[B, T, vocabulary]`` of the tokens that follow ``[B, T]``."""
        x = self.embedding(tokens)
        steps = tokens.shape[1]
        rotation = self.cos[:steps].to(x.dtype), self.sin[:steps].to(x.dtype)
        for block in self.blocks:
            x = block(x, rotation, None)
        return F.linear(self.norm(x), self.embedding.weight)


class Remi:
    """The peer: what it is trained on, its loss and its likelihood."""

    batch_size = 4  # of about as many tokens as the other's have events

    def __init__(self, training: Sequence[Tune]) -> None:
        self.tokens = Tokens()
        torch.manual_seed(0)
        self.network = TokenTransformer(len(self.tokens))
        self.items = [part for tune in training for part in self.tokens.ids(tune).split(WINDOW)]
        self.items = [item for item in self.items if len(item) > 1]

    def lengths(self) -> list[int]:
        return [len(item) for item in self.items]

    def loss(self, places: Sequence[int], step: int) -> Tensor:
        """The mean nats a token of some of the training's items."""
        pad = nn.utils.rnn.pad_sequence
        batch = pad([self.items[place] for place in places], batch_first=True, padding_value=IGNORED)
        logits = self.network(batch[:, :-1].clamp(min=0)).float()
        return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten(), ignore_index=IGNORED)

    @torch.inference_mode()
    def nll(self, network: nn.Module, tunes: Sequence[Tune]) -> dict[str, float]:
        """Nats an event; of a tune longer than `WINDOW` the last half window is read again."""
        spent: Counter[str] = Counter()
        for tune in tunes:
            ids = self.tokens.ids(tune)
            known = 1
            while known < len(ids):
                start = max(0, known - WINDOW // 2)
                window = ids[start : start + WINDOW]
                chances = network(window[None, :-1]).float().log_softmax(-1)[0]
                nats = -chances.gather(-1, window[1:, None])[:, 0]
                new = slice(known, start + len(window))
                kinds = self.tokens.kind_of[ids[new]].tolist()
                for kind, amount in zip(kinds, nats[known - start - 1 :].tolist(), strict=True):
                    spent[self.tokens.kinds[kind]] += amount
                known = new.stop
        events = sum(len(tune.events) for tune in tunes)
        parts = {name: nats / events for name, nats in spent.items()}
        note = sum(parts[name] for name in ("Pitch", "Duration", "Position"))
        return parts | {"pitch, duration and position": note, "all tokens": sum(parts.values())}


class Compound:
    """The melody model: what it is trained on, its loss and its likelihood."""

    batch_size = 12

    def __init__(self, training: Sequence[Tune]) -> None:
        torch.manual_seed(0)
        self.network = MelodyNetwork(depth=4, dropout=0.1)
        self.items = MelodyDataset(training)

    def lengths(self) -> list[int]:
        return self.items.lengths

    def loss(self, places: Sequence[int], step: int) -> Tensor:
        """The mean nats an event of some of the training's items."""
        batch = collate([self.items[place] for place in places])
        batch = drop_controls(batch, share=0.1, generator=torch.Generator().manual_seed(step))
        pitch, duration, count = note_losses(self.network, batch)
        return (pitch + duration) / count

    def nll(self, network: nn.Module, tunes: Sequence[Tune]) -> dict[str, float]:
        """Nats an event, with all of the plan and with its phrases alone."""
        bare = network_nll(network, tunes, controls=False, forms=False)
        return network_nll(network, tunes) | {"told no controls, no form": bare["loss"]}


CANDIDATES: dict[str, Callable[[Sequence[Tune]], Remi | Compound]] = {"remi": Remi, "melody": Compound}


def batches(lengths: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """The places of the items of each step, without end."""
    sampler = LengthSampler(lengths, batch_size=batch_size, seed=0)
    while True:
        yield from sampler
        sampler.step += len(sampler)


def train(candidate: Remi | Compound, budget: float, report: Callable[[dict], None]) -> nn.Module:
    """Train for so many seconds of processor time; returns the average of the weights."""
    network, average = candidate.network, copy.deepcopy(candidate.network)
    optimizer = torch.optim.AdamW(network.parameters(), LR, betas=(0.9, 0.98), weight_decay=WEIGHT_DECAY)
    seconds, said = 0.0, 0.0
    for steps, places in enumerate(batches(candidate.lengths(), candidate.batch_size)):
        start = time.process_time()
        left = (budget - seconds) / (DECAY * budget)
        for group in optimizer.param_groups:
            group["lr"] = LR * min(1, (steps + 1) / WARMUP) * min(1, max(0.02, left))
        with torch.autocast("cpu", torch.bfloat16, enabled=prefers_bfloat16()):
            loss = candidate.loss(places, steps)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        kept = min(0.999, (1 + steps) / (10 + steps))
        with torch.no_grad():
            torch._foreach_lerp_([*average.parameters()], [*network.parameters()], 1 - kept)
        seconds += time.process_time() - start
        if seconds - said >= REPORT_S or seconds >= budget:
            said = seconds
            report({"steps": steps + 1, "cpu_minutes": round(seconds / 60, 2), "loss": round(loss.item(), 3)})
        if seconds >= budget:
            return average.eval()
    raise AssertionError("batches have no end")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("candidate", choices=CANDIDATES)
    parser.add_argument("--minutes", type=float, default=8, help="processor time")
    parser.add_argument("--out", type=Path, default=Path("outputs/benchmarks/melody_peer"))
    asked = parser.parse_args()
    torch.set_num_threads(1)
    tunes = CorpusCache("outputs/cache", PUBLIC_DOMAIN).tunes()
    split = {name: [t.tune for t in tunes if t.split == name] for name in ("train", "test")}
    candidate = CANDIDATES[asked.candidate](split["train"])
    said: dict = {"candidate": asked.candidate, "items": len(candidate.lengths())}
    said["parameters"] = sum(p.numel() for p in candidate.network.parameters())

    def report(row: dict) -> None:
        said.update(row)
        print(json.dumps(said), flush=True)

    average = train(candidate, asked.minutes * 60, report)
    nll = candidate.nll(average, split["test"])
    said["items_seen"] = said["steps"] * candidate.batch_size
    said["nats_an_event"] = {name: round(nats, 3) for name, nats in nll.items()}
    asked.out.mkdir(parents=True, exist_ok=True)
    atomic_write(asked.out / f"{asked.candidate}.json", json.dumps(said, indent=1))
    print(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()
