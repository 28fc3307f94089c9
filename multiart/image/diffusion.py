"""How the painter samples: latents out of noise, led by text states."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from diffusers import SchedulerMixin, UNet2DConditionModel
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from multiart.image.schedulers import set_steps, take_step

# Below this sigma the velocity (x - x0) / sigma is no longer divided further: the last steps only copy x0.
MIN_SIGMA = 0.04
STEPS = 12
GUIDANCE = 2.5
GUIDANCE_INTERVAL = (0.0, 0.9)
"""Guidance acts while ``1 - sigma`` is inside (Kynkaanniemi et al. 2024); from the start, for the hour of the
day is settled in the first two steps."""
LATE_TIME = 0.25
LATE_GUIDANCE = 2.0
"""From `LATE_TIME` on, when it is settled what there is to be seen and small things are drawn, guidance
exaggerates so many times as much as before (guidance that grows: Wang et al. 2024)."""
SKETCH_TIME = 0.1
"""By this time, at the fourth of twelve steps, it is settled what there is to be seen, and how often."""


@dataclass
class PromptStates:
    """What the painter reads: text states, which of them count, and their mean.

    Attributes:
        embeds: ``[B, T, D]``, zeros where masked.
        mask: ``[B, T]`` bool.
        pooled: ``[B, D]``, mean state of the caption's tokens.
    """

    embeds: Tensor
    mask: Tensor
    pooled: Tensor

    @classmethod
    def from_tokens(cls, embeds: Tensor, mask: Tensor, caption_mask: Tensor) -> "PromptStates":
        """Pool token states ``[B, T, D]`` over the caption, leaving out whatever follows it."""
        weight = caption_mask.to(embeds.dtype).unsqueeze(-1)
        pooled = (embeds * weight).sum(1) / weight.sum(1).clamp(min=1)
        return cls(embeds=embeds * mask.unsqueeze(-1), mask=mask, pooled=pooled)

    @classmethod
    def empty(cls, batch: int, length: int, dim: int) -> "PromptStates":
        """No text: zeros, with one token left to attend to."""
        mask = torch.zeros(batch, length, dtype=torch.bool)
        mask[:, 0] = True
        return cls(embeds=torch.zeros(batch, length, dim), mask=mask, pooled=torch.zeros(batch, dim))

    def emptied(self) -> "PromptStates":
        """No text, in the shape and on the device of this."""
        empty, device = self.empty(*self.embeds.shape), self.embeds.device
        return PromptStates(*(part.to(device) for part in (empty.embeds, empty.mask, empty.pooled)))

    def joined(self, other: "PromptStates") -> "PromptStates":
        """Both along the batch, padded to the longer text."""
        length = max(self.embeds.shape[1], other.embeds.shape[1])
        first, second = self.padded(length), other.padded(length)
        return PromptStates(
            embeds=torch.cat([first.embeds, second.embeds]),
            mask=torch.cat([first.mask, second.mask]),
            pooled=torch.cat([first.pooled, second.pooled]),
        )

    @classmethod
    def stacked(cls, states: Sequence["PromptStates"]) -> "PromptStates":
        """All of them along the batch; they must be of one length."""
        parts = ([getattr(one, name) for one in states] for name in ("embeds", "mask", "pooled"))
        return cls(*map(torch.cat, parts))

    def padded(self, length: int) -> "PromptStates":
        """Padded at the right to ``length`` tokens."""
        more = length - self.embeds.shape[1]
        return PromptStates(
            embeds=torch.nn.functional.pad(self.embeds, (0, 0, 0, more)),
            mask=torch.nn.functional.pad(self.mask, (0, more)),
            pooled=self.pooled,
        )


def predict_clean(unet: UNet2DConditionModel, noisy: Tensor, time: Tensor, states: PromptStates) -> Tensor:
    """Predict clean latents (x-prediction: Li and He 2025, "Back to basics").

    Args:
        unet: the network.
        noisy: ``[B, C, h, w]``, ``(1 - sigma) * latents + sigma * noise``.
        time: ``[B]``, ``1 - sigma``: 0 is noise, 1 clean.
        states: of B texts.

    Returns:
        ``[B, C, h, w]``.
    """
    return unet(
        noisy,
        time * 1000,
        encoder_hidden_states=states.embeds,
        encoder_attention_mask=states.mask,
        class_labels=states.pooled,
    ).sample


def predict_guided(
    unet: UNet2DConditionModel, noisy: Tensor, time: Tensor, both: PromptStates, guidance_scale: float
) -> Tensor:
    """`predict_clean` led away from other texts (Ho and Salimans 2022, eq. 6), in float32.

    Args:
        unet, noisy, time: as of `predict_clean`.
        both: states of B texts, then of the B texts that it is led away from.
        guidance_scale: 1 follows the text as trained, more exaggerates it.

    Returns:
        ``[B, C, h, w]``.
    """
    seen = predict_clean(unet, noisy.repeat(2, 1, 1, 1), time.repeat(2), both).float()
    with_text, without = seen.chunk(2)
    return without + guidance_scale * (with_text - without)


def guidance_at(time: float, guidance_scale: float) -> float:
    """The scale of guidance at a time in [0, 1], 0 is noise.

    What does not exaggerate stays as it is; no scale grows by more than `GUIDANCE` does: large ones glare.
    """
    if guidance_scale <= 1 or time < LATE_TIME:
        return guidance_scale
    return guidance_scale + (LATE_GUIDANCE - 1) * (min(guidance_scale, GUIDANCE) - 1)


def attention_on(device: torch.device) -> AbstractContextManager:
    """The attention that is fastest: on a CPU the plain one, several times for short sequences."""
    return sdpa_kernel(SDPBackend.MATH) if device.type == "cpu" else nullcontext()


@torch.no_grad()
def integrate(
    unet: UNet2DConditionModel,
    noise: Tensor,
    prompt: PromptStates,
    *,
    scheduler: SchedulerMixin,
    generators: Sequence[torch.Generator],
    num_inference_steps: int,
    guidance_scale: float,
    negative_prompt: PromptStates | None = None,
    begin: int = 0,
    until: float = 1.0,
    history: list[Tensor] | None = None,
    callback: Callable[[int, int], None] | None = None,
) -> Tensor:
    """Follow the flow from noise to clean latents (Lipman et al. 2023).

    Guidance acts within `GUIDANCE_INTERVAL`, as strongly as `guidance_at` says.

    Args:
        unet: predicts clean latents.
        noise: ``[B, C, h, w]``.
        prompt: states of B texts.
        scheduler: any scheduler of `multiart.image.schedulers`.
        generators: B of them, for schedulers that add noise on the way.
        num_inference_steps: 1 or more.
        guidance_scale: 1 follows the text as trained, more exaggerates it (Ho and Salimans 2022, eq. 6);
            until `LATE_TIME`, see `guidance_at`.
        negative_prompt: states of B texts to steer away from; none means no text at all.
        begin: steps that are left out; ``noise`` is what is as noisy as the first that is taken expects.
        until: the first step at or past this time is the last; what it predicts to be clean is returned.
        history: what was predicted to be clean at the first steps, ``[B, C, h, w]`` each, where the network
            is not asked again; what it predicts at the others is added.
        callback: called with (step, total) after every step.

    Returns:
        ``[B, C, h, w]``.
    """
    guided = guidance_scale != 1
    both = prompt.joined(negative_prompt or prompt.emptied()) if guided else prompt
    history = [] if history is None else history
    set_steps(scheduler, num_inference_steps)
    scheduler.set_begin_index(begin)
    noisy = noise

    def predict(time: float) -> Tensor:
        times = noisy.new_full((len(noisy),), time)
        with attention_on(noisy.device):
            if guided and GUIDANCE_INTERVAL[0] <= time <= GUIDANCE_INTERVAL[1]:
                return predict_guided(unet, noisy, times, both, guidance_at(time, guidance_scale))
            return predict_clean(unet, noisy, times, prompt).float()

    for step, timestep in enumerate(scheduler.timesteps[begin:], begin):
        sigma = float(timestep) / scheduler.config.num_train_timesteps
        if step - begin == len(history):
            history.append(predict(1 - sigma))
        clean = history[step - begin]
        if 1 - sigma >= until:
            return clean
        velocity = (noisy - clean) / max(sigma, MIN_SIGMA)
        noisy = take_step(scheduler, velocity, timestep, noisy, generators)
        if callback is not None:
            callback(step + 1, len(scheduler.timesteps))
    return noisy


def repaint(
    unet: UNet2DConditionModel,
    clean: Tensor,
    prompt: PromptStates,
    *,
    time: float,
    scheduler: SchedulerMixin,
    generators: Sequence[torch.Generator],
    num_inference_steps: int,
    guidance_scale: float,
) -> Tensor:
    """Add noise to clean latents and take it away again (Meng et al. 2022, "SDEdit").

    Args:
        unet, prompt, scheduler, num_inference_steps, guidance_scale: as of `integrate`.
        clean: ``[B, C, h, w]``.
        time: how much of them is left, in (0, 1); steps are taken from the first at or past it on.
        generators: B, on the CPU; each draws all noise of its own picture.

    Returns:
        ``[B, C, h, w]``.
    """
    set_steps(scheduler, num_inference_steps)
    sigmas = scheduler.timesteps / scheduler.config.num_train_timesteps
    begin = min(int((sigmas > 1 - time).sum()), len(sigmas) - 1)
    sigma = float(sigmas[begin])
    noise = torch.stack([torch.randn(clean.shape[1:], generator=generator) for generator in generators])
    return integrate(
        unet,
        (1 - sigma) * clean + sigma * noise.to(clean.device),
        prompt,
        scheduler=scheduler,
        generators=generators,
        num_inference_steps=num_inference_steps,
        guidance_scale=guidance_scale,
        begin=begin,
    )
