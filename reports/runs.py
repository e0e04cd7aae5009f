"""The attendance of each unit from month to month: a table and a picture each, and whether something changed.

A month with no recorded seats is a gap, never a zero. Where a unit's boundaries changed, what came before and what
after is judged apart. Words are made of the cells of the table alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

import msgspec

from reports.document import Cell, Chart, Column, Hidden, Kind, Table
from reports.months import ENOUGH_FOR_LIMITS, Judged, judged
from reports.rates import Interval, Rate

if TYPE_CHECKING:
    from reports.boundaries import Break

RATE: Final = "attendance_rate"
BOTH: Final = (f"{RATE}.part", f"{RATE}.whole")
MOST_TOLD: Final = 2  # signals in the finding; the table has them all
COLUMNS: Final = (
    Column(name="month", title="Month", kind=Kind.WORDS),
    Column(
        name=RATE,
        title="Attendance rate",
        kind=Kind.RATE,
        means="Attended and deputy, of the expected seats with an outcome.",
    ),
    Column(
        name="centre",
        title="Usual level",
        kind=Kind.NUMBER,
        unit="%",
        means="The median of the months, or from 15 months on their average rate; of the months between two changes "
        "of boundaries.",
        tells=BOTH,
    ),
    Column(
        name="limits",
        title="Limits",
        kind=Kind.INTERVAL,
        means="Where a month would lie if nothing changed; about 3 standard deviations. From 15 months on.",
        tells=BOTH,
    ),
    Column(
        name="signal",
        title="Sign of change",
        kind=Kind.WORDS,
        means="By the rules of run charts and SPC charts that are named with the charts.",
        tells=BOTH,
    ),
    Column(name="boundaries", title="Change of boundaries", kind=Kind.WORDS, means="From when other places count."),
)


def run_charts(
    months: Sequence[tuple[str, date, Rate]], breaks: Mapping[str, Sequence[Break]]
) -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
    """A table and a picture of each unit, in the order in which the units are first met.

    :param months: unit's label, first day of a month, attendance rate. A month that is missing had no seats.
    :param breaks: by the unit's label, the days on which its boundaries changed.
    """
    rates: dict[str, dict[date, Rate]] = {}
    for unit, month, rate in months:
        rates.setdefault(unit, {})[month] = rate
    every = _every({month for _, month, _ in months})
    pairs = [
        said(_table(unit, [(month, of.get(month, Rate(0, 0))) for month in every], breaks.get(unit, ())))
        for unit, of in rates.items()
    ]
    return tuple(table for table, _ in pairs), tuple(chart for _, chart in pairs)


def said(table: Table) -> tuple[Table, Chart]:
    """The table with its note, and its picture with its words: made of nothing but the table's cells."""
    table = _judged_again(table)
    unit = table.inside[1] if table.inside else table.caption
    shown = [row for row in table.rows if isinstance(row[1], Rate) and row[1].whole]
    hidden = sum(isinstance(row[1], Hidden) for row in table.rows)
    chart = Chart(
        name=table.name.replace("months", "run", 1),
        kind="run",
        table=table.name,
        title=f"{unit}: attendance from month to month",
        finding=_finding(unit, table.rows, shown),
        alt=_alt(unit, table.rows, shown, hidden),
    )
    return msgspec.structs.replace(table, note=_note(shown, hidden)), chart


def _table(unit: str, months: Sequence[tuple[date, Rate]], breaks: Sequence[Break]) -> Table:
    firsts = {_first_month(found.day): found.what for found in breaks}
    rows: list[tuple[Cell, ...]] = []
    for _, stretch in groupby(months, key=lambda month: sum(first <= month[0] for first in firsts)):
        of = list(stretch)
        found = iter(judged([rate for _, rate in of if rate.whole]))
        rows += [_row(month, rate, next(found) if rate.whole else Judged(), firsts.get(month)) for month, rate in of]
    return Table(
        name=f"months_{re.sub('[^a-z0-9]+', '_', unit.lower()).strip('_')}",
        caption=f"Attendance of {unit} from month to month",
        of="police seats",
        by="month",
        columns=COLUMNS,
        rows=tuple(rows),
        adds=False,
        inside=("police unit", unit),
    )


def _judged_again(table: Table) -> Table:
    """The table with its usual level, limits and signs made of the months that are shown, where some are hidden.

    A usual level that rested on a hidden month too would tell it: who knows the other months could subtract them.
    """
    if not any(isinstance(row[1], Hidden) for row in table.rows):
        return table
    rows: list[tuple[Cell, ...]] = []
    for _, stretch in groupby(
        enumerate(table.rows), key=lambda at: sum(bool(row[5]) for row in table.rows[: at[0] + 1])
    ):
        of = [row for _, row in stretch]
        found = iter(judged([row[1] for row in of if isinstance(row[1], Rate) and row[1].whole]))
        for row in of:
            shown = isinstance(row[1], Rate) and row[1].whole
            rows.append((*row[:2], *_measured(next(found)), row[5]) if shown else row)
    return msgspec.structs.replace(table, rows=tuple(rows))


