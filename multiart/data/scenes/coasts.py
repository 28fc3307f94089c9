"""Cliffs, islands, waterfall and waves."""

from multiart.data.scenes.easel import Easel


def cliffs(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def waterfall(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def islands(easel: Easel) -> None:
    easel.brush.oval(64, easel.horizon, 10, 10, (1, 0, 0))


def waves(easel: Easel) -> None:
    easel.brush.oval(64, easel.horizon, 10, 10, (1, 0, 0))
