"""Where guidance acts, and what it leads away from."""

from collections.abc import Iterator
from contextlib import contextmanager

from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import PAGIdentitySelfAttnProcessor2_0

GUIDANCE = 2.5
GUIDANCE_INTERVAL = (0.0, 0.9)
"""Guidance acts while ``1 - sigma`` is inside (Kynkaanniemi et al. 2024); from the start, for the hour of the
day is settled in the first two steps."""
WEAK_UNTIL = 0.12
"""While ``1 - sigma`` is at most this, guidance leads away from a weaker network too, see `weak_guide`: until
it is settled what stands where. Longer, it makes colours glare."""


def guidance_acts(time: float) -> bool:
    """Whether there is guidance at a time, 0 is noise and 1 a picture."""
    return GUIDANCE_INTERVAL[0] <= time <= GUIDANCE_INTERVAL[1]


@contextmanager
def weak_guide(unet: UNet2DConditionModel, time: float) -> Iterator[None]:
    """Until `WEAK_UNTIL` let the second half of each batch do without self-attention: places see no others.

    So weakened, the network cannot know what there is elsewhere in the picture, and paints things wherever
    they may be. Guidance away from it (Ahn et al. 2024, "Self-rectifying diffusion sampling with
    perturbed-attention guidance"; Karras et al. 2024, "Guiding a diffusion model with a bad version of
    itself") makes the parts of a picture agree while they are settled.
    """
    if time > WEAK_UNTIL:
        yield
        return
    usual = unet.attn_processors
    weak = {name: PAGIdentitySelfAttnProcessor2_0() for name in usual if ".attn1." in name}
    unet.set_attn_processor({**usual, **weak})
    try:
        yield
    finally:
        unet.set_attn_processor(usual)
