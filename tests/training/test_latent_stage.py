"""A latent diffusion model of diffusers trains in its own parameterisation, on a language model's states."""

import lightning.pytorch as pl
import pytest
import torch
from diffusers import DDPMScheduler, DiffusionPipeline

from multiart.errors import ModelUnavailable
from multiart.image.latent import LatentPipeline, load_latent
from multiart.image.painter import Painter
from multiart.training.ema import EMA
from multiart.training.exporting import Export, load_trained_together
from multiart.training.judged import PictureTerms
from multiart.training.latent_stage import LatentStage
from multiart.training.losses import gradient_norms
from tests.image.test_hub import model  # noqa: F401
from tests.training.joints import batch, fit, module, same, sources, without_encoder  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore")

LORA = {"peft_type": "LORA", "r": 2, "target_modules": ["to_q", "to_k", "to_v"]}
WEIGHTS = {"text": 1.0, "image": 1.0, "image_perceptual": 0.5, "music": 0.5}


@pytest.fixture(autouse=True)
def squared_errors(monkeypatch):
    monkeypatch.setattr(PictureTerms, "perceptual", without_encoder)


@pytest.fixture(params=["epsilon", "v_prediction"])
def predicting(request, model, tmp_path):  # noqa: F811
    """The source of a tiny Stable Diffusion that predicts noise, or velocity."""
    pipeline = DiffusionPipeline.from_pretrained(model.removeprefix("file:"))
    pipeline.scheduler.register_to_config(prediction_type=request.param)
    pipeline.save_pretrained(tmp_path / "model")
    return f"file:{tmp_path / 'model'}"


def latent(sources, source, **changes):  # noqa: F811
    image = {"init_from": source, **changes.pop("image", {})}
    return module(sources, image=image, **{"weights": WEIGHTS, **changes})


@pytest.mark.parametrize("image, moved", [
    ({"method": "full"}, True), ({"method": "peft", "peft": LORA}, True), ({"method": "frozen"}, False),
])  # fmt: skip
def test_it_trains_and_reaches_the_text(sources, predicting, tmp_path, image, moved):  # noqa: F811
    joint = latent(sources, predicting, image=image)
    before = {name: value.clone() for name, value in joint.image.network.state_dict().items()}
    vae = {name: value.clone() for name, value in joint.image.vae.state_dict().items()}
    fit(joint, 3, tmp_path)
    after = joint.image.network.state_dict()
    assert same(before, after) != moved and same(vae, joint.image.vae.state_dict())
    terms = joint.terms(batch(joint), seed=1, step=0)
    reached = gradient_norms({name: terms[name] for name in ("image", "image_perceptual")}, joint.stages())
    expected = {"text", "image"} if moved else {"text"}
    for term in ("image", "image_perceptual"):
        assert {
            n.split("/")[2] for n, norm in reached.items() if n.split("/")[1] == term and norm > 0
        } == expected
    assert joint.image.projection.weight.shape == (8, 16)


def test_the_loss_falls(sources, predicting, tmp_path):  # noqa: F811
    joint = latent(sources, predicting, weights={"image": 1.0}, lr={"text": 1e-3, "image": 1e-2, "music": 0})

    def loss() -> float:
        joint.eval()
        with torch.no_grad():
            return sum(float(joint.terms(batch(joint, 8), seed=n, step=0)["image"]) for n in range(8))

    first = loss()
    fit(joint.train(), 60, tmp_path)
    assert loss() < 0.9 * first


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])
def test_what_a_perfect_network_predicts_is_clean(model, kind, monkeypatch):  # noqa: F811
    stage = LatentStage(16, init_from=model, method="full", peft=None, drop_text=0.0)
    stage.noise = DDPMScheduler.from_config(stage.noise.config, prediction_type=kind)
    pictures, clean = torch.rand(3, 3, 16, 16), None

    def perfect(network, noisy, timesteps, told):
        kept = stage.noise.alphas_cumprod[timesteps].view(-1, 1, 1, 1)
        noise = (noisy - kept.sqrt() * clean) / (1 - kept).sqrt()
        return noise if kind == "epsilon" else kept.sqrt() * noise - (1 - kept).sqrt() * clean

    clean = stage.vae.encode(pictures)
    monkeypatch.setattr("multiart.training.latent_stage.predict", perfect)
    told = stage.told(torch.randn(3, 4, 16), *[torch.ones(3, 4, dtype=torch.bool)] * 2)
    loss, found, clear = stage.denoise(pictures, told, seeds=[1, 2, 3])
    torch.testing.assert_close(found, clean, rtol=1e-2, atol=1e-2)
    assert loss < 1e-6 and ((clear > 0) & (clear < 1)).all()


def test_each_picture_has_its_own_noise(sources, predicting):  # noqa: F811
    joint = latent(sources, predicting, weights={"image": 1.0}).eval()
    whole = batch(joint, 4)
    four = joint.terms(whole, seed=5, step=0)["image"]
    rows = [{"painted": torch.tensor([n]), "pixels": whole["pixels"][n : n + 1]} for n in range(4)]
    alone = [joint.terms(whole | row, seed=5, step=0)["image"] for row in rows]
    torch.testing.assert_close(torch.stack(alone).mean(), four, rtol=1e-4, atol=1e-5)


