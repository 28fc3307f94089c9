"""The moving average of the weights, which is what a trained model is exported with."""

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import WeightAveraging
from torch import Tensor


class EMA(WeightAveraging):
    """Exponential moving average of the module's weights, kept exactly over a resume.

    A checkpoint's `state_dict` holds the average, `current_model_state` the raw weights that training
    goes on from. During validation, and once `fit` has ended, the module itself holds the average: an
    `export` after `fit` needs to do nothing. Unlike its parent it does so also when a checkpoint of a
    run that is already complete is given, and it keeps the average on the device that trains.

    Args:
        decay: share of the old average kept at each step; less in the first steps, ``(1 + n) / (10 + n)``
            after n of them, so that the random weights at the start are soon forgotten.
    """

    def __init__(self, *, decay: float = 0.999) -> None:
        @torch.no_grad()
        def average(averaged: list[Tensor], current: list[Tensor], count: Tensor | int) -> None:
            kept = min(decay, (1 + int(count)) / (10 + int(count)))
            if averaged[0].is_floating_point():  # all of one type
                torch._foreach_lerp_(averaged, current, 1 - kept)
            else:  # tables of numbers
                torch._foreach_copy_(averaged, current)

        super().__init__(multi_avg_fn=average)
        self._swapped = False

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        self._device = trainer.strategy.root_device
        super().setup(trainer, pl_module, stage)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Leave the raw weights in place: the last checkpoint may still be written."""

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        """Undo the exchange of a validation cut short, before a checkpoint is written."""
        if self._swapped:
            self._swap_models(pl_module)

    def _swap_models(self, pl_module: pl.LightningModule) -> None:
        super()._swap_models(pl_module)
        self._swapped = not self._swapped

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._copy_average_to_current(pl_module)
