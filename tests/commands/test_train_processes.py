"""Joint training through the command line: in two processes, resumed, and with models of other makers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from safetensors.torch import load_file
from torch.testing import assert_close

from tests.image.test_hub import model  # noqa: F401
from tests.training.joints import sources  # noqa: F401
from tests.training.test_projection import other  # noqa: F401

TINY = [
    "data.size=16", "data.layouts=1", "data.replay_share=0", "data.validation_share=0.2",
    "data.text_layers=1", "trainer.accelerator=cpu", "trainer.precision=32-true",
    "train.module.warmup_steps=1", "train.module.lr={text:1e-3,image:1e-3,music:1e-3}",
    "trainer.val_check_interval=2", "callbacks.samples.count=1", "logger.tensorboard=null",
    "train.module.text.peft={r:2,lora_dropout:0}",
]  # fmt: skip
CLONE = Path(__file__).parents[2]


@pytest.fixture
def given(sources, tmp_path) -> list[str]:  # noqa: F811
    """Sources of tiny models, and a folder of works."""
    works = tmp_path / "works"
    works.mkdir()
    rows = []
    for number in range(16):
        Image.new("RGB", (32, 32), (15 * number, 90, 240 - 15 * number)).save(works / f"{number}.png")
        text = f"one, two\nand {number}"
        rows.append({"text": text, "caption": f"hue {number}", "file_name": f"{number}.png"})
    (works / "metadata.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return [
        f"data.path={works}",
        f"data.text_source={sources['text']}",
        f"train.module.image.init_from={sources['image']}",
        f"train.module.music.init_from={sources['music']}",
        f"paths.outputs={tmp_path / 'outputs'}",
    ]


def train(given: list[str], folder: Path, *more: str) -> subprocess.CompletedProcess:
    chosen = ["train", "+experiment=joint", "data=works", *TINY, *given]
    return run([*chosen, f"hydra.run.dir={folder}", *more], folder.parent)


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(CLONE)}
    command = [sys.executable, "-m", "multiart", *words]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
def test_two_processes_learn_what_one_does(given, sources, tmp_path):  # noqa: F811
    one, two = tmp_path / "one", tmp_path / "two"
    train(given, one, "trainer=cpu", "data.batch_size=4", "trainer.max_steps=4")
    pair = ["trainer=ddp", "trainer.devices=2", "data.batch_size=2"]
    train(given, two, *pair, "trainer.max_steps=2", "train.module.max_steps=4")
    options = ["trainer.max_steps=4", "ckpt_path=last", "resume.force=true"]
    resumed = train(given, two, *pair, *options)
    assert "resuming from" in resumed.stderr and "step-00000002.ckpt" in resumed.stderr
    assert resumed.stdout.count("report.html") == 1
    for file in ("painter/unet/diffusion_pytorch_model.safetensors", "text/adapter_model.safetensors"):
        alone, shared = (load_file(folder / "exported" / file) for folder in (one, two))
        assert_close(shared, alone, rtol=1e-3, atol=2e-4)
    painter = "painter/unet/diffusion_pytorch_model.safetensors"
    before = load_file(Path(sources["image"].removeprefix("file:")) / painter.removeprefix("painter/"))
    after = load_file(two / "exported" / painter)
    assert max((after[name] - weight).abs().max() for name, weight in before.items()) > 2e-3


@pytest.mark.slow
def test_another_language_model_and_painter_are_used_again(given, other, model, tmp_path):  # noqa: F811
    """Trained and then run through the command line, they paint from each other's states."""
    changed = ("data.text_source=", "train.module.image")
    given = [setting for setting in given if not setting.startswith(changed)]
    image = [f"train.module.image.init_from={model}", "train.module.image.method=full"]
    folder = tmp_path / "joint"
    train(given, folder, f"data.text_source={other}", *image, "trainer=cpu", "data.batch_size=4",
          "trainer.max_steps=2")  # fmt: skip
    unet = json.loads((folder / "exported" / "painter" / "unet" / "config.json").read_text())
    assert unet["cross_attention_dim"] == 24
    run(["run", "+task=poem_to_painting", "models=ckpt", f"models.path={folder / 'exported'}", "style=none",
         "text.read_with_model=false", "image.size=64", "image.num_inference_steps=2",
         "prompt=the sea\nat dawn", f"paths.outputs={tmp_path / 'works'}"], tmp_path)  # fmt: skip
    (manifest,) = (tmp_path / "works").rglob("manifest.json")
    assert str(folder / "exported" / "text") in manifest.read_text()
    assert [*manifest.parent.glob("*.png")]
