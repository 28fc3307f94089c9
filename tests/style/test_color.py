"""Colours are kept where the picture has them, strokes where the style does."""

import torch

from multiart.style.color import gaussian_blur, keep_colors


def stripes(side=256):
    return 0.1 * (torch.arange(side) % 2 * 2 - 1.0).expand(3, side, side)


def flat(*rgb, side=64):
    return torch.tensor(rgb)[:, None, None].expand(3, side, side).contiguous()


def test_nothing_kept_is_the_styled_picture():
    styled = torch.rand(3, 20, 30)
    assert torch.equal(keep_colors(styled, torch.rand(3, 20, 30), 0.0), styled)


def test_all_kept_has_the_contents_colour_and_the_styles_strokes():
    styled, content = flat(0.8, 0.2, 0.5, side=256) + stripes(), flat(0.3, 0.6, 0.4, side=256)
    kept = keep_colors(styled, content, 1.0)
    inside = slice(16, -16)
    assert torch.allclose(kept[..., inside], (content + stripes())[..., inside], atol=1e-3)


def test_half_kept_lies_half_way():
    styled, content = flat(0.8, 0.2, 0.5), flat(0.2, 0.6, 0.5)
    assert torch.allclose(keep_colors(styled, content, 0.5), (styled + content) / 2, atol=1e-6)


def test_a_picture_styled_as_itself_stays():
    content = torch.rand(3, 40, 48)
    assert torch.allclose(keep_colors(content, content, 1.0), content, atol=1e-6)


def test_blur_keeps_flat_colours_and_spreads_a_point_as_a_gaussian():
    assert torch.allclose(gaussian_blur(flat(0.1, 0.5, 0.9), 3.0), flat(0.1, 0.5, 0.9), atol=1e-6)
    point = torch.zeros(1, 61, 61)
    point[0, 30, 30] = 1
    spread = gaussian_blur(point, 4.0)[0]
    offsets = torch.arange(61.0) - 30
    assert torch.isclose(spread.sum(), torch.tensor(1.0), atol=1e-5)
    assert abs((spread.sum(0) * offsets**2).sum().sqrt() - 4.0) < 0.1


def test_blur_of_a_strip_narrower_than_its_radius():
    assert gaussian_blur(torch.rand(3, 2, 500), 8.0).shape == (3, 2, 500)
