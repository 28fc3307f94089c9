"""Training a style, whole, at a tiny size."""

import pytest
import torch
from PIL import Image

from multiart.commands import train
from multiart.config import check, compose
from multiart.errors import MultiartError
from multiart.pictures import scale_to
from multiart.style.transfer_net import load_transfer_net
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
            "train.module.net={widths:[4,4,8],num_blocks:1}",
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


def test_no_step_makes_a_picture_white(tmp_path):
    """All the last layer's weights move one way at once where the gradient has one sign."""
    Image.effect_noise((80, 80), 60).convert("RGB").save(tmp_path / "style.png")
    save_published(tiny_encoder(), tmp_path / "vgg.pth")
    module = StyleModule(
        style_image=str(tmp_path / "style.png"), encoder=f"file:{tmp_path / 'vgg.pth'}", max_steps=100
    )
    optimizer = module.configure_optimizers()["optimizer"]
    for group in optimizer.param_groups:  # as large as they become
        group["lr"] = group["max_lr"]
    pictures = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    before = module.net(pictures)
    (-before.mean()).backward()
    optimizer.step()
    assert 0 < (module.net(pictures) - before).abs().mean() < 0.1


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
    with pytest.raises(ValueError, match="style_size must be 64 or more"):
        StyleModule(**options, style_size=8)
