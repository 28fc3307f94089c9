"""The one-step painter as adapters of its teacher."""

import json

import pytest
import torch

from multiart.errors import ModelUnavailable
from multiart.image.diffusion import predict_clean
from multiart.image.loading import load_checkpoint, load_painter
from multiart.image.painter import Painter
from multiart.models.adapters import CONFIG, WEIGHTS
from multiart.training.painter_pairs import states_of
from tests.training.test_painter import batch
from tests.training.test_painter import module as painter
from tests.training.test_painter_gan import drawn, module
from tests.training.tiny import quiet_trainer

pytestmark = pytest.mark.filterwarnings("ignore")
LORA = {"peft_type": "LORA", "r": 2, "lora_alpha": 2, "target_modules": ["to_q", "conv1", "conv_out"]}


@pytest.fixture
def teacher(tmp_path) -> str:
    painter().export(tmp_path / "teacher")
    return f"file:{tmp_path / 'teacher'}"


def test_adapters_alone_are_trained_written_and_folded_in_again(teacher, tmp_path):
    gan = module(teacher, method="peft", peft=LORA, lr=0.05)
    before = {name: weight.clone() for name, weight in gan.unet.named_parameters()}
    run = quiet_trainer(tmp_path, 2)
    run.fit(gan, torch.utils.data.DataLoader([batch()] * 2, batch_size=None))
    after = dict(gan.unet.named_parameters())
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed and all("lora_" in name for name in changed)
    gan.export(tmp_path / "exported")
    assert {path.name for path in (tmp_path / "exported").iterdir()} == {CONFIG, WEIGHTS}
    written = json.loads((tmp_path / "exported" / CONFIG).read_text("utf-8"))
    assert written["target_modules"] == sorted(LORA["target_modules"])
    run.save_checkpoint(tmp_path / "last.ckpt")
    states, noise = states_of(batch(1)), torch.randn(1, 6, 4, 4, generator=drawn(7))
    with torch.no_grad():
        own, untrained = (
            gan.paint(noise, states),
            predict_clean(gan.pairs.unet, noise, torch.zeros(1), states),
        )
        for loaded in (
            load_painter(f"file:{tmp_path / 'exported'}"),
            load_checkpoint(str(tmp_path / "last.ckpt")),
        ):
            painted = predict_clean(loaded.unet, noise, torch.zeros(1), states)
            torch.testing.assert_close(painted, own, atol=2e-3, rtol=0)
    assert (own - untrained).abs().max() > 0.02
    weights = Painter(source=f"file:{tmp_path / 'exported'}", enlarge="smooth", best_of=1).weights
    assert {teacher, f"file:{tmp_path / 'exported'}"} < {*weights}


def test_exported_adapters_are_trained_on(teacher, tmp_path):
    first = module(teacher, method="peft", peft=LORA)
    for weight in first.trained:
        torch.nn.init.normal_(weight, std=0.1, generator=drawn())
    first.export(tmp_path / "exported")
    again = module(teacher, method="peft", peft=LORA, adapters_from=f"file:{tmp_path / 'exported'}")
    for mine, theirs in zip(first.trained, again.trained, strict=True):
        torch.testing.assert_close(theirs, mine, atol=1e-3, rtol=1e-3)
    for other in ({**LORA, "r": 3}, {**LORA, "target_modules": ["to_q"]}):
        with pytest.raises(ModelUnavailable, match=r"holds (no )?adapters [^\n]*$"):
            module(teacher, method="peft", peft=other, adapters_from=f"file:{tmp_path / 'exported'}")
    with pytest.raises(ValueError, match="adapters_from needs method=peft, got 'full'"):
        module(teacher, adapters_from=f"file:{tmp_path / 'exported'}")


def test_of_a_checkpoints_painter_adapters_are_written_whole(teacher, tmp_path):
    first = module(teacher, method="peft", peft=LORA)
    run = quiet_trainer(tmp_path, 1)
    run.fit(first, torch.utils.data.DataLoader([batch()], batch_size=None))
    run.save_checkpoint(tmp_path / "painter.ckpt")
    module(str(tmp_path / "painter.ckpt"), method="peft", peft=LORA).export(tmp_path / "exported")
    assert (tmp_path / "exported" / "model_index.json").is_file()
    assert load_painter(f"file:{tmp_path / 'exported'}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "does not say what its adapters were trained on"),
        ("{}", "does not say what its adapters were trained on"),
        ('{"base_model_name_or_path": "TEACHER"}', "holds no adapters that fit a painter"),
        ('{"base_model_name_or_path": "file:/nowhere"}', "/nowhere"),
    ],
)
def test_adapters_that_fit_nothing_are_refused(teacher, tmp_path, text, message):
    (tmp_path / CONFIG).write_text(text.replace("TEACHER", teacher))
    with pytest.raises(ModelUnavailable, match=message):
        load_painter(f"file:{tmp_path}")
