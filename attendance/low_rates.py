"""A command unit whose attendance fell below the threshold: its superintendent and the director are told, once a
quarter. The threshold, the least number of seats and the days looked back on are data (LadderSetting)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attendance.escalations import raise_escalation
from attendance.ladder import Cause
from attendance.ladder_tables import Escalation, LadderSetting
from attendance.low_attendance import threshold
from directory.one_by_one import one_by_one
from web.moments import london_date

_WANTED = "Please say to the coordinator what will change, and by when."

# Expected seats with an outcome at strategy meetings held, of each BCU (docs/committee.md). Series are kept apart.
_RATES = """
WITH mark AS (
    SELECT DISTINCT ON (attendance.seat) attendance.seat, attendance.outcome
    FROM attendance JOIN meeting ON meeting.id = attendance.meeting
    WHERE meeting.starts_at >= {}::timestamptz AND meeting.starts_at < {}::timestamptz
    ORDER BY attendance.seat, attendance.id DESC
)
SELECT unit.id, unit.name, count(*) AS expected,
    count(*) FILTER (WHERE mark.outcome IN ('attended', 'deputy attended')) AS came
FROM mark JOIN seat ON seat.id = mark.seat JOIN meeting ON meeting.id = seat.meeting JOIN unit ON unit.id = seat.unit
WHERE unit.kind = 'bcu' AND meeting.type = 'missing strategy meeting' AND meeting.state = 'scheduled'
    AND mark.outcome <> 'not recorded' AND EXISTS (SELECT 1 FROM register WHERE register.meeting = meeting.id)
GROUP BY unit.id ORDER BY unit.name
"""


async def raise_for_low_rates(now: datetime) -> int:
    """Every BCU below the threshold has its ladder for this quarter; returns how many are new."""
    setting = await threshold()
    rows: list[dict[str, Any]] = await Escalation.raw(_RATES, now - timedelta(days=setting.low_rate_days), now)
    low = {
        row["id"]: row
        for row in rows
        if row["expected"] >= setting.low_rate_minimum
        and row["came"] * 100 < setting.low_rate_percent * row["expected"]
    }
    return await one_by_one("low rate of a unit", low, lambda unit: _raise(low[unit], setting, now))


async def _raise(row: dict[str, Any], setting: LadderSetting, now: datetime) -> bool:
    today = london_date(now)
    found = await raise_escalation(
        cause=Cause.LOW_RATE,
        key=f"low attendance:{row['id']}:{today.year}-{(today.month - 1) // 3 + 1}",
        unit=row["id"],
        about=f"In the last {setting.low_rate_days} days {row['name']} came to {row['came']} of {row['expected']} "
        f"strategy meetings that it was expected at. Less than {setting.low_rate_percent}% is told to you.",
        wanted=_WANTED,
        now=now,
    )
    return found is not None
