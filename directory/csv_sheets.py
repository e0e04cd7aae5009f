"""The four CSV files of the directory, and what may stand in each of their columns. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from directory.addresses import address, mail_domain, server_names
from directory.rungs import CHOSEN
from directory.wording import phone, plain_line
from web.moments import read_day

CONTACT: Final = "contact"  # the step of a unit's own mailboxes
EVERY_UNIT: Final = "london"  # as a unit's code, the ladder told for every unit
STEPS: Final = (CONTACT, *(rung.value for rung in CHOSEN))
KINDS: Final = (
    *("bcu", "force", "police team", "social care", "health", "education", "interview provider"),
    *("voluntary", "placement", "reviewing service", "other"),
)
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?", re.ASCII)


class Sheet(StrEnum):
    """What one file is about."""

    UNITS = "units"
    CONTACTS = "contacts"
    AREAS = "areas"
    DOMAINS = "mail-domains"


class NotTaken(ValueError):
    """A cell cannot be taken; the message begins with a small letter and follows the column's name."""


@dataclass(frozen=True)
class Column:
    """One column.

    :param read: the cell as the directory keeps it, or the problem.
    :param needed: it is never empty.
    :param key: with the other key columns it says which entry the line is about, so it is never changed.
    :param beside: it is there for people to read and is not taken in.
    :param fixed: it is told once, when the entry is added.
    """

    name: str
    read: Callable[[str], str]
    needed: bool = False
    key: bool = False
    beside: bool = False
    fixed: bool = False


def text(longest: int) -> Callable[[str], str]:
    return lambda cell: plain_line(cell, "The text", longest)


def telephone(cell: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{9}", cell):
        raise NotTaken(f"{cell} has lost its first 0. Make the column one of text, or put spaces between the digits.")
    if re.fullmatch(r"[0-9.,]+E\+[0-9]+", cell):
        raise NotTaken(
            f"{cell} is what a spreadsheet makes of a number that is too long. Make the column one of text."
        )
    return phone(cell)


def mail(cell: str) -> str:
    return address(cell)


def code(cell: str) -> str:
    if not _CODE.fullmatch(cell):
        raise NotTaken("is no code. Use letters from a to z, numbers and hyphens, at most 40.")
    return cell


def day(cell: str) -> str:
    return read_day(cell).isoformat()


def order(cell: str) -> str:
    if cell not in tuple("123456789"):
        raise NotTaken("must be a number from 1 (tried first) to 9.")
    return cell


def yes_or_no(cell: str) -> str:
    said = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "no", "n": "no", "false": "no", "0": "no"}
    if cell.casefold() not in said:
        raise NotTaken("must be yes or no.")
    return said[cell.casefold()]


def one_of(*choices: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell.casefold() not in choices:
            close = difflib.get_close_matches(cell.casefold(), choices, n=1)
            raise NotTaken(f"must be one of: {', '.join(choices)}.{f' Is {close[0]} meant?' if close else ''}")
        return cell.casefold()

    return read


SHEETS: Final[Mapping[Sheet, Sequence[Column]]] = {
    Sheet.UNITS: (
        Column("unit_code", code, needed=True, key=True),
        Column("name", text(120), needed=True),
        Column("kind", one_of(*KINDS), needed=True, fixed=True),
        Column("agency_code", code, fixed=True),
        Column("agency", text(120), fixed=True),
        Column("duty_phone", telephone),
        Column("hours", text(160)),
    ),
    Sheet.CONTACTS: (
        Column("unit_code", code, needed=True, key=True),
        Column("unit", str, beside=True),
        Column("step", one_of(*STEPS), key=True),
        Column("role", text(60), needed=True),
        Column("name", text(80)),
        Column("email", mail, needed=True, key=True),
        Column("phone", telephone),
        Column("order", order),
        Column("team_mailbox", yes_or_no),
        Column("from", day, key=True),
        Column("until", day),
    ),
    Sheet.AREAS: (
        Column("place_code", code, needed=True, key=True),
        Column("place", text(120), fixed=True),
        Column("in_london", yes_or_no, fixed=True),
        Column("unit_code", code, needed=True, key=True),
        Column("unit", str, beside=True),
        Column("from", day, key=True),
        Column("until", day),
        Column("source", text(200), needed=True),
    ),
    Sheet.DOMAINS: (
        Column("domain", mail_domain, needed=True, key=True),
        Column("agency_code", code),
        Column("tls", one_of("opportunistic", "enforced"), needed=True),
        Column("answers", one_of("tokens", "plain address"), needed=True),
        Column("servers", server_names),
    ),
}
_TOLD_BY: Final[Mapping[Sheet, frozenset[str]]] = {  # the columns by which a file is known, the surest first
    Sheet.CONTACTS: frozenset({"unit_code", "role", "email"}),
    Sheet.AREAS: frozenset({"place_code", "unit_code", "source"}),
    Sheet.DOMAINS: frozenset({"domain", "tls", "answers"}),
    Sheet.UNITS: frozenset({"unit_code", "name", "kind"}),
}


def heading(cell: str) -> str:
    """A column's name as we write it: small letters, underscores for spaces."""
    return re.sub(r"[\s._-]+", "_", cell.strip(" \t\"'\ufeff")).strip("_").lower()


def sheet_of(names: Sequence[str]) -> Sheet | None:
    """Which of the files has these columns; None where it is none of them."""
    return next((sheet for sheet, told_by in _TOLD_BY.items() if told_by <= set(names)), None)


def what_is_missing(names: Sequence[str]) -> str:
    """For a file that is none of ours: which one comes closest, and what it lacks."""
    sheet = max(_TOLD_BY, key=lambda one: len(_TOLD_BY[one] & set(names)))
    missing = sorted(_TOLD_BY[sheet] - set(names))
    return (
        f"The first line names no file of the directory. A file of {sheet.value.replace('-', ' ')} "
        f"needs the column{'s' if len(missing) > 1 else ''} {' and '.join(missing)} as well."
    )