def test_resuming_is_exact_and_checkpoints_hold_only_what_is_trained(sources, predicting, tmp_path):  # noqa: F811
    def fresh():
        return latent(sources, predicting, image={"method": "peft", "peft": LORA})

    class Saved(pl.Callback):
        def on_train_end(self, trainer, pl_module) -> None:
            trainer.save_checkpoint(tmp_path / f"{trainer.global_step}.ckpt", weights_only=False)

    def trained(steps: int, ckpt_path=None):
        joint = fresh()
        fit(joint, steps, tmp_path, ckpt_path=ckpt_path, callbacks=[EMA(decay=0.9), Saved()])
        return joint

    whole = trained(6)
    trained(3)
    resumed = trained(6, tmp_path / "3.ckpt")
    assert same(whole.state_dict(), resumed.state_dict())
    kept = torch.load(tmp_path / "3.ckpt", weights_only=True)["state_dict"]
    own = {name for name in kept if name.startswith("image.")}
    assert own and all("lora" in name or "projection" in name for name in own)
    fresh().load_state_dict(kept)
    for name in ("image.projection.weight", "music.network.norm.weight"):
        with pytest.raises(RuntimeError, match=name):
            fresh().load_state_dict({n: v for n, v in kept.items() if n != name})


@pytest.mark.parametrize("quantize", [None, "int8"])
def test_what_is_exported_paints_with_the_language_model(sources, predicting, tmp_path, quantize):  # noqa: F811
    joint = latent(sources, predicting, image={"method": "peft", "peft": LORA})
    fit(joint, 3, tmp_path).save_checkpoint(tmp_path / "checkpoints" / "step-00000003.ckpt")
    loaded = load_trained_together(tmp_path)
    Export(quantize=quantize, measure_batches=0).write(loaded, tmp_path / "out", None)
    source = f"file:{tmp_path / 'out' / 'painter'}"
    ids, mask = torch.tensor([[0, 40, 50, 60]]), torch.ones(1, 4, dtype=torch.bool)
    with torch.no_grad():
        told = joint.eval().image.told(joint.text(joint.text.lower(ids, mask), mask), mask, mask)
        expected = joint.image.paint(told)
    painter = Painter(
        source=source, enlarge="smooth", scheduler="dpmpp", num_inference_steps=12, guidance_scale=5.0
    )
    assert isinstance(painter.pipeline, LatentPipeline) and len(painter.weights) == 2
    states = painter.encoder.forward(ids.tolist())[:, 1:]
    prompt = type(told).from_tokens(states, mask[:, 1:], mask[:, 1:])
    found = painter.pipeline(
        prompt, generators=[torch.Generator().manual_seed(0)], num_inference_steps=12, guidance_scale=5.0
    ).images
    torch.testing.assert_close(found, expected, rtol=0, atol=2e-2 if quantize is None else 0.2)
    for scheduler in ("euler", "unipc", "dpmpp_sde"):
        few = Painter(source=source, scheduler=scheduler, num_inference_steps=2)
        assert few.paint(["dawn", "the sea"], seeds=[0, 1]).shape == (2, 3, 16, 16)
        sketch = few.paint_states(few.states(["dawn"]), [0], sketch=True)  # is the whole picture here
        torch.testing.assert_close(sketch, few.paint(["dawn"], seeds=[0]))
    if quantize is not None:
        return

    # By diffusers alone, given the states of one text.
    alone = DiffusionPipeline.from_pretrained(
        source.removeprefix("file:"), text_encoder=None, tokenizer=None, torch_dtype=torch.float32
    )
    alone.scheduler = painter.pipeline.scheduler
    latents = torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(0))
    options = {"num_inference_steps": 12, "guidance_scale": 5.0, "output_type": "pt"}
    embeds = {"prompt_embeds": states, "negative_prompt_embeds": torch.zeros_like(states)}
    torch.testing.assert_close(alone(latents=latents, **embeds, **options).images, found, rtol=0, atol=1e-3)


def test_training_goes_on_from_an_export_with_its_own_projection(sources, model, tmp_path):  # noqa: F811
    latent(sources, model).export(tmp_path / "out")
    again = latent(sources, f"file:{tmp_path / 'out' / 'painter'}")
    assert isinstance(again.image.projection, torch.nn.Identity)
    assert again.terms(batch(again), seed=0, step=0)["image"].isfinite()


def test_what_does_not_fit_is_refused(sources, model, tmp_path):  # noqa: F811
    with pytest.raises(ModelUnavailable, match="reads no language model: paint with image=hub"):
        Painter(source=model).weights  # noqa: B018
    joint = latent(sources, model)
    odd = batch(joint)
    odd["pixels"] = odd["pixels"][..., :15]
    with pytest.raises(ValueError, match="data.size must be a multiple of 4"):
        joint.terms(odd, seed=0, step=0)
    pipeline = DiffusionPipeline.from_pretrained(model.removeprefix("file:"))
    pipeline.scheduler.register_to_config(prediction_type="sample")
    pipeline.save_pretrained(tmp_path / "model")
    with pytest.raises(ModelUnavailable, match="predicts none of epsilon, v_prediction"):
        load_latent(f"file:{tmp_path / 'model'}")
    with pytest.raises(ModelUnavailable, match="diffusers cannot load"):
        (tmp_path / "model" / "vae" / "config.json").unlink()
        load_latent(f"file:{tmp_path / 'model'}")
