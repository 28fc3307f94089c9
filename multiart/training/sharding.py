"""Training with the parameters of large networks spread over several GPUs."""

from typing import Any

from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.resnet import ResnetBlock2D
from lightning.pytorch.strategies import FSDPStrategy
from torch.distributed.fsdp.wrap import ModuleWrapPolicy


def make_fsdp(*, cpu_offload: bool = False, **options: Any) -> FSDPStrategy:
    """Shard parameters, gradients and optimiser state (Zhao et al. 2023), a block of the U-Net at a time.

    Checkpoints hold the whole of each parameter, so that one process can read them. The language model's
    layers that are not trained are on every GPU whole.

    Args:
        cpu_offload: keep what is not needed at the moment in the computer's memory.
        options: of Lightning's `FSDPStrategy`.
    """
    blocks = ModuleWrapPolicy({BasicTransformerBlock, ResnetBlock2D})
    return FSDPStrategy(auto_wrap_policy=blocks, cpu_offload=cpu_offload, state_dict_type="full", **options)
