"""The counts of one report, read from the ledger over one snapshot; or counted afresh from the records.

Both ways run the same named queries of figures.sql: they differ in the parts that stand in for others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from meetings import checklists
from meetings.tables import Meeting
from reports import assembling, queries
from reports.counts import Asked as Asked
from reports.counts import CalledOff as CalledOff
from reports.counts import Counted as Counted
from reports.counts import Cut as Cut
from reports.counts import LeadDisputes as LeadDisputes
from reports.counts import ListedUnit as ListedUnit
from reports.counts import MeetingCounts as MeetingCounts
from reports.counts import MeetingFigures as MeetingFigures
from reports.counts import MonthOfUnit as MonthOfUnit
from reports.counts import NotConvened as NotConvened
from reports.counts import Quality as Quality
from reports.counts import Returns as Returns
from reports.counts import SeatCounts as SeatCounts
from reports.counts import SeatFigures as SeatFigures
from reports.counts import TriggerCounts as TriggerCounts
from reports.counts import TriggerFigures as TriggerFigures
from reports.rates import LedgerDiffers
from reports.snapshot import one_snapshot
from web.acting import Way, beyond_own_cases
from web.moments import london_date

PATH = Path(__file__).with_name("figures.sql")
TEXTS = {"given": checklists.GIVEN}
WORDS = {
    f"{name}_{what}": ", ".join(form.format(field.name) for field in fields(kind))
    for name, kind in (("seat", SeatCounts), ("meeting", MeetingCounts))
    for what, form in (("sums", "sum({0})::bigint as {0}"), ("names", "{0}"))
}
QUERIES = queries.load(PATH, words=WORDS, texts=TEXTS)
AFRESH = queries.load(
    PATH,
    words=WORDS,
    texts=TEXTS,
    instead={
        "edge_seats": "seat_rows",
        "edge_types": "seat_rows",
        "edge_meetings": "meeting_rows",
        "edge_tallies": "tally_rows",
    },
)
MONTHS = 36  # of the run charts
YEAR_BEGINS = 4  # lines of years are those of financial years, from April
Rows = list[dict[str, Any]]


async def count(asked: Asked) -> Counted:
    """All counts of one report, from the ledger; no change made meanwhile can set them against one another.

    :raises LedgerDiffers: where the ledger was found to differ from a recount in a month of the period.
    """
    first, last = london_date(asked.since), london_date(asked.until)
    return await _counted(asked, QUERIES, days_of(first, last))


async def count_seats(asked: Asked) -> SeatFigures:
    """The police seats of `count` alone.

    :raises LedgerDiffers: as there.
    """
    given = {"type": asked.type, **days_of(london_date(asked.since), london_date(asked.until))}
    async with one_snapshot():
        _refuse_differences(await _rows(QUERIES["differences_open"], given))
        return assembling.seats(await _rows(QUERIES["seats_counted"], given), await _places(QUERIES)).figures


async def recount(asked: Asked) -> Counted:
    """The same counts, made afresh from the records as of `asked.now`; slower the more there are. No months."""
    last = london_date(asked.until)
    return await _counted(asked, AFRESH, days_of(last, last))


def days_of(first: date, last: date, *, by_month: bool = False) -> dict[str, object]:
    """What the queries are given of the days from `first` to before `last`: which lines to read, which facts.

    :param by_month: read no lines of years.
    """
    opening, closing = whole_months(first, last)
    lines = whole_spans(opening, closing, by_month=by_month)
    return {
        "first": first,
        "opening": opening,
        "closing": closing,
        "last": last,
        "spans": [span for span, _ in lines],
        "begun": [begun for _, begun in lines],
    }


def whole_spans(opening: date, closing: date, *, by_month: bool = False) -> list[tuple[str, date]]:
    """The fewest lines that make up whole months: financial years, and the months before and after them."""
    found, begun = [], opening
    while begun < closing:
        next_year = begun.replace(year=begun.year + 1)
        year = not by_month and begun.month == YEAR_BEGINS and next_year <= closing
        found.append(("year" if year else "month", begun))
        begun = next_year if year else _next_month(begun)
    return found


def whole_months(first: date, last: date) -> tuple[date, date]:
    """The first day of the first and after the last whole month among the days from `first` to before `last`.

    Where there is none, both are `last`: then all days are at the edge.
    """
    opening = first if first.day == 1 else _next_month(first)
    closing = last.replace(day=1)
    return (opening, closing) if opening < closing else (last, last)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months_before(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


@beyond_own_cases(Way.FIGURES)
async def _counted(asked: Asked, which: Mapping[str, queries.Query], days: Mapping[str, object]) -> Counted:
    months_until = _next_month(london_date(asked.until) - timedelta(days=1))
    given = {
        "since": asked.since,
        "until": asked.until,
        "type": asked.type,
        "now": asked.now,
        "months_since": _months_before(months_until, MONTHS),
        "months_until": months_until,
    } | dict(days)

    async def rows(name: str) -> Rows:
        return await _rows(which[name], given)

    async with one_snapshot():
        state = (await rows("state_of_ledger"))[0]
        if which is QUERIES:
            _refuse_differences(await rows("differences_open"))
        names = await _places(which)
        medians = await rows("medians_counted")
        tallies = assembling.by_subject(await rows("tallies_counted"))
        seats = assembling.seats(await rows("seats_counted"), names)
        meetings = assembling.meetings(await rows("meetings_counted"), names)
        months = await rows("months_counted") if which is QUERIES else []
        return Counted(
            units=[assembling.converted(ListedUnit, row) for row in await rows("units")],
            seats=seats.figures,
            meetings=meetings.figures,
            triggers=assembling.triggers(tallies["trigger"], medians, "trigger"),
            reviews=assembling.triggers(tallies["review"], medians, "review"),
            called_off=assembling.called_off(tallies["called off"], tallies["called off days"], medians),
            not_convened=assembling.not_convened(tallies["not convened"]),
            returns=assembling.returns(tallies["return"]),
            lead_disputes=assembling.lead_disputes(tallies["dispute"]),
            checklist=checklists.tallies({(row["what"], row["why"]): row["n"] for row in tallies["checklist"]}),
            cuts=seats.cuts,
            unit_capacities=seats.unit_capacities,
            partners=seats.partners,
            meeting_cuts=meetings.cuts,
            trigger_rules=assembling.trigger_rules(tallies["rule"], medians),
            months=assembling.months(months),
            types=assembling.types(await rows("types_counted")),
            quality=assembling.quality(state, seats.figures.total, meetings.figures.total, tallies["challenge"]),
        )


async def _rows(query: queries.Query, given: Mapping[str, object]) -> Rows:
    found: Rows = await Meeting.raw(query.text, *query.values(given))
    return found


async def _places(which: Mapping[str, queries.Query]) -> dict[str, str]:
    return {row["code"]: row["name"] for row in await _rows(which["places"], {})}


def _refuse_differences(differences: Rows) -> None:
    for row in differences:
        raise LedgerDiffers(
            f"{row['what']}, {row['month']:%B %Y}: the ledger has {row['posted']}, a recount {row['recounted']}."
        )
