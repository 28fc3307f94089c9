"""A tiny language model of whole words, and passages to read."""

import pytest

from multiart.text.modes import split_lines
from multiart.text.passage import Passage

WORDS = [a + b + c for a in "bdfglmnrst" for b in "aeiou" for c in ("l", "n", "r", "s", "t", "ve", "me")]


@pytest.fixture(scope="session")
def word_folder(tmp_path_factory):
    """A random Llama whose tokens are 350 made-up words and the line break."""
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("words")
    tokens = ["<unk>", "</s>", "\n", *WORDS]
    tokenizer = Tokenizer(models.WordLevel({token: n for n, token in enumerate(tokens)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\n|[^ \n]+"), "removed", invert=True)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", pad_token="</s>", unk_token="<unk>"
    ).save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(tokens),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=1024,
        bos_token_id=None,
        eos_token_id=1,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture
def word_source(word_folder):
    from multiart.models import language

    yield f"file:{word_folder}"
    language._load.cache_clear()


@pytest.fixture
def passages():
    """Split a text into passages as the writer does."""

    def split(text: str) -> list[Passage]:
        numbered = enumerate(split_lines(text), 1)
        return [Passage(label=f"line {n}", text=line) for n, line in numbered if line.strip()]

    return split
