"""Another language model: its states reach painter and melody model through a matrix that is learned."""

import json

import pytest
import torch
from torch import nn

from multiart.image.painter import Painter
from multiart.models import language
from multiart.music.composer import Composer
from multiart.training.exporting import load_trained_together
from multiart.training.image_stage import PainterStage
from multiart.training.melody_stage import mean_state
from multiart.training.projection import fold_projection, make_projection
from tests.training.joints import batch, fit, module, same, sources  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore")

IDS = torch.tensor([[0, 40, 50, 60, 70]])
MASK = torch.ones(1, 5, dtype=torch.bool)


@pytest.fixture(scope="module")
def other(tiny_folder, tmp_path_factory):
    """The source of a Qwen of width 24, where the painter and the melody model read 16."""
    import shutil

    from transformers import Qwen2Config, Qwen2ForCausalLM

    folder = tmp_path_factory.mktemp("other")
    for file in tiny_folder.glob("token*"):
        shutil.copy(file, folder)
    sizes = {"hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    vocabulary = json.loads((tiny_folder / "config.json").read_text())["vocab_size"]
    with torch.random.fork_rng():
        torch.manual_seed(1)
        config = Qwen2Config(
            vocab_size=vocabulary, num_key_value_heads=1, max_position_embeddings=64, **sizes
        )
        Qwen2ForCausalLM(config).save_pretrained(folder)
    yield f"file:{folder}"
    language._load.cache_clear()


def with_other(sources, other, **changes):  # noqa: F811
    return module(sources, text={"source": other, **changes.pop("text", {})}, **changes)


@pytest.mark.parametrize("given, wanted", [(8, 24), (24, 8)])
def test_it_keeps_the_size_of_states(given, wanted):
    torch.manual_seed(0)
    states = torch.randn(2000, given)
    found = make_projection(given, wanted)(states)
    assert float(found.square().mean() / states.square().mean()) == pytest.approx(1, rel=0.05)


def test_the_same_width_needs_none(sources):  # noqa: F811
    joint = module(sources)
    assert not any("projection" in name for name in joint.state_dict())
    network = nn.Linear(2, 2)
    before = network.weight.clone()
    fold_projection(network, nn.Identity())
    assert torch.equal(network.weight, before)


@pytest.mark.parametrize(
    "weights, learns", [({"image": 1.0, "music": 0.0}, "image"), ({"image": 0.0, "music": 1.0}, "music")]
)
def test_it_is_learned_with_the_text_where_its_branch_counts(sources, other, tmp_path, weights, learns):  # noqa: F811
    frozen = {"method": "frozen"}
    joint = with_other(sources, other, weights=weights, text=frozen, image=frozen, music=frozen)
    assert [group["lr"] for group in joint.configure_optimizers()["optimizer"].param_groups] == [1e-2]
    before = {name: value.clone() for name, value in joint.state_dict().items() if torch.is_tensor(value)}
    fit(joint, 2, tmp_path)
    moved = {name for name, value in before.items() if not torch.equal(joint.state_dict()[name], value)}
    # The melody model's port for texts starts at 0, and sends nothing back until it is trained.
    assert moved == ({"image.projection.weight"} if learns == "image" else set())
    if learns == "music":
        with torch.no_grad():
            joint.music.network.text.weight.fill_(0.1)
        fit(joint, 2, tmp_path)
        assert not torch.equal(joint.music.projection.weight, before["music.projection.weight"])


def test_resuming_is_exact(sources, other, tmp_path):  # noqa: F811
    whole, part, resumed = (with_other(sources, other) for _ in range(3))
    fit(whole, 6, tmp_path)
    fit(part, 3, tmp_path).save_checkpoint(tmp_path / "part.ckpt")
    fit(resumed, 6, tmp_path, ckpt_path=tmp_path / "part.ckpt")
    assert "image.projection.weight" in whole.state_dict()
    assert same(whole.state_dict(), resumed.state_dict())


def test_what_is_exported_reads_the_other_model_by_itself(sources, other, tmp_path):  # noqa: F811
    joint = with_other(sources, other)
    with torch.no_grad():
        joint.music.network.text.weight.normal_(std=0.3)
    fit(joint, 3, tmp_path).save_checkpoint(tmp_path / "checkpoints" / "step-00000003.ckpt")
    assert same(joint.state_dict(), load_trained_together(tmp_path).state_dict())
    joint.eval().export(tmp_path / "out")
    with torch.no_grad():
        states = joint.text(joint.text.lower(IDS, MASK), MASK)
        told = joint.image.told(states, MASK, MASK)
        expected = joint.image.paint(told)

    painter = Painter(source=f"file:{tmp_path / 'out' / 'painter'}")
    found = painter.encoder.forward(IDS.tolist())
    torch.testing.assert_close(found, states, rtol=1e-4, atol=1e-4)
    assert painter.pipeline.unet.config.encoder_hid_dim == 24
    told = PainterStage.told(type("", (), {"projection": nn.Identity()}), found, MASK, MASK)
    painted = painter.pipeline(told, generators=[torch.Generator().manual_seed(0)]).images
    torch.testing.assert_close(painted, expected, rtol=0, atol=2e-2)
    assert painter.paint(["dawn"], seeds=[0]).shape == (1, 3, 16, 16)

    network = Composer(source=f"file:{tmp_path / 'out' / 'melody'}").melodist.network
    assert network.config["text_dim"] == 24
    with torch.no_grad():
        pooled = mean_state(states, MASK)
        expected = joint.music.network.text(joint.music.projection(pooled))
        torch.testing.assert_close(network.text(pooled), expected, rtol=2e-2, atol=2e-3)


def test_merging_changes_no_loss(sources, other):  # noqa: F811
    adapters = {"method": "peft", "peft": {"peft_type": "LORA", "r": 2, "target_modules": ["to_k", "to_q"]}}
    joint = with_other(sources, other, image=adapters).eval()
    with torch.no_grad():
        for parameters in joint.stages().values():
            for parameter in parameters:
                parameter.add_(0.05 * torch.randn_like(parameter))
    before = joint.terms(batch(joint), seed=1, step=0)
    joint.image.merge()
    joint.music.merge()
    after = joint.terms(batch(joint), seed=1, step=0)
    for name in before:
        torch.testing.assert_close(after[name], before[name], rtol=1e-4, atol=1e-5)
