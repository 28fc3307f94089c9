"""The trainable style network and its files."""

import json

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.style.transfer_net import TransferNet, load_transfer_net

TINY = (4, 4, 8, 4, 2)


@pytest.fixture
def net():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = TransferNet(widths=TINY, num_blocks=1)
    return net.eval()


def test_is_small():
    assert 100_000 < sum(weight.numel() for weight in TransferNet().parameters()) < 400_000


@pytest.mark.parametrize("size", [(32, 32), (33, 50), (20, 21)])
def test_any_size_comes_back_at_its_size(net, size):
    painted = net.paint(torch.rand(3, *size))
    assert painted.shape == (3, *size)
    assert 0 <= painted.min() <= painted.max() <= 1
    assert not painted.is_inference()


def test_what_is_saved_paints_the_same(net, tmp_path):
    picture = torch.rand(3, 32, 32)
    net.save(tmp_path / "style")
    assert torch.equal(load_transfer_net(tmp_path / "style").paint(picture), net.paint(picture))


def test_a_checkpoint_paints_the_same(net, tmp_path):
    state = {f"net.{name}": value for name, value in net.state_dict().items()}
    torch.save({"state_dict": state, "hyper_parameters": {"net": net.config}}, tmp_path / "last.ckpt")
    picture = torch.rand(3, 32, 32)
    assert torch.equal(load_transfer_net(tmp_path / "last.ckpt").paint(picture), net.paint(picture))


def test_what_holds_no_style_is_refused(net, tmp_path):
    with pytest.raises(ModelUnavailable, match="there is no file or folder"):
        load_transfer_net(tmp_path / "nothing")
    with pytest.raises(ModelUnavailable, match="holds no trained style"):
        load_transfer_net(tmp_path)
    net.save(tmp_path)
    (tmp_path / "config.json").write_text(
        json.dumps({"type": "TransferNet", "widths": [4, 4, 4, 4, 2], "num_blocks": 1})
    )
    with pytest.raises(ModelUnavailable, match="holds no trained style"):
        load_transfer_net(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"type": "Other"}))
    with pytest.raises(ModelUnavailable, match="is of something else"):
        load_transfer_net(tmp_path)
    torch.save({"state_dict": {}, "hyper_parameters": {"unet": None}}, tmp_path / "painter.ckpt")
    with pytest.raises(ModelUnavailable, match="painter.ckpt holds no trained style"):
        load_transfer_net(tmp_path / "painter.ckpt")