def _row(month: date, rate: Rate, found: Judged, changed: str | None) -> tuple[Cell, ...]:
    return (f"{month:%B %Y}", rate, *_measured(found), changed)


def _measured(found: Judged) -> tuple[Cell, Cell, Cell]:
    """The usual level, limits and signs, as they are printed."""
    centre = None if found.centre is None else round(100 * found.centre, 1)
    limits = None if found.limits is None else Interval(*(round(limit, 4) for limit in found.limits))
    return centre, limits, "; ".join(found.signals) or None


def _every(months: set[date]) -> list[date]:
    """Each month from the first to the last."""
    if not months:
        return []
    first, last = min(months), max(months)
    return [
        date(number // 12, number % 12 + 1, 1)
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]


def _first_month(day: date) -> date:
    """The first month that counts to what a boundary changed to: the one in which it held for the larger part."""
    if day.day <= 15:
        return day.replace(day=1)
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


Rows = Sequence[tuple[Cell, ...]]


def _finding(unit: str, rows: Rows, shown: Rows) -> str:
    changes = [
        f" Its boundaries changed: {row[5]}; months before and after are judged apart." for row in rows if row[5]
    ]
    return _change(unit, rows, shown) + "".join(changes)


def _change(unit: str, rows: Rows, shown: Rows) -> str:
    if not shown:
        return f"{unit}: no month can be shown."
    signals = _signals(rows)
    if signals:
        earlier = len(signals) - MOST_TOLD
        more = f" {earlier} earlier {'sign is' if earlier == 1 else 'signs are'} in the table." if earlier > 0 else ""
        return f"{unit} shows signs of change: {'; '.join(signals[-MOST_TOLD:])}.{more}"
    latest = shown[-1]
    if isinstance(latest[3], Interval):
        return f"{unit} shows no sign of change: its months vary around {latest[2]:.0f}% as chance would make them."
    since = len(shown) - max((n for n, row in enumerate(shown) if row[5]), default=0)
    if latest[2] is None:
        few = "1 month is" if since == 1 else f"{since} months are"
        return f"{unit}: {few} too few to say whether anything changed."
    return (
        f"{unit} shows no sign of change in {since} months, around {latest[2]:.0f}%. "
        f"Limits are drawn from {ENOUGH_FOR_LIMITS} months on."
    )


def _signals(rows: Rows) -> list[str]:
    """Each sign of change with its months, in the order in which they end."""
    found: list[tuple[int, str]] = []
    told = [set(str(row[4]).split("; ")) if isinstance(row[4], str) else set() for row in rows]
    seen = [n for n, row in enumerate(rows) if isinstance(row[1], Rate) and row[1].whole]
    for sign in sorted(set[str]().union(*told)):
        for marked, stretch in groupby(seen, key=lambda n: sign in told[n]):
            of = list(stretch)
            if marked:
                found.append((of[-1], f"{_when(rows, of)}, {sign}"))
    return [words for _, words in sorted(found)]


def _when(rows: Rows, of: Sequence[int]) -> str:
    first, last = str(rows[of[0]][0]), str(rows[of[-1]][0])
    return first if first == last else f"{first} to {last}"


def _alt(unit: str, rows: Rows, shown: Rows, hidden: int) -> str:
    if not shown:
        return f"Empty chart of {unit}: no month can be shown."
    percents = [row[1].percent or 0 for row in shown if isinstance(row[1], Rate)]
    has_limits = any(isinstance(row[3], Interval) for row in shown)
    has_level = any(row[2] is not None for row in shown)
    kind = (
        "SPC chart, with average and limits" if has_limits else f"Run chart{', with the median' if has_level else ''}"
    )
    drawn = f"{len(shown)} months, {rows[0][0]} to {rows[-1][0]}, between {min(percents)}% and {max(percents)}%"
    parts = [f"{kind}: attendance of {unit} in {drawn}."]
    signals = _signals(rows)
    parts.append(f"Marked: {'; '.join(signals)}." if signals else "No month is marked as a sign of change.")
    parts += [f"A line marks a change of boundaries: {row[5]}." for row in rows if row[5]]
    if hidden:
        parts.append(f"{_months(hidden)} hidden and left out.")
    return " ".join(parts)


def _note(shown: Rows, hidden: int) -> str:
    kinds = {isinstance(row[3], Interval) for row in shown if row[2] is not None}
    parts = []
    if True in kinds:
        parts.append(
            f"SPC chart where there are {ENOUGH_FOR_LIMITS} months or more: the usual level is their average rate."
        )
    if False in kinds:
        parts.append(
            f"Run chart where there are fewer than {ENOUGH_FOR_LIMITS} months: the usual level is the median."
        )
    parts += [f"{_months(hidden)} hidden, and passed over in the usual level and the signs."] if hidden else []
    return " ".join(parts)


def _months(number: int) -> str:
    return f"{number} month{' is' if number == 1 else 's are'}"
