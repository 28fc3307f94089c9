"""Train a feed-forward network to paint in the style of one picture."""

from functools import partial
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor

from multiart.errors import unknown
from multiart.models.hashing import sha256_of
from multiart.models.store import fetch
from multiart.pictures import load_picture
from multiart.seeding import derive_seed
from multiart.style.canvas import GRAIN
from multiart.style.losses import CONTENT_LAYERS, PerceptualLoss
from multiart.style.objective import STYLE_LAYERS, mixed_grams
from multiart.style.onnx_nets import read_initializers
from multiart.style.painters import PAINTERS
from multiart.style.painters import SOURCE as PAINTERS_SOURCE
from multiart.style.transfer_net import TransferNet
from multiart.style.vgg import SOURCE, load_encoder
from multiart.training.schedules import scheduled, warm_up_cosine

WARM_UP = 0.05  # of all steps
TONES = (0.02, 0.98)  # darker and lighter pixels of the style picture count as these
NUM_LOOKED_AT = 4  # contents by which the painter to begin from is chosen


class StyleModule(pl.LightningModule):
    """Perceptual training: the content of what the network is given, the style of one picture.

    Johnson, Alahi and Fei-Fei 2016, "Perceptual losses for real-time style transfer", section 3. It begins
    with one of the 26 styles of a network that is trained already: a new style is learnt from another in a
    fraction of the steps (Dumoulin et al. 2017, "A Learned Representation for Artistic Style", section 3.4).

    Args:
        style_image: path of the style picture.
        style_size: the style picture is scaled to this number of pixels, squared; a larger one gives larger
            strokes.
        content_weight, style_weight, tv_weight: of the losses (`multiart.style.losses`).
        init_from: the network of 26 styles, as the model store names it, or None to begin at random.
        painter: the style to begin with, a name in `multiart.style.painters.PAINTERS`; None takes the one by
            whom pictures come nearest to the style picture.
        net: constructor arguments of `TransferNet`; its defaults, where empty, are the published network's.
        lr: peak learning rate of Adam; it rises over the first steps, and falls as a cosine.
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
        style_weight: float = 6.0,
        tv_weight: float = 10.0,
        init_from: str | None = PAINTERS_SOURCE,
        painter: str | None = None,
        net: dict[str, Any] | None = None,
        lr: float = 2e-3,
        max_steps: int,
        seed: int = 0,
        encoder: str = SOURCE,
    ) -> None:
        super().__init__()
        if style_size < 64:
            raise ValueError(f"style_size must be 64 or more, got {style_size}")
        if painter is not None and (init_from is None or painter not in PAINTERS):
            raise ValueError(
                unknown("train.module.painter", painter, PAINTERS)
                if init_from
                else "train.module.painter needs train.module.init_from"
            )
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
        published = TransferNet().config
        if init_from is not None and self.net.config != published:
            raise ValueError(f"net must be {published}, as in init_from, or init_from null; got {net}")
        self.began = painter

    @property
    def card(self) -> str:
        """What the exported network is, for its card."""
        path = Path(self.hparams.style_image)
        source = "weights by the Magenta project, Apache-2.0"
        began = f" It began as `style=painters style.painter={self.began}` ({source})." if self.began else ""
        return (
            f"This network paints a picture over in the style of `{path.name}` (sha256 {sha256_of(path)})."
            f"{began} Use it with `style=trained style.ckpt=FOLDER`. It was trained by perceptual losses"
            " on features of VGG-16 (BSD-2-Clause), which are not part of these files. Whether it may be"
            " passed on is a question of the rights in that picture. Weights are the moving average."
        )

    def setup(self, stage: str) -> None:
        """Take the style picture's statistics, and a painter's weights; a checkpoint's come after this."""
        (loss,) = self.perceptual
        area = self.hparams.style_size**2
        self.grams = mixed_grams(loss.encoder.cpu(), [(self.style, 1.0)], area=area)
        if self.hparams.init_from is not None:
            weights = read_initializers(fetch(self.hparams.init_from).path)
            if self.began is None:
                self.began = self._nearest(weights)
            self._begin_as(weights, self.began)

    @torch.no_grad()
    def _begin_as(self, weights: dict[str, Tensor], painter: str) -> None:
        """Take over a painter's brushwork and the style picture's tone, which the last normalisation sets."""
        self.net.become(weights, [*PAINTERS].index(painter))
        tone = torch.logit(self.style.clamp(*TONES)).flatten(1)
        last = self.net.expand[-1].norm
        last.weight.copy_(tone.std(1) * last.weight.sign())
        last.bias.copy_(tone.mean(1))

    @torch.no_grad()
    def _nearest(self, weights: dict[str, Tensor]) -> str:
        """The painter by whom contents come nearest to the style picture, by the loss that is trained."""
        (loss,) = self.perceptual
        training = self.trainer.datamodule.training
        content = torch.stack([training[item] for item in range(NUM_LOOKED_AT)]).float() / 255
        distances = {}
        for name in PAINTERS:
            self._begin_as(weights, name)
            distances[name] = sum(loss(self.net(content), content, self.grams).values()).item()
        return min(distances, key=distances.get)

    def on_fit_start(self) -> None:
        (loss,) = self.perceptual
        self.grams = {layer: gram.to(self.device) for layer, gram in self.grams.items()}
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
        p = self.hparams
        optimizer = torch.optim.Adam(self.net.parameters(), lr=p.lr)
        rate = {"warmup_steps": round(WARM_UP * p.max_steps), "max_steps": p.max_steps, "least": 0.0}
        return scheduled(optimizer, partial(warm_up_cosine, **rate))

    def export(self, folder: str | Path) -> None:
        """Write the network for `style=trained`."""
        self.net.save(folder)
