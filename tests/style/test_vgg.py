"""The perceptual encoder against its parts, and its loading."""

import pytest
import torch
from torch.nn import functional

from multiart.errors import ModelUnavailable
from multiart.style.vgg import LAYERS, LPIPS_LAYERS, check_layers, load_encoder
from tests.style.encoders import save_published, tiny_encoder


@pytest.fixture
def pictures():
    return torch.rand(2, 3, 40, 33, generator=torch.Generator().manual_seed(0))


def test_one_pass_gives_the_layers_asked_for(pictures):
    features = tiny_encoder()(pictures, ["relu3_3", "relu1_1"])
    assert list(features) == ["relu1_1", "relu3_3"]
    assert features["relu1_1"].shape == (2, 4, 40, 33)
    assert features["relu3_3"].shape == (2, 8, 11, 9)
    assert all((found >= 0).all() for found in features.values())
    assert list(tiny_encoder()(pictures, LAYERS)) == list(LAYERS)


def test_a_layer_does_not_depend_on_the_others_asked_for(pictures):
    encoder = tiny_encoder()
    alone, among = encoder(pictures, ["relu2_2"]), encoder(pictures, LAYERS)
    assert torch.equal(alone["relu2_2"], among["relu2_2"])


def test_first_features_are_the_convolution_of_the_normalised_picture(pictures):
    encoder = tiny_encoder()
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    normalised = (pictures - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    convolution = encoder.convolutions["relu1_1"]
    expected = functional.conv2d(normalised, convolution.weight, convolution.bias, padding=1).relu()
    assert torch.allclose(encoder(pictures, ["relu1_1"])["relu1_1"], expected, atol=1e-5)


def test_pooling_is_a_maximum_then_a_binomial_blur(pictures):
    encoder = tiny_encoder()
    features = encoder(pictures, ["relu1_2", "relu2_1"])
    highest = functional.max_pool2d(features["relu1_2"], 2, stride=1)
    padded = functional.pad(highest, (2, 2, 2, 2), mode="reflect")
    row = torch.tensor([1.0, 2.0, 1.0]) / 4
    kernel = torch.outer(row, row).expand(4, 1, 3, 3)
    blurred = functional.conv2d(padded, kernel, stride=2, groups=4)
    expected = encoder.convolutions["relu2_1"](blurred).relu()
    assert torch.allclose(features["relu2_1"], expected, atol=1e-5)


def test_gradients_reach_the_picture_and_no_weight(pictures):
    encoder = tiny_encoder()
    pictures.requires_grad_()
    encoder(pictures, LPIPS_LAYERS)["relu5_3"].sum().backward()
    assert pictures.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in encoder.parameters())


def test_what_cannot_be_asked_is_said(pictures):
    with pytest.raises(ValueError, match="unknown layers 'relu4_4'. Did you mean"):
        tiny_encoder()(pictures, ["relu4_4"])
    with pytest.raises(ValueError, match="unknown style_layers 'x'"):
        check_layers("style_layers", ["x"])
    with pytest.raises(ValueError, match="too small"):
        tiny_encoder()(pictures[..., :9], ["relu5_1"])
    tiny_encoder()(torch.zeros(1, 3, 32, 32), LAYERS)


def test_loads_the_published_format(tmp_path, pictures):
    encoder = tiny_encoder()
    save_published(encoder, tmp_path / "vgg.pth")
    loaded = load_encoder(f"file:{tmp_path / 'vgg.pth'}")
    for layer, found in loaded(pictures, LAYERS).items():
        assert torch.equal(found, encoder(pictures, [layer])[layer])
    assert torch.equal(loaded.heads[2], encoder.heads[2])
    assert not any(weight.requires_grad for weight in loaded.parameters())


@pytest.mark.parametrize("content", [b"", b"no weights", {"a": torch.zeros(1)}, [1, 2], "tensors"])
def test_weights_of_something_else_are_refused(tmp_path, content):
    path = tmp_path / "other.pth"
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    with pytest.raises(ModelUnavailable, match="other.pth holds no VGG-16 with LPIPS heads"):
        load_encoder(f"file:{path}")


def test_another_architecture_is_refused(tmp_path):
    save_published(tiny_encoder(), tmp_path / "vgg.pth")
    state = torch.load(tmp_path / "vgg.pth", weights_only=True)
    state["net.slice3.12.weight"] = state["net.slice3.12.weight"][:, :3]
    torch.save(state, tmp_path / "vgg.pth")
    with pytest.raises(ModelUnavailable, match="holds no VGG-16"):
        load_encoder(f"file:{tmp_path / 'vgg.pth'}")


@pytest.mark.weights
def test_published_weights_tell_a_small_change_from_a_large_one():
    from multiart.style.losses import lpips

    encoder = load_encoder()
    assert [len(head) for head in encoder.heads] == [64, 128, 256, 512, 512]
    assert all((head >= 0).all() for head in encoder.heads)
    generator = torch.Generator().manual_seed(0)
    ramp = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    noise = torch.rand(ramp.shape, generator=generator)
    features, near, far = (
        encoder(p, LPIPS_LAYERS) for p in (ramp, (0.97 * ramp + 0.03 * noise), 0.5 * ramp + 0.5 * noise)
    )
    assert 0 < lpips(features, near, encoder.heads) < lpips(features, far, encoder.heads)
