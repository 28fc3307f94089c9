"""What modules share that train a network against a critic."""

import lightning.pytorch as pl
from lightning.pytorch.core.optimizer import LightningOptimizer
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from multiart.training.schedules import stay_decay


class AdversarialModule(pl.LightningModule):
    """A network and its critic that take a step on the same pictures; only the network's are counted.

    Hyperparameters: ``lr`` and ``critic_lr``, both by `stay_decay`, and ``gradient_clip``.

    Attributes:
        critic: None where there is none.
    """

    critic: nn.Module | None

    def step_critic(self, loss: Tensor) -> None:
        """Let the critic learn by its loss; gradients that are not finite are left out."""
        self.manual_backward(loss)
        optimizer = self.each_optimizer()[1]
        if clip_grad_norm_(self.critic.parameters(), self.hparams.gradient_clip).isfinite():
            optimizer.optimizer.step()  # past Lightning, which would count it as a step of training
        optimizer.zero_grad()

    def on_train_batch_start(self, batch: dict[str, Tensor], batch_idx: int) -> None:
        p = self.hparams
        factor = stay_decay(p, self.global_step)
        for optimizer, lr in zip(self.each_optimizer(), (p.lr, p.critic_lr), strict=False):
            for group in optimizer.param_groups:
                group["lr"] = factor * lr

    def each_optimizer(self) -> list[LightningOptimizer]:
        """The network's, and the critic's where there is one."""
        optimizers = self.optimizers()
        return optimizers if isinstance(optimizers, list) else [optimizers]
