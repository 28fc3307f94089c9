"""Paint held-out captions and poems, and detect what the pictures show."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from multiart.commands.evaluate import Evaluation
from multiart.commands.evaluations.painting import paint
from multiart.errors import MultiartError

PARTS = ("all", "taught words", "new words")  # of the captions


def evaluate(cfg: DictConfig, suite: Any) -> Evaluation:
    """Measure `image=painter`.

    Raises:
        MultiartError: if no painter is chosen, or the scene painter's package is missing.
    """
    from multiart.commands.evaluations.as_run import paint_each, read_each, read_poems
    from multiart.config import build
    from multiart.metrics.concepts import to_rows

    painter = None if cfg.image is None else build(cfg.image)
    if not hasattr(painter, "paint"):
        raise MultiartError("suite=painter measures image=painter: no other image stage paints bare captions")
    scenes = held_out(suite.num_captions)
    captions = [scene.caption for scene in scenes]
    start = time.monotonic()
    pictures, shown = paint(suite, painter, captions, seed=cfg.seed, num_shown=suite.num_shown)
    cost = {"seconds a picture": (time.monotonic() - start) / len(scenes), "peak memory GB": peak_memory()}
    result = measure(suite, scenes, pictures)
    shares = [share for kind in result["all"]["of_ceiling"].values() for share in kind.values()]
    told = [("", scene.caption) for scene in scenes[: suite.num_shown]]
    sheets = {"sheet": [*zip(told, shown, strict=True)]}
    read = None
    if suite.prompts:
        drafts = read_each(captions)
        read, shown = paint_each(painter, drafts, seed=cfg.seed, what="prompts", num_shown=suite.num_shown)
        result |= {f"prompts, {name}": part for name, part in measure(suite, scenes, read).items()}
        sheets["prompts"] = [*zip(told, shown, strict=True)]
    if suite.num_poems:
        drafts = read_poems(suite.num_poems)
        of_poems, shown = paint_each(painter, drafts, seed=cfg.seed, what="poems", num_shown=len(drafts))
        result["poems"] = suite.measure(of_poems, to_rows(draft.scene for draft in drafts))
        sheets["poems"] = [*zip([(draft.title, draft.caption) for draft in drafts], shown, strict=True)]
    like = {}
    if suite.num_training:
        from multiart.commands.evaluations.likeness import likeness

        like = likeness(suite, painter, captions, pictures, read, seed=cfg.seed)
    return Evaluation(
        report=in_words(result) + numbers_table("Likeness", like) + numbers_table("Cost", {"value": cost}),
        result={"weights": painter.weights, "likeness": like, "cost": cost} | result,
        score=sum(share or 0.0 for share in shares) / len(shares),
        write=lambda folder: write_sheets(folder, sheets),
    )


def held_out(count: int) -> list:
    """The captions, with the scenes they belong to.

    Raises:
        MultiartError: if skia-python is missing.
    """
    try:
        from multiart.data.heldout import held_out_scenes
    except ImportError as error:
        raise MultiartError(f"evaluate needs skia-python: pip install 'multiart[train]' ({error})") from error
    return held_out_scenes(count)


def measure(suite: Any, scenes: Sequence, pictures: Any) -> dict[str, dict]:
    """The suite's scores of all pictures, and of those by taught and by new words apart."""
    import torch

    from multiart.metrics.concepts import to_rows

    said = to_rows(scene.spec for scene in scenes)
    new = torch.tensor([scene.new_words for scene in scenes])
    parts = dict(zip(PARTS, (torch.ones_like(new), ~new, new), strict=True))
    return {name: suite.measure(pictures[part], said[part]) for name, part in parts.items() if part.any()}


def in_words(result: dict[str, dict]) -> str:
    """All tables; what `run` paints of taught and of new words without a line for each concept."""
    from multiart.metrics.painter_suite import table

    titles = {"poems": "Poems, as they are read"}
    for name in PARTS:
        titles |= {
            name: f"Captions: {name}",
            f"prompts, {name}": f"Captions, as `run` reads and paints: {name}",
        }
    brief = {f"prompts, {name}" for name in PARTS[1:]}
    tables = {name: table(part, by_concept=name not in brief) for name, part in result.items()}
    return "\n".join(f"## {titles[name]}\n\n{told}" for name, told in tables.items())


def numbers_table(title: str, columns: dict[str, dict[str, float]]) -> str:
    """What was measured beside concepts, in Markdown; the longest of the columns names the rows."""
    if not columns:
        return ""
    lines = [f"\n## {title}", "", f"| measure | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name in max(columns.values(), key=len):
        cells = (f"{column[name]:.4g}" if name in column else "–" for column in columns.values())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def peak_memory() -> float:
    """The most memory this process has had, in GB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def write_sheets(folder: Path, sheets: dict[str, list]) -> None:
    """Write pictures, each after its title and caption, to `pictures/`, and each sheet as `<name>.png`."""
    for name, shown in sheets.items():
        write_sheet(folder, name, shown)


def write_sheet(folder: Path, name: str, shown: Sequence[tuple[tuple[str, str], Any]]) -> None:
    """Write one sheet and its pictures."""
    from multiart.io.atomic import atomic_path
    from multiart.io.pictures import save_png
    from multiart.io.sheet import Tile, contact_sheet

    tiles = []
    for number, ((title, caption), picture) in enumerate(shown):
        path = folder / "pictures" / f"{name}-{number:03d}.png"
        save_png(picture, path, {"caption": caption})
        tiles.append(Tile(picture=path, title=title, caption=caption))
    with atomic_path(folder / f"{name}.png") as temporary:
        contact_sheet(tiles).save(temporary, "PNG")
