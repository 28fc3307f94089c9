"""Joint training through the command line in two processes, and resumed: what one process learns."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from safetensors.torch import load_file
from torch.testing import assert_close

from tests.training.test_joint import sources  # noqa: F401

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
    command = [sys.executable, "-m", "multiart", "train", "+experiment=joint", "data=works"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(CLONE)}
    run = [*command, *TINY, *given, f"hydra.run.dir={folder}", *more]
    done = subprocess.run(run, env=environment, cwd=folder.parent, capture_output=True, text=True)
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
