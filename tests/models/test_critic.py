"""The critic: vectors of texts and pictures, and the way to disk and back."""

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.models.critic import Clip, Critic, CriticNet, load_critic, make_judge

TINY = {"size": 16, "channels": [8, 8], "width": 6, "text_dim": 16}


def net(**changes) -> CriticNet:
    torch.manual_seed(0)
    return CriticNet(**{**TINY, **changes})


def test_vectors_have_length_one_and_any_size_of_picture_will_do():
    critic = net()
    for side in (16, 40):
        vectors = critic.pictures(torch.rand(3, 3, side, side))
        torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    texts = critic.texts(torch.randn(2, 5, 16), torch.ones(2, 5, dtype=torch.bool))
    torch.testing.assert_close(texts.norm(dim=1), torch.ones(2))


def test_what_is_masked_does_not_count():
    critic, states = net(), torch.randn(1, 5, 16)
    mask = torch.tensor([[True, True, True, False, False]])
    torch.testing.assert_close(
        critic.texts(states, mask), critic.texts(states[:, :3], torch.ones(1, 3, dtype=torch.bool))
    )


def test_an_exported_critic_scores_as_before(tmp_path, tiny_source):
    critic = net(text_encoder_source=tiny_source)
    critic.export(tmp_path / "critic")
    loaded = Critic(f"file:{tmp_path / 'critic'}")
    scores = loaded.score(torch.rand(2, 3, 32, 32), ["the moon", "a boat"])
    assert scores.shape == (2,) and scores.abs().max() <= 1
    torch.testing.assert_close(loaded.net.seen.weight, critic.seen.weight, atol=1e-3, rtol=1e-3)
    assert len(loaded.weights) == 2


def test_a_missing_critic_says_how_to_train_one(tmp_path):
    with pytest.raises(ModelUnavailable, match="experiment=critic"):
        load_critic(f"file:{tmp_path / 'nothing'}")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="not a critic"):
        load_critic(f"file:{tmp_path}")


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory):
    """A tiny CLIP model that reads letters."""
    from transformers import (
        CLIPConfig,
        CLIPImageProcessorPil,
        CLIPModel,
        CLIPProcessor,
        CLIPTokenizer,
    )

    vocabulary = [letter + end for letter in "abcdefghijklmnopqrstuvwxyz" for end in ("", "</w>")]
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    tokenizer = CLIPTokenizer(vocab={token: number for number, token in enumerate(vocabulary)}, merges=[])
    size = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    ends = {"bos_token_id": 52, "eos_token_id": 53, "pad_token_id": 53}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = CLIPModel(
            CLIPConfig(
                text_config={"vocab_size": 54, "max_position_embeddings": 24, **ends, **size},
                vision_config={"image_size": 32, "patch_size": 16, **size},
                projection_dim=8,
            )
        )
    images = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    folder = tmp_path_factory.mktemp("clip")
    model.save_pretrained(folder)
    CLIPProcessor(image_processor=images, tokenizer=tokenizer).save_pretrained(folder)
    return folder


def test_a_clip_model_scores_as_clipscore_does(clip_folder):
    from types import SimpleNamespace

    from torchmetrics.functional.multimodal import clip_score

    clip = make_judge(f"file:{clip_folder}")
    pictures, captions = (
        torch.rand(2, 3, 40, 48),
        ["the moon", "a boat"],
    )
    pictures = (pictures * 255).round() / 255
    scores = clip.score(pictures, captions)
    model, processor = clip.model
    features = SimpleNamespace(  # as torchmetrics 1.9 expects them
        config=model.config,
        to=lambda device: features,
        get_image_features=lambda *given: model.get_image_features(*given).pooler_output,
        get_text_features=lambda *given: model.get_text_features(*given).pooler_output,
    )
    for picture, caption, score in zip(pictures, captions, scores, strict=True):
        with torch.no_grad():
            wanted = clip_score((picture * 255).round().byte(), caption, lambda: (features, processor))
        torch.testing.assert_close(100 * score.clamp(min=0), wanted, atol=1e-3, rtol=1e-3)
    assert isinstance(clip, Clip) and [*clip.weights] == [clip.source]
    assert clip.texts(["a boat on a long slow river and no end of it"]).shape == (1, 8)


def test_which_judge_a_source_means(clip_folder, tmp_path):
    assert isinstance(make_judge("hub:org/clip"), Clip)
    assert isinstance(make_judge("asset:critic"), Critic)
    net().export(tmp_path)
    assert isinstance(make_judge(f"file:{tmp_path}"), Critic)


def test_another_model_is_no_clip(tiny_source):
    with pytest.raises(ModelUnavailable, match="not a CLIP model"):
        Clip(tiny_source).texts(["the moon"])
