"""A small joint module of all three stages, works for it to learn, and how it is trained in tests."""

import lightning.pytorch as pl
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from multiart.data.melodies import parts
from multiart.data.sampler import EpochSampler, ResumableLoader
from multiart.data.works import collate
from multiart.image.autoencoder import PatchAutoencoder
from multiart.image.unet import make_unet
from multiart.models import language
from multiart.music.describe import plan_of
from multiart.music.melodist import Melodist, save_melodist
from multiart.music.network import MelodyNetwork
from multiart.music.screening import KnownRuns
from multiart.music.tune import STYLES, Event, Tune
from multiart.training.joint import JointModule
from multiart.training.painter_pipeline import export_painter
from tests.image.tiny import UNET, VAE
from tests.training.tiny import quiet_trainer

WEIGHTS = {"text": 1.0, "text_kl": 0.1, "image": 1.0, "music": 0.5}


@pytest.fixture(scope="module")
def sources(tiny_folder, tmp_path_factory):
    """Tiny exported models of all three stages."""
    folder = tmp_path_factory.mktemp("models")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        unet = make_unet(**UNET)
        network = MelodyNetwork(width=16, depth=1, heads=2, text_dim=16, dropout=0.0)
    vae, told = PatchAutoencoder(**VAE), {"text_encoder_source": "file:nowhere", "sample_size": 16}
    export_painter(vae, unet, folder / "painter", **told)
    save_melodist(folder / "melody", Melodist(network=network, known=KnownRuns.of([]), styles=STYLES))
    yield {
        "text": f"file:{tiny_folder}",
        "image": f"file:{folder / 'painter'}",
        "music": f"file:{folder / 'melody'}",
    }
    language._load.cache_clear()


def module(sources, *, weights=WEIGHTS, text=None, image=None, music=None, **changes) -> JointModule:
    settings = {
        "text": {"source": sources["text"], "layers": 1, "peft": {"r": 2, "lora_dropout": 0.0}}
        | (text or {}),
        "image": {"init_from": sources["image"]} | (image or {}),
        "music": {"init_from": sources["music"]} | (music or {}),
        "loss": {"weights": weights},
        "lr": {"text": 1e-2, "image": 1e-3, "music": 1e-2},
        "weight_decay": {"image": 0.01},
        "warmup_steps": 1,
    }
    return JointModule(**settings | changes)


class Works(Dataset):
    """Eight texts of bytes, a colour and a scale for each."""

    def __init__(self, joint: JointModule) -> None:
        generator = torch.Generator().manual_seed(0)
        events = tuple(Event(pitch=pitch, duration=24) for pitch in (0, 2, 4, 5, 7, 5, 4, 0))
        tune = Tune(mode="major", time_signature="4/4", events=events, phrases=(4, 4))
        self.items = []
        for _ in range(8):
            ids = torch.cat([torch.tensor([0]), torch.randint(2, 250, (9,), generator=generator)])
            self.items.append(
                {
                    "ids": ids,
                    "caption_length": 5,
                    "lower": joint.text.lower(ids[None], torch.ones(1, 10, dtype=torch.bool))[0],
                    "pixels": torch.randint(0, 256, (3, 1, 1), generator=generator, dtype=torch.uint8)
                    .expand(3, 16, 16)
                    .clone(),
                    "melody": next(parts(tune, plan_of(tune))),
                }
            )

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> dict:
        return self.items[index]


def batch(joint: JointModule, count: int = 4) -> dict:
    works = Works(joint)
    return collate([works[index] for index in range(count)])


def loader(joint: JointModule) -> DataLoader:
    return ResumableLoader(Works(joint), EpochSampler(8, batch_size=4, seed=0), collate_fn=collate)


def fit(joint: JointModule, steps: int, folder, ckpt_path=None, **options) -> pl.Trainer:
    trainer = quiet_trainer(folder, steps, **options)
    trainer.fit(joint, loader(joint), ckpt_path=ckpt_path)
    return trainer


def weights_of(joint: JointModule) -> dict[str, dict[str, torch.Tensor]]:
    return {
        name: {key: value.clone() for key, value in getattr(joint, name).state_dict().items()}
        for name in ("text", "image", "music")
    }


def same(before: dict, after: dict) -> bool:
    return all(torch.equal(before[name], after[name]) for name in before if torch.is_tensor(before[name]))


def without_encoder(self, losses, device):
    """Squared errors in place of the perceptual losses, which need weights."""
    return lambda painted, true: dict.fromkeys(losses, (painted - true).square().mean())
