"""What the one-step painter learns to paint: noise, and the painter's own guided sample of it."""

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from multiart.image.diffusion import STEPS, PromptStates, integrate, predict_guided, repaint
from multiart.image.schedulers import DETERMINISTIC, make_scheduler
from multiart.seeding import derive_seed


class TeacherPairs:
    """Pairs of noise and sample, made from every ``every``-th batch; the newest ``keep`` batches are reused.

    A pair is a batch ``{noise, sample [B, C, h, w], embeds, mask, pooled}`` in half precision: a sample takes
    two passes of the network a step.

    Args:
        unet: the painter's network.
        shape: of a picture's latents, ``[C, h, w]``.
        steps: of a sample.
        guidance: of a sample.
        redraw_time: from here on a sample is drawn again by the painter's own sampler, which adds noise and
            is crisper; what is where is settled long before. 1 leaves it as it is.
        every: steps between two new batches of pairs.
        keep: batches of pairs that are kept.
        seed: of which of them is taken when.

    Attributes:
        kept: the pairs, oldest first.

    Raises:
        ValueError: a number is out of range.
    """

    def __init__(
        self,
        unet: UNet2DConditionModel,
        *,
        shape: tuple[int, int, int],
        steps: int,
        guidance: float,
        redraw_time: float = 1.0,
        every: int,
        keep: int,
        seed: int,
    ) -> None:
        for name, count in (("teacher_steps", steps), ("pairs_every", every), ("replay", keep)):
            if count < 1:
                raise ValueError(f"train.module.{name} must be 1 or more, got {count}")
        if guidance < 0:
            raise ValueError(f"train.module.guidance_scale must be 0 or more, got {guidance}")
        if not 0 < redraw_time <= 1:
            raise ValueError(f"train.module.redraw_time must be above 0 and at most 1, got {redraw_time}")
        self.unet = unet.eval().requires_grad_(False)
        self.shape, self.steps, self.guidance = shape, steps, guidance
        self.redraw_time = redraw_time
        self.every, self.keep, self.seed = every, keep, seed
        self.kept: list[dict[str, Tensor]] = []

    def to(self, device: torch.device) -> None:
        """Move the network and what is kept to a device."""
        self.unet.to(device)
        self.kept = [{name: part.to(device) for name, part in pairs.items()} for pairs in self.kept]

    def at(self, step: int, batch: dict[str, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
        """New pairs of the batch's texts at every ``every``-th step, else some of those that are kept."""
        if step % self.every == 0 or not self.kept:
            self.kept = [*self.kept, self.make(batch, generator)][-self.keep :]
            return self.kept[-1]
        return self.kept[derive_seed(self.seed, "painter-pairs", step) % len(self.kept)]

    def make(self, batch: dict[str, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
        """Pairs of the texts of a batch ``{embeds, mask, pooled}``, the noise drawn from ``generator``."""
        states = states_of(batch)
        shape, device = (len(states.embeds), *self.shape), generator.device
        noise = torch.randn(shape, generator=generator, device=device).half()
        sample = integrate(
            self.unet,
            noise.float(),
            states,
            scheduler=make_scheduler(DETERMINISTIC),  # of other noise the student would know nothing
            generators=(),
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
        )
        if self.redraw_time < 1:
            sample = self._redrawn(sample, states, generator)
        texts = {"embeds": states.embeds.half(), "mask": states.mask, "pooled": states.pooled.half()}
        return {"noise": noise, "sample": sample.half(), **texts}

    def _redrawn(self, sample: Tensor, states: PromptStates, generator: torch.Generator) -> Tensor:
        first = int(torch.randint(2**62, (), generator=generator, device=generator.device))
        return repaint(
            self.unet,
            sample,
            states,
            time=self.redraw_time,
            scheduler=make_scheduler(),
            generators=[torch.Generator().manual_seed(first + number) for number in range(len(sample))],
            num_inference_steps=STEPS,
            guidance_scale=self.guidance,
        )

    @torch.no_grad()
    def predict(self, clean: Tensor, noise: Tensor, time: Tensor, states: PromptStates) -> Tensor:
        """What the painter, guided, holds for clean in ``time * clean + (1 - time) * noise``.

        Args:
            clean, noise: ``[B, C, h, w]``.
            time: ``[B]`` in [0, 1], 0 is noise.
            states: of B texts.
        """
        mixed = time.view(-1, 1, 1, 1)
        noisy = mixed * clean + (1 - mixed) * noise
        return predict_guided(self.unet, noisy, time, states.joined(states.emptied()), self.guidance)


def states_of(batch: dict[str, Tensor]) -> PromptStates:
    """The texts of a batch, in float32."""
    return PromptStates(batch["embeds"].float(), batch["mask"], batch["pooled"].float())
