"""Sheets of held-out works: what is on them, and that they leave the training as it is."""

import lightning.pytorch as pl
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader

from multiart.data.works import Work, collate
from multiart.music.tune import Event, Tune
from multiart.training.sheets import GAP, INK, ROLL, SIDE, WorkSheets, headed, piano_roll, shown, written
from tests.training.joints import Works, fit, loader, module, same, sources  # noqa: F401

TUNE = Tune(
    mode="major",
    time_signature="4/4",
    events=tuple(Event(pitch=pitch, duration=24) for pitch in (0, None, 12, 4)),
    phrases=(3,),
)


def dark(image: Image.Image, x: int) -> list[int]:
    return [y for y in range(image.height) if image.getpixel((x, y)) == INK]


def test_a_roll_has_higher_notes_higher_and_rests_empty():
    roll = piano_roll(TUNE)
    first, rest, second, third = (dark(roll, SIDE * (2 * n + 1) // 8) for n in range(4))
    assert not rest and max(second) < min(third) <= max(third) < min(first)


def test_a_long_tune_has_room_on_a_roll():
    notes = tuple(Event(pitch=number % 5, duration=6) for number in range(400))
    tune = Tune(mode="major", time_signature="4/4", events=notes, phrases=(400,))
    assert INK in [colour for _, colour in piano_roll(tune).getcolors()]


def test_what_is_missing_stays_blank():
    assert len(shown(None, None).getcolors()) == 1
    assert shown(torch.ones(3, 8, 8), TUNE).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("text", ["one two " * 40, "床前明月光，疑是地上霜。" * 9, "a\n\nb", "x" * 500])
def test_any_text_is_written(text):
    assert written(text).size == (SIDE, SIDE + ROLL) and len(written(text).getcolors(10**6)) > 1


class Data(pl.LightningDataModule):
    """The tiny works of the joint module's tests."""

    def __init__(self, joint) -> None:
        super().__init__()
        self.joint, self.validation = joint, Works(joint)
        self.validation.works = [Work(caption="x", text=f"poem {n}", tune=TUNE) for n in range(8)]

    def train_dataloader(self):
        return loader(self.joint)

    def val_dataloader(self):
        return DataLoader(self.validation, batch_size=4, collate_fn=collate)


@pytest.mark.filterwarnings("ignore")
def test_works_stand_beside_those_of_before_and_training_is_not_touched(sources, tmp_path):  # noqa: F811
    def trained(**options):
        joint = module(sources, text={"peft": {"r": 2, "lora_dropout": 0.5}})
        trainer = pl.Trainer(
            max_steps=2,
            accelerator="cpu",
            logger=False,
            enable_progress_bar=False,
            enable_checkpointing=False,
            num_sanity_val_steps=0,
            default_root_dir=tmp_path,
            **options,
        )
        torch.manual_seed(0)
        trainer.fit(joint, Data(joint))
        return joint

    seen = trained(callbacks=[WorkSheets(folder=str(tmp_path / "samples"), count=2)])
    assert sorted(path.name for path in (tmp_path / "samples").iterdir()) == [
        "step-00000002.png",
        "untrained.png",
    ]
    sheet = Image.open(tmp_path / "samples" / "step-00000002.png")
    assert sheet.size == (4 * (SIDE + GAP) + GAP, 2 * (SIDE + ROLL + GAP) + 2 * GAP)
    assert seen.training and same(seen.state_dict(), trained().state_dict())
    assert headed([("a", sheet), ("b", None)]).width == SIDE + 2 * GAP
