"""Which column of a Teams attendance file is which, in whatever language Teams wrote its headings. Pure.

English, German and Portuguese headings are known by their words. In other languages the third layout is read by its
order, which does not change, held by the one heading that no language translates: "(UPN)". A UPN looks like a mail
address and often is none, so its column is never read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Final


class Column(Enum):
    """What a column tells."""

    NAME = auto()
    JOINED = auto()
    LEFT = auto()
    ADDRESS = auto()
    ACTION = auto()
    STAMP = auto()
    UPN = auto()


_WORDS: Final[Mapping[str, Column]] = {
    "name": Column.NAME,
    "full name": Column.NAME,
    "vollständiger name": Column.NAME,
    "nome": Column.NAME,
    "nome completo": Column.NAME,
    "first join": Column.JOINED,
    "first join time": Column.JOINED,
    "join time": Column.JOINED,
    "erster beitritt": Column.JOINED,
    "beitrittszeit": Column.JOINED,
    "primeiro ingresso": Column.JOINED,
    "last leave": Column.LEFT,
    "last leave time": Column.LEFT,
    "leave time": Column.LEFT,
    "letztes verlassen": Column.LEFT,
    "verlassenszeit": Column.LEFT,
    "última saída": Column.LEFT,
    "email": Column.ADDRESS,
    "e-mail": Column.ADDRESS,
    "email address": Column.ADDRESS,
    "e-mail-adresse": Column.ADDRESS,
    "user action": Column.ACTION,
    "benutzeraktion": Column.ACTION,
    "timestamp": Column.STAMP,
    "zeitstempel": Column.STAMP,
}
_UTC: Final = "(utc)"


def columns_of(header: Sequence[str]) -> dict[Column, int]:
    """Where each column stands that is known by its heading; the first of two alike counts."""
    found: dict[Column, int] = {}
    for place, heading in enumerate(header):
        plain = _plain(heading)
        column = Column.UPN if "(upn)" in plain else _WORDS.get(" ".join(plain.replace(_UTC, " ").split()))
        if column is not None:
            found.setdefault(column, place)
    return found


def columns_by_order(header: Sequence[str]) -> dict[Column, int]:
    """Where the columns of the third layout's second section stand, in a language that is not known by its words.

    Name, first join, last leave, duration, address, UPN, role; without times: name, address, UPN, role. Empty where
    the UPN stands elsewhere.
    """
    upn = next((place for place, heading in enumerate(header) if "(upn)" in _plain(heading)), None)
    if upn == 5:
        return {Column.NAME: 0, Column.JOINED: 1, Column.LEFT: 2, Column.ADDRESS: 4, Column.UPN: 5}
    return {Column.NAME: 0, Column.ADDRESS: 1, Column.UPN: 2} if upn == 2 else {}


def in_utc(heading: str) -> bool:
    """Whether the times below this heading are in UTC, as one variant of the report says."""
    return _UTC in _plain(heading)


def _plain(heading: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", heading).casefold().split())
