"""What is trained of a pretrained network."""

import pytest
import torch
from torch import nn

from multiart.models.language import load_causal_lm
from multiart.training.tuning import TunedLanguageModel, tune

IDS = torch.tensor([[0, 5, 9, 20, 31], [0, 7, 7, 1, 1]])
MASK = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]).bool()


def whole(source: str) -> torch.Tensor:
    model = load_causal_lm(source, dtype=torch.float32).model
    return model.base_model(input_ids=IDS, attention_mask=MASK.long()).last_hidden_state[MASK]


@pytest.mark.parametrize("layers", [1, 2, None])
@pytest.mark.parametrize("method", ["peft", "full", "frozen"])
def test_before_training_the_parts_make_the_whole(tiny_source, layers, method):
    tuned = TunedLanguageModel(source=tiny_source, layers=layers, method=method).eval()
    lower = tuned.lower(IDS, MASK)
    torch.testing.assert_close(tuned(lower, MASK)[MASK], whole(tiny_source))
    torch.testing.assert_close(tuned.original(lower, MASK)[MASK], whole(tiny_source))


def test_only_what_is_tuned_learns(tiny_source):
    tuned = TunedLanguageModel(source=tiny_source, layers=1)
    names = [*tuned.state_dict()]
    assert names and all("lora" in name for name in names)
    tuned.logits(tuned(tuned.lower(IDS, MASK), MASK)).square().mean().backward()
    assert all(p.grad is not None for p in tuned.parameters())
    assert not any(p.requires_grad for p in tuned.loaded.model.parameters())


def test_the_loaded_model_is_left_as_it_was(tiny_source):
    before = whole(tiny_source)
    tuned = TunedLanguageModel(source=tiny_source, layers=1, method="full")
    head = tuned.loaded.model.get_output_embeddings().weight.clone()
    with torch.no_grad():
        for parameter in tuned.parameters():
            parameter.add_(1.0)
    torch.testing.assert_close(whole(tiny_source), before, rtol=0, atol=0)
    assert torch.equal(tuned.loaded.model.get_output_embeddings().weight, head)
    assert (
        tuned(tuned.lower(IDS, MASK), MASK) - tuned.original(tuned.lower(IDS, MASK), MASK)
    ).abs().max() > 0.1


def test_peft_loads_the_exported_adapter(tiny_source, tmp_path):
    import copy

    from peft import PeftModel

    tuned = TunedLanguageModel(source=tiny_source, layers=1).eval()
    with torch.no_grad():
        for parameter in tuned.parameters():
            parameter.normal_()
    tuned.export(tmp_path / "adapter")
    model = PeftModel.from_pretrained(copy.deepcopy(tuned.loaded.model), tmp_path / "adapter").eval()
    expected = model(input_ids=IDS, attention_mask=MASK.long()).logits[MASK]
    torch.testing.assert_close(tuned.logits(tuned(tuned.lower(IDS, MASK), MASK))[MASK], expected)


@pytest.mark.parametrize("layers", [1, None])
def test_transformers_loads_the_exported_model(tiny_source, tmp_path, layers):
    tuned = TunedLanguageModel(source=tiny_source, layers=layers, method="full").eval()
    with torch.no_grad():
        for parameter in tuned.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    tuned.export(tmp_path / "text")
    model = load_causal_lm(f"file:{tmp_path / 'text'}", dtype=torch.float32).model
    expected = model(input_ids=IDS, attention_mask=MASK.long()).logits[MASK]
    torch.testing.assert_close(tuned.logits(tuned(tuned.lower(IDS, MASK), MASK))[MASK], expected)
    with pytest.raises(ValueError, match="text.method=frozen"):
        TunedLanguageModel(source=tiny_source, layers=1, method="frozen").export(tmp_path)


def test_a_copy_has_trained_weights_of_its_own_and_shares_the_others(tiny_source):
    import copy

    tuned = TunedLanguageModel(source=tiny_source, layers=1).eval()
    with torch.no_grad():
        for parameter in tuned.parameters():
            parameter.normal_()
    lower = tuned.lower(IDS, MASK)
    copied, before = copy.deepcopy(tuned), tuned(lower, MASK)
    torch.testing.assert_close(copied(lower, MASK), before, rtol=0, atol=0)
    with torch.no_grad():
        for parameter in copied.parameters():
            parameter.zero_()
    assert torch.equal(tuned(lower, MASK), before)
    assert torch.equal(copied(lower, MASK), tuned.original(lower, MASK))
    frozen = [
        {id(p) for p in one._parts["top"].parameters() if not p.requires_grad} for one in (tuned, copied)
    ]
    assert frozen[0] == frozen[1] and copied.loaded is tuned.loaded


def test_all_of_it_goes_where_it_is_sent(tiny_folder):
    from multiart.models import language

    tuned = TunedLanguageModel(source=f"file:{tiny_folder}", layers=1).to(torch.float64)
    parts = [p for part in tuned._parts.values() for p in part.parameters()]
    assert {p.dtype for p in parts} == {torch.float64}
    assert {id(p) for p in tuned.parameters()} <= {id(p) for p in parts}
    language._load.cache_clear()


def test_bad_settings_are_refused(tiny_source):
    with pytest.raises(ValueError, match="text.layers must be from 1 to 2"):
        TunedLanguageModel(source=tiny_source, layers=3)
    with pytest.raises(ValueError, match="Did you mean 'full'"):
        tune(nn.Linear(2, 2), "ful")
    with pytest.raises(ValueError, match="needs peft.peft_type"):
        tune(nn.Linear(2, 2), "peft")


def test_any_network_can_be_tuned_by_adapters():
    network = tune(
        nn.Sequential(nn.Linear(4, 4), nn.ReLU()),
        "peft",
        {"peft_type": "LORA", "r": 2, "target_modules": ["0"]},
    )
    trained = [name for name, p in network.named_parameters() if p.requires_grad]
    assert len(trained) == 2 and all("lora" in name for name in trained)


def test_dropout_follows_the_mode(tiny_source):
    tuned = TunedLanguageModel(source=tiny_source, layers=1, peft={"lora_dropout": 0.5})
    with torch.no_grad():
        for parameter in tuned.parameters():
            parameter.normal_()
    lower = tuned.lower(IDS, MASK)
    tuned.eval()
    assert torch.equal(tuned(lower, MASK), tuned(lower, MASK))
    tuned.train()
    assert not torch.equal(tuned(lower, MASK), tuned(lower, MASK))
