"""Train a feed-forward network to paint in the style of one picture."""

from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor

from multiart.models.hashing import sha256_of
from multiart.pictures import load_picture
from multiart.seeding import derive_seed
from multiart.style.canvas import GRAIN
from multiart.style.losses import CONTENT_LAYERS, PerceptualLoss
from multiart.style.objective import STYLE_LAYERS, mixed_grams
from multiart.style.transfer_net import TransferNet
from multiart.style.vgg import SOURCE, load_encoder

LAST_SHARE = 0.1
"""Of the learning rate, for the last layer: 1,296 weights that all move one way at once add up."""


class StyleModule(pl.LightningModule):
    """Perceptual training: the content of what the network is given, the style of one picture.

    Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer", section 3.

    Args:
        style_image: path of the style picture.
        style_size: the style picture is scaled to this number of pixels, squared; a larger one gives larger
            strokes.
        content_weight, style_weight, tv_weight: of the losses (`multiart.style.losses`).
        net: constructor arguments of `TransferNet`; its defaults where empty.
        lr: peak learning rate of Adam; it rises over the first 5 % of ``max_steps``, then falls as a cosine.
            The last layer has a tenth of it.
        max_steps: optimiser steps in all.
        seed: of weights and grain.
        encoder: source of the perceptual encoder.

    Raises:
        MultiartError: the style picture cannot be read.
        ValueError: a weight is negative, or all are 0.
    """

    def __init__(
        self,
        *,
        style_image: str,
        style_size: int = 384,
        content_weight: float = 1.0,
        style_weight: float = 500.0,
        tv_weight: float = 10.0,
        net: dict[str, Any] | None = None,
        lr: float = 2e-3,
        max_steps: int,
        seed: int = 0,
        encoder: str = SOURCE,
    ) -> None:
        super().__init__()
        if style_size < 64:
            raise ValueError(f"style_size must be 64 or more, got {style_size}")
        self.save_hyperparameters()
        self.style = load_picture(style_image).pixels
        loss = PerceptualLoss(
            load_encoder(encoder),
            content_layers=CONTENT_LAYERS,
            style_layers=STYLE_LAYERS,
            weights={"content": content_weight, "style": style_weight, "tv": tv_weight},
        )
        self.perceptual = (loss,)  # in a tuple: its weights are no part of what is trained or saved
        self.grams: dict[str, Tensor] = {}
        torch.manual_seed(derive_seed(seed, "style-init"))
        self.net = TransferNet(**(net or {}))

    @property
    def card(self) -> str:
        """What the exported network is, for its card."""
        path = Path(self.hparams.style_image)
        return (
            f"This network paints a picture over in the style of `{path.name}` (sha256 {sha256_of(path)})."
            " Use it with `style=trained style.ckpt=FOLDER`. It was trained by perceptual losses on features"
            " of VGG-16 (BSD-2-Clause), which are not part of these files. Whether it may be passed on is a"
            " question of the rights in that picture. Weights are the moving average."
        )

    def on_fit_start(self) -> None:
        (loss,) = self.perceptual
        area = self.hparams.style_size**2
        grams = mixed_grams(loss.encoder.cpu(), [(self.style, 1.0)], area=area)
        self.grams = {layer: gram.to(self.device) for layer, gram in grams.items()}
        loss.to(self.device)

    def training_step(self, batch: Tensor, batch_idx: int) -> Tensor:
        generator = torch.Generator().manual_seed(derive_seed(self.hparams.seed, "style", self.global_step))
        content = batch.float() / 255
        noise = torch.randn(content.shape, generator=generator).to(content.device)
        grain = GRAIN * content.std(dim=(1, 2, 3), keepdim=True) * noise
        painted = self.net((content + grain).clamp(0, 1))
        (loss,) = self.perceptual
        terms = loss(painted.float(), content, self.grams)
        total = sum(terms.values())
        self.log_dict({f"train/{name}": term for name, term in terms.items()})
        self.log("train/loss", total, prog_bar=True)
        return total

    def configure_optimizers(self) -> dict[str, Any]:
        before = [p for name, p in self.net.named_parameters() if not name.startswith("out.")]
        groups = [before, [*self.net.out.parameters()]]
        rates = [self.hparams.lr, LAST_SHARE * self.hparams.lr]
        optimizer = torch.optim.Adam([{"params": group} for group in groups])
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, rates, total_steps=self.hparams.max_steps, pct_start=0.05
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def export(self, folder: str | Path) -> None:
        """Write the network for `style=trained`."""
        self.net.save(folder)
