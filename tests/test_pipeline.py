"""The chain of stages: seeds, order, what is skipped, and what is told."""

import pytest
import torch

from multiart.errors import ConfigError
from multiart.pipeline import Pipeline
from multiart.seeding import derive_seed
from tests.fakes import SHA, Broken, FakeImage, FakeStyle, FakeText

POEM = "moon on the lake\na boat at rest"


def full(**changes):
    return Pipeline(**{"text": FakeText(), "image": FakeImage(), "style": FakeStyle(), **changes})


def same(a, b):
    return torch.equal(a.pixels, b.pixels)


def test_one_seed_makes_one_work():
    one, two, other = full()(POEM, seed=3), full()(POEM, seed=3), full()(POEM, seed=4)
    assert one.draft == two.draft
    assert same(one.painting, two.painting)
    assert same(one.styled, two.styled)
    assert not same(one.painting, other.painting)
    assert not same(one.styled, other.styled)


def test_a_later_stage_never_changes_an_earlier_one():
    whole = full()(POEM, seed=1)
    unstyled = full(style=None)(POEM, seed=1)
    unpainted = full(image=None)(POEM, seed=1)
    assert same(unstyled.painting, whole.painting)
    assert unstyled.styled is None
    assert unstyled.picture is unstyled.painting
    assert unpainted.picture is None
    assert whole.draft == unstyled.draft == unpainted.draft
    assert [r.settings for r in whole.stages[:2]] == [r.settings for r in unstyled.stages]


def test_style_is_skipped_without_a_painting():
    told = []
    work = full(image=None).works(POEM, on_stage=lambda *what: told.append(what[:2]))[0]
    assert work.styled is None
    skipped = [(stage, "skipped") for stage in ("image", "style", "music")]
    assert told == [("text", "start"), ("text", "done"), *skipped]


def test_variations_differ_and_stand_alone():
    pipeline = full()
    works = [pipeline(POEM, variation=k) for k in range(3)]
    assert not same(works[0].painting, works[1].painting)
    assert same(works[2].painting, full()(POEM, variation=2).painting)


def test_each_painting_becomes_a_work_and_is_styled_alike():
    pipeline = full(image=FakeImage(count=3))
    works = pipeline.works(POEM, seed=1)
    assert len(works) == 3
    assert same(pipeline(POEM, seed=1).styled, works[0].styled)
    shades = [(w.styled.pixels / w.painting.pixels.flip(1).clamp(min=1e-6)).median() for w in works]
    assert max(shades) - min(shades) < 1e-4  # one stream for all, so that the count changes nothing
    assert all([r.stage for r in w.stages] == ["text", "image", "style"] for w in works)


def test_records_hold_the_derived_seed_weights_and_time():
    work = full()(POEM, seed=5, variation=2)
    assert [r.seed for r in work.stages] == [derive_seed(5, name, 2) for name in ("text", "image", "style")]
    assert work.stages[1].weights == {"asset:painter": SHA["image"]}
    assert all(r.seconds >= 0 for r in work.stages)


def test_the_pipelines_own_seed_title_and_scene_are_used_unless_others_are_given():
    pipeline = full(seed=9, title="Mine", scene={"place": "sea"}, task="t")
    brief = pipeline(POEM).brief
    assert (brief.seed, brief.title, brief.scene, brief.task) == (9, "Mine", {"place": "sea"}, "t")
    work = pipeline(POEM, seed=0, title="Other", scene={"place": "river"})
    assert (work.brief.seed, work.draft.title, work.draft.scene.place) == (0, "Other", "river")


def test_no_gradients_are_kept_and_the_result_can_be_trained_on():
    picture = full()(POEM).picture.pixels
    assert not picture.requires_grad
    assert not picture.is_inference()


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="prompt must hold some text"):
        full()("  \n")
    with pytest.raises(ValueError, match="seed must be 0 or more, got -1"):
        full()(POEM, seed=-1)
    with pytest.raises(ValueError, match="text must be a stage"):
        full(text=None)


def test_an_error_in_a_stage_comes_through():
    with pytest.raises(RuntimeError, match="boom"):
        full(style=Broken(RuntimeError("boom")))(POEM)


def test_load_builds_what_the_configuration_says(monkeypatch):
    fakes = {"Writer": FakeText(), "Painter": FakeImage(), "AutoStyle": FakeStyle(), "StageCache": None}
    monkeypatch.setattr("multiart.config.build", lambda node: fakes[node["_target_"].rpartition(".")[2]])
    overrides = ["seed=5", "title=A, ${b}", "scene.place=sea", "style=null", "music=null"]
    pipeline = Pipeline.load("poem_to_painting", overrides=overrides)
    work = pipeline(POEM)
    assert (work.brief.seed, work.brief.title, work.brief.scene) == (5, "A, ${b}", {"place": "sea"})
    assert work.brief.task == "poem_to_painting"
    assert work.styled is None
    assert work.painting is not None


def test_load_names_what_is_wrong():
    with pytest.raises(ConfigError, match="poem_to_painting"):
        Pipeline.load("poem_to_panting")
    with pytest.raises(ConfigError, match="mean .guidance_scale"):
        Pipeline.load(overrides=["image.guidance_scal=4"])
