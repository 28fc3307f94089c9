"""The styles that somebody liked, out of the favourites that a gallery saves."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multiart.errors import MultiartError
from multiart.io.prompts import MAX_FILE_BYTES, load_utf8
from multiart.records import Draft, Mood
from multiart.style.painters import PAINTERS

NEAR = 0.5  # moods this close are alike; sad to happy is a distance of 2

_NAMES = {name.replace("_", " "): name for name in PAINTERS}


@dataclass(frozen=True, kw_only=True)
class Favourite:
    """A work that was liked: what it shows, and the painters of its style."""

    painters: tuple[str, ...]
    place: str
    mood: Mood


def read_favourites(path: str | Path) -> list[Favourite]:
    """Read the favourites among the rows of a file; works in no painter's style are left out.

    Raises:
        MultiartError: if the file cannot be read, or no row of it comes from a gallery.
    """
    rows = [_object(line) for line in load_utf8(path, limit=MAX_FILE_BYTES).splitlines()]
    liked = [row["liked"] for row in rows if isinstance(row.get("liked"), dict)]
    if not liked:
        raise MultiartError(f"style.favourites={path} holds no favourites: save them as a file in a gallery.")
    try:
        found = [
            Favourite(
                painters=tuple(_NAMES[word] for word in str(work["style"]).split(" + ") if word in _NAMES),
                place=work["place"],
                mood=Mood(valence=work["valence"], arousal=work["arousal"]),
            )
            for work in liked
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise MultiartError(f"style.favourites={path} is not as a gallery writes it: {error!r}") from None
    return [favourite for favourite in found if favourite.painters]


def best_liked(favourites: Sequence[Favourite], draft: Draft, usual: str) -> tuple[str, str] | None:
    """The painter that was liked most often for the same place or a near mood; `usual` wins a draw.

    Returns:
        Its name and the reason in words, or None if no favourite is like the draft.
    """
    alike = [favourite for favourite in favourites if _is_alike(favourite, draft)]
    votes = Counter(painter for favourite in alike for painter in favourite.painters)
    if not votes:
        return None
    painter = max(votes, key=lambda name: (votes[name], name == usual))
    places = sum(f.place == draft.scene.place for f in alike if painter in f.painters)
    count, words = votes[painter], painter.replace("_", " ")
    where = f"{places} of them with the same place ({draft.scene.place})" if places else "by their mood"
    return painter, f"you liked {words} in {count} work{'s' * (count > 1)} like this one, {where}"


def _is_alike(favourite: Favourite, draft: Draft) -> bool:
    one, other = favourite.mood, draft.scene.mood
    distance = math.dist((one.valence, one.arousal), (other.valence, other.arousal))
    return favourite.place == draft.scene.place or distance <= NEAR


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}
