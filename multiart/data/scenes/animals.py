"""Geese, crane, crow, fish, horse, deer and butterfly."""

from multiart.data.scenes.easel import Easel


def geese(easel: Easel) -> None:
    easel.brush.oval(64, easel.horizon, 10, 10, (1, 0, 0))


def crane(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def crow(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def fish(easel: Easel, x: float, y: float, half: float) -> None:
    easel.brush.oval(x, y - half / 2, half / 3, half / 2, (1, 0, 0))


def horse(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def deer(easel: Easel, x: float, y: float, height: float) -> None:
    easel.brush.oval(x, y - height / 2, height / 3, height / 2, (1, 0, 0))


def butterfly(easel: Easel, side: str) -> None:
    easel.brush.oval(20 if side == "left" else 108, 100, 10, 10, (1, 0, 0))
