"""Colours are kept where the picture has them, strokes where the style does."""

import torch

from multiart.style.color import gaussian_blur, keep_colors, match_colors


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


def test_matched_colours_have_the_mean_and_spread_of_the_styles():
    generator = torch.Generator().manual_seed(0)
    mix = torch.tensor([[0.1, 0.05, 0.0], [0.0, 0.1, 0.02], [0.03, 0.0, 0.08]])

    def picture(mean, mix):
        return (mix @ torch.randn(3, 4000, generator=generator) + mean).clamp(0, 1).view(3, 50, 80)

    content, style = picture(0.6, 0.7 * mix.mT), picture(0.4, mix)
    matched = match_colors(content, [(style, 1.0)])
    assert torch.allclose(matched.mean((1, 2)), style.mean((1, 2)), atol=2e-3)
    assert torch.allclose(matched.flatten(1).cov(), style.flatten(1).cov(), atol=5e-4)
    assert torch.allclose(match_colors(style, [(style, 1.0)]), style, atol=1e-5)
    both = match_colors(content, [(style, 0.25), (content, 0.75)]).mean((1, 2))
    assert torch.allclose(both, 0.25 * style.mean((1, 2)) + 0.75 * content.mean((1, 2)), atol=2e-3)


def test_matching_a_plain_picture_is_defined():
    grey = flat(0.5, 0.5, 0.5)
    matched = match_colors(grey, [(flat(0.9, 0.2, 0.1), 0.5), (flat(0.1, 0.2, 0.1), 0.5)])
    assert torch.allclose(matched.mean((1, 2)), torch.tensor([0.5, 0.2, 0.1]), atol=1e-3)
