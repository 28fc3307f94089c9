"""The image stage, with a tiny painter and a tiny language model saved to disk."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.image.painter import Painter
from multiart.pictures import scale_to
from multiart.records import Draft, Scene
from multiart.training.painter import PainterModule
from multiart.vocabulary import PLAIN
from tests.image.tiny import PAINTER
from tests.models.test_refiner import tiny_refiner


def draft(*lines: str) -> Draft:
    return Draft(
        title="Night",
        lines=lines or ("the moon",),
        language="en",
        mode="verbatim",
        mode_reason="a poem",
        scene=Scene(place="sea", season="autumn", time_of_day="night", weather="clear"),
        caption="the sea at night",
    )


@pytest.fixture
def source(tmp_path, tiny_source) -> str:
    module = PainterModule(**PAINTER, text_encoder_source=tiny_source)
    module.export(tmp_path / "painter")
    return f"file:{tmp_path / 'painter'}"


def painter(source: str, **options) -> Painter:
    chosen = {"source": source, "size": 64, "enlarge": "smooth", "num_inference_steps": 2, "dtype": "float32"}
    return Painter(**{**chosen, **options})


def pictures(painter: Painter, seed: int = 0, text: Draft | None = None) -> list[torch.Tensor]:
    result = painter.generate(text or draft(), generator=torch.Generator().manual_seed(seed))
    return [picture.pixels for picture in result.output]


def test_it_paints_at_the_size_asked_for(source):
    (pixels,) = pictures(painter(source, size=80))
    assert pixels.shape == (3, 80, 80)


def test_the_seed_decides(source):
    stage = painter(source)
    assert torch.equal(pictures(stage, 1)[0], pictures(stage, 1)[0])
    assert not torch.equal(pictures(stage, 1)[0], pictures(stage, 2)[0])


def test_a_picture_does_not_depend_on_how_many_are_painted(source):
    torch.testing.assert_close(
        pictures(painter(source, num_images_per_prompt=3))[0], pictures(painter(source))[0]
    )


def test_the_poem_is_read_after_the_caption(source):
    stage = painter(source)
    assert not torch.equal(pictures(stage)[0], pictures(stage, text=draft("the sun"))[0])


def test_a_negative_prompt_changes_the_picture_and_is_read_once(source, monkeypatch):
    stage, read = painter(source, negative_prompt="rain", num_images_per_prompt=2), []
    states = stage.states
    monkeypatch.setattr(stage, "states", lambda texts, *more: read.append(texts) or states(texts, *more))
    assert not torch.equal(pictures(painter(source))[0], pictures(stage)[0])
    assert read.count(["rain"]) == 1


def test_bfloat16_paints_nearly_the_same(source):
    plain, faster = (painter(source, dtype=dtype) for dtype in ("float32", "bfloat16"))
    difference = (pictures(plain)[0] - pictures(faster)[0]).abs()
    assert 0 < difference.mean() < 0.05
    assert pictures(faster)[0].dtype == torch.float32
    with pytest.raises(ValueError, match="image.dtype"):
        painter(source, dtype="float16")


@pytest.mark.parametrize(("native", "chosen"), [(True, "bfloat16"), (False, "float32")])
def test_it_paints_in_bfloat16_where_the_processor_has_it(source, monkeypatch, native, chosen):
    monkeypatch.setattr("multiart.models.precision.prefers_bfloat16", lambda device: native)
    told = painter(source, dtype="auto").generate(draft(), generator=torch.Generator().manual_seed(0))
    assert told.settings["dtype"] == chosen


def test_its_weights_are_the_painters_and_the_text_encoders(source, tiny_source):
    assert set(painter(source).weights) == {source, tiny_source}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_inference_steps", 0),
        ("num_inference_steps", 1001),
        ("guidance_scale", -1),
        ("guidance_scale", 51),
        ("flow_shift", 0),
        ("size", 63),
        ("num_images_per_prompt", 0),
    ],
)
def test_a_value_out_of_range_is_named(key, value):
    with pytest.raises(ValueError, match=rf"image\.{key} must be from .* to .*, got {value}"):
        Painter(**{key: value})


def test_enlarging_keeps_flat_colours_and_the_range():
    flat = torch.full((3, 16, 16), 0.25)
    torch.testing.assert_close(scale_to(flat, 64, 64), torch.full((3, 64, 64), 0.25))
    edge = torch.zeros(3, 16, 16)
    edge[..., 8:] = 1
    large = scale_to(edge, 64, 64)
    assert large.min() >= 0 and large.max() <= 1


def test_the_refiner_draws_what_is_larger_than_the_painters_own_size(source, tmp_path):
    tiny_refiner(media=[PLAIN]).export(tmp_path / "refiner")
    stage = painter(source, enlarge="refiner", refiner=f"file:{tmp_path / 'refiner'}")
    drawn, smooth = pictures(stage)[0], pictures(painter(source))[0]
    assert drawn.shape == smooth.shape == (3, 64, 64)
    assert not torch.allclose(drawn, smooth, atol=0.01)
    assert torch.equal(drawn, pictures(stage)[0])
    assert f"file:{tmp_path / 'refiner'}" in stage.weights
    stage.size = 80  # no multiple
    assert pictures(stage)[0].shape == (3, 80, 80)
    small = painter(source, enlarge="refiner", refiner="file:nowhere", size=64)
    small.pipeline.register_to_config(sample_size=64)
    assert pictures(small)[0].shape == (3, 64, 64)  # nothing to enlarge


def test_the_critic_chooses_among_sketches_and_the_chosen_is_painted(source, tmp_path):
    from multiart.models.critic import CriticNet

    torch.manual_seed(0)
    tiny = CriticNet(size=16, channels=[8, 8], width=6, text_dim=16, text_encoder_source="file:nowhere")
    tiny.export(tmp_path / "critic")
    stage = painter(source, best_of=3, critic=f"file:{tmp_path / 'critic'}")
    stage.critic.encoder = stage.encoder
    asked = []
    stage.critic.score = lambda candidates, captions: (
        asked.append((candidates, captions)) or torch.tensor([0.1, 0.3, 0.2])
    )
    told = draft()
    result = stage.generate(told, generator=torch.Generator().manual_seed(0))
    ((candidates, captions),) = asked
    assert captions == [told.caption]
    (seeds,) = stage._seeds(torch.Generator().manual_seed(0))
    states = stage.states([told.caption], [told.text])
    for candidate, seed in zip(candidates, seeds, strict=True):
        torch.testing.assert_close(candidate, stage.paint_states(states, [seed], sketch=True)[0])
    chosen = stage.paint_states(states, seeds[1:2])[0]
    assert not torch.allclose(chosen, candidates[1], atol=1e-3)
    torch.testing.assert_close(result.output[0].pixels, scale_to(chosen, 64, 64))
    first = stage.paint_states(states, seeds[:1])[0]
    alone = painter(source).generate(told, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(alone.output[0].pixels, scale_to(first, 64, 64))
    assert result.settings["critic_scores"] == [[0.1, 0.3, 0.2]]
    assert any("critic" in name for name in stage.weights)


def test_chosen_sketches_of_several_works_are_finished_together_as_each_alone(source, monkeypatch):
    stage = painter(source, best_of=3, critic="file:nowhere", micro_batch=2)
    monkeypatch.setattr(type(stage.critic), "weights", {})
    stage.critic.score = lambda candidates, captions: candidates.mean((1, 2, 3))
    drafts = [draft(), draft("the lake", "in snow"), draft("wind")]
    each = [torch.Generator().manual_seed(number) for number in range(3)]
    together = stage.generate_each(drafts, generators=each)
    for number, (told, result) in enumerate(zip(drafts, together, strict=True)):
        alone = stage.generate(told, generator=torch.Generator().manual_seed(number))
        assert alone.settings == result.settings
        assert torch.equal(alone.output[0].pixels, result.output[0].pixels)
    one_by_one = painter(source, best_of=1)
    for number, result in enumerate(together):
        (seeds,) = stage._seeds(torch.Generator().manual_seed(number))
        (scores,) = result.settings["critic_scores"]
        states = one_by_one.states([drafts[number].caption], [drafts[number].text])
        chosen = one_by_one.paint_states(states, [seeds[scores.index(max(scores))]])[0]
        torch.testing.assert_close(result.output[0].pixels, scale_to(chosen, 64, 64))


def test_of_candidates_that_are_whole_pictures_none_is_painted_twice(source, monkeypatch):
    """One step is all that there is to see, so what the critic prefers is there already."""
    plain = {"num_inference_steps": 1, "scheduler": "euler"}
    stage, alone = painter(source, best_of=3, critic="file:nowhere", **plain), painter(source, **plain)
    monkeypatch.setattr(type(stage.critic), "weights", {})
    stage.critic.score = lambda candidates, captions: torch.tensor([0.1, 0.2, 0.3])
    calls, real = [], stage.paint_states
    monkeypatch.setattr(
        stage, "paint_states", lambda *told, **more: calls.append(more) or real(*told, **more)
    )
    (chosen,) = pictures(stage)
    assert len(calls) == 3
    (seeds,) = stage._seeds(torch.Generator().manual_seed(0))
    expected = alone.paint_states(alone.states([draft().caption], [draft().text]), seeds[2:])[0]
    assert torch.equal(chosen, scale_to(expected, 64, 64))


def test_candidates_are_the_rule_for_the_painters_that_ship_alone():
    shipped, one_step, asked = Painter(), Painter(source="asset:painter_gan"), Painter(best_of=1)
    assert (shipped.best_of, one_step.best_of, asked.best_of) == (6, 6, 1)
    others = (Painter(source="file:nowhere"), Painter(ckpt="nowhere.ckpt"))
    assert [other.best_of for other in others] == [1, 1]


def test_a_critic_that_is_missing_is_told_before_anything_is_painted(source, monkeypatch):
    stage = painter(source, best_of=2, critic="file:nowhere")
    monkeypatch.setattr(Painter, "paint_states", lambda *told, **more: pytest.fail("it was painted"))
    with pytest.raises(ModelUnavailable, match="file:nowhere"):
        pictures(stage)
