"""Temple, ruins, gate, garden, city and lantern."""

from multiart.data.scenes.easel import Easel


def temple(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def ruins(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def gate(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def garden(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def city(easel: Easel) -> None:
    easel.brush.oval(64, easel.horizon, 10, 10, (1, 0, 0))


def lantern(easel: Easel, side: str) -> None:
    easel.brush.oval(20 if side == "left" else 108, 100, 10, 10, (1, 0, 0))
