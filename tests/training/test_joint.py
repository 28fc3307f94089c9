"""The joint loss: what each term reaches, what weight 0 leaves alone, and an exact resume."""

# ruff: noqa: F811  a fixture that is imported has the name of the arguments it is given to

import pytest
import torch
from torch.utils.data import DataLoader

from multiart.data.melodies import collate as collate_melodies
from multiart.data.works import collate
from multiart.training.joint import JointModule, gradient_norms
from multiart.training.judged import PictureTerms
from multiart.training.melody_stage import mean_state
from tests.training.joints import (  # noqa: F401
    WEIGHTS,
    Works,
    batch,
    fit,
    loader,
    module,
    same,
    sources,
    weights_of,
    without_encoder,
)

REACH = {
    "text": {"text"},
    "text_kl": {"text"},
    "image": {"text", "image"},
    "image_perceptual": {"text", "image"},
    "image_style": {"text", "image"},
    "image_adversarial": {"text", "image"},
    "music": {"text", "music"},
}
"""Which stages each term alone sends a gradient into."""


@pytest.mark.parametrize("term", REACH)
def test_each_term_reaches_exactly_its_stages(sources, term, monkeypatch):
    monkeypatch.setattr(PictureTerms, "perceptual", without_encoder)
    joint = module(sources, weights=dict.fromkeys(REACH, 1.0))
    with torch.no_grad():  # away from the start, where adapters, text port and divergence are all zero
        for parameters in joint.stages().values():
            for parameter in parameters:
                parameter.add_(0.05 * torch.randn_like(parameter))
    terms = joint.terms(batch(joint), seed=1, step=0)
    norms = gradient_norms({term: terms[term]}, joint.stages())
    assert {name.split("/")[2] for name, norm in norms.items() if norm > 0} == REACH[term]


@pytest.mark.parametrize(
    "weights, moved",
    [
        ({"text": 1.0, "image": 0.0, "music": 0.0}, {"text"}),
        ({"text": 0.0, "image": 1.0, "music": 0.0}, {"text", "image"}),
        ({"text": 0.0, "image": 0.0, "music": 1.0}, {"text", "music"}),
        (WEIGHTS, {"text", "image", "music"}),
    ],
)
def test_a_weight_of_zero_leaves_its_stage_as_it_was(sources, tmp_path, weights, moved):
    joint = module(sources, weights=weights)
    before = weights_of(joint)
    fit(joint, 3, tmp_path)
    after = weights_of(joint)
    assert {name for name in before if not same(before[name], after[name])} == moved


def test_a_term_without_weight_is_not_computed(sources, monkeypatch):
    joint = module(sources, weights={"text": 1.0, "image": 0.0, "music": 0.0})
    for stage in (joint.image.network, joint.music.network):
        monkeypatch.setattr(stage, "forward", lambda *args, **kwargs: pytest.fail("was computed"))
    assert joint.terms(batch(joint), seed=0, step=0).keys() == {"text"}


def test_frozen_stages_stay_and_still_pass_gradients_on(sources, tmp_path):
    joint = module(sources, image={"method": "frozen"}, music={"method": "frozen"}, weights={"image": 1.0})
    before = weights_of(joint)
    fit(joint, 3, tmp_path)
    after = weights_of(joint)
    assert {name for name in before if not same(before[name], after[name])} == {"text"}


@pytest.mark.parametrize("weighting", ["fixed", "schedule", "uncertainty", "shares"])
def test_every_weighting_trains(sources, tmp_path, weighting):
    joint = module(sources, loss={"weights": WEIGHTS, "weighting": weighting})
    first = float(joint.combined(joint.terms(batch(joint), seed=0, step=0), 0)[0])
    fit(joint, 30, tmp_path)
    assert float(joint.combined(joint.terms(batch(joint), seed=0, step=0), 0)[0]) < first


