"""Losses on the features of the perceptual encoder, and a weighted sum of them over one pass.

All are differentiable, one number a picture, and 0 where two pictures agree.
"""

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from multiart.errors import unknown
from multiart.style.vgg import LPIPS_LAYERS, VGG16, check_layers

CONTENT_LAYERS = ("relu3_3",)
STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
TERMS = ("content", "style", "tv", "lpips")
_EPSILON = 1e-10


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """Squared distance of features over the target's squared norm (Gatys et al. 2016, eq. 1).

    The division, in place of Johnson's by the number of features (Johnson et al. 2016, eq. 2), lets layers of
    different scale weigh the same: 1 is the loss of features that are all 0.

    Args:
        features, target: ``[B, C, H, W]``.

    Returns:
        ``[B]``, 0 or more.
    """
    return _relative_error(features, target)


def gram_matrix(features: Tensor) -> Tensor:
    """Mean products of channels over all places (Gatys et al. 2016, eq. 3, over the number of places).

    Args:
        features: ``[B, C, H, W]``.

    Returns:
        ``[B, C, C]``, symmetric; independent of where in the picture anything is.
    """
    flat = features.flatten(2)
    return flat @ flat.mT / flat.shape[2]


def gram_loss(gram: Tensor, target: Tensor) -> Tensor:
    """Squared distance of Gram matrices over the target's squared norm (Gatys et al. 2016, eq. 4).

    The division is in place of the paper's by the number of features, as in `content_loss`.

    Args:
        gram: ``[B, C, C]``.
        target: the same, or ``[1, C, C]`` for all pictures.

    Returns:
        ``[B]``, 0 or more.
    """
    return _relative_error(gram, target)


def total_variation(pictures: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels (Mahendran and Vedaldi 2015, eq. 4 with beta = 2).

    Args:
        pictures: ``[B, C, H, W]``.

    Returns:
        ``[B]``, 0 or more; 0 for a plain colour.
    """
    down = (pictures[:, :, 1:] - pictures[:, :, :-1]).square().mean((1, 2, 3))
    across = (pictures[..., 1:] - pictures[..., :-1]).square().mean((1, 2, 3))
    return down + across


def lpips(features: Mapping[str, Tensor], target: Mapping[str, Tensor], heads: Iterable[Tensor]) -> Tensor:
    """Learned perceptual distance (Zhang et al. 2018, eq. 1): weighted squared distance of unit features.

    Args:
        features, target: of `LPIPS_LAYERS`, ``[B, C, H, W]`` each.
        heads: weights of each layer's channels, ``[C]``, as in `VGG16.heads`.

    Returns:
        ``[B]``, 0 or more.
    """
    distances = []
    for layer, head in zip(LPIPS_LAYERS, heads, strict=True):
        difference = (_unit(features[layer]) - _unit(target[layer])).square()
        distances.append(torch.einsum("bchw,c->bhw", difference, head).mean((1, 2)))
    return torch.stack(distances).sum(0)


class PerceptualLoss(nn.Module):
    """Content, style, total variation and LPIPS, weighted, over one pass of the encoder.

    Args:
        encoder: the perceptual encoder.
        content_layers, style_layers: names in `multiart.style.vgg.LAYERS`; a term is its layers' mean.
        weights: of the `TERMS`; those left out or 0 are not computed.

    Raises:
        ValueError: an unknown term or layer, a negative weight, no weight above 0, a term without layers.

    Example:
        >>> loss = PerceptualLoss(load_encoder(), weights={"content": 1.0, "style": 0.1})
        >>> total = sum(loss(predicted, target).values())
    """

    def __init__(
        self,
        encoder: VGG16,
        *,
        content_layers: Sequence[str] = CONTENT_LAYERS,
        style_layers: Sequence[str] = STYLE_LAYERS,
        weights: Mapping[str, float],
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.weights = _checked(weights)
        self.content_layers = (
            check_layers("content_layers", content_layers) if "content" in self.weights else ()
        )
        self.style_layers = check_layers("style_layers", style_layers) if "style" in self.weights else ()
        for term, layers in (("content", self.content_layers), ("style", self.style_layers)):
            if term in self.weights and not layers:
                raise ValueError(f"{term}_layers must name a layer, or the weight of {term} be 0")

    def forward(
        self, predicted: Tensor, target: Tensor, style: Mapping[str, Tensor] | None = None
    ) -> dict[str, Tensor]:
        """The weighted terms, each the mean over the batch.

        Args:
            predicted: ``[B, 3, H, W]`` in ``[0, 1]``; gradients flow to it.
            target: the same, for content and LPIPS; no gradient flows to it.
            style: Gram matrices to match, as `grams` gives them; None takes the target's own.

        Returns:
            By name in `TERMS`, scalars; their sum is the loss.
        """
        pairs = (*self.content_layers, *(LPIPS_LAYERS if "lpips" in self.weights else ()))
        found = self.encoder(predicted, {*pairs, *self.style_layers})
        with torch.no_grad():
            wanted = self.encoder(target, pairs if style else {*pairs, *self.style_layers})
        terms = {}
        if self.content_layers:
            terms["content"] = _mean(content_loss(found[name], wanted[name]) for name in self.content_layers)
        if self.style_layers:
            grams = style or {layer: gram_matrix(wanted[layer]) for layer in self.style_layers}
            terms["style"] = _mean(
                gram_loss(gram_matrix(found[name]), grams[name]) for name in self.style_layers
            )
        if "tv" in self.weights:
            terms["tv"] = total_variation(predicted).mean()
        if "lpips" in self.weights:
            terms["lpips"] = lpips(found, wanted, self.encoder.heads).mean()
        return {name: self.weights[name] * term for name, term in terms.items()}

    @torch.no_grad()
    def grams(self, pictures: Tensor) -> dict[str, Tensor]:
        """The Gram matrices of pictures ``[B, 3, H, W]``, by style layer ``[B, C, C]``."""
        return {name: gram_matrix(found) for name, found in self.encoder(pictures, self.style_layers).items()}


def _relative_error(found: Tensor, target: Tensor) -> Tensor:
    dims = tuple(range(1, found.ndim))
    return (found - target).square().sum(dims) / (target.square().sum(dims) + _EPSILON)


def _unit(features: Tensor) -> Tensor:
    return features * (features.square().sum(1, keepdim=True) + _EPSILON).rsqrt()


def _mean(losses: Iterable[Tensor]) -> Tensor:
    return torch.stack([loss.mean() for loss in losses]).mean()


def _checked(weights: Mapping[str, float]) -> dict[str, float]:
    for name, weight in weights.items():
        if name not in TERMS:
            raise ValueError(unknown("term of the loss", name, TERMS))
        if not 0 <= weight < float("inf"):
            raise ValueError(f"the weight of {name} must be 0 or more, got {weight}")
    kept = {name: float(weight) for name, weight in weights.items() if weight > 0}
    if not kept:
        raise ValueError(f"one of the weights of {', '.join(TERMS)} must be above 0, got {dict(weights)}")
    return kept
