"""Any diffusers pipeline paints: a tiny Stable Diffusion, saved to a folder, stands in for the hub's."""

import json
import string

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.image.hub import HubPainter
from multiart.records import Draft, Scene

DRAFT = Draft(
    title="Night",
    lines=("the moon", "the {sea}"),
    language="en",
    mode="verbatim",
    mode_reason="a poem",
    scene=Scene(place="sea", season="autumn", time_of_day="night", weather="clear"),
    caption="the sea at night in autumn",
)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    folder = tmp_path_factory.mktemp("tiny")
    tokens = [*string.printable, *(f"{c}</w>" for c in string.printable), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=16)
    torch.manual_seed(0)
    blocks = {"block_out_channels": (8, 8), "norm_num_groups": 4, "layers_per_block": 1}
    pipeline = StableDiffusionPipeline(
        vae=AutoencoderKL(
            latent_channels=4,
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            **blocks,
        ),
        text_encoder=CLIPTextModel(
            CLIPTextConfig(
                hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2,
                vocab_size=len(tokens), max_position_embeddings=16,
                bos_token_id=len(tokens) - 2, eos_token_id=len(tokens) - 1,
            )
        ),
        tokenizer=tokenizer,
        unet=UNet2DConditionModel(
            sample_size=8,
            cross_attention_dim=8,
            attention_head_dim=4,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            **blocks,
        ),
        scheduler=DDIMScheduler(clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(folder / "model")
    return f"file:{folder / 'model'}"


def paint(model: str, seed: int, **options):
    painter = HubPainter(model=model, height=16, width=32, num_inference_steps=2, **options)
    return painter.generate(DRAFT, generator=torch.Generator().manual_seed(seed))


def test_it_paints_what_the_template_says(model):
    result = paint(model, 0, prompt_template="{title}: {caption}. {poem}", num_images_per_prompt=2)
    assert [list(picture.pixels.shape) for picture in result.output] == [[3, 16, 32]] * 2
    assert result.settings["prompt"] == "Night: the sea at night in autumn. the moon\nthe {sea}"


def test_the_seed_decides(model):
    first, again, other = (paint(model, seed).output[0].pixels for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_its_weights_are_named_with_their_hash(model):
    (entry,) = HubPainter(model=model).weights.items()
    assert entry[0] == model and len(entry[1]) == 64


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "note.txt").write_text("nothing")
    with pytest.raises(ModelUnavailable, match=r"image\.model"):
        paint(f"file:{tmp_path}", 0)


def test_an_unknown_field_is_refused():
    with pytest.raises(ValueError, match=r"image\.prompt_template.*'mood'"):
        HubPainter(model="org/name", prompt_template="{caption} {mood}")


def test_a_bare_name_is_the_hubs():
    assert HubPainter(model="org/name").source == "hub:org/name"
