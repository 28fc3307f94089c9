"""Let networks that were trained on one language model's states read those of another."""

import torch
from torch import nn

ATTENTION = ("attn2.to_k", "attn2.to_v")


def make_projection(given: int, wanted: int) -> nn.Linear:
    """A matrix from states of one width to another, orthogonal at the start.

    The root of the mean square of what it gives is that of what it is given. There is no bias: no text, which
    is all zeros, stays so.

    Args:
        given: width of the states there are.
        wanted: width of the states that are read.
    """
    projection = nn.Linear(given, wanted, bias=False)
    nn.init.orthogonal_(projection.weight, gain=max(1.0, (wanted / given) ** 0.5))
    return projection


@torch.no_grad()
def fold_projection(network: nn.Module, projection: nn.Module) -> None:
    """Multiply a projection into the layers that read text, in place: the network then reads its input.

    Args:
        network: a `UNet2DConditionModel` or a `MelodyNetwork`; their layers that read text are matrices.
        projection: of `make_projection`; anything else changes nothing.
    """
    if not isinstance(projection, nn.Linear):
        return
    width = projection.in_features
    names = [name for name, _ in network.named_modules() if reads_text(name)]
    mapped = "encoder_hid_proj" in names  # then attention reads what that layer makes of the text
    for name in [name for name in names if not (mapped and name.endswith(ATTENTION))]:
        old = network.get_submodule(name)
        new = nn.Linear(width, old.out_features, bias=old.bias is not None).to(old.weight)
        new.weight.copy_(old.weight.float() @ projection.weight.to(old.weight.device))
        if old.bias is not None:
            new.bias.copy_(old.bias)
        network.set_submodule(name, new)
    if hasattr(network, "register_to_config"):  # of diffusers
        network.register_to_config(**{"encoder_hid_dim" if mapped else "cross_attention_dim": width})
        if network.config.class_embed_type == "projection":
            network.register_to_config(projection_class_embeddings_input_dim=width)
    else:
        network.config = {**network.config, "text_dim": width}


def reads_text(name: str) -> bool:
    """Whether the layer of this name is one that text enters by."""
    return name in ("text", "encoder_hid_proj", "class_embedding.linear_1") or name.endswith(ATTENTION)
