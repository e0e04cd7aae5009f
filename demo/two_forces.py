"""One dispute of the simulated London: two police units of a coming meeting, of whom one says that it does not lead.

Added when the year is over: what the year holds stays as it was.
"""

from __future__ import annotations

from datetime import datetime

from attendance import disputes
from demo.standing import COORDINATOR
from meetings.tables import Meeting, MeetingState


async def dispute_a_lead(now: datetime) -> None:
    """The soonest coming meeting with two police units has its lead disputed; nothing where there is none."""
    meeting = await (
        Meeting.objects()
        .where((Meeting.state == MeetingState.SCHEDULED) & (Meeting.starts_at > now))
        .where(Meeting.lead_unit.is_not_null() & Meeting.destination_unit.is_not_null())
        .where(Meeting.destination_unit != Meeting.home_unit)
        .order_by(Meeting.starts_at)
        .first()
    )
    if meeting is not None:
        await disputes.say_not_lead(meeting.reference, meeting.lead_unit, via="telephone", by=COORDINATOR, now=now)
