"""The checklist of a meeting: answered, appended, and counted over many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import trail
from meetings import errors, seeing
from meetings.checklist import ANSWERS, CODES, COUNTED, Item
from meetings.checklist_tables import ChecklistAnswer
from meetings.tables import Meeting
from web.viewer import Viewer


async def answer(meeting: UUID, answers: Mapping[str, str], *, by: str, now: datetime) -> int:
    """These items are answered; an answer that stands already is not written again. Returns how many were new.

    :raises UnsuitableAnswer: for an item or answer that there is not; nothing was changed.
    """
    for item, said in answers.items():
        if item not in CODES or said not in ANSWERS:
            raise errors.UnsuitableAnswer(item, "Choose yes, no or unknown.")
    async with ChecklistAnswer._meta.db.transaction():
        row = await Meeting.select(Meeting.reference).where(Meeting.id == meeting).lock_rows().first()
        assert row is not None, "whoever answers looks at a meeting"
        before = await answers_of(meeting)
        news = {item: said for item, said in answers.items() if before.get(item) != said}
        if news:
            await ChecklistAnswer.insert(
                *(
                    ChecklistAnswer(meeting=meeting, item=item, answer=said, answered_at=now, answered_by=by)
                    for item, said in news.items()
                )
            )
            about = f"meeting:{row['reference']}"
            await trail.record(by, "answered the checklist", about, now=now, detail={"answers": news})
    return len(news)


async def answers_of(meeting: UUID) -> dict[str, str]:
    """The answer that stands for each item that has one."""
    rows = await ChecklistAnswer.select().where(ChecklistAnswer.meeting == meeting).order_by(ChecklistAnswer.id)
    return {row["item"]: row["answer"] for row in rows}


@dataclass(frozen=True)
class Tally:
    """One item over many meetings: each is in exactly one of the four counts."""

    item: Item
    yes: int
    no: int
    unknown: int
    not_asked: int

    @property
    def meetings(self) -> int:
        return self.yes + self.no + self.unknown + self.not_asked


# The answers that stand for the meetings `held`, one row each: those of the checklist, and what is recorded elsewhere
# on the same page. Of interviews, those after the newest return that the meeting, or the one it reviews, was about.
GIVEN = """
    WITH RECURSIVE answered AS (
        SELECT DISTINCT ON (a.meeting, a.item) a.meeting, a.item, a.answer
        FROM checklist_answer a JOIN held h ON h.id = a.meeting
        ORDER BY a.meeting, a.item, a.id DESC
    ), behind (meeting, cause) AS (
        SELECT h.id, t.cause FROM held h JOIN trigger t ON t.meeting = h.id
        UNION SELECT b.meeting, t.cause FROM behind b JOIN trigger t ON t.meeting = b.cause
    ), returned AS (
        SELECT DISTINCT ON (b.meeting) b.meeting, e.id AS episode
        FROM behind b JOIN episode e ON e.id = b.cause
        WHERE e.ended_at IS NOT NULL AND e.withdrawn_at IS NULL
        ORDER BY b.meeting, e.ended_at DESC
    ), interviewed AS (
        SELECT DISTINCT ON (r.meeting, i.kind) r.meeting, i.kind AS item, i.answer
        FROM returned r JOIN interview i ON i.episode = r.episode
        ORDER BY r.meeting, i.kind, i.id DESC
    ), led AS (
        SELECT DISTINCT ON (r.meeting) r.meeting, r.lead_agency
        FROM meeting_record r JOIN held h ON h.id = r.meeting
        ORDER BY r.meeting, r.id DESC
    )
    SELECT meeting, item, answer FROM answered
    UNION ALL SELECT meeting, item, answer FROM interviewed
    UNION ALL SELECT meeting, 'lead agency', 'yes' FROM led WHERE lead_agency <> ''
"""

_COUNTED = f"""
    WITH held AS (
        SELECT id FROM meeting AS m
        WHERE type = {{}} AND child IS NOT NULL AND state = 'scheduled' AND starts_at >= {{}} AND starts_at < {{}}
          AND {{}}
    ), given AS ({GIVEN})
    SELECT '' AS item, '' AS answer, count(*) AS meetings FROM held
    UNION ALL SELECT item, answer, count(*) FROM given GROUP BY item, answer
"""


async def tally(meeting_type: str, since: datetime, until: datetime, viewer: Viewer) -> list[Tally]:
    """For each item, how often yes, no, unknown and not asked over the meetings held about a child in a period.

    `until` is not later than now: a meeting to come has not been asked.
    """
    rows: list[dict[str, Any]] = await Meeting.raw(
        _COUNTED, meeting_type, since, until, seeing.meetings(viewer, of="m")
    )
    return tallies(Counter({(row["item"], row["answer"]): row["meetings"] for row in rows}))


def tallies(counted: Mapping[tuple[str, str], int]) -> list[Tally]:
    """Every item's counts, from how often each answer was given to it; ("", "") are the meetings themselves."""
    held = counted.get(("", ""), 0)
    return [_tally(item, counted, held) for item in COUNTED]


def _tally(item: Item, counted: Mapping[tuple[str, str], int], held: int) -> Tally:
    yes, no, unknown = (counted.get((item.code, answer), 0) for answer in ANSWERS)
    return Tally(item, yes, no, unknown, held - yes - no - unknown)
