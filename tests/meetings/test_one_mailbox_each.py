"""Two seats never end in one mailbox: a calendar keeps one invitation to a meeting."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from directory.tables import Contact, Unit
from meetings import scheduling, setting_up
from meetings.letters import Letterhead
from meetings.tables import Invitation, Meeting, Seat
from tests.meetings.waiting_children import BY, child_waiting, proposal_for, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
SHARED = "front-desk@lambeth.example"


async def reached_at(unit: UUID, *addresses: str) -> None:
    """The unit has these contacts and no others, the first to be tried in front."""
    await Contact.delete().where(Contact.unit == unit)
    rows = [
        Contact(unit=unit, role=f"desk {rank}", email=address, rank=rank, active_from=date(2026, 1, 1))
        for rank, address in enumerate(addresses, start=1)
    ]
    await Contact.insert(*rows)


async def test_of_two_units_with_one_mailbox_the_required_one_has_it_and_the_other_its_next_contact(
    now: datetime,
) -> None:
    child = await child_waiting(now)
    seats = (await proposal_for(child, now)).seats
    welcome = next(seat for seat in seats if not seat.required)
    required = next(seat for seat in seats if seat.required)
    await reached_at(welcome.unit, SHARED, "second@lambeth.example")
    await reached_at(required.unit, SHARED.upper())
    asked = {seat.unit: seat.address for seat in (await proposal_for(child, now)).seats}
    assert asked[required.unit] == SHARED.upper()
    assert asked[welcome.unit] == "second@lambeth.example"


async def test_where_there_is_no_next_contact_the_seat_stands_without_an_address(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now)
    first, second = (await proposal_for(child, now)).seats[:2]
    for seat in (first, second):
        await reached_at(seat.unit, SHARED)
    units = await units_of(child, now)
    await setting_up.set_up(child, tomorrow(now), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    assert await Invitation.count().where(Invitation.address == SHARED) == 1
    assert await Seat.count() == len(units)


async def test_a_unit_added_later_is_not_asked_at_a_mailbox_that_is_invited(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now)
    reference = await setting_up.set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    invited = await Invitation.objects().first()
    added = await Unit.objects().where(Unit.code == "NE").first()
    assert meeting is not None
    assert invited is not None
    assert added is not None
    await reached_at(added.id, invited.address, "other@ne.example")
    await scheduling.add_seat(reference, added.id, ["incident police"], by=BY, now=now, letterhead=letterhead)
    assert await Invitation.exists().where(Invitation.address == "other@ne.example")
    assert await Invitation.count().where(Invitation.address == invited.address) == 1
