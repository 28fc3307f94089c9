"""Reading poems: from a text file, a folder of them, standard input, or a list."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from multiart.errors import MultiartError

MAX_BYTES = 500_000
"""The longest text taken: a book, by mistake, is not a poem."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True)
class Collection:
    """Poems that are rendered together.

    Attributes:
        name: what the collection is called, for the folder it is rendered to.
        poems: the texts, in order.
    """

    name: str
    poems: tuple[str, ...]


def check_text(text: str, source: str) -> str:
    """Return `text` unchanged if it can be a prompt.

    Args:
        text: what was given.
        source: where it came from, for the message.

    Raises:
        MultiartError: if it is blank, holds control characters or is longer than `MAX_BYTES`.
    """
    if len(text.encode("utf-8", "surrogateescape")) > MAX_BYTES:
        raise _too_long(source)
    if not text.strip():
        raise MultiartError(f"{source} is empty: give some text, a poem or a theme.")
    if re.search("[\ud800-\udfff]", text):
        raise MultiartError(f"{source} is not valid UTF-8.")
    if found := _CONTROL.search(text):
        raise MultiartError(
            f"{source} holds a control character (U+{ord(found[0]):04X} at character {found.start() + 1}); "
            "only text, tabs and line breaks are taken."
        )
    return text


def read_text(source: str | Path) -> str:
    """Read a UTF-8 text file, or standard input for "-"; line ends become ``\\n``, a byte order mark goes.

    Raises:
        MultiartError: if it is missing, a folder, unreadable, not UTF-8, blank, binary or too long.
    """
    name = "standard input" if str(source) == "-" else str(source)
    try:
        data = _read_bytes(source)
        if len(data) > MAX_BYTES:
            raise _too_long(name)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise MultiartError(f"cannot read {name}: {(error.strerror or str(error)).lower()}.") from error
    except UnicodeDecodeError as error:
        raise MultiartError(
            f"{name} is not valid UTF-8 (byte {error.start + 1}); save it as UTF-8."
        ) from error
    return check_text(text.replace("\r\n", "\n").replace("\r", "\n"), name)


def _read_bytes(source: str | Path) -> bytes:
    limit = MAX_BYTES + 1  # one more than allowed is enough to know
    if str(source) == "-":
        return sys.stdin.buffer.read(limit)
    with open(source, "rb") as file:
        return file.read(limit)


def _too_long(source: str) -> MultiartError:
    return MultiartError(f"{source} is too long: at most {MAX_BYTES // 1000} kB of text are taken.")


def split_poems(text: str) -> list[str]:
    """Part a text into poems: at lines of `---` if there is one, else at blank lines.

    A poem with stanzas needs the first way.
    """
    separator = r"^---+[ \t]*$" if re.search(r"^---+[ \t]*$", text, re.MULTILINE) else r"\n[ \t]*\n"
    return [poem.strip("\n") for poem in re.split(separator, text, flags=re.MULTILINE) if poem.strip()]


def read_poems(source: str | Path | Sequence[str]) -> Collection:
    """Read the poems to render.

    Args:
        source: a text file (see `split_poems`), a folder with one poem a `.txt` file, "-" for standard
            input, or the poems themselves in a list.

    Raises:
        MultiartError: if there is nothing to read, or a file cannot be used.
    """
    if not isinstance(source, str | Path):
        poems = [check_text(str(poem), f"prompts[{i}]") for i, poem in enumerate(source)]
        return _collection("inline", poems, "prompts=[]")
    if str(source) == "-":
        return _collection("stdin", split_poems(read_text("-")), "standard input")
    path = Path(source)
    if path.is_dir():
        files = sorted(path.glob("*.txt"))
        return _collection(
            path.resolve().name, [read_text(file).strip("\n") for file in files], f"the folder {path}"
        )
    return _collection(path.stem, split_poems(read_text(path)), str(path))


def _collection(name: str, poems: list[str], source: str) -> Collection:
    if not poems:
        raise MultiartError(f"no poems in {source}: give a text file, a folder of .txt files, - or a list.")
    return Collection(name=name, poems=tuple(poems))