def test_without_weight_there_is_no_critic_and_before_its_start_it_changes_nothing(sources, tmp_path):
    def trained(weight: float, steps: int) -> JointModule:
        loss = {"weights": WEIGHTS | {"image_adversarial": weight}, "start_steps": {"image_adversarial": 2}}
        joint = module(sources, loss=loss)
        fit(joint, steps, tmp_path)
        return joint

    plain, early = trained(0.0, 2), trained(0.5, 2)
    assert plain.judged.critic is None and not any("critic" in name for name in plain.state_dict())
    assert same(plain.state_dict(), early.state_dict())
    before = [p.clone() for p in early.judged.critic.parameters()]
    later = trained(0.5, 3)
    assert not all(torch.equal(a, b) for a, b in zip(before, later.judged.critic.parameters(), strict=True))
    assert not same(weights_of(trained(0.0, 3))["image"], weights_of(later)["image"])


def test_painter_and_critic_learn_each_their_own(sources):
    joint = module(sources, weights={"image_adversarial": 1.0})
    own, others = [*joint.judged.critic.parameters()], sum(joint.stages().values(), [])
    terms = joint.terms(batch(joint), seed=0, step=0)
    for name, learns, does_not in (("image_adversarial", others, own), ("critic", own, others)):
        reached = torch.autograd.grad(terms[name], [*learns, *does_not], allow_unused=True, retain_graph=True)
        assert any(gradient is not None and gradient.any() for gradient in reached[: len(learns)])
        assert all(gradient is None for gradient in reached[len(learns) :])
    assert "critic" not in joint.eval().terms(batch(joint), seed=0, step=0)


def test_resuming_is_exact(sources, tmp_path):
    def fresh() -> JointModule:
        weights = WEIGHTS | {"image_adversarial": 0.1}
        return module(sources, loss={"weights": weights, "weighting": "shares"})

    whole = fresh()
    fit(whole, 6, tmp_path)
    part = fresh()
    fit(part, 3, tmp_path).save_checkpoint(tmp_path / "part.ckpt")
    resumed = fresh()
    fit(resumed, 6, tmp_path, ckpt_path=tmp_path / "part.ckpt")
    assert same(whole.state_dict(), resumed.state_dict())


def test_a_share_of_each_texts_tokens_is_looked_at_in_training_alone(sources, monkeypatch):
    joint, asked = module(sources, text_share=0.3), []
    logits = joint.text.logits
    monkeypatch.setattr(joint.text, "logits", lambda states: asked.append(len(states)) or logits(states))
    works = [Works(joint)[n] for n in range(4)]
    joint.terms(collate(works), seed=1, step=0)
    assert asked == [12, 12]  # three of nine tokens each, of the tuned model and of the original
    joint.eval()
    asked.clear()
    joint.terms(collate(works), seed=1, step=0)
    assert asked == [36, 36]
    for share in (0, 1.5):
        with pytest.raises(ValueError, match=r"train\.module\.text_share must be more than 0 and at most 1"):
            module(sources, text_share=share)


def test_the_divergence_is_from_the_model_before_tuning(sources):
    joint = module(sources, weights={"text_kl": 1.0})
    assert joint.terms(batch(joint), seed=0, step=0)["text_kl"] == 0
    with torch.no_grad():
        for parameter in joint.text.parameters():
            parameter.normal_(std=0.3)
    assert joint.terms(batch(joint), seed=0, step=0)["text_kl"] > 0


def test_prose_is_measured_before_and_after(sources, tmp_path):
    joint = module(sources)
    prose = [item | {"pixels": None, "melody": None} for item in Works(joint).items]
    loaders = [DataLoader(items, batch_size=4, collate_fn=collate) for items in (Works(joint), prose)]
    trainer = fit(joint, 2, tmp_path)
    trainer.validate(joint, loaders, verbose=False)
    found = trainer.callback_metrics
    assert found["general/nll_before"] != found["general/nll"]
    assert {"val/loss", "val/image"} <= found.keys() and not any("dataloader" in name for name in found)
    fresh = module(sources)
    fit(fresh, 0, tmp_path).validate(fresh, loaders, verbose=False)
    assert fresh.trainer.callback_metrics["general/nll"] == found["general/nll_before"]


def test_a_batch_that_teaches_nothing_is_passed_over(sources, tmp_path):
    joint = module(sources, weights={"image": 1.0})
    prose = collate([item | {"pixels": None, "melody": None} for item in Works(joint).items[:2]])
    assert joint.terms(prose, seed=0, step=0) == {} and joint.training_step(prose, 0) is None


