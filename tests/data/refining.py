"""Scenes in every medium that take no painting: noise, kept on disk as painted ones are."""

import pytest
import torch
from safetensors.torch import save_file

from multiart.data.refining import SCALE, MediumScenes
from multiart.vocabulary import MEDIA


def make_noise(scenes: MediumScenes, seed: int, medium: str) -> None:
    generator = torch.Generator().manual_seed(seed)
    small = torch.randint(0, 256, (3, scenes.size, scenes.size), generator=generator).byte()
    generator.manual_seed(seed + 100 * (1 + MEDIA.index(medium)))
    sides = 3, SCALE * scenes.size, SCALE * scenes.size
    path = scenes._path(seed, medium)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({"small": small, "large": torch.randint(0, 256, sides, generator=generator).byte()}, path)


def noise_instead(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make scenes of noise from now on; the list grows by the seed of each that is made in a medium."""
    made: list[int] = []

    def make(scenes: MediumScenes, seed: int, medium: str) -> None:
        made.append(seed)
        make_noise(scenes, seed, medium)

    monkeypatch.setattr(MediumScenes, "_make", make)
    return made
