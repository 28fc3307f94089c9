"""Fisherman, child, couple and rider."""

from multiart.data.scenes.easel import Easel


def fisherman(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def child(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def couple(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def rider(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))
