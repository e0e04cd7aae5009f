"""Which agency leads after a meeting, and where its minutes are held: a reference, never their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import trail
from directory.wording import NotPlain, plain_line
from meetings import errors
from meetings.checklist_tables import MeetingRecord
from meetings.tables import Meeting

LONGEST_REFERENCE = 80


@dataclass(frozen=True)
class Recorded:
    lead_agency: str = ""
    minutes_reference: str = ""


async def record(reference: str, *, lead_agency: str, minutes: str, by: str, now: datetime) -> None:
    """Which agency leads and where the minutes are held; what stands already is not written again.

    :raises NoSuchMeeting: :raises UnsuitableAnswer: when a text is too long or not plain.
    """
    lead = _line("lead_agency", lead_agency, "The lead agency", 120)
    held = _line("minutes", minutes, "The reference", LONGEST_REFERENCE)
    async with MeetingRecord._meta.db.transaction():
        meeting = await Meeting.select(Meeting.id).where(Meeting.reference == reference).lock_rows().first()
        if meeting is None:
            raise errors.NoSuchMeeting(reference)
        before = await record_of(meeting["id"])
        if before == Recorded(lead, held):
            return
        await MeetingRecord.insert(
            MeetingRecord(
                meeting=meeting["id"], lead_agency=lead, minutes_reference=held, recorded_at=now, recorded_by=by
            )
        )
        await trail.record(by, "recorded lead and minutes", f"meeting:{reference}", now=now)


async def record_of(meeting: UUID) -> Recorded:
    """What stands; empty where nothing was recorded."""
    row = (
        await MeetingRecord.objects()
        .where(MeetingRecord.meeting == meeting)
        .order_by(MeetingRecord.id, ascending=False)
        .first()
    )
    return Recorded(row.lead_agency, row.minutes_reference) if row else Recorded()


def _line(field: str, text: str, what: str, longest: int) -> str:
    try:
        return plain_line(text, what, longest) if text.strip() else ""
    except NotPlain as bad:
        raise errors.UnsuitableAnswer(field, str(bad)) from bad
