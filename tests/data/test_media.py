from dataclasses import replace

import numpy as np
import pytest

from multiart.data.scenes.spec import SceneSpec
from multiart.vocabulary import MEDIA

pytest.importorskip("skia")

from multiart.data.media import render
from multiart.data.scenes.paint import paint

pytestmark = pytest.mark.train

DAY = SceneSpec(
    place="lake",
    season="autumn",
    time_of_day="day",
    weather="clear",
    subjects=("sun", "mountains", "maple", "boat"),
    seed=3,
)
NIGHT = replace(DAY, time_of_day="night", subjects=("full moon", "hills", "boat"))


@pytest.fixture(scope="module")
def day() -> np.ndarray:
    return paint(DAY, 192)[0]


def saturation(picture: np.ndarray) -> float:
    return float((picture.max(-1).astype(int) - picture.min(-1)).mean())


def roughness(picture: np.ndarray) -> float:
    """Median change from pixel to pixel, which is small where most of a picture is flat."""
    light = picture.mean(-1)
    return float(np.median(np.abs(np.diff(light, axis=0))))


@pytest.mark.parametrize("medium", MEDIA)
def test_the_seed_decides_every_stroke(medium, day):
    one = render(day, medium, seed=1)
    assert one.shape == day.shape and one.dtype == np.uint8
    assert np.array_equal(one, render(day, medium, seed=1))
    assert not np.array_equal(one, render(day, medium, seed=2))


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("shape", [(64, 64), (64, 150), (130, 97)])
def test_any_shape_from_64_pixels_up(medium, shape, day):
    assert render(day[: shape[0], : shape[1]], medium, seed=1).shape == (*shape, 3)


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_picture_stays_about_even(medium, level):
    painted = render(np.full((96, 96, 3), level, np.uint8), medium, seed=1)
    assert painted.std((0, 1)).max() < 40


@pytest.mark.parametrize("medium", MEDIA)
def test_the_picture_is_still_the_same_scene(medium, day):
    painted, coarse = render(day, medium, seed=1), (8, 24, 8, 24, 3)
    one, other = (p.reshape(coarse).mean((1, 3)).mean(-1).ravel() for p in (day, painted))
    assert np.corrcoef(one, other)[0, 1] > (0.5 if medium == "ink wash" else 0.75)


@pytest.mark.parametrize("medium", MEDIA)
def test_the_moon_is_the_brightest_thing_at_night(medium):
    night = paint(NIGHT, 192)[0]
    moon = night.min(-1) > 190
    assert 60 < moon.sum() < 2500
    light = render(night, medium, seed=1).mean(-1)
    assert light[moon].mean() > light[~moon].mean() + 70
    assert light[moon].mean() > np.quantile(light, 0.97)


@pytest.mark.parametrize("medium", MEDIA)
def test_every_medium_has_a_surface(medium, day):
    assert roughness(render(day, medium, seed=1)) > 2 * roughness(day)


def test_ink_has_hardly_any_colour_but_keeps_red_leaves(day):
    painted = render(day, "ink wash", seed=1).astype(int)
    assert saturation(painted) < 0.4 * saturation(day)
    redness = painted[..., 0] - painted[..., 1]
    leaves = day[..., 0].astype(int) - day[..., 1] > 100
    assert leaves.sum() > 300
    assert redness[leaves].mean() > redness[~leaves].mean() + 25


def test_watercolour_is_lighter_and_clear(day):
    painted = render(day, "watercolour", seed=1)
    assert painted.mean() > day.mean() + 8
    assert saturation(painted) > 0.6 * saturation(day)


def test_a_print_has_key_lines_and_few_inks(day):
    painted = render(day, "woodblock", seed=1).astype(int)
    dark = (painted.max(-1) < 70).mean()
    assert (day.max(-1) < 70).mean() + 0.01 < dark < 0.3
    assert painted[..., 2].max() < 225  # the paper is nowhere whiter than paper


def test_oil_is_thick_where_the_scene_is_flat(day):
    sky, flat = (picture[4:30, 4:188].astype(float) for picture in (render(day, "oil", seed=1), day))
    assert np.abs(np.diff(sky, axis=0)).mean() > 2 * np.abs(np.diff(flat, axis=0)).mean()
    assert abs(sky.mean() - flat.mean()) < 12


def test_what_cannot_be_rendered_is_named(day):
    with pytest.raises(ValueError, match=r"unknown medium 'ink'.*ink wash"):
        render(day, "ink", seed=0)
    with pytest.raises(ValueError, match=r"float64 \[64, 64, 3\]"):
        render(np.zeros((64, 64, 3)), "oil", seed=0)
    with pytest.raises(ValueError, match=r"\[63, 64, 3\]"):
        render(day[:63, :64], "oil", seed=0)
