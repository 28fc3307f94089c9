"""What a joint training made, merged and made smaller, loads again and says what that cost."""

import lightning.pytorch as pl
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.utils.data import DataLoader

from multiart.data.works import collate
from multiart.errors import MultiartError
from multiart.image.loading import load_painter
from multiart.image.painter import Painter
from multiart.models.int8 import packed, unpacked
from multiart.models.language import load_causal_lm
from multiart.music.melodist import load_melodist
from multiart.training.exporting import Export, load_trained_together, prune
from tests.training.joints import Works, fit, module, same, sources  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore")


class HeldOut(pl.LightningDataModule):
    """The tiny works, and the same as prose."""

    def __init__(self, joint) -> None:
        super().__init__()
        self.works = Works(joint)

    def val_dataloader(self):
        return [DataLoader(self.works, batch_size=4, collate_fn=collate) for _ in range(2)]


def test_eight_bits_are_near_and_a_row_of_zeros_stays():
    state = {"a": torch.randn(3, 4, 2), "b": torch.randn(4), "n": torch.arange(6).view(2, 3)}
    state["a"][1] = 0
    small = packed(state)
    assert small["a"].dtype == torch.int8 and torch.equal(small["n"], state["n"])
    found = unpacked(small)
    assert found.keys() == state.keys() and torch.equal(found["b"], state["b"])
    assert ((found["a"] - state["a"]).abs().amax((1, 2)) <= state["a"].abs().amax((1, 2)) / 253).all()
    assert same(unpacked(found), found)


def test_pruning_takes_the_smallest():
    network = nn.Linear(10, 10)
    before, bias = network.weight.detach().clone(), network.bias.detach().clone()
    prune(network, 0.3)
    gone = network.weight == 0
    assert gone.sum() == 30 and before[gone].abs().max() < before[~gone].abs().min()
    assert torch.equal(network.bias, bias)


def test_a_checkpoint_becomes_models_with_cards(sources, tmp_path):  # noqa: F811
    joint = module(sources)
    fit(joint, 2, tmp_path).save_checkpoint(tmp_path / "checkpoints" / "step-00000002.ckpt")
    loaded = load_trained_together(tmp_path)
    assert same(joint.state_dict(), loaded.state_dict())
    Export(merge=True, prune=0.3, quantize="int8", measure_batches=1).write(
        loaded, tmp_path / "out", HeldOut(joint)
    )
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"adapter", "text", "painter", "melody"}

    ids, mask = torch.tensor([[0, 40, 50, 60]]), torch.ones(1, 4, dtype=torch.bool)
    plain = load_causal_lm(f"file:{tmp_path / 'out' / 'text'}", dtype=torch.float32).model
    with torch.no_grad():
        expected = joint.eval().text.logits(joint.text(joint.text.lower(ids, mask), mask))
        torch.testing.assert_close(plain(input_ids=ids).logits, expected, rtol=1e-4, atol=1e-4)

    assert (
        load_file(tmp_path / "out" / "melody" / "model.safetensors")["network.pitch.weight"].dtype
        == torch.int8
    )
    weight = load_melodist(f"file:{tmp_path / 'out' / 'melody'}").network.pitch.weight
    assert 0.29 < (weight == 0).float().mean() < 0.35
    torch.testing.assert_close(weight, loaded.music.network.pitch.weight, rtol=0, atol=2e-3)

    unet = load_painter(f"file:{tmp_path / 'out' / 'painter'}").unet.state_dict()
    assert not (tmp_path / "out" / "painter" / "unet" / "diffusion_pytorch_model.safetensors").exists()
    for name, value in loaded.image.network.state_dict().items():
        torch.testing.assert_close(unet[name].float(), value.float(), rtol=2e-2, atol=2e-3)

    card = (tmp_path / "out" / "painter" / "README.md").read_text()
    assert "30% of weights nearest to 0" in card and "eight bits" in card
    assert "| val/image |" in card and "| general/nll |" in card
    assert "peft.PeftModel" in (tmp_path / "out" / "adapter" / "README.md").read_text()


@pytest.mark.parametrize("method", ["full", "frozen"])
def test_a_language_model_trained_without_adapters_is_exported_if_it_changed(sources, tmp_path, method):  # noqa: F811
    joint = module(sources, text={"method": method})
    fit(joint, 2, tmp_path)
    Export(merge=True, measure_batches=0).write(joint, tmp_path / "out", None)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"painter", "melody"} | ({"text"} if method == "full" else set())
    painter = Painter(source=f"file:{tmp_path / 'out' / 'painter'}")
    ids, mask = torch.tensor([[0, 40, 50, 60]]), torch.ones(1, 4, dtype=torch.bool)
    with torch.no_grad():
        expected = joint.eval().text(joint.text.lower(ids, mask), mask)
    torch.testing.assert_close(painter.encoder.forward(ids.tolist()), expected, rtol=1e-4, atol=1e-4)


def test_what_is_no_joint_training_is_refused(tmp_path):
    with pytest.raises(MultiartError, match="holds no whole checkpoint"):
        load_trained_together(tmp_path)
    torch.save({"hyper_parameters": {"lr": 1}, "state_dict": {}}, tmp_path / "a.ckpt")
    with pytest.raises(MultiartError, match="no checkpoint of a joint training"):
        load_trained_together(tmp_path / "a.ckpt")


@pytest.mark.parametrize("wrong", [{"prune": 1.0}, {"quantize": "int7"}, {"measure_batches": -1}])
def test_impossible_exports_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Export(**wrong)
