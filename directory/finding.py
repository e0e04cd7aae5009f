"""Which units somebody means who types a place, a force or a unit; every word must be found. Pure.

Words are compared by their letters and figures alone, whatever their case and accents. Each is looked for as a part
of the text, never as a pattern, so the time it takes grows with the length of both and no faster.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

LONGEST: Final = 100  # characters of a question that are read
T = TypeVar("T")


@dataclass(frozen=True)
class Known(Generic[T]):
    """Something to be found: by one of its names whole, or by words that occur anywhere in what is told of it."""

    what: T
    names: Sequence[str]  # each of which is all that somebody might type
    about: Sequence[str] = ()


def found(asked: str, known: Sequence[Known[T]]) -> list[T]:
    """What fits the question, the closest first and else in the order given; nothing for an empty question.

    Closest is what has exactly that name, then what has a name beginning with it, then what holds each of its words.
    """
    wanted = plain(asked[:LONGEST])
    if not wanted:
        return []
    fits = [(closeness, one.what) for one in known if (closeness := _closeness(wanted, one)) is not None]
    return [what for _, what in sorted(fits, key=lambda fit: fit[0])]


def plain(text: str) -> str:
    """The text's letters and figures in lower case, without accents, and one space between words."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(
        "".join(c if c.isalnum() else " " for c in bare.casefold().replace("'", "").replace("’", "")).split()
    )


def _closeness(wanted: str, one: Known[T]) -> int | None:
    names = [plain(name) for name in one.names]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    told = " ".join([*names, *map(plain, one.about)])
    return 2 if all(word in told for word in wanted.split()) else None
