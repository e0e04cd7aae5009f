"""What a coordinator is to follow up, list by list: one query a list, which also counts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from meetings import seeing
from meetings.follow_up_lists import LISTS, Listing
from meetings.tables import Meeting
from web.moments import start_of
from web.viewer import Viewer

SHOWN, PAGE = 5, 50
_NAMED = re.compile(r"\{(now|episode|meeting|trigger)\}")
_LAST = date(2999, 12, 31)  # a day after which no deadline lies, and which has a day after it


@dataclass(frozen=True)
class Row:
    """One line: about which child or meeting, what it is, a time (its meaning is the list's), and where to go."""

    about: str
    place: str
    what: str
    at: datetime
    href: str
    total: int  # rows of the whole list


async def rows_of(listing: Listing, now: datetime, viewer: Viewer, *, page: int = 1, size: int = PAGE) -> list[Row]:
    """One page of what a list has for the viewer, in its order; each row tells how many there are in all."""
    of_all = f"SELECT listed.*, count(*) OVER () AS total FROM ({listing.query}) listed"
    text = f"{of_all} ORDER BY {listing.order}, href, what"
    values = [_said(name, now, viewer) for name in _NAMED.findall(text)]
    text = _NAMED.sub("{}", text) + " LIMIT {} OFFSET {}"
    rows: list[dict[str, Any]] = await Meeting.raw(text, *values, size, (page - 1) * size)
    return [Row(**row) for row in rows]


async def every_list(now: datetime, viewer: Viewer) -> list[tuple[Listing, list[Row]]]:
    """The first rows of every list: one query a list."""
    return [(listing, await rows_of(listing, now, viewer, size=SHOWN)) for listing in LISTS]


def _said(name: str, now: datetime, viewer: Viewer) -> QueryString:
    """What stands for a word in braces: the time asked about, or what the viewer may see of a table by its alias."""
    conditions: dict[str, Callable[[], QueryString]] = {
        "now": lambda: QueryString("{}::timestamptz", now),
        "episode": lambda: seeing.episodes(viewer, of="e"),
        "meeting": lambda: seeing.meetings(viewer, of="m"),
        "trigger": lambda: seeing.triggers(viewer, of="t"),
    }
    return conditions[name]()


@dataclass(frozen=True)
class Decided:
    """One decision to hold no meeting: when, why, by when it was due, and whether it was about a review alone."""

    child: str
    unit: str
    reason: str
    due_at: datetime
    decided_at: datetime
    review: bool
    total: int


_DECISIONS = """
    FROM not_convened n JOIN child c ON c.id = n.child LEFT JOIN unit u ON u.id = n.home_unit
    JOIN (
        SELECT not_convened, bool_and(rule_code = 'REVIEW') AS review
        FROM trigger WHERE not_convened IS NOT NULL GROUP BY not_convened
    ) t ON t.not_convened = n.id
    WHERE n.due_at >= {} AND n.due_at < {} AND ({}::uuid IS NULL OR n.home_unit = {}::uuid) AND {}
"""
_LISTED = f"""
    SELECT c.reference AS child, coalesce(u.name, '') AS unit, n.reason, n.due_at, n.decided_at, t.review,
           count(*) OVER () AS total
    {_DECISIONS}
    ORDER BY n.decided_at DESC, n.id LIMIT {{}} OFFSET {{}}
"""
_REASONS = f"""
    SELECT n.reason, count(*) FILTER (WHERE NOT t.review) AS meetings, count(*) FILTER (WHERE t.review) AS reviews
    {_DECISIONS}
    GROUP BY n.reason ORDER BY 2 DESC, 3 DESC, 1
"""


async def not_convened_register(
    first: date, last: date, unit: UUID | None, viewer: Viewer, *, page: int = 1
) -> list[Decided]:
    """One page of the decisions whose deadline lay in these London days, the latest first; of one unit or all."""
    since, until = start_of(first), start_of(min(last, _LAST) + timedelta(days=1))
    rows: list[dict[str, Any]] = await Meeting.raw(
        _LISTED, since, until, unit, unit, seeing.decisions(viewer, of="n"), PAGE, (page - 1) * PAGE
    )
    return [Decided(**row) for row in rows]


async def not_convened_reasons(
    first: date, last: date, unit: UUID | None, viewer: Viewer
) -> list[tuple[str, int, int]]:
    """How often each reason was given: for meetings, and for reviews alone."""
    since, until = start_of(first), start_of(min(last, _LAST) + timedelta(days=1))
    rows: list[dict[str, Any]] = await Meeting.raw(
        _REASONS, since, until, unit, unit, seeing.decisions(viewer, of="n")
    )
    return [(row["reason"], row["meetings"], row["reviews"]) for row in rows]
