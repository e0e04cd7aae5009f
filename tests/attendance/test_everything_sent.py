"""Each verb that writes to invitees, and then every message it left checked by all who know calendars."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from attendance import deputies, proposals
from attendance.tables import Proposal
from directory.tables import Unit
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.scheduling import add_seat, move, remove_seat
from meetings.series import add_unit, call_off_series, remove_unit
from meetings.series_changes import change_series
from meetings.tables import Invitation, Meeting
from meetings.when import When
from notifications.tables import OutboundMail
from tests.attendance.asked import names, proposes
from tests.attendance.conftest import HOUR
from tests.attendance.test_strangers_to_a_series import refused
from tests.meetings.series_set_up import BY, TUESDAYS, dates, panel, police
from tests.notifications.outgoing.outbox_checks import check_all_sent
from tests.notifications.outgoing.sent import Stream

DAY = timedelta(days=1)
REASON: dict[str, Any] = {"asked_by": "police", "reason": "set up in error"}


async def proposed(meeting: Meeting, now: datetime) -> Proposal:
    """A unit's proposal to hold this one date of a series an hour later."""
    invitation = await Invitation.objects().where(Invitation.meeting == meeting.id).first()
    assert invitation is not None
    proposal = Proposal(
        invitation=invitation.id,
        sequence=meeting.sequence,
        starts_at=meeting.starts_at + HOUR,
        ends_at=meeting.ends_at + HOUR,
        proposed_by=invitation.address,
        received_at=now,
    )
    await Proposal.insert(proposal)
    return proposal


async def test_all_that_a_meeting_sends_can_be_read_by_every_client(
    rolled_back: None, london: None, coming: Any, letterhead: Letterhead, now: datetime
) -> None:
    told: dict[str, Any] = {"by": BY, "letterhead": letterhead}
    health = await Unit.select(Unit.id).where(Unit.kind == "health").first()
    assert health is not None
    room = When(coming.starts_at, 60, "Room 1, Town Hall; 2nd floor", "https://meet.example/room", fixed=True)
    await move(coming.reference, room, now=now + HOUR, **told)
    await move(coming.reference, replace(room, starts_at=coming.starts_at + HOUR), now=now + 2 * HOUR, **told)
    proposal = await proposes(coming, "East Area", coming.starts_at + DAY, at=now + 2 * HOUR, sequence=2)
    await proposals.decline(proposal.id, reason="", now=now + 3 * HOUR, **told)
    deputy = await names(coming, "Central North", "sergeant@central-north.police.example", at=now + 3 * HOUR)
    await deputies.approve(deputy.id, now=now + 4 * HOUR, **told)
    await add_seat(coming.reference, health["id"], ["health"], now=now + 5 * HOUR, **told)
    await remove_seat(coming.reference, coming.seats["East Area"], now=now + 6 * HOUR, **told)
    await call_off(coming.reference, now=now + 7 * HOUR, **REASON, **told)

    methods = await check_all_sent()
    assert set(methods) == {"REQUEST", "CANCEL", "DECLINECOUNTER"}
    assert methods.total() >= 15


async def test_all_that_a_series_sends_can_be_read_by_every_client(
    rolled_back: None, london: None, letterhead: Letterhead, now: datetime
) -> None:
    told: dict[str, Any] = {"by": BY, "letterhead": letterhead}
    series = await panel(now, letterhead)
    second, third, fourth = (await dates(series))[1:4]
    await move(third.reference, When(third.starts_at + DAY, 45, "Room 2", ""), now=now + HOUR, **told)
    await call_off(second.reference, now=now + 2 * HOUR, **REASON, **told)
    await move(fourth.reference, When(fourth.starts_at, 60, "", "https://meet.example/b"), now=now + 3 * HOUR, **told)
    fifth = (await dates(series))[4]
    await proposals.decline((await proposed(fifth, now)).id, reason="", now=now + 3 * HOUR, **told)
    await refused(series, fifth, now + 3 * HOUR, letterhead)
    education = await Unit.select(Unit.id).where(Unit.kind == "education").first()
    if education is not None:
        await add_unit(series.reference, education["id"], ["education"], now=now + 4 * HOUR, **told)
    later = replace(TUESDAYS, starts=time(14, 0))
    await change_series(series.reference, later, place="Room 3", link="", now=now + 5 * HOUR, **told)
    health = await Unit.select(Unit.id).where(Unit.kind == "health").first()
    assert health is not None
    await remove_unit(series.reference, health["id"], now=now + 6 * HOUR, **told)
    await call_off_series(series.reference, now=now + 7 * HOUR, **REASON, **told)

    (declined,) = await OutboundMail.objects().where(OutboundMail.kind == "declined")
    assert "RECURRENCE-ID;TZID=Europe/London:20261222T093000" in Stream(bytes(declined.calendar or b"")).lines
    methods = await check_all_sent()
    assert methods["REQUEST"] >= 12
    assert methods["CANCEL"] >= 6
    assert await police()
