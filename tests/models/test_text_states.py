"""The painter's text encoder."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models.text_states import TextEncoder

CAPTIONS = ["a red moon", "snow on the far hills at dusk", "rain"]


@pytest.fixture
def encoder(tiny_source):
    return TextEncoder(source=tiny_source)


def test_masks_mark_the_tokens_and_padding_is_zero(encoder):
    encoded = encoder.encode(CAPTIONS)
    assert encoded.states.shape == (3, len(CAPTIONS[1]), 16) and encoded.states.dtype == torch.float32
    assert encoded.mask.sum(1).tolist() == [len(caption) for caption in CAPTIONS]
    assert torch.equal(encoded.mask, encoded.caption_mask)
    assert encoded.states[~encoded.mask].abs().max() == 0
    assert (encoded.states[encoded.mask].abs().sum(-1) > 0).all()


def test_a_poem_after_it_does_not_change_the_caption(encoder):
    alone = encoder.encode(CAPTIONS)
    poems = ["床前明月光\n疑是地上霜", "", "o hush"]
    together = encoder.encode(CAPTIONS, poems)
    assert torch.equal(together.caption_mask.sum(1), alone.caption_mask.sum(1))
    added = [len(f".\n{poem}".encode()) if poem else 0 for poem in poems]
    assert (together.mask.sum(1) - alone.mask.sum(1)).tolist() == added
    length = alone.states.shape[1]
    where = alone.caption_mask
    torch.testing.assert_close(together.states[:, :length][where], alone.states[where], rtol=1e-5, atol=1e-5)


def test_the_caption_comes_first(encoder):
    """The dataset keeps only how many tokens are the caption's."""
    mask = encoder.encode(CAPTIONS, ["a poem"] * 3).caption_mask
    assert [row.int().argmin().item() for row in mask] == [len(caption) for caption in CAPTIONS]


def test_states_are_the_models_own(encoder):
    states = encoder.encode(["moon"]).states[0]
    model, tokenizer = encoder.language.model, encoder.language.tokenizer
    ids = [tokenizer.bos_token_id, *tokenizer.encode("moon", add_special_tokens=False)]
    with torch.no_grad():
        hidden = model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    torch.testing.assert_close(states, hidden[-1][0, 1:])
    for layer in (0, 1, 2, -2, -3):
        other = TextEncoder(source=encoder.source, layer=layer).encode(["moon"]).states[0]
        torch.testing.assert_close(other, hidden[layer][0, 1:])


@pytest.mark.parametrize("layer", [3, -4])
def test_a_layer_the_model_does_not_have_is_refused(tiny_source, layer):
    with pytest.raises(ValueError, match=f"layer must be from -3 to 2 .* got {layer}"):
        TextEncoder(source=tiny_source, layer=layer).encode(["moon"])


def test_batches_do_not_change_the_states(encoder):
    whole, one_by_one = encoder.encode(CAPTIONS), encoder.encode(CAPTIONS, batch_size=1)
    torch.testing.assert_close(whole.states, one_by_one.states, rtol=1e-5, atol=1e-5)
    assert torch.equal(whole.mask, one_by_one.mask)


def test_layers_that_cannot_be_told_apart_are_refused(encoder):
    encoder.layer = 1
    del encoder.language.model.base_model.norm
    with pytest.raises(ModelUnavailable, match="LlamaForCausalLM, whose layers cannot be told apart"):
        encoder.encode(["moon"])


def test_the_whole_text_is_read_or_refused(encoder):
    assert encoder.encode(["x" * 63]).mask.sum() == 63
    with pytest.raises(ValueError, match="65 tokens long; .* reads at most 64"):
        encoder.encode(["x" * 10], ["y" * 52])


@pytest.mark.parametrize(("captions", "poems"), [(["a", "b"], ["c"]), (["a", ""], None), (["a"], [])])
def test_a_text_needs_a_caption(encoder, captions, poems):
    with pytest.raises(ValueError, match="every text needs a caption"):
        encoder.encode(captions, poems)


def test_no_texts_give_no_states(encoder):
    encoded = encoder.encode([])
    assert encoded.states.shape == (0, 0, 16) and encoded.mask.shape == (0, 0)


def test_the_encoder_names_its_weights(encoder):
    assert encoder.sha256 == encoder.language.sha256
