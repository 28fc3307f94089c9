"""Plum, cherry, maple and lotus."""

from multiart.data.scenes.easel import Easel


def plum_blossom(easel: Easel, side: str) -> None:
    easel.brush.oval(20 if side == "left" else 108, 100, 10, 10, (1, 0, 0))


def cherry_blossom(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def maple(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def lotus(easel: Easel, side: str) -> None:
    easel.brush.oval(20 if side == "left" else 108, 100, 10, 10, (1, 0, 0))
