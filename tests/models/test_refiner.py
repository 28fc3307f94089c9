"""The refiner's network: what comes out of it, in tiles and whole, and how it is kept."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models.hashing import sha256_of
from multiart.models.refiner import Refiner, RefinerNet, enlarge, load_refiner, refine
from multiart.vocabulary import MEDIA, PLAIN


@pytest.fixture
def net():
    return tiny_refiner()


def tiny_refiner(**changes) -> RefinerNet:
    """A small network that already adds something."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = RefinerNet(**{"channels": 8, "num_blocks": 2, "medium_dim": 4, **changes})
        for weight in net.parameters():
            torch.nn.init.normal_(weight, std=0.2)
    return net.eval()


def drawn(seed=0):
    return torch.Generator().manual_seed(seed)


def picture(height=20, width=26):
    return torch.rand(3, height, width, generator=drawn(7))


def test_a_new_network_only_enlarges():
    small = picture()
    large = refine(RefinerNet(channels=8, num_blocks=1), small, MEDIA[0], generator=drawn())
    assert large.shape == (3, 80, 104)
    torch.testing.assert_close(large, enlarge(small[None])[0].clamp(0, 1))


def test_what_it_begins_with_comes_from_the_picture_and_is_smooth():
    """Begun with noise in every feature, it learnt tints and nothing else in a thousand steps."""
    net = RefinerNet(channels=8, num_blocks=1)
    torch.nn.init.normal_(net.last.weight)
    plain = torch.full((1, 3, 15, 15), 0.7)
    one, other = (
        net(plain, torch.tensor([0]), torch.randn(1, 1, 60, 60, generator=drawn(n))) for n in (1, 2)
    )
    assert torch.equal(one, other) and (one - 0.7).abs().max() > 0.01
    middle = one[0, :, 28:32, 28:32]
    torch.testing.assert_close(middle, middle[:, :1, :1].expand_as(middle))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 40), (37, 31)])
@pytest.mark.parametrize("tile", [7, 16])
def test_tiles_make_the_same_picture_as_the_whole(net, height, width, tile):
    small = picture(height, width)
    whole = refine(net, small, "oil", generator=drawn(), tile=1000)
    assert whole.shape == (3, 4 * height, 4 * width)
    tiled = refine(net, small, "oil", generator=drawn(), tile=tile)
    torch.testing.assert_close(tiled, whole, atol=1e-4, rtol=0)  # kernels differ by shape, most on AVX2


def test_nothing_beyond_the_margin_counts(net):
    small = torch.rand(1, 3, 41, 41, generator=drawn()).requires_grad_()
    noise = torch.randn(1, 1, 164, 164, generator=drawn())
    net(small, torch.tensor([0]), noise)[..., 80:84, 80:84].sum().backward()
    felt = small.grad.abs().sum((0, 1)) > 0
    far = torch.ones(41, 41, dtype=torch.bool)
    far[20 - net.margin : 21 + net.margin, 20 - net.margin : 21 + net.margin] = False
    assert felt[20, 20] and not felt[far].any()


def test_medium_and_seed_decide(net):
    def painted(medium="oil", seed=0):
        return refine(net, picture(), medium, generator=drawn(seed))

    assert torch.equal(painted(), painted())
    assert not torch.equal(painted(), painted(seed=1))
    assert not torch.equal(painted(), painted("woodblock"))
    assert torch.equal(painted("ink wash"), painted("ink_wash"))
    assert painted().min() >= 0 and painted().max() <= 1


def test_a_medium_s_colours_are_fitted_to_pixels():
    net = RefinerNet(channels=8, num_blocks=1)
    given = torch.rand(50, 3, generator=drawn(3))
    true = given @ torch.tensor([[0.5, 0.1, 0.0], [0.2, 0.6, 0.1], [0.0, 0.0, 0.3]]) + 0.1
    net.fit_colors(given, true, net.place_of("oil"))
    pictures = given.T.reshape(1, 3, 5, 10)
    for medium, wanted in (("oil", true), ("watercolour", given)):
        found = net.recolor(pictures, torch.tensor([net.place_of(medium)]))
        torch.testing.assert_close(found, wanted.T.reshape(1, 3, 5, 10), atol=1e-4, rtol=0)


def test_what_cannot_be_painted_is_said(net):
    with pytest.raises(ValueError, match="unknown medium 'oyl'. Did you mean 'oil'?"):
        refine(net, picture(), "oyl", generator=drawn())
    with pytest.raises(ValueError, match=r"picture must be \[3, h, w\], got \[1, 3, 20, 26\]"):
        refine(net, picture()[None], "oil", generator=drawn())
    with pytest.raises(ValueError, match="tile must be 1 or more, got 0"):
        refine(net, picture(), "oil", generator=drawn(), tile=0)
    with pytest.raises(ValueError, match="channels must be a multiple of 4"):
        RefinerNet(channels=10)


def test_what_is_exported_loads_in_half_its_size(net, tmp_path):
    net.export(tmp_path / "refiner")
    source = f"file:{tmp_path / 'refiner'}"
    loaded = load_refiner(source)
    assert loaded.config.media == [PLAIN, *MEDIA] and loaded.config.num_blocks == 2
    assert all(weight.dtype == torch.float32 and not weight.requires_grad for weight in loaded.parameters())
    for name, weight in loaded.state_dict().items():
        torch.testing.assert_close(weight, net.state_dict()[name].half().float(), atol=0, rtol=0)
    refiner = Refiner(source)
    assert refiner.weights == {source: sha256_of(tmp_path / "refiner")}
    large = refiner.refine(picture(), "oil", generator=drawn())
    torch.testing.assert_close(large, refine(net, picture(), "oil", generator=drawn()), atol=0.05, rtol=0)


def test_what_is_exported_does_not_tell_where_it_was_loaded_from(net, tmp_path):
    net.export(tmp_path / "one")
    load_refiner(f"file:{tmp_path / 'one'}").export(tmp_path / "two")
    assert str(tmp_path) not in (tmp_path / "two" / "config.json").read_text()


def test_what_is_missing_or_something_else_is_said(net, tmp_path):
    with pytest.raises(ModelUnavailable, match="nowhere .*; train one: python -m multiart train"):
        load_refiner(f"file:{tmp_path / 'nowhere'}")
    net.export(tmp_path / "refiner")
    weights = tmp_path / "refiner" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    with pytest.raises(ModelUnavailable, match="is not a refiner this version can load"):
        load_refiner(f"file:{tmp_path / 'refiner'}")
