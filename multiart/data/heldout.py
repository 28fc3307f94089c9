"""Scenes and captions that nothing was trained on, to measure a painter with."""

import random
from dataclasses import dataclass

from multiart.data.captions import HELD_OUT_SYNONYMS, SYNONYMS, sample_caption
from multiart.data.scenes.paint import paint
from multiart.data.scenes.spec import SceneSpec, sample_spec
from multiart.seeding import derive_seed
from multiart.vocabulary import ATTRIBUTES

FIRST_SEED = 2_000_000_000
PAINTED_SIZE = 64  # enough to see what is hidden


@dataclass(frozen=True, kw_only=True)
class HeldOutScene:
    """A caption, what a picture of it must show, and whether its words were kept from training too."""

    caption: str
    spec: SceneSpec
    new_words: bool


def held_out_scenes(count: int) -> list[HeldOutScene]:
    """The first `count` scenes from `FIRST_SEED` on; every third is captioned in words kept from training.

    A caption names every attribute (a clear sky may go unsaid) and all that can be seen, nothing else.
    """
    return [_scene(FIRST_SEED + index, new_words=index % 3 == 2) for index in range(count)]


def _scene(seed: int, *, new_words: bool) -> HeldOutScene:
    spec = paint(sample_spec(seed), PAINTED_SIZE)[1]
    rng = random.Random(derive_seed(seed, "evaluate"))
    while not _names_all(caption := sample_caption(spec, rng, held_out=new_words), spec):
        pass
    return HeldOutScene(caption=caption, spec=spec, new_words=new_words)


def _names_all(caption: str, spec: SceneSpec) -> bool:
    words = (getattr(spec, name) for name in ATTRIBUTES)
    wordings = ((word, HELD_OUT_SYNONYMS[word], *SYNONYMS[word]) for word in words if word != "clear")
    return all(any(wording in caption for wording in choices) for choices in wordings)
