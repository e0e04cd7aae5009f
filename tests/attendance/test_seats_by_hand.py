"""Whom no rule asks has a seat all the same where a coordinator adds it: invited, and on the register as anybody."""

from __future__ import annotations

from datetime import datetime

import pytest

from attendance.register import Mark, expected, mark
from attendance.tables import Outcome
from directory import contacts
from directory.tables import UnitKind
from meetings import scheduling
from meetings.letters import Letterhead
from meetings.seats import PARTNERS, POLICE, Capacity
from meetings.tables import Invitation, Meeting
from tests.factories import DAY, make_meeting, make_seat, make_unit

BY_HAND = [capacity for capacity in Capacity if capacity not in PARTNERS and capacity not in POLICE]


def test_they_are_those_that_the_reports_name_beside_the_usual_partners() -> None:
    assert {Capacity.SCHOOLS_OFFICER, Capacity.GUARDIAN, Capacity.HOME_OFFICE} <= set(BY_HAND)


@pytest.mark.parametrize("capacity", BY_HAND)
async def test_it_is_invited_and_its_attendance_recorded(
    rolled_back: None, now: datetime, letterhead: Letterhead, capacity: Capacity
) -> None:
    home, added = await make_unit(code="AS"), await make_unit(code="ADDED", kind=UnitKind.OTHER)
    meeting = await make_meeting(home=home, starts_at=now + DAY)
    await make_seat(meeting=meeting, unit=home)
    await contacts.add(
        added.id, role="mailbox", email="added@unit.example", active_from=now.date(), by="tests", now=now
    )

    await scheduling.add_seat(meeting.reference, added.id, [capacity], by="tests", now=now, letterhead=letterhead)
    invited = await Invitation.objects().where(Invitation.address == "added@unit.example").first()
    assert invited is not None
    await mark(meeting.id, [Mark(invited.seat, Outcome.NO_SHOW)], by="tests", now=now + DAY)

    standing = await Meeting.objects().where(Meeting.id == meeting.id).first()
    assert standing is not None
    (seat,) = [one for one in await expected(standing) if one.seat == invited.seat]
    assert seat.mark is not None
    assert (list(seat.capacities), seat.mark.outcome) == ([capacity.value], Outcome.NO_SHOW)
