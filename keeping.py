"""What a room says of its tables: what stays and why, what has had its time, and what is held about one child.

Each room says it in its own `keeping.py`, and the room `privacy` does it. The texts are SQL of that room's own
tables, never of anybody's input. A test names every table that no room speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

STAYS: Final = "stays"
NOBODY: Final = "removed.invalid"  # the domain of addresses that lead nowhere (RFC 2606)


class Spared(StrEnum):
    """By which column a row belongs to a case: those of a case that is held, or of a meeting to come, are spared."""

    NOT = ""
    UID = "uid"
    INVITATION = "invitation"
    MEETING = "meeting"


@dataclass(frozen=True)
class Ending:
    """Rows that have had their time, once the period of their kind has run since an instant.

    :param kind: one of `privacy.kinds`.
    :param since: SQL for the instant from which the period runs; a row where it is null stays.
    :param holds: SQL for the rows that still hold what is to go, so that nothing is done twice.
    :param sets: what is emptied, as in UPDATE; where it is empty the whole row goes.
    """

    kind: str
    table: str
    since: str
    holds: str = "true"
    sets: str = ""
    key: str = "id"
    spared: Spared = Spared.NOT


@dataclass(frozen=True)
class OfAChild:
    """Rows that concern one child, what of them is shown to whoever may ask, and what becomes of them at the end.

    :param of: SQL for the rows, with :child where the child's id belongs.
    :param shown: the columns that are shown. Addresses and names of others are not among them.
    :param sets: what is emptied when the child is forgotten, as in UPDATE; "" where the row goes; STAYS.
    """

    table: str
    title: str
    of: str
    shown: Sequence[str]
    sets: str = STAYS


@dataclass(frozen=True)
class OfAnAddress:
    """Rows that name somebody by a mail address, and what of them is shown to that person.

    :param column: the column that holds the address.
    """

    table: str
    title: str
    column: str
    shown: Sequence[str]
