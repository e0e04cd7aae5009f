"""A long list in stretches of the alphabet, to be opened one at a time. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

Row = TypeVar("Row")
LONG = 15  # rows: a shorter list is shown whole
_ROOM = 9  # rows of a stretch, but for a letter that has more by itself


@dataclass(frozen=True)
class Stretch(Generic[Row]):
    """Rows that follow one another, and the letters that they begin with: “A to C”. None where the list is whole."""

    letters: str
    rows: Sequence[Row]


def stretches(rows: Sequence[tuple[str, Row]]) -> list[Stretch[Row]]:
    """The rows, each with its name, in the order they are given; a letter is never in two stretches.

    :param rows: ordered by name.
    """
    if len(rows) <= LONG:
        return [Stretch("", [row for _, row in rows])] if rows else []
    return [
        Stretch(first if first == last else f"{first} to {last}", [row for _, row in of_it])
        for first, last, of_it in _gathered(rows)
    ]


def _gathered(rows: Sequence[tuple[str, Row]]) -> Iterator[tuple[str, str, list[tuple[str, Row]]]]:
    """The first letter, the last one, and the rows."""
    held: list[tuple[str, Row]] = []
    for _, group in groupby(rows, _letter):
        of_letter = list(group)
        if held and len(held) + len(of_letter) > _ROOM:
            yield _letter(held[0]), _letter(held[-1]), held
            held = []
        held = held + of_letter
    yield _letter(held[0]), _letter(held[-1]), held


def _letter(row: tuple[str, object]) -> str:
    return row[0][:1].upper()
