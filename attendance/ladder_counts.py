"""How many ladders were raised against each unit, how many steps were sent, and how many were acknowledged.

The numbers hold no child and no meeting. `reports` and pages use them; docs/committee.md defines them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from attendance.ladder_tables import Escalation
from web.moments import start_of


@dataclass(frozen=True)
class Counted:
    """One unit's ladders of a period of which a step was taken.

    `open` still climb or wait to be acknowledged; of the `unacknowledged` a step was sent, and nobody acknowledged
    any.
    """

    unit: str
    kind: str
    raised: int
    open: int
    unacknowledged: int
    steps_sent: int
    steps_acknowledged: int
    nobody_known: int
    missed: int


_COUNTED = """
WITH step AS (
    SELECT step.escalation AS ladder, step.outcome, bool_or(letter.acknowledged_at IS NOT NULL) AS acknowledged
    FROM escalation_step AS step
    LEFT JOIN escalation_notice AS notice ON notice.step = step.id
    LEFT JOIN escalation_letter AS letter ON letter.id = notice.letter
    WHERE step.outcome IN ('sent', 'nobody known', 'missed')
    GROUP BY step.id, step.escalation, step.outcome
), ladder AS (
    SELECT escalation.unit, escalation.stopped_at,
        count(*) FILTER (WHERE outcome = 'sent') AS sent,
        count(*) FILTER (WHERE outcome = 'sent' AND acknowledged) AS acknowledged,
        count(*) FILTER (WHERE outcome = 'nobody known') AS nobody,
        count(*) FILTER (WHERE outcome = 'missed') AS missed
    FROM escalation JOIN step ON step.ladder = escalation.id LEFT JOIN meeting ON meeting.id = escalation.meeting
    WHERE raised_at >= {}::timestamptz AND raised_at < {}::timestamptz AND escalation.unit IS NOT NULL
        AND (meeting.id IS NULL OR meeting.child IS NOT NULL)
    GROUP BY escalation.id
)
SELECT unit.name AS unit, unit.kind, count(ladder.unit) AS raised,
    count(ladder.unit) FILTER (WHERE ladder.stopped_at IS NULL) AS open,
    count(*) FILTER (WHERE ladder.sent > 0 AND ladder.acknowledged = 0) AS unacknowledged,
    coalesce(sum(ladder.sent), 0)::int AS steps_sent,
    coalesce(sum(ladder.acknowledged), 0)::int AS steps_acknowledged,
    coalesce(sum(ladder.nobody), 0)::int AS nobody_known,
    coalesce(sum(ladder.missed), 0)::int AS missed
FROM unit LEFT JOIN ladder ON ladder.unit = unit.id
WHERE unit.kind = 'bcu' OR ladder.unit IS NOT NULL
GROUP BY unit.id
ORDER BY unit.kind, unit.name
"""


async def counted(first: datetime, last: datetime) -> list[Counted]:
    """The ladders raised from `first` up to, but not at, `last`: each BCU has a line, and whoever else has any.

    Those of a meeting about a place or a group are left out: it is no strategy meeting.
    """
    rows: list[dict[str, Any]] = await Escalation.raw(_COUNTED, first, last)
    return [Counted(**row) for row in rows]


def in_words(count: Counted) -> str:
    """`3 raised, 1 open, 0 acknowledged by nobody; 5 steps sent, 4 acknowledged`."""
    steps = f"{count.steps_sent} step{'' if count.steps_sent == 1 else 's'} sent"
    ladders = f"{count.raised} raised, {count.open} open, {count.unacknowledged} acknowledged by nobody"
    return f"{ladders}; {steps}, {count.steps_acknowledged} acknowledged"


def quarter_before(day: date) -> date:
    """The first day of the quarter that ended last before this day's."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    last_day = first - timedelta(days=1)
    return date(last_day.year, last_day.month - 2, 1)


def quarter_key(first: date) -> str:
    """The key of the quarterly note about the quarter that begins on this day."""
    return f"quarter:{first.isoformat()}"


def quarter_of_key(key: str) -> tuple[datetime, datetime]:
    """The instants between which the quarter of a note lies."""
    first = date.fromisoformat(key.partition(":")[2])
    after = (first + timedelta(days=100)).replace(day=1)
    return start_of(first), start_of(after)
