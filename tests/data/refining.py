"""Scenes in every medium that take no painting: noise, kept on disk as painted ones are."""

import pytest
import torch
from safetensors.torch import save_file

from multiart.data.refining import SCALE, MediumScenes
from multiart.vocabulary import MEDIA


def make_noise(scenes: MediumScenes, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    large = SCALE * scenes.size
    tensors = {
        medium: torch.randint(0, 256, (3, large, large), generator=generator, dtype=torch.uint8)
        for medium in MEDIA
    }
    tensors["scene"] = torch.randint(0, 256, (3, scenes.size, scenes.size), generator=generator).byte()
    scenes.folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, scenes._path(seed))


def noise_instead(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make scenes of noise from now on; the list grows by the seeds that are made."""
    made: list[int] = []

    def make(scenes: MediumScenes, seed: int) -> None:
        made.append(seed)
        make_noise(scenes, seed)

    monkeypatch.setattr(MediumScenes, "_make", make)
    return made
