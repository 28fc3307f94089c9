"""Two networks in the same latents for the same CPU time: the U-Net that ships, and a patch transformer.

    python benchmarks/painter_candidates.py unet --minutes 60 &
    python benchmarks/painter_candidates.py transformer --minutes 60

Both predict clean latents under the same loss and see the same batches in the same order. Each is a process
of one thread and counts its processor time, so that the two can run side by side; painting the pictures and
compiling are not counted. At the end the average of the weights is measured by held-out loss and by what the
detector finds in pictures of held-out captions. Needs the extra `train`; the result is in ARCHITECTURE.md.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from multiart.data.heldout import held_out_scenes
from multiart.data.painted import PaintedScenes, collate
from multiart.data.sampler import EpochSampler
from multiart.image.painter import Painter
from multiart.image.unet import make_unet, whiten_text, whiten_unet
from multiart.metrics.concepts import to_rows
from multiart.metrics.painter_suite import PainterSuite
from multiart.models.precision import prefers_bfloat16
from multiart.seeding import derive_seed
from multiart.training.painter import PainterModule

BATCH, WARMUP = 16, 100
REPORT_S = 300  # of processor time between two lines


class Block(nn.Module):
    """Attention and SwiGLU, modulated by time and pooled text (Peebles and Xie 2023, adaLN-Zero)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        inner = width * 8 // 3 // 16 * 16
        self.heads = heads
        self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in range(2))
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * inner), nn.Linear(inner, width)
        self.query_norm, self.key_norm = nn.RMSNorm(width // heads), nn.RMSNorm(width // heads)
        self.own = nn.Parameter(torch.randn(6, width) * 0.02)
        for last in (self.out, self.down):
            nn.init.zeros_(last.weight)

    def forward(self, x: Tensor, modulation: Tensor, bias: Tensor) -> Tensor:
        shift, scale, gate, shift2, scale2, gate2 = (modulation + self.own).split(1, dim=1)
        y = self.norms[0](x) * (1 + scale) + shift
        q, k, v = self.qkv(y).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        q, k = self.query_norm(q), self.key_norm(k)
        weights = (q * q.shape[-1] ** -0.5 @ k.transpose(-1, -2) + bias).softmax(-1)
        x = x + gate * self.out((weights @ v).transpose(1, 2).flatten(2))
        value, gated = self.up(self.norms[1](x) * (1 + scale2) + shift2).chunk(2, dim=-1)
        return x + gate2 * self.down(value * F.silu(gated))


class PatchTransformer(nn.Module):
    """Patches of latents and text in one sequence, and a convolution against patch seams.

    Called like the U-Net.
    """

    def __init__(
        self,
        *,
        channels: int = 24,
        patch: int = 4,
        side: int = 32,
        width: int = 256,
        depth: int = 8,
        text_dim: int = 576,
    ) -> None:
        super().__init__()
        self.patch = patch
        self.embed = nn.Linear(channels * patch**2, width)
        self.place = nn.Parameter(torch.randn(1, (side // patch) ** 2, width) * 0.02)
        self.text = nn.Linear(text_dim, width)
        self.time = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        self.pooled = nn.Linear(text_dim, width)
        self.modulation = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(Block(width, width // 64) for _ in range(depth))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.out = nn.Linear(width, channels * patch**2)
        self.head = nn.Sequential(
            nn.Conv2d(2 * channels, 2 * channels, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(2 * channels, channels, 3, padding=1),
        )

    def whiten(self, tokens: Tensor, pooled: Tensor) -> None:
        whiten_text(self.text, tokens, rotate=True)
        whiten_text(self.pooled, pooled, rotate=False)

    def forward(
        self,
        noisy: Tensor,
        timestep: Tensor,
        *,
        encoder_hidden_states: Tensor,
        encoder_attention_mask: Tensor,
        class_labels: Tensor,
    ) -> SimpleNamespace:
        frequencies = torch.exp(torch.arange(128) * (-torch.log(torch.tensor(1e4)) / 128))
        angles = timestep[:, None] * frequencies
        condition = self.time(torch.cat([angles.cos(), angles.sin()], dim=-1)) + self.pooled(class_labels)
        modulation = self.modulation(F.silu(condition)).unflatten(-1, (6, -1))
        patches = F.pixel_unshuffle(noisy, self.patch).flatten(2).transpose(1, 2)
        count, mask = patches.shape[1], encoder_attention_mask
        x = torch.cat([self.embed(patches) + self.place, self.text(encoder_hidden_states)], dim=1)
        bias = F.pad(torch.zeros(mask.shape).masked_fill(~mask, -1e4), (count, 0))[:, None, None]
        for block in self.blocks:
            x = block(x, modulation, bias)
        side = noisy.shape[-1] // self.patch
        coarse = self.out(self.norm(x[:, :count])).transpose(1, 2).unflatten(2, (side, side))
        coarse = F.pixel_shuffle(coarse, self.patch)
        return SimpleNamespace(sample=coarse + self.head(torch.cat([coarse, noisy], dim=1)))


class Candidate:
    """A network in training: its module with the loss, its average, and the processor time it had."""

    def __init__(self, name: str, network: nn.Module, average: nn.Module, lr: float, compiled: bool) -> None:
        self.name, self.lr, self.average = name, lr, average
        self.module = PainterModule()
        self.module.unet = network
        self.average.load_state_dict(network.state_dict())
        if compiled:
            network.compile()
        self.optimizer = torch.optim.AdamW(network.parameters(), lr, betas=(0.9, 0.99), weight_decay=0)
        self.steps, self.seconds = 0, 0.0

    def turn(self, batches: Iterator[dict[str, Tensor]], until: float, budget: float) -> None:
        """Train until `until` seconds of processor time were had; the rate decays over the last quarter."""
        while self.seconds < until:
            batch = next(batches)
            start = time.process_time()
            left = (budget - self.seconds) / (budget / 4)
            for group in self.optimizer.param_groups:
                group["lr"] = self.lr * min(1, (self.steps + 1) / WARMUP) * min(1, max(0.05, left))
            with torch.autocast("cpu", torch.bfloat16, enabled=prefers_bfloat16()):
                loss = self.module.loss(batch, seed=derive_seed(0, "painter", self.steps))
            loss.backward()
            nn.utils.clip_grad_norm_(self.module.unet.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad()
            kept = min(0.999, (1 + self.steps) / (10 + self.steps))
            with torch.no_grad():
                torch._foreach_lerp_([*self.average.parameters()], [*self.module.unet.parameters()], 1 - kept)
            self.steps += 1
            if self.steps > 1:  # the first step compiles
                self.seconds += time.process_time() - start

    @torch.no_grad()
    def held_out_loss(self, batches: list[dict[str, Tensor]]) -> float:
        raw, self.module.unet = self.module.unet, self.average
        losses = [self.module.loss(b, seed=derive_seed(1, "val", i)).item() for i, b in enumerate(batches)]
        self.module.unet = raw
        return sum(losses) / len(losses)

    def result(self, batches: list[dict[str, Tensor]]) -> dict:
        return {
            "candidate": self.name,
            "parameters": sum(p.numel() for p in self.average.parameters()),
            "cpu_minutes": round(self.seconds / 60, 2),
            "pictures": self.steps * BATCH,
            "pictures_a_cpu_second": round(self.steps * BATCH / max(self.seconds, 1e-9), 1),
            "held_out_loss": round(self.held_out_loss(batches), 4),
        }


def batches_of(data: PaintedScenes) -> Iterator[dict[str, Tensor]]:
    sampler = EpochSampler(len(data.training), batch_size=BATCH, seed=0)
    for items in sampler:
        yield collate([data.training[item] for item in items], length=data.training.captions.longest)


def concepts(candidate: Candidate, suite: PainterSuite, count: int, folder: Path) -> dict:
    """What the detector finds in pictures of held-out captions; a sheet of the first 24 is kept."""
    from multiart.io.pictures import save_png
    from multiart.records import Picture

    scenes = held_out_scenes(count)
    painter = Painter()
    painter.pipeline.vae = candidate.module.vae
    painter.pipeline.unet.forward = candidate.average.eval().forward
    with torch.no_grad():
        pictures = suite.paint(painter, [s.caption for s in scenes], seeds=range(count))
    rows = [torch.cat(list(row), dim=2) for row in pictures[:24].split(8)]
    save_png(Picture(pixels=torch.cat(rows, dim=1)), folder / f"{candidate.name}.png", {})
    found = suite.measure(pictures, to_rows(s.spec for s in scenes))["painter"]
    return {**found["attributes"], **{f"subject_{k}": v for k, v in found["subjects"].items()}}


CANDIDATES = {
    "unet": (make_unet, whiten_unet, 5e-4, False),
    "transformer": (PatchTransformer, PatchTransformer.whiten, 6e-4, True),
}
"""How each is made and set to the text, its learning rate, and whether compiling pays for it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("candidate", choices=CANDIDATES)
    parser.add_argument("--minutes", type=float, default=60, help="processor time")
    parser.add_argument("--captions", type=int, default=100, help="held-out captions painted at the end")
    parser.add_argument("--num-captions", type=int, default=4000, help="captions trained on")
    parser.add_argument("--out", type=Path, default=Path("outputs/benchmarks/painter_candidates"))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    data = PaintedScenes(cache_dir="outputs/cache", num_captions=asked.num_captions)
    data.setup()
    length = data.training.captions.longest  # one shape, or each new one is compiled
    starts = range(0, 128, BATCH)
    held_out = [collate([data.validation[i + j] for j in range(BATCH)], length=length) for i in starts]
    torch.manual_seed(0)
    make, whiten, lr, compiled = CANDIDATES[asked.candidate]
    network = make()
    whiten(network, *data.text_sample())
    candidate = Candidate(asked.candidate, network, make(), lr, compiled)
    batches, budget = batches_of(data), asked.minutes * 60
    while candidate.seconds < budget:
        candidate.turn(batches, min(candidate.seconds + REPORT_S, budget), budget)
        print(json.dumps(candidate.result(held_out)), flush=True)
    weights = {name: weight.contiguous() for name, weight in candidate.average.state_dict().items()}
    save_file(weights, asked.out / f"{candidate.name}.safetensors")
    suite = PainterSuite(num_captions=asked.captions)
    result = candidate.result(held_out) | concepts(candidate, suite, asked.captions, asked.out)
    (asked.out / f"{candidate.name}.json").write_text(json.dumps(result, indent=1))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
