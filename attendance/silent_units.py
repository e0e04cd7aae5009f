"""Units that let one invitation after another pass without a word: their address is doubted. A round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from attendance.answers import standing
from attendance.state import given_to
from directory import contradictions
from directory.contradiction_tables import Against
from directory.one_by_one import one_by_one
from meetings.tables import Meeting

ACTOR: Final = "silence"
IN_A_ROW: Final = 3
_JUST_BEGUN: Final = timedelta(days=2)  # an outage of the worker over a weekend hides no silence
_LOOKED_BACK: Final = timedelta(days=365)
_LAST_ASKED = """
WITH asked AS (
    SELECT seat.unit, invitation.id, invitation.address, meeting.reference, meeting.starts_at,
        meeting.last_major_sequence,
        row_number() OVER (PARTITION BY seat.unit ORDER BY meeting.starts_at DESC, meeting.id) AS place
    FROM invitation
    JOIN meeting ON meeting.id = invitation.meeting
    JOIN seat ON seat.id = invitation.seat
    WHERE invitation.state = 'active' AND seat.removed_at IS NULL AND meeting.series IS NULL
      AND meeting.state = 'scheduled' AND meeting.starts_at <= {} AND meeting.starts_at > {}
      AND seat.unit IN (
        SELECT seat.unit FROM seat JOIN meeting ON meeting.id = seat.meeting
        WHERE meeting.starts_at <= {} AND meeting.starts_at > {}
      )
)
SELECT * FROM asked WHERE place <= {} ORDER BY place
"""


async def warn(now: datetime) -> int:
    """Every unit that left its last three invitations unanswered has a warning, once; returns how many.

    Invitations count from the time at which the entry was last confirmed, or a warning of this kind was closed.
    The dates of a series do not count: whoever meets every day is not asked anew each time.
    """
    spans = (now, now - _LOOKED_BACK, now, now - _JUST_BEGUN)
    rows: list[dict[str, Any]] = await Meeting.raw(_LAST_ASKED, *spans, IN_A_ROW)
    by_unit: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_unit[row["unit"]].append(row)
    since = await contradictions.silence_counts_from(list(by_unit))
    given = await given_to([row["id"] for row in rows])
    silent = {
        unit: asked
        for unit, asked in by_unit.items()
        if len(asked) == IN_A_ROW
        and asked[-1]["starts_at"] > since[unit]
        and not any(standing(given[row["id"]], row["last_major_sequence"]) for row in asked)
    }
    return await one_by_one("silent unit", silent, lambda unit: _warn(unit, silent[unit], now))


async def _warn(unit: UUID, asked: Sequence[dict[str, Any]], now: datetime) -> bool:
    async with Meeting._meta.db.transaction():
        return await contradictions.note(
            unit,
            Against.SILENCE,
            address=asked[0]["address"],
            evidence="meetings " + ", ".join(row["reference"] for row in asked),
            by=ACTOR,
            now=now,
            again=False,
        )
