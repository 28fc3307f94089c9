"""Reading a text: from a file or standard input; what can be a prompt."""

import re
import sys
from pathlib import Path

from multiart.errors import MultiartError

MAX_BYTES = 500_000
"""The longest text taken: a book, by mistake, is not a poem."""

MAX_FILE_BYTES = 1_000_000_000
"""The longest file of many texts."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def check_text(text: str, source: str, *, limit: int = MAX_BYTES) -> str:
    """Return `text` unchanged if it can be a prompt.

    Args:
        text: what was given.
        source: where it came from, for the message.
        limit: the most bytes that are taken.

    Raises:
        MultiartError: if it is blank, holds control characters or is too long.
    """
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        raise _too_long(source, limit)
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


def read_text(source: str | Path, *, limit: int = MAX_BYTES) -> str:
    """Read a UTF-8 text file, or standard input for "-"; line ends become ``\\n``, a byte order mark goes.

    Args:
        source: the file.
        limit: the most bytes that are taken.

    Raises:
        MultiartError: if it is missing, a folder, unreadable, not UTF-8, blank, binary or too long.
    """
    text = load_utf8(source, limit=limit)
    return check_text(text.replace("\r\n", "\n").replace("\r", "\n"), _name(source), limit=limit)


def load_utf8(source: str | Path, *, limit: int) -> str:
    """The text of a file, or of standard input for "-", as it is but for a byte order mark.

    Raises:
        MultiartError: if it is missing, a folder, unreadable, not UTF-8 or too long.
    """
    name = _name(source)
    try:
        data = _read_bytes(source, limit + 1)  # one more than allowed is enough to know
        if len(data) > limit:
            raise _too_long(name, limit)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise MultiartError(f"cannot read {name}: {(error.strerror or str(error)).lower()}.") from error
    except UnicodeDecodeError as error:
        raise MultiartError(
            f"{name} is not valid UTF-8 (byte {error.start + 1}); save it as UTF-8."
        ) from error


def _name(source: str | Path) -> str:
    return "standard input" if str(source) == "-" else str(source)


def _read_bytes(source: str | Path, limit: int) -> bytes:
    if str(source) == "-":
        return sys.stdin.buffer.read(limit)
    with open(source, "rb") as file:
        return file.read(limit)


def _too_long(source: str, limit: int) -> MultiartError:
    return MultiartError(f"{source} is too long: at most {limit // 1000} kB of text are taken.")
