"""Works to make, one a row: from CSV, or from JSON lines."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multiart.errors import ConfigError, MultiartError
from multiart.io.prompts import MAX_BYTES, MAX_FILE_BYTES, check_text, load_utf8
from multiart.overrides import PATH_KEYS, TEXT_KEYS, typed

PROMPT = ("prompt", "text")
"""Names of the column that holds the text."""

LIKED = "liked"
"""A gallery tells here what a favourite looks like, for `style.favourites`; nothing is asked for by it."""

_NAME = re.compile(r"\w[\w .-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One work that is asked for.

    Attributes:
        prompt: the text, as it was given.
        where: where it stands, for messages, e.g. "poems.csv line 3".
        id: the user's own name for it, or None.
        values: what else the row sets, by dotted key; user text and paths as they were given.
    """

    prompt: str
    where: str
    id: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def read_csv(path: Path) -> list[Row]:
    """Read a CSV file whose first row names the columns: prompt (or text), id, and any key a row may set.

    An empty cell leaves its key as it is. Line breaks, commas and doubled quotes may stand in quoted cells.

    Raises:
        MultiartError: with the line, for a file that is not such a table.
    """
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(io.StringIO(load_utf8(path, limit=MAX_FILE_BYTES), newline=""), strict=True)
    rows = []
    try:
        columns = _columns(next(reader, []), path)
        start = reader.line_num + 1
        for cells in reader:
            if any(cells):
                rows.append(_csv_row(columns, cells, f"{path} line {start}"))
            start = reader.line_num + 1
    except csv.Error as error:
        raise MultiartError(
            f"{path} line {reader.line_num}: {error}; a cell with quotes, commas or line breaks must be "
            'quoted, and quotes in it doubled ("").'
        ) from None
    return rows


def read_jsonl(path: Path) -> list[Row]:
    """Read one JSON object a line, with the keys that `read_csv` takes as columns.

    Raises:
        MultiartError: with the line, for what is no such object.
    """
    lines = load_utf8(path, limit=MAX_FILE_BYTES).split("\n")
    places = (f"{path} line {number}" for number in range(1, len(lines) + 1))
    return [
        make_row(_json_object(line, where), where)
        for line, where in zip(lines, places, strict=True)
        if line.strip()
    ]


def make_row(values: dict[str, Any], where: str) -> Row:
    """Check the text and the id among `values`, and set them apart.

    Raises:
        MultiartError: if there is no text, or an id is no name.
    """
    given = [name for name in PROMPT if values.get(name) is not None]
    if len(given) != 1 or not isinstance(values[given[0]], str):
        raise MultiartError(f"{where}: give the text as {' or '.join(PROMPT)}, once.")
    prompt = values[given[0]].replace("\r\n", "\n").replace("\r", "\n")
    own = values.get("id")
    if own is not None and not _NAME.fullmatch(str(own)):
        raise MultiartError(f"{where}: id {own!r} must be of letters, digits, blanks, '.', '_' and '-'.")
    name = None if own is None else str(own)
    rest = {key: value for key, value in values.items() if key not in (*PROMPT, "id", LIKED)}
    return Row(prompt=check_text(prompt, where), where=where, id=name, values=rest)


def refuse_repeats(rows: Sequence[Row]) -> None:
    """Check that no id is given twice.

    Raises:
        MultiartError: naming both places.
    """
    seen: dict[str, str] = {}
    for row in rows:
        if row.id is not None and seen.setdefault(row.id, row.where) is not row.where:
            raise MultiartError(f"{row.where}: the id {row.id!r} is taken by {seen[row.id]}.")


def _columns(names: list[str], path: Path) -> list[str]:
    columns = [name.strip() for name in names]
    if len(columns) == 1 and (found := next((mark for mark in ";\t|" if mark in columns[0]), None)):
        raise MultiartError(f"{path}: the columns are parted by {found!r}; save it as CSV, parted by commas.")
    if not set(PROMPT) & {*columns}:
        raise MultiartError(
            f"{path}: the first row must name the columns, one of them {' or '.join(PROMPT)}; "
            f"it is {', '.join(columns)[:80]!r}."
        )
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise MultiartError(f"{path}: the column {twice[0]!r} is there twice.")
    return columns


def _csv_row(columns: list[str], cells: list[str], where: str) -> Row:
    if len(cells) != len(columns):
        raise MultiartError(
            f"{where} has {len(cells)} cells, the first row {len(columns)}: quote a text with commas."
        )
    values = {}
    for key, cell in zip(columns, cells, strict=True):
        is_text = key in (*PROMPT, "id", *PATH_KEYS) or key.rpartition(".")[2] in TEXT_KEYS
        if cell.strip():
            try:
                values[key] = cell if is_text else typed(cell.strip())
            except ConfigError as error:
                raise MultiartError(f"{where}: {key}: {error}") from None
    return make_row(values, where)


def _json_object(line: str, where: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise MultiartError(f"{where} is no JSON: {error}.") from None
    if not isinstance(values, dict):
        raise MultiartError(f'{where} must be an object, {{"prompt": "..."}}, got {line.strip()[:60]!r}.')
    return values
