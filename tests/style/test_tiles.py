"""Large pictures in tiles: what a network that looks no further than a tile gives, and no seams."""

import pytest
import torch

from multiart.style.color import gaussian_blur
from multiart.style.tiles import _spans, paint_in_tiles


@pytest.fixture
def content():
    rows, columns = torch.meshgrid(torch.linspace(0, 1, 150), torch.linspace(0, 1, 210), indexing="ij")
    noise = torch.rand(3, 150, 210, generator=torch.Generator().manual_seed(0))
    return (torch.stack([rows, columns, 1 - rows]) * 0.6 + 0.2 + 0.1 * noise).clamp(0, 1)


def brightened(pixels):
    """As instance normalisation does: it looks at the whole of what it is given."""
    return ((pixels - pixels.mean()) / pixels.std() * 0.2 + 0.5).clamp(0, 1)


def test_a_small_picture_is_painted_whole(content):
    seen = []
    painted = paint_in_tiles(lambda pixels: seen.append(pixels.shape) or 1 - pixels, content, side=200)
    assert seen == [content.shape]
    assert torch.equal(painted, 1 - content)


@pytest.mark.parametrize("side", [32, 64, 100, 170])
def test_tiles_of_a_local_style_are_the_whole(content, side):
    sizes = []

    def negative(pixels):
        sizes.append(pixels.shape[1] * pixels.shape[2])
        return 1 - pixels

    painted = paint_in_tiles(negative, content, side=side)
    assert painted.shape == content.shape
    assert (painted - (1 - content)).abs().mean() < 0.02
    assert max(sizes) <= 1.05 * side**2


def test_there_are_no_seams_where_tiles_differ_in_light(content):
    """Steps at the borders of tiles are no larger than elsewhere, though each tile has a light of its own."""

    def columns_step(pixels):
        return (gaussian_blur(pixels, 2.0).diff(dim=2)).abs().mean((0, 1))

    painted = paint_in_tiles(brightened, content, side=64)
    tiled = torch.cat([brightened(part) for part in content.split(70, dim=2)], dim=2)  # side by side
    borders = [69, 139]
    assert columns_step(tiled)[borders].min() > 5 * columns_step(tiled).median()
    assert columns_step(painted).max() < 3 * columns_step(painted).median()


@pytest.mark.parametrize(("length", "side"), [(10, 16), (16, 16), (17, 16), (100, 16), (1281, 1280)])
def test_spans_cover_evenly_and_overlap(length, side):
    total = torch.zeros(length)
    spans = list(_spans(length, side))
    for span, weights in spans:
        assert len(weights) == span.stop - span.start == min(side, length)
        total[span] += weights
    assert (total > 0.4).all()
    assert all(left[0].stop > right[0].start for left, right in zip(spans, spans[1:], strict=False))
