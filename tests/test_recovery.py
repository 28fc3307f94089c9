"""What is tried when a stage fails: each failure is put into a tiny stage."""

import copy

import pytest
import torch

from multiart import recovery
from multiart.errors import MultiartError
from multiart.image.hub import HubPainter
from multiart.image.painter import Painter
from multiart.io.cache import StageCache
from multiart.io.verify import verify_work
from multiart.io.work import write_work
from multiart.pipeline import Pipeline
from multiart.records import Picture
from multiart.recovery import NOT_FINITE, OUT_OF_MEMORY, trouble_of
from multiart.style.auto import AutoStyle
from multiart.style.painters import TILE, PaintersStyle
from multiart.text.writer import Writer
from tests.fakes import Broken, FakeImage, FakeStyle, FakeText

POEM = "moon\nlake"


class Large(FakeStyle):
    """Needs memory for its tiles, of which there is enough for tiles of `fits` pixels."""

    fits = 256

    def __init__(self) -> None:
        self.tile, self.tried = 1024, []

    def easier(self, trouble):
        if trouble != OUT_OF_MEMORY or self.tile <= 128:
            return None
        stage = copy.copy(self)
        stage.tile //= 2
        return stage, f"tiles of {stage.tile} pixels"

    def apply(self, picture, draft, *, generator):
        self.tried.append(self.tile)
        result = super().apply(picture, draft, generator=generator)
        if self.tile > self.fits:
            raise MemoryError
        result.output.pixels[0] = 1 / self.tile
        return result


def pipeline(**stages):
    return Pipeline(**{"text": FakeText(), "image": FakeImage(), **stages})


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (MemoryError(), OUT_OF_MEMORY),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"), OUT_OF_MEMORY),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), OUT_OF_MEMORY),
        (RuntimeError("onnxruntime: Failed to allocate memory for requested buffer"), OUT_OF_MEMORY),
        (ValueError("the painter produced numbers that are not finite"), NOT_FINITE),
        (RuntimeError("probability tensor contains either `inf`, `nan` or element < 0"), NOT_FINITE),
        (RuntimeError("shapes do not match"), None),
        (KeyError("out of memory"), None),
    ],
)
def test_troubles_are_known_by_their_errors(error, trouble):
    assert trouble_of(error) == trouble


def test_a_picture_that_is_not_finite_is_such_a_trouble():
    with pytest.raises(ValueError) as error:
        Picture(pixels=torch.full((3, 4, 4), torch.nan))
    assert trouble_of(error.value) == NOT_FINITE


def test_without_memory_tiles_are_halved_until_it_works(capsys):
    style = Large()
    work = pipeline(style=style)(POEM)
    assert style.tried == [1024, 512, 256]
    assert work.stages[-1].settings["recovery"] == [
        {"after": OUT_OF_MEMORY, "step": "tiles of 512 pixels"},
        {"after": OUT_OF_MEMORY, "step": "tiles of 256 pixels"},
    ]
    assert all("recovery" not in record.settings for record in work.stages[:-1])
    assert "style: out of memory; trying again with tiles of 256 pixels" in capsys.readouterr().err


def test_every_work_begins_at_the_top():
    style = Large()
    both = pipeline(style=style)
    both(POEM)
    style.tried.clear()
    style.fits = 4096
    assert "recovery" not in both(POEM).stages[-1].settings
    assert style.tried == [1024]


def test_what_was_done_otherwise_is_not_kept_and_has_another_id(tmp_path):
    style = Large()
    told = {"cache": StageCache(dir=tmp_path / "cache"), "settings": {"style": {}}}
    config = {"style": {"_target_": "x"}}
    poor = write_work(pipeline(style=style, **told)(POEM), tmp_path / "poor", config=config, command="")
    assert not list((tmp_path / "cache").rglob("*.safetensors"))
    style.fits = 4096
    rich = write_work(pipeline(style=style, **told)(POEM), tmp_path / "rich", config=config, command="")
    assert poor["id"] != rich["id"] and poor["files"]["styled.png"] != rich["files"]["styled.png"]
    assert verify_work(tmp_path / "poor") == verify_work(tmp_path / "rich") == []


def test_steps_that_are_known_are_taken_at_once():
    style = Large()
    work = pipeline(style=style)(POEM)
    style.tried.clear()
    style.fits = 4096
    steps = {"style": work.stages[-1].settings["recovery"]}
    again = pipeline(style=style).works(POEM, recoveries=steps)[0]
    assert style.tried == [256]
    assert again.stages[-1].settings == work.stages[-1].settings
    assert torch.equal(again.styled.pixels, work.styled.pixels)


def test_where_nothing_is_left_the_work_fails_and_says_what_was_tried():
    style = Large()
    style.fits = 100
    with pytest.raises(
        MultiartError, match="style: out of memory, with tiles of 512 .* of 128 pixels too: Mem"
    ):
        pipeline(style=style)(POEM)
    with pytest.raises(MultiartError, match="image: not finite: the painter produced numbers that are not"):
        pipeline(image=Broken(ValueError("the painter produced numbers that are not finite")))(POEM)


def test_styles_of_painters_are_painted_in_smaller_tiles(monkeypatch):
    sides = []

    def paint(paint, content, *, side):
        sides.append(side)
        if side > TILE // 4:
            raise RuntimeError("bad allocation")
        return content

    loaded = type("Loaded", (), {"net": None})
    monkeypatch.setattr("multiart.style.painters.paint_in_tiles", paint)
    monkeypatch.setattr("multiart.style.painters.load_painters", lambda: loaded)
    monkeypatch.setattr("multiart.style.auto.can_render", lambda: False)
    picture = Picture(pixels=torch.rand(3, 40, 40))
    draft = pipeline()(POEM).draft
    for stage in (PaintersStyle(), AutoStyle()):
        sides.clear()
        generator = torch.Generator().manual_seed(0)
        recovery.run("style", stage, lambda s, g=generator: s.apply(picture, draft, generator=g))
        assert sides == [TILE, TILE // 2, TILE // 4]


def test_a_hub_painter_tries_float32_then_the_cpu():
    painter = HubPainter(model="org/name", device="cuda")
    wide, said = painter.easier(NOT_FINITE)
    assert (wide.device, wide.dtype, said) == ("cuda", torch.float32, "float32")
    assert wide.easier(NOT_FINITE) is None
    for before in (painter, wide):
        there, said = before.easier(OUT_OF_MEMORY)
        assert (there.device, there.dtype, said) == ("cpu", torch.float32, "the CPU")
        assert there.easier(OUT_OF_MEMORY) is there.easier(NOT_FINITE) is None
    assert (painter.device, painter.dtype) == ("cuda", torch.bfloat16)


def test_a_language_model_is_tried_in_float32_once(tiny_source, monkeypatch):
    half = {"auto": torch.bfloat16, "float32": torch.float32}
    monkeypatch.setattr("multiart.text.writer.resolve_dtype", half.get)
    writer = Writer(model=tiny_source)
    again, said = writer.easier(NOT_FINITE)
    assert said == "float32" and again.language_model.model.dtype == torch.float32
    assert again.easier(NOT_FINITE) is writer.easier(OUT_OF_MEMORY) is None


def test_a_painter_is_tried_in_float32_once():
    painter = Painter(dtype="bfloat16")
    again, said = painter.easier(NOT_FINITE)
    assert (again.dtype, said, painter.dtype) == ("float32", "float32", "bfloat16")
    assert again.easier(NOT_FINITE) is painter.easier(OUT_OF_MEMORY) is None
