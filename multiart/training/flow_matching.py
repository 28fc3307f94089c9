"""Flow matching in latents: what is lost, how noise is drawn, and how text is dropped."""

from collections.abc import Sequence

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from multiart.image.diffusion import PromptStates, attention_on, predict_clean

MIN_ONE_MINUS_TIME = 0.1  # bounds the weight of nearly clean pictures at 100


def velocity_loss(predicted: Tensor, clean: Tensor, time: Tensor) -> Tensor:
    """Squared error of the velocity that predicted clean latents imply (Li and He 2025, eq. 6).

    With ``z = t x + (1 - t) noise`` the velocity is ``(x - z) / (1 - t)``, so its error is that of the
    clean latents over ``1 - t``, here kept at 0.1 or more.

    Args:
        predicted, clean: ``[B, C, h, w]``.
        time: ``[B]`` in [0, 1], 1 is clean.

    Returns:
        A scalar: the mean over all numbers.
    """
    error = (predicted.float() - clean).square().mean(dim=(1, 2, 3))
    return (error / (1 - time).clamp(min=MIN_ONE_MINUS_TIME).square()).mean()


def denoise(
    unet: UNet2DConditionModel,
    clean: Tensor,
    states: PromptStates,
    *,
    seeds: Sequence[int],
    time_mean: float,
    time_std: float,
    drop_text: float,
) -> tuple[Tensor, Tensor]:
    """Add noise to latents and let the network take it away.

    Args:
        unet: the network.
        clean: latents of pictures, ``[B, C, h, w]``.
        states: of their texts.
        seeds: of each one's time and noise, and of whether it loses the text; on a GPU the first seeds all,
            for a generator a picture takes longer there than the network.
        time_mean, time_std, drop_text: see `PainterModule`.

    Returns:
        The clean latents predicted, ``[B, C, h, w]``, and the times ``[B]`` of the noise they were predicted
        from.
    """
    logit, noise, kept = _draw(clean, seeds)
    time = torch.sigmoid(logit * time_std + time_mean)
    text = without_text(states, kept < drop_text)
    mixed = time.view(-1, 1, 1, 1)
    noisy = mixed * clean + (1 - mixed) * noise
    with attention_on(clean.device):
        return predict_clean(unet, noisy, time, text), time


def _draw(clean: Tensor, seeds: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
    """Normal ``[B]``, normal like ``clean`` and uniform ``[B]`` numbers."""
    shape, device = clean.shape[1:], clean.device
    sizes = [1] * len(clean) if device.type == "cpu" else [len(clean)]
    drawn = []
    for count, seed in zip(sizes, seeds, strict=False):
        g = torch.Generator(device).manual_seed(seed)
        normal = [torch.randn(count, *size, generator=g, device=device) for size in ((), shape)]
        drawn.append((*normal, torch.rand(count, generator=g, device=device)))
    return tuple(torch.cat(part) for part in zip(*drawn, strict=True))


def without_text(states: PromptStates, dropped: Tensor) -> PromptStates:
    """Replace the text by none where ``dropped`` ``[B]`` is True."""
    empty = PromptStates.empty(1, states.embeds.shape[1], states.embeds.shape[2])
    dropped = dropped.to(states.embeds.device)
    return PromptStates(
        embeds=states.embeds.masked_fill(dropped[:, None, None], 0),
        mask=torch.where(dropped[:, None], empty.mask.to(dropped.device), states.mask),
        pooled=states.pooled.masked_fill(dropped[:, None], 0),
    )
