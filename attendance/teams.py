"""Microsoft Teams attendance files, in the three layouts that Teams has written since 2020, as people who were there.

Pure. The layout is told by the content, never by the file's name:

* 2020, "attendance list": one table of joining and leaving;
* 2021, "attendance report": a summary, then a row for each time somebody joined;
* since 2022: three numbered sections, of which the second has one row a person. The third repeats people.

Being in a file shows presence. Not being in it shows nothing: people opt out of being named, dial in by telephone,
share a room, or join after the organizer's report was restarted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from attendance.teams_headings import Column, columns_by_order, columns_of, in_utc
from attendance.teams_text import DELIMITERS, Unusable, rows_of, text_of
from attendance.teams_times import Order, Written, instant, order_of, written
from notifications.addresses import found_address, one_line
from web.moments import london_date

MOST_PEOPLE: Final = 500
LONGEST_NAME: Final = 120
SLACK: Final = timedelta(hours=6)  # how far from the meeting the call may be, for its dates to be the meeting's


class Layout(StrEnum):
    """Which of Teams' layouts a file has."""

    LIST = "list of 2020"
    REPORT_2021 = "report of 2021"
    REPORT = "report since 2022"


@dataclass(frozen=True)
class Seen:
    """Somebody whom the file shows; `unverified` joined without signing in. Times are instants in UTC, or unknown."""

    name: str
    address: str = ""  # in lower case; never the UPN
    joined_at: datetime | None = None
    left_at: datetime | None = None
    unverified: bool = False

    @property
    def dialled_in(self) -> bool:
        """Whether it is a telephone number."""
        return bool(_PHONE.fullmatch(self.name))


@dataclass(frozen=True)
class TeamsFile:
    """What a file tells: who was there, once each, and when the call began and ended, where it says so.

    `left_out` counts rows that name nobody, or whose name is a spreadsheet's formula.
    """

    layout: Layout
    people: tuple[Seen, ...]
    started_at: datetime | None
    ended_at: datetime | None
    left_out: int


@dataclass(frozen=True)
class _Table:
    """The part of a file that names people, and the times of its summary."""

    layout: Layout
    columns: Mapping[Column, int]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    summary: tuple[Written | None, Written | None]  # when the call began and ended


@dataclass(frozen=True)
class _Row:
    name: str
    address: str
    joined: Written | None
    left: Written | None
    unverified: bool


_PHONE: Final = re.compile(r"\+?[\d(][\d ()*xX.-]{4,30}")
_FORMULA: Final = re.compile(r"[=@＝＠|]|[+-](?![\d ()*xX.-]{5})")
_SECTION: Final = re.compile(r"([1-9])\.\s+\S.*")
_UNVERIFIED: Final = r"unverified|nicht überprüft|não verificado"
_SUFFIX: Final = re.compile(rf"\s*\((external|guest|extern|gast|externo|convidado|{_UNVERIFIED})\)$", re.IGNORECASE)
_LEFT: Final = ("left", "verlassen", "saiu")


def read(raw: bytes, *, starts_at: datetime, ends_at: datetime) -> TeamsFile:
    """Whom this file shows at the meeting that was to be held from `starts_at` to `ends_at`.

    :raises Unusable: when it is no attendance file, of another day, or larger than any is.
    """
    table = _table(text_of(raw))
    rows = [_row(table, cells) for cells in table.rows]
    named = [row for row in rows if row is not None]
    stamps = [one for row in named for one in (row.joined,) if one is not None]
    called = [one for one in table.summary if one is not None]
    order = _order([*called[:1], *stamps], _days(starts_at, ends_at))
    people = _merged(_seen(row, order) for row in named)
    if not people:
        raise Unusable(
            "The file names nobody. People may have asked Teams not to be shown, so that means nothing: "
            "mark the seats by hand."
        )
    if len(people) > MOST_PEOPLE:
        raise Unusable(f"The file names more than {MOST_PEOPLE} people. Choose the report of this one meeting.")
    started, ended = (_at(one, order) for one in table.summary)
    return TeamsFile(table.layout, people, started, ended, left_out=len(rows) - len(named))


def _table(text: str) -> _Table:
    """The part of the text that names people.

    :raises Unusable: when it is in none of the layouts.
    """
    for delimiter in DELIMITERS:
        if delimiter in text:
            rows = rows_of(text, delimiter)
            found = _numbered(rows) or _plain(rows)
            if found is not None:
                return found
    raise Unusable(
        "This is not an attendance report of Teams, or its headings are in a language that Convene cannot read. "
        "In Teams, open the meeting's Attendance tab and choose Download; or set Teams to English first."
    )


