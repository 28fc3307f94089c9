"""What is rendered together: a table, a file or folder of poems, standard input, or a list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from multiart.errors import MultiartError
from multiart.io.prompts import MAX_FILE_BYTES, check_text, read_text
from multiart.io.table import Row, read_csv, read_jsonl, refuse_repeats


@dataclass(frozen=True, kw_only=True)
class Collection:
    """Works that are rendered together.

    Attributes:
        name: what the collection is called, for the folder it is rendered to.
        rows: what is asked for, in order.
    """

    name: str
    rows: tuple[Row, ...]


def read_collection(source: str | Path | Sequence[str]) -> Collection:
    """Read what to render.

    Args:
        source: a table (`.csv`, `.jsonl`), another text file (see `split_poems`), a folder with one poem a
            `.txt` file, "-" for poems from standard input, or the poems themselves in a list.

    Raises:
        MultiartError: if there is nothing to read, or something cannot be used; the message names the place.
    """
    if not isinstance(source, str | Path):
        return _collection("inline", _numbered([str(poem) for poem in source], "prompts"), "prompts=[]")
    if str(source) == "-":
        return _collection("stdin", _poems("-", "standard input"), "standard input")
    path = Path(source).expanduser()
    if path.is_dir():
        rows = [
            Row(prompt=read_text(file).strip("\n"), where=str(file), id=file.stem)
            for file in sorted(path.glob("*.txt"))
        ]
        return _collection(path.resolve().name, rows, f"the folder {path}")
    read = {".csv": read_csv, ".jsonl": read_jsonl}.get(path.suffix.lower(), lambda path: _poems(path, path))
    return _collection(path.stem, read(path), str(path))


def split_poems(text: str) -> list[str]:
    """Part a text into poems: at lines of `---` if there is one, else at blank lines.

    A poem with stanzas needs the first way.
    """
    separator = r"^---+[ \t]*$" if re.search(r"^---+[ \t]*$", text, re.MULTILINE) else r"\n[ \t]*\n"
    return [poem.strip("\n") for poem in re.split(separator, text, flags=re.MULTILINE) if poem.strip()]


def _poems(source: str | Path, name: str | Path) -> list[Row]:
    return _numbered(split_poems(read_text(source, limit=MAX_FILE_BYTES)), f"{name} poem ")


def _numbered(poems: Sequence[str], name: str) -> list[Row]:
    places = (f"{name}[{i}]" if name == "prompts" else f"{name}{i + 1}" for i in range(len(poems)))
    return [
        Row(prompt=check_text(poem, where), where=where) for poem, where in zip(poems, places, strict=True)
    ]


def _collection(name: str, rows: list[Row], source: str) -> Collection:
    if not rows:
        raise MultiartError(
            f"no poems in {source}: give a table or text file, a folder of .txt files, - or a list."
        )
    refuse_repeats(rows)
    return Collection(name=name, rows=tuple(rows))
