"""Train the refiner: near the true picture, in its textures, and against a critic."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torch.utils.data import Dataset

from multiart.models.refiner import SCALE, RefinerNet, enlarge, load_refiner
from multiart.seeding import derive_seed
from multiart.style.losses import PerceptualLoss
from multiart.style.vgg import SOURCE, check_layers, load_encoder
from multiart.training.adversarial import AdversarialModule
from multiart.training.patch_critic import PatchCritic, hinge_loss
from multiart.training.schedules import check_decay
from multiart.training.warm_start import check_keep_start, keep_some, take_over

SPARSE = 5  # of so many pixels in a row and in a column, one counts for colours


class RefinerModule(AdversarialModule):
    """Perceptual and adversarial training on pairs; all noise follows from (seed, step).

    From the start the network learns by the absolute error, by features and by Gram matrices (Johnson et al.
    2016), from `adversarial_start` on also by a critic (as in Ledig et al. 2017, "SRGAN"). Both take a step
    on the same pictures; only the network's own are counted as steps.

    Args:
        net: constructor arguments of `RefinerNet`; its defaults where empty.
        l1_weight: of the mean absolute error.
        content_weight, style_weight, lpips_weight: of the perceptual losses (`multiart.style.losses`).
        content_layers, style_layers: of the encoder; deeper ones cost more.
        perceptual_crop: sides in pixels of the square out of each picture that they look at in a step, at a
            place drawn anew; 0 for the whole. The encoder costs more than all else.
        shrunk_weight: of content and style, by ``shrunk_layers``, of pictures made as small as they were:
            what is lost of small things is seen there, and so is a whole square.
        perceptual_start: steps before they count. The absolute error alone, at half the cost of a step, first
            teaches edges and tints.
        adversarial_weight: of the critic's opinion.
        adversarial_start: steps before there is a critic.
        critic_width: see `PatchCritic`.
        lr, critic_lr: peak learning rates of Adam.
        warmup_steps, decay_steps, max_steps: of both, see `warm_up_stay_decay`.
        gradient_clip: largest norm of each network's gradients.
        seed: of weights and noise.
        fit_colors_on: pairs that a new network's matrices of colours are fitted to, where the trainer has
            `RefiningScenes`.
        init_from: an exported refiner to start from, or None to start from random weights.
        keep_start: share of the weights of `init_from` in what is exported, the rest being those trained.
        warm_start: a safetensors file of other weights to start from, or None.
        encoder: source of the perceptual encoder.

    Raises:
        ValueError: a weight is negative, or all are 0.
    """

    card = (
        "The refiner paints a small picture at four times its size in a medium: oil, watercolour, ink wash or"
        " woodblock print. It was trained on scenes painted by code (`multiart/data/scenes`) and repainted by"
        " code in each medium (`multiart/data/media`), by perceptual losses on features of VGG-16"
        " (BSD-2-Clause, not part of these files) and against a critic, which is not kept. It has seen no"
        " picture made by anybody. Weights are the moving average, in half precision."
    )

    def __init__(
        self,
        *,
        net: dict[str, Any] | None = None,
        l1_weight: float = 2.0,
        content_weight: float = 0.03,
        style_weight: float = 0.1,
        lpips_weight: float = 0.0,
        content_layers: Sequence[str] = ("relu2_2",),
        style_layers: Sequence[str] = ("relu1_2", "relu2_2"),
        perceptual_crop: int = 64,
        shrunk_weight: float = 0.0,
        shrunk_layers: Sequence[str] = ("relu2_2", "relu3_3"),
        perceptual_start: int = 0,
        adversarial_weight: float = 0.1,
        adversarial_start: int = 400,
        critic_width: int = 32,
        lr: float = 5e-4,
        critic_lr: float = 5e-4,
        warmup_steps: int = 50,
        decay_steps: int = 0,
        max_steps: int | None = None,
        gradient_clip: float = 1.0,
        seed: int = 0,
        fit_colors_on: int = 500,
        init_from: str | None = None,
        keep_start: float = 0.0,
        warm_start: str | None = None,
        encoder: str = SOURCE,
    ) -> None:
        super().__init__()
        perceptual = {"content": content_weight, "style": style_weight, "lpips": lpips_weight}
        weights = {
            "l1": l1_weight,
            **perceptual,
            "shrunk": shrunk_weight,
            "adversarial": adversarial_weight,
        }
        if min(perceptual_crop, fit_colors_on) < 0:
            raise ValueError(
                "perceptual_crop and fit_colors_on must be 0 or more,"
                f" got {perceptual_crop} and {fit_colors_on}"
            )
        if min(weights.values()) < 0 or not any(weights.values()):
            raise ValueError(f"the weights of the loss must be 0 or more, and one above 0, got {weights}")
        if perceptual_start and not l1_weight:
            raise ValueError(
                "perceptual_start must be 0 where l1_weight is, for until then there is no other loss;"
                f" got {perceptual_start}"
            )
        check_decay(decay_steps, max_steps)
        check_keep_start(keep_start, init_from)
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.perceptual: tuple[
            PerceptualLoss, ...
        ] = ()  # its weights are no part of what is trained or saved
        if any(perceptual.values()):
            layers = {"content_layers": content_layers, "style_layers": style_layers}
            self.perceptual = (PerceptualLoss(load_encoder(encoder), weights=perceptual, **layers),)
        self.shrunk: tuple[PerceptualLoss, ...] = ()  # as above
        if shrunk_weight:
            seen = check_layers("train.module.shrunk_layers", shrunk_layers)
            layers = {"content_layers": seen, "style_layers": seen}
            each = {"content": 1.0, "style": 1.0}
            self.shrunk = (PerceptualLoss(load_encoder(encoder), weights=each, **layers),)
        torch.manual_seed(derive_seed(seed, "refiner-init"))
        self.net = RefinerNet(**(net or {})) if init_from is None else trainable(init_from)
        if warm_start is not None:
            take_over(self.net, load_file(warm_start))
        self.critic = (
            PatchCritic(num_media=len(self.net.config.media), width=critic_width)
            if adversarial_weight
            else None
        )

    def setup(self, stage: str) -> None:
        """Fit the colours of a new network, where there are scenes to fit them to."""
        pairs, p = getattr(self.trainer.datamodule, "training", None), self.hparams
        new = p.init_from is None and p.warm_start is None
        if stage == "fit" and new and p.fit_colors_on and pairs is not None:
            fit_colors(self.net, pairs, p.fit_colors_on)  # a checkpoint's weights come after this

    def on_fit_start(self) -> None:
        for loss in (*self.perceptual, *self.shrunk):
            loss.to(self.device)

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        p, step, media = self.hparams, self.global_step, batch["medium"]
        painted = self.paint(batch, seed=derive_seed(p.seed, "refiner", step))
        true = batch["target"].float() / 255
        terms = self.terms(painted, true, crop=p.perceptual_crop, perceptual=step >= p.perceptual_start)
        has_critic = self.critic is not None and step >= p.adversarial_start
        if has_critic:
            terms["adversarial"] = -p.adversarial_weight * self.critic(painted, media).mean()
        total = sum(terms.values())
        self.manual_backward(total, inputs=[*self.net.parameters()])
        if has_critic:
            loss = hinge_loss(self.critic(true, media), self.critic(painted.detach(), media))
            self.step_critic(loss)
            self.log("train/critic", loss)
        clip_grad_norm_(self.net.parameters(), p.gradient_clip)
        optimizer = self.each_optimizer()[0]
        optimizer.step()
        optimizer.zero_grad()
        self.log_dict({f"train/{name}": term for name, term in terms.items()})
        self.log("train/loss", total, prog_bar=True)
        return total.detach()

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        painted = self.paint(batch, seed=derive_seed(0, "refiner-validation", batch_idx))
        terms = self.terms(painted, batch["target"].float() / 255)
        size = len(painted)
        self.log_dict({f"val/{name}": term for name, term in terms.items()}, batch_size=size)
        self.log("val/loss", sum(terms.values()), prog_bar=True, batch_size=size)

    def sample(self, batch: dict[str, Tensor], *, count: int) -> tuple[Tensor, Tensor]:
        """Paint the first of a batch, ``[N, 3, H, W]``; what each is given stands above the true one."""
        some = {name: values[:count] for name, values in batch.items()}
        given, true = enlarge(some["small"]), some["target"].float() / 255
        return self.paint(some, seed=0), torch.cat([given, true], dim=2)

    def paint(self, batch: dict[str, Tensor], *, seed: int) -> Tensor:
        """Paint ``{small [B, 3, h, w] in [0, 1], medium [B]}``, noise from ``seed``: ``[B, 3, 4h, 4w]``."""
        small = batch["small"]
        generator = torch.Generator().manual_seed(seed)
        size, _, height, width = small.shape
        noise = torch.randn(size, 1, SCALE * height, SCALE * width, generator=generator)
        return self.net(small, batch["medium"], noise.to(small.device))

    def terms(
        self, painted: Tensor, true: Tensor, *, crop: int = 0, perceptual: bool = True
    ) -> dict[str, Tensor]:
        """The weighted losses but for the critic's opinion, by name; a term of weight 0 is left out.

        Of the style's the logarithm counts: it is relative, and a pattern where all should be flat would
        otherwise outweigh everything else.

        With a ``crop`` the perceptual ones look at a square of such sides, its place drawn by torch's
        generator.
        """
        p, terms = self.hparams, {}
        if p.l1_weight:
            terms["l1"] = p.l1_weight * (painted.float() - true).abs().mean()
        if not perceptual:
            return terms
        for loss in self.shrunk:
            small, small_true = (F.avg_pool2d(pictures.float(), SCALE) for pictures in (painted, true))
            found = loss(small, small_true)
            terms["shrunk"] = p.shrunk_weight * (found["content"] + torch.log1p(found["style"]))
        if crop:
            painted, true = random_square(torch.stack([painted.float(), true]), crop)
        for loss in self.perceptual:
            terms |= loss(painted.float(), true)
        if "style" in terms:
            terms["style"] = p.style_weight * torch.log1p(terms["style"] / p.style_weight)
        return terms

    def configure_optimizers(self) -> list[torch.optim.Optimizer]:
        p = self.hparams
        optimizers = [torch.optim.Adam(self.net.parameters(), lr=p.lr, betas=(0.9, 0.99))]
        if self.critic is not None:
            optimizers.append(torch.optim.Adam(self.critic.parameters(), lr=p.critic_lr, betas=(0.5, 0.99)))
        return optimizers

    def export(self, folder: str | Path) -> None:
        """Write the network for `multiart.models.refiner.load_refiner`, in half precision."""
        p, net = self.hparams, self.net
        if p.keep_start:
            net = trainable(p.init_from)
            keep_some(net, self.net, share=p.keep_start)
        net.export(folder)


def random_square(pictures: Tensor, side: int) -> Tensor:
    """The same square of ``[..., H, W]``, at a place drawn by torch's generator; all that is smaller."""
    height, width = pictures.shape[-2:]
    top, left = (int(torch.randint(max(1, length - side + 1), ())) for length in (height, width))
    return pictures[..., top : top + side, left : left + side]


def fit_colors(net: RefinerNet, pairs: Dataset, count: int) -> None:
    """Fit every medium's matrix of colours to the first ``count`` pairs, on pixels a few apart."""
    pixels: dict[int, list[tuple[Tensor, Tensor]]] = {}
    for number in range(min(count, len(pairs))):
        pair = pairs[number]
        large = torch.stack([enlarge(pair["small"][None])[0], pair["target"].float() / 255])
        given, true = large[..., ::SPARSE, ::SPARSE].flatten(2).transpose(1, 2)
        pixels.setdefault(pair["medium"], []).append((given, true))
    for medium, parts in pixels.items():
        net.fit_colors(*(torch.cat(side) for side in zip(*parts, strict=True)), medium)


def trainable(source: str) -> RefinerNet:
    """Load a refiner to train on.

    Raises:
        ModelUnavailable: if it is missing, or is not a refiner.
    """
    return copy.deepcopy(load_refiner(source)).train().requires_grad_(True)
