"""Nobody came and nobody had said so: a closed register raises a ladder, higher each time in a row for one child."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance.escalations import raise_escalation
from attendance.ladder import Cause
from attendance.ladder_tables import Escalation
from directory.one_by_one import one_by_one
from meetings.letters import in_words

LOOKED_BACK = timedelta(days=9)  # longer than a week's outage; what is brought in from elsewhere raises nothing
CAUSES = {1: Cause.NO_SHOW, 2: Cause.SECOND_NO_SHOW}  # from the third on, the third's
_NTH = {2: "second", 3: "third"}
_WANTED = "Please find out why, and see that somebody comes to the next meeting about this child."
# Each no-show that stands in a register first closed in these days: a late correction tells no supervisor.
# Then the unit's marks at the child's meetings. A mark is looked for by its meeting: that is what it is indexed by.
_NO_SHOWS = """
WITH closed AS (
    SELECT DISTINCT meeting FROM register WHERE closed_at > {}::timestamptz AND closed_at <= {}::timestamptz
        AND NOT EXISTS (
            SELECT 1 FROM register AS before
            WHERE before.meeting = register.meeting AND before.closed_at <= {}::timestamptz
        )
)
SELECT seat.id AS seat, seat.unit, unit.name, meeting.id AS meeting, meeting.reference, meeting.type,
    meeting.starts_at, meeting.child
FROM closed JOIN meeting ON meeting.id = closed.meeting JOIN seat ON seat.meeting = meeting.id
JOIN LATERAL (
    SELECT outcome FROM attendance WHERE attendance.meeting = meeting.id AND attendance.seat = seat.id
    ORDER BY id DESC LIMIT 1
) AS mark ON true
JOIN unit ON unit.id = seat.unit
WHERE mark.outcome = 'no-show' AND meeting.series IS NULL AND meeting.child IS NOT NULL
    AND meeting.state = 'scheduled' AND (seat.removed_at IS NULL OR seat.removed_at >= meeting.starts_at)
    AND NOT EXISTS (SELECT 1 FROM escalation WHERE escalation.key = 'no-show:' || seat.id)
ORDER BY meeting.starts_at, seat.id
"""
_IN_A_ROW = """
SELECT mark.outcome
FROM meeting JOIN seat ON seat.meeting = meeting.id
JOIN LATERAL (
    SELECT outcome FROM attendance WHERE attendance.meeting = meeting.id AND attendance.seat = seat.id
    ORDER BY id DESC LIMIT 1
) AS mark ON true
WHERE meeting.child = {}::uuid AND seat.unit = {}::uuid AND meeting.starts_at <= {}::timestamptz
    AND meeting.series IS NULL AND meeting.state = 'scheduled'
    AND (seat.removed_at IS NULL OR seat.removed_at >= meeting.starts_at)
    AND EXISTS (SELECT 1 FROM register WHERE register.meeting = meeting.id)
ORDER BY meeting.starts_at DESC, meeting.id DESC
"""
_CORRECTED = """
SELECT escalation.id FROM escalation
JOIN LATERAL (
    SELECT outcome FROM attendance
    WHERE attendance.meeting = escalation.meeting AND attendance.seat = escalation.seat
    ORDER BY id DESC LIMIT 1
) AS mark ON true
WHERE escalation.id = ANY({}::uuid[]) AND mark.outcome <> 'no-show'
"""


async def raise_for_no_shows(now: datetime) -> int:
    """Every no-show of a register closed in the last days has its ladder, once; returns how many are new."""
    rows: list[dict[str, Any]] = await Escalation.raw(_NO_SHOWS, now - LOOKED_BACK, now, now - LOOKED_BACK)
    by_seat = {row["seat"]: row for row in rows}
    return await one_by_one("no-show of a seat", by_seat, lambda seat: _raise(by_seat[seat], now))


async def _raise(row: dict[str, Any], now: datetime) -> bool:
    times = await _in_a_row(row["child"], row["unit"], row["starts_at"])
    again = f" It is the {_NTH.get(times, f'{times}th')} time in a row for the same child." if times > 1 else ""
    found = await raise_escalation(
        cause=CAUSES.get(times, Cause.THIRD_NO_SHOW),
        key=f"no-show:{row['seat']}",
        unit=row["unit"],
        meeting=row["meeting"],
        seat=row["seat"],
        about=f"Nobody of {row['name']} came to the {row['type']} on {in_words(row['starts_at'])}, "
        f"and nobody had said so.{again}",
        wanted=_WANTED,
        now=now,
    )
    return found is not None


async def why_corrected(rows: Collection[Escalation]) -> dict[UUID, str]:
    """Of these ladders of no-shows, those whose seat is marked otherwise by now."""
    wanted = [row.id for row in rows]
    found = await Escalation.raw(_CORRECTED, wanted) if wanted else []
    return {row["id"]: "the register was corrected" for row in found}


async def _in_a_row(child: UUID, unit: UUID, starts_at: datetime) -> int:
    """At how many of the child's meetings up to this one, without a break, the unit was expected and did not come."""
    times = 0
    for row in await Escalation.raw(_IN_A_ROW, child, unit, starts_at):
        if row["outcome"] != "no-show":
            break
        times += 1
    return times
