"""A room: a table by a window, and what stands on it."""

from multiart.data.scenes.easel import Easel


def room(easel: Easel) -> None:
    easel.brush.oval(64, easel.horizon, 10, 10, (1, 0, 0))
    for name in ("vase of flowers", "bowl of fruit", "candle", "wine cup"):
        if easel.has(name):
            with easel.brush.subject(name):
                easel.brush.oval(40, 100, 6, 10, (1, 0, 0))
