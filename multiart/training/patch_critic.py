"""The refiner's adversary: whether each patch of a picture is of a medium's true pictures."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class PatchCritic(nn.Module):
    """A critic of patches (Isola et al. 2017) that the medium enters by projection (Miyato and Koyama 2018).

    Spectral normalisation bounds its slope (Miyato et al. 2018). Three halvings; a patch is 38 pixels wide.

    Args:
        num_media: how many media there are.
        width: channels of the first layer, twice and four times as many in those after it.
    """

    def __init__(self, *, num_media: int, width: int = 32) -> None:
        super().__init__()
        widths = [3, width, 2 * width, 4 * width]
        self.halving = nn.ModuleList(
            spectral_norm(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1))
            for inputs, outputs in zip(widths, widths[1:], strict=False)
        )
        self.mixing = spectral_norm(nn.Conv2d(4 * width, 4 * width, 3, padding=1))
        self.true = spectral_norm(nn.Conv2d(4 * width, 1, 1))
        self.medium = spectral_norm(nn.Embedding(num_media, 4 * width))

    def forward(self, pictures: Tensor, media: Tensor) -> Tensor:
        """How true each patch is: ``[B, 3, H, W]`` in [0, 1] and ``[B]`` to ``[B, H / 8, W / 8]``."""
        x = 2 * pictures - 1
        for layer in (*self.halving, self.mixing):
            x = F.leaky_relu(layer(x), 0.2)
        return self.true(x)[:, 0] + torch.einsum("bchw,bc->bhw", x, self.medium(media))


def hinge_loss(true: Tensor, painted: Tensor) -> Tensor:
    """The critic's loss: 0 where true patches get 1 or more and painted ones -1 or less (Lim and Ye 2017)."""
    return F.relu(1 - true).mean() + F.relu(1 + painted).mean()