def _numbered(rows: Sequence[Sequence[str]]) -> _Table | None:
    """The second of the numbered sections that are there since 2022; the next row that is not empty heads it."""
    places = {found[1]: place for place, row in enumerate(rows) if (found := _section(row))}
    if "2" not in places:
        return None
    end = next((places[number] for number in "3456789" if number in places), len(rows))
    body = [row for row in rows[places["2"] + 1 : end] if row]
    if not body:
        return None
    columns = columns_of(body[0])
    if Column.NAME not in columns or not {Column.JOINED, Column.ADDRESS} & set(columns):
        columns = columns_by_order(body[0])
    if not columns:
        return None
    return _Table(Layout.REPORT, columns, body[0], body[1:], _summary(rows[: places["2"]]))


def _plain(rows: Sequence[Sequence[str]]) -> _Table | None:
    """The one table of 2020 or 2021: it begins below the first row that has its headings."""
    for place, row in enumerate(rows):
        columns = columns_of(row)
        if {Column.NAME, Column.ACTION, Column.STAMP} <= set(columns):
            layout = Layout.LIST
        elif {Column.NAME, Column.JOINED} <= set(columns):
            layout = Layout.REPORT_2021
        else:
            continue
        return _Table(layout, columns, row, [one for one in rows[place + 1 :] if one], _summary(rows[:place]))
    return None


def _section(row: Sequence[str]) -> re.Match[str] | None:
    return _SECTION.fullmatch(row[0]) if row and not any(row[1:]) else None


def _summary(rows: Iterable[Sequence[str]]) -> tuple[Written | None, Written | None]:
    """When the call began and ended: the first two times beside a label, whatever language the labels are in."""
    told = [written(row[1], utc=in_utc(row[0])) for row in rows if len(row) > 1]
    times = [one for one in told if one is not None]
    return (times[0] if times else None, times[1] if len(times) > 1 else None)


def _row(table: _Table, cells: Sequence[str]) -> _Row | None:
    """The row, unless it names nobody or its name is a formula, which somebody put there for a spreadsheet."""

    def cell(column: Column) -> str:
        place = table.columns.get(column)
        return cells[place] if place is not None and place < len(cells) else ""

    def time(column: Column) -> Written | None:
        place = table.columns.get(column)
        return written(cell(column), utc=in_utc(table.header[place])) if place is not None else None

    name, unverified = _name(cell(Column.NAME))
    address = found_address(cell(Column.ADDRESS))
    if _FORMULA.match(name) or not (name or address):
        return None
    if table.layout is not Layout.LIST:
        return _Row(name, address, time(Column.JOINED), time(Column.LEFT), unverified)
    stamp, leaves = time(Column.STAMP), cell(Column.ACTION).casefold().startswith(_LEFT)
    return _Row(name, address, None if leaves else stamp, stamp if leaves else None, unverified)


def _name(text: str) -> tuple[str, bool]:
    """The name without what Teams adds behind it, and whether that says that nobody verified it."""
    name, unverified = one_line(text), False
    while found := _SUFFIX.search(name):
        unverified = unverified or bool(re.fullmatch(_UNVERIFIED, found[1], re.IGNORECASE))
        name = name[: found.start()]
    return name[:LONGEST_NAME], unverified


def _order(stamps: Sequence[Written], days: set[date]) -> Order | None:
    return order_of(stamps, days) if stamps else None


def _days(starts_at: datetime, ends_at: datetime) -> set[date]:
    first, last = london_date(starts_at - SLACK), london_date(ends_at + SLACK)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def _seen(row: _Row, order: Order | None) -> Seen:
    return Seen(row.name, row.address, _at(row.joined, order), _at(row.left, order), row.unverified)


def _at(one: Written | None, order: Order | None) -> datetime | None:
    return instant(one, order) if one and order else None


def identity(one: Seen) -> str:
    """What makes two rows, also of two files, one person: the address, else the name."""
    return one.address or one.name.casefold()


def together(rows: Sequence[Seen]) -> Seen:
    """One person from the first time they joined to the last time they left."""
    return replace(
        rows[0],
        joined_at=min((one.joined_at for one in rows if one.joined_at), default=None),
        left_at=max((one.left_at for one in rows if one.left_at), default=None),
        unverified=all(one.unverified for one in rows),
    )


def _merged(seen: Iterable[Seen]) -> tuple[Seen, ...]:
    """Each person once, in the order of the file."""
    found: dict[str, list[Seen]] = {}
    for one in seen:
        found.setdefault(identity(one), []).append(one)
    return tuple(together(rows) for rows in found.values())
