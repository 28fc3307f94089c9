"""A draft to style by, a picture to style, and stand-ins for the networks."""

import pytest
import torch

from multiart.models.store import Fetched
from multiart.records import Draft, Mood, Picture, Scene
from multiart.style import painters


@pytest.fixture
def draft():
    def make(language="en", valence=0.0, arousal=0.0, **answers):
        scene = {"place": "lake", "season": "summer", "time_of_day": "day", "weather": "clear", **answers}
        return Draft(
            title="Water",
            lines=("still water",),
            language=language,
            mode="verbatim",
            mode_reason="has line breaks",
            scene=Scene(**scene, mood=Mood(valence=valence, arousal=arousal)),
            caption="a lake",
        )

    return make


@pytest.fixture
def picture():
    ramp = torch.linspace(0, 1, 70)
    return Picture(
        pixels=torch.stack([ramp.expand(66, 70), ramp.flip(0).expand(66, 70), torch.full((66, 70), 0.3)])
    )


@pytest.fixture
def generator():
    return lambda seed=0: torch.Generator().manual_seed(seed)


class InvertingNet:
    """Stands in for the painters' network: turns the picture into its negative, and remembers its inputs."""

    def __call__(self, content, style_weights):
        self.content, self.style_weights = content, style_weights
        return (1 - content).clamp(0, 1)


@pytest.fixture
def net(monkeypatch, tmp_path):
    net = InvertingNet()
    fetched = Fetched(path=tmp_path, sha256="0" * 64, source=painters.SOURCE)
    monkeypatch.setattr(painters, "load_painters", lambda: painters.LoadedPainters(net=net, fetched=fetched))
    return net
