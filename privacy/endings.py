"""What has had its time: how many rows of which month, and a small batch of them let go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

import attendance.keeping
import audit.keeping
import directory.keeping
import meetings.keeping
import notifications.keeping
import privacy.keeping
import reports.keeping
import web.keeping
from audit import trail
from keeping import Ending, OfAChild, OfAnAddress, Spared
from privacy.tables import RetentionRun

ACTOR: Final = "retention"
AT_ONCE: Final = 500
ENDINGS: Final[tuple[Ending, ...]] = (
    *audit.keeping.ENDINGS,
    *notifications.keeping.ENDINGS,
    *web.keeping.ENDINGS,
    *directory.keeping.ENDINGS,
    *meetings.keeping.ENDINGS,
    *attendance.keeping.ENDINGS,
    *reports.keeping.ENDINGS,
    *privacy.keeping.ENDINGS,
)
OF_A_CHILD: Final[tuple[OfAChild, ...]] = (
    *meetings.keeping.OF_A_CHILD,
    *attendance.keeping.OF_A_CHILD,
    *notifications.keeping.OF_A_CHILD,
    *web.keeping.OF_A_CHILD,
    *privacy.keeping.OF_A_CHILD,
)
OF_AN_ADDRESS: Final[tuple[OfAnAddress, ...]] = (
    *web.keeping.OF_AN_ADDRESS,
    *directory.keeping.OF_AN_ADDRESS,
    *meetings.keeping.OF_AN_ADDRESS,
    *attendance.keeping.OF_AN_ADDRESS,
    *notifications.keeping.OF_AN_ADDRESS,
    *reports.keeping.OF_AN_ADDRESS,
)
STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        **audit.keeping.STAYING,
        **notifications.keeping.STAYING,
        **web.keeping.STAYING,
        **directory.keeping.STAYING,
        **meetings.keeping.STAYING,
        **attendance.keeping.STAYING,
        **reports.keeping.STAYING,
        **privacy.keeping.STAYING,
    }
)
HELD_CHILDREN: Final = "select child from case_hold where lifted_at is null"
_HELD_OR_COMING: Final = f"child in ({HELD_CHILDREN}) or ends_at > {{}}"
_SPARED: Final[Mapping[Spared, str]] = MappingProxyType(
    {
        Spared.UID: f"uid not in (select uid from meeting where {_HELD_OR_COMING})",
        Spared.MEETING: f"meeting not in (select id from meeting where {_HELD_OR_COMING})",
        Spared.INVITATION: "invitation not in (select i.id from invitation i join meeting m on m.id = i.meeting "
        f"where m.{_HELD_OR_COMING.replace(' or ', ' or m.')})",
    }
)


async def due_by_month(ending: Ending, before: datetime, now: datetime) -> dict[date, int]:
    """How many rows began before then and are not spared, by the first day of the month in London."""
    where, values = _due(ending, before, now)
    rows: list[dict[str, Any]] = await RetentionRun.raw(
        f"select date_trunc('month', ({ending.since}) at time zone 'Europe/London')::date as month, "
        f"count(*)::int as n from {ending.table} where {where} group by 1",
        *values,
    )
    return {row["month"]: row["n"] for row in rows}


async def let_go(
    ending: Ending, before: datetime, now: datetime, *, after: object = None, at_once: int = AT_ONCE
) -> list[Any]:
    """At most so many rows that began before then are emptied or gone, and the log has their number; their keys.

    One transaction: killed in it, nothing has happened. Rows that somebody else has locked wait for the next night.

    :param after: the last key of the batch before, so that no batch goes through the rows of the earlier ones again.
    """
    where, values = _due(ending, before, now)
    if after is not None:
        where, values = f"{where} and {ending.key} > {{}}", [*values, after]
    chosen = (
        f"select {ending.key} from {ending.table} where {where} "
        f"order by {ending.key} limit {int(at_once)} for update skip locked"
    )
    what = f"update {ending.table} set {ending.sets}" if ending.sets else f"delete from {ending.table}"
    async with RetentionRun._meta.db.transaction():
        gone = await RetentionRun.raw(
            f"{what} where {ending.key} in ({chosen}) returning {ending.key} as key",
            *values,
        )
        if gone:
            detail = {"table": ending.table, "rows": len(gone)}
            await trail.record(ACTOR, "let go", f"retention:{ending.kind}", now=now, detail=detail)
    return sorted(row["key"] for row in gone)


def _due(ending: Ending, before: datetime, now: datetime) -> tuple[str, list[object]]:
    """The rows that have had their time, in SQL of the rooms' own declarations, and its values."""
    spared = _SPARED.get(ending.spared)
    where = f"({ending.holds}) and ({ending.since}) < {{}}"
    return (f"{where} and {spared}", [before, now]) if spared else (where, [before])