def test_a_checkpoint_does_not_hold_the_language_model(sources, tmp_path):
    joint = module(sources, image={"method": "frozen"}, music={"method": "frozen"})
    fit(joint, 1, tmp_path).save_checkpoint(tmp_path / "one.ckpt")
    state = torch.load(tmp_path / "one.ckpt", weights_only=True)["state_dict"]
    assert all("lora" in name for name in state if name.startswith("text."))


def test_what_is_exported_loads_again(sources, tmp_path):
    from multiart.image.painter import Painter
    from multiart.music.composer import Composer
    from multiart.music.melodist import load_melodist

    joint = module(
        sources, image={"method": "peft", "peft": {"peft_type": "LORA", "r": 2, "target_modules": ["to_q"]}}
    )
    fit(joint, 2, tmp_path)
    joint.export(tmp_path / "out")
    joint.eval()
    ids = torch.tensor([[0, 40, 50, 60]])
    mask = torch.ones(1, 4, dtype=torch.bool)
    painter = Painter(source=f"file:{tmp_path / 'out' / 'painter'}")
    with torch.no_grad():
        expected = joint.text(joint.text.lower(ids, mask), mask)
    torch.testing.assert_close(painter.encoder.forward(ids.tolist()), expected, rtol=1e-4, atol=1e-4)
    assert painter.paint(["dawn"], seeds=[0]).shape == (1, 3, 16, 16)
    melodist = load_melodist(f"file:{tmp_path / 'out' / 'melody'}")
    torch.testing.assert_close(
        melodist.network.pitch.weight, joint.music.network.pitch.weight.detach(), rtol=1e-3, atol=1e-3
    )
    composer = Composer(source=f"file:{tmp_path / 'out' / 'melody'}")
    told = composer.text_states("(2", "<")  # the tiny tokenizer reads bytes
    ids = torch.tensor([composer.encoder.tokens("(2", "<")[0]])
    mask = torch.ones(ids.shape, dtype=torch.bool)
    with torch.no_grad():
        expected = mean_state(joint.text(joint.text.lower(ids, mask), mask), mask)[0]
    torch.testing.assert_close(told, expected, rtol=1e-4, atol=1e-4)
    assert len(composer.weights) == 2


def test_unknown_terms_and_stages_are_refused(sources):
    with pytest.raises(ValueError, match="Did you mean 'image_perceptual'"):
        module(sources, weights={"image_perceptul": 1.0})
    with pytest.raises(ValueError, match="Did you mean 'text'"):
        module(sources, lr={"txt": 1.0})


def test_padding_changes_nothing(sources):
    """A batch is padded to its longest text; what is padded is neither learnt nor seen."""
    joint = module(sources, weights={"text": 1.0, "image": 1.0, "music": 1.0}).eval()
    works = Works(joint)
    plain = collate([works[0]])
    longer = {key: value for key, value in plain.items()}
    longer["ids"] = torch.nn.functional.pad(plain["ids"], (0, 3), value=77)
    longer["mask"] = torch.nn.functional.pad(plain["mask"], (0, 3))
    longer["caption_mask"] = torch.nn.functional.pad(plain["caption_mask"], (0, 3))
    longer["lower"] = torch.nn.functional.pad(plain["lower"], (0, 0, 0, 3), value=5.0)
    found, expected = (joint.terms(given, seed=3, step=0) for given in (longer, plain))
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], rtol=1e-4, atol=1e-5)


def test_a_work_without_picture_or_tune_teaches_the_rest(sources):
    joint = module(sources)
    works = [dict(item) for item in Works(joint).items[:3]]
    works[0]["pixels"] = works[1]["melody"] = None
    terms = joint.terms(collate(works), seed=0, step=0)
    assert terms.keys() == {"text", "text_kl", "image", "music"}
    only = joint.terms(collate([works[0] | {"melody": None}]), seed=0, step=0)
    assert only.keys() == {"text", "text_kl"}
    alone = joint.terms(collate([works[0]]), seed=0, step=0)["music"]
    with_other = joint.terms(collate([works[0], works[1]]), seed=0, step=0)["music"]
    torch.testing.assert_close(with_other, alone)


def test_melodies_are_collated_as_the_melody_model_reads_them(sources):
    joint = module(sources)
    works = Works(joint)
    expected = collate_melodies([works[0]["melody"]])
    assert all(torch.equal(collate([works[0]])["melody"][key], value) for key, value in expected.items())
